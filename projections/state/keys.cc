#include "projections/state/keys.h"

#include <cassert>
#include <utility>

namespace billing::projections::keys {
namespace {

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
};

constexpr char kGeneration = 1;
constexpr size_t kHeadBytes = 2;
constexpr size_t kNumberBytes = 6;
constexpr size_t kMonthBytes = 4;
constexpr size_t kPositionBytes = 8;
// An id and the fixed parts of most keys: one allocation each.
constexpr size_t kUsualKeyBytes = 64;

std::string BigEndian(uint64_t value, size_t bytes) {
  std::string text(bytes, '\0');
  for (size_t i = bytes; i-- > 0; value >>= 8) text[i] = static_cast<char>(value & 0xff);
  return text;
}

uint64_t ParseBigEndian(std::string_view text) {
  uint64_t value = 0;
  for (const char c : text) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

class KeyBuilder {
 public:
  explicit KeyBuilder(View view) {
    key_.reserve(kUsualKeyBytes);
    key_.push_back(static_cast<char>(view));
    key_.push_back(kGeneration);
  }
  KeyBuilder& Number(AccountNumber number) {
    assert(number < uint64_t{1} << 48);
    key_ += BigEndian(number, kNumberBytes);
    return *this;
  }
  KeyBuilder& Month(kernel::YearMonth month) {
    key_ += BigEndian(static_cast<uint64_t>(month.year) * 12 + month.month, kMonthBytes);
    return *this;
  }
  KeyBuilder& Position(uint64_t position) {
    key_ += BigEndian(position, kPositionBytes);
    return *this;
  }
  KeyBuilder& Class(HolderClass holder_class) {
    key_.push_back(static_cast<char>(holder_class));
    return *this;
  }
  KeyBuilder& Text(std::string_view text) {
    key_ += text;
    return *this;
  }
  KeyBuilder& EndOfText() {
    key_.push_back('\0');
    return *this;
  }
  std::string Done() { return std::move(key_); }

 private:
  std::string key_;
};

kernel::YearMonth ParseMonth(std::string_view text) {
  const int value = static_cast<int>(ParseBigEndian(text));
  return {(value - 1) / 12, (value - 1) % 12 + 1};
}

}  // namespace

std::string Account(AccountNumber number) {
  return KeyBuilder(View::kAccount).Number(number).Done();
}

std::string AccountHead(AccountNumber number) {
  return KeyBuilder(View::kAccountHead).Number(number).Done();
}

std::string AccountById(std::string_view account_id) {
  return KeyBuilder(View::kAccountById).Text(account_id).Done();
}

std::string AccountByPrincipal(const kernel::Principal& principal, std::string_view account_id) {
  return KeyBuilder(View::kAccountByPrincipal)
      .Text(principal.value())
      .EndOfText()
      .Text(account_id)
      .Done();
}

std::string Card(AccountNumber number, std::string_view card_id) {
  return KeyBuilder(View::kCard).Number(number).Text(card_id).Done();
}

std::string CardByToken(AccountNumber number, std::string_view token) {
  return KeyBuilder(View::kCardByToken).Number(number).Text(token).Done();
}

std::string CardByFingerprint(AccountNumber number, std::string_view fingerprint) {
  return KeyBuilder(View::kCardByFingerprint).Number(number).Text(fingerprint).Done();
}

std::string Subscription(AccountNumber number, std::string_view subscription_id) {
  return KeyBuilder(View::kSubscription).Number(number).Text(subscription_id).Done();
}

std::string LiveSubscription(AccountNumber number, std::string_view subscription_id) {
  return KeyBuilder(View::kLiveSubscription).Number(number).Text(subscription_id).Done();
}

std::string Holder(AccountNumber number, const kernel::CardId& card, HolderClass holder_class,
                   const kernel::SubscriptionId& subscription) {
  return HoldersPrefix(number, card, holder_class) + subscription.value();
}

std::string Expiring(kernel::YearMonth month, AccountNumber number, std::string_view card_id) {
  return KeyBuilder(View::kExpiring).Month(month).Number(number).Text(card_id).Done();
}

std::string ExpiringOf(AccountNumber number, kernel::YearMonth month, std::string_view card_id) {
  return KeyBuilder(View::kExpiringOf).Number(number).Month(month).Text(card_id).Done();
}

std::string Subject(AccountNumber number, std::string_view relative_name, uint64_t position) {
  return KeyBuilder(View::kSubject)
      .Number(number)
      .Text(relative_name)
      .EndOfText()
      .Position(position)
      .Done();
}

std::string Request(std::string_view request_id, std::string_view scope) {
  return KeyBuilder(View::kRequest).Text(request_id).Text(scope).Done();
}

std::string HoldersPrefix(AccountNumber number, const kernel::CardId& card) {
  return KeyBuilder(View::kHolder).Number(number).Text(card.value()).EndOfText().Done();
}

std::string HoldersPrefix(AccountNumber number, const kernel::CardId& card,
                          HolderClass holder_class) {
  return KeyBuilder(View::kHolder)
      .Number(number)
      .Text(card.value())
      .EndOfText()
      .Class(holder_class)
      .Done();
}

std::string SubjectPrefix(AccountNumber number, std::string_view relative_name) {
  return KeyBuilder(View::kSubject).Number(number).Text(relative_name).EndOfText().Done();
}

KeyRange After(std::string prefix, std::string_view after) {
  KeyRange range = KeysWithPrefix(std::move(prefix));
  if (!after.empty()) {
    range.begin += after;
    range.begin.push_back('\0');
  }
  return range;
}

KeyRange ExpiringBefore(kernel::YearMonth before) {
  return {KeyBuilder(View::kExpiring).Done(), KeyBuilder(View::kExpiring).Month(before).Done()};
}

KeyRange ExpiringBefore(AccountNumber number, kernel::YearMonth before) {
  return {KeyBuilder(View::kExpiringOf).Number(number).Done(),
          KeyBuilder(View::kExpiringOf).Number(number).Month(before).Done()};
}

StateReader::ExpiringCard ParseExpiring(std::string_view key) {
  key.remove_prefix(kHeadBytes);
  return {ParseMonth(key.substr(0, kMonthBytes)),
          ParseBigEndian(key.substr(kMonthBytes, kNumberBytes)),
          kernel::CardId::FromStored(std::string(key.substr(kMonthBytes + kNumberBytes)))};
}

StateReader::ExpiringCard ParseExpiringOf(std::string_view key) {
  key.remove_prefix(kHeadBytes);
  return {ParseMonth(key.substr(kNumberBytes, kMonthBytes)),
          ParseBigEndian(key.substr(0, kNumberBytes)),
          kernel::CardId::FromStored(std::string(key.substr(kNumberBytes + kMonthBytes)))};
}

uint64_t PositionIn(std::string_view subject_key) {
  assert(subject_key.size() > kHeadBytes + kNumberBytes + kPositionBytes);
  return ParseBigEndian(subject_key.substr(subject_key.size() - kPositionBytes));
}

std::string NumberValue(AccountNumber number) { return BigEndian(number, kNumberBytes); }

AccountNumber ParseNumberValue(std::string_view value) {
  assert(value.size() == kNumberBytes);
  return ParseBigEndian(value);
}

std::string PositionValue(uint64_t position) { return BigEndian(position, kPositionBytes); }

uint64_t ParsePositionValue(std::string_view value) {
  assert(value.size() == kPositionBytes);
  return ParseBigEndian(value);
}

}  // namespace billing::projections::keys
