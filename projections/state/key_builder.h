// How the keys of keys.h are put together. Internal to this room.
#ifndef BILLING_PROJECTIONS_STATE_KEY_BUILDER_H_
#define BILLING_PROJECTIONS_STATE_KEY_BUILDER_H_

#include <array>
#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "aggregates/kernel/time.h"
#include "projections/state/key.h"
#include "projections/state/state_reader.h"

namespace billing::projections::keys {

enum class View : uint8_t {
  kAccount = 0x01,
  kAccountHead = 0x02,
  kAccountById = 0x03,
  kAccountByPrincipal = 0x04,
  kCard = 0x05,
  kCardByToken = 0x06,
  kCardByFingerprint = 0x07,
  kSubscription = 0x08,
  kLiveSubscription = 0x09,
  kHolder = 0x0a,
  kExpiring = 0x0b,
  kExpiringOf = 0x0c,
  kSubject = 0x0d,
  kRequest = 0x0e,
  kBillingProfile = 0x0f,
  kBilledTo = 0x10,
  kProfileByCard = 0x11,
  kCharge = 0x12,
  kUnpaidCharge = 0x13,
  kPaymentReport = 0x14,
  kRole = 0x15,
  kTransfer = 0x16,
  kReceivedTransfer = 0x17,
  kDeadline = 0x18,
  kSettlement = 0x19,
  kRoleChange = 0x1a,
  kTreeTile = 0x1b,
  kTreeNode = 0x1c,
};

inline constexpr char kGeneration = 1;
inline constexpr size_t kHeadBytes = 2;
inline constexpr size_t kNumberBytes = 6;
inline constexpr size_t kMonthBytes = 4;
inline constexpr size_t kPositionBytes = 8;

inline std::string BigEndian(uint64_t value, size_t bytes) {
  std::string text(bytes, '\0');
  for (size_t i = bytes; i-- > 0; value >>= 8) text[i] = static_cast<char>(value & 0xff);
  return text;
}

inline uint64_t ParseBigEndian(std::string_view text) {
  uint64_t value = 0;
  for (const char c : text) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

class KeyBuilder {
 public:
  explicit KeyBuilder(View view) {
    key_.Append(std::array<char, kHeadBytes>{static_cast<char>(view), kGeneration});
  }
  // An account's number, or an index of the tree.
  KeyBuilder& Number(uint64_t number) {
    assert(number < uint64_t{1} << 48);
    return Bytes<kNumberBytes>(number);
  }
  KeyBuilder& Month(kernel::YearMonth month) {
    return Bytes<kMonthBytes>(static_cast<uint64_t>(month.year) * 12 + month.month);
  }
  KeyBuilder& Position(uint64_t position) { return Bytes<kPositionBytes>(position); }
  // An enum or number of one byte.
  template <class Enum>
  KeyBuilder& Class(Enum value) {
    key_.Append(std::array<char, 1>{static_cast<char>(value)});
    return *this;
  }
  KeyBuilder& Text(std::string_view text) {
    key_.Append(text);
    return *this;
  }
  KeyBuilder& EndOfText() {
    key_.Append(std::array<char, 1>{'\0'});
    return *this;
  }
  // REQUIRES: nothing is asked of it afterwards.
  Key Done() { return std::move(key_); }

 private:
  // The low `count` bytes, big-endian.
  template <size_t count>
  KeyBuilder& Bytes(uint64_t value) {
    std::array<char, count> bytes;
    for (size_t i = count; i-- > 0; value >>= 8) bytes[i] = static_cast<char>(value & 0xff);
    key_.Append(bytes);
    return *this;
  }

  Key key_;
};

}  // namespace billing::projections::keys

#endif  // BILLING_PROJECTIONS_STATE_KEY_BUILDER_H_
