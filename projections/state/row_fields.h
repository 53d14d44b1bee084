// The bytes of a message, field by field, without the message in between: a command reads and
// writes a dozen rows, and a list is as many.
//
// Fields come ascending by number, as protobuf's own encoding writes them. What is zero or empty
// is left out, so the next field is always either the one that is asked for or a later one. What
// a row of billing/views/v1/rows.proto holds is said once, by a function that both classes are
// given.
#ifndef BILLING_PROJECTIONS_STATE_ROW_FIELDS_H_
#define BILLING_PROJECTIONS_STATE_ROW_FIELDS_H_

#include <array>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/time.h"

namespace billing::projections {

// Numbers, booleans and enums.
template <class T>
concept Scalar = std::integral<T> || std::is_enum_v<T>;

// An id, a principal.
template <class T>
concept Named = requires(const T& name) {
  { T::FromStored(name.value()) } -> std::same_as<T>;
};

// The wire's types: https://protobuf.dev/programming-guides/encoding
enum class WireType : uint8_t { kVarint = 0, kBytes = 2 };
inline constexpr uint32_t TagOf(uint32_t number, WireType type) {
  return number << 3 | static_cast<uint32_t>(type);
}

class RowOutput {
 public:
  static constexpr bool kReads = false;

  template <Scalar T>
  void Field(uint32_t number, T value) {
    if (value == T{}) return;
    MakeRoom(2 * kVarintBytesMax);
    Varint(TagOf(number, WireType::kVarint));
    // Negative numbers are extended to 64 bits.
    Varint(static_cast<uint64_t>(static_cast<int64_t>(value)));
  }
  void Field(uint32_t number, std::string_view text) {
    if (!text.empty()) Field(number, {text});
  }
  // The pieces as one text, which is not empty.
  void Field(uint32_t number, std::initializer_list<std::string_view> pieces) {
    size_t size = 0;
    for (const std::string_view piece : pieces) size += piece.size();
    MakeRoom(2 * kVarintBytesMax + size);
    Varint(TagOf(number, WireType::kBytes));
    Varint(size);
    for (const std::string_view piece : pieces) size_ += piece.copy(data() + size_, piece.size());
  }
  void Field(uint32_t number, kernel::Instant time) { Field(number, time.us); }
  template <Named Name>
  void Field(uint32_t number, const Name& name) {
    Field(number, std::string_view(name.value()));
  }
  template <class T>
  void Field(uint32_t number, const std::optional<T>& value) {
    if (value) Field(number, *value);
  }
  void Packed(uint32_t number, std::span<const uint32_t> values) {
    if (values.empty()) return;
    Nested(number, [&] {
      MakeRoom(values.size() * kVarint32BytesMax);
      for (const uint32_t value : values) Varint(value);
    });
  }
  // A message that is there, even when it is empty. How many bytes it has.
  template <class Write>
  size_t Nested(uint32_t number, Write write) {
    MakeRoom(2 * kVarintBytesMax);
    Varint(TagOf(number, WireType::kBytes));
    const size_t length_at = size_++;
    write();
    const size_t length = size_ - length_at - 1;
    if (length < 0x80) {
      data()[length_at] = static_cast<char>(length);
      return length;
    }
    MakeRoom(kVarintBytesMax);
    // All behind the length goes further back.
    std::array<char, kVarintBytesMax> varint;
    const size_t length_bytes = ToVarint(length, varint.data());
    std::memmove(data() + length_at + length_bytes, data() + length_at + 1, length);
    std::memcpy(data() + length_at, varint.data(), length_bytes);
    size_ += length_bytes - 1;
    return length;
  }

  std::string Done() && {
    if (long_.empty()) return std::string(short_.data(), size_);
    long_.resize(size_);
    return std::move(long_);
  }

 private:
  // Nearly every row fits: appending to a string costs more than all else here.
  static constexpr size_t kShortBytesMax = 256;
  static constexpr size_t kLongBytes = 2'048;
  static constexpr size_t kVarintBytesMax = 10;
  static constexpr size_t kVarint32BytesMax = 5;

  char* data() { return long_.empty() ? short_.data() : long_.data(); }
  // Once for each field, not for each byte.
  void MakeRoom(size_t bytes) {
    const size_t there = long_.empty() ? short_.size() : long_.size();
    if (there - size_ < bytes) Grow((long_.empty() ? kLongBytes : 2 * there) + bytes);
  }
  void Grow(size_t bytes) {
    if (long_.empty()) long_.assign(short_.data(), size_);
    long_.resize(bytes);
  }
  // REQUIRES: there is room.
  void Varint(uint64_t value) { size_ += ToVarint(value, data() + size_); }
  // How many bytes it takes.
  static size_t ToVarint(uint64_t value, char* to) {
    char* end = to;
    for (; value >= 0x80; value >>= 7) *end++ = static_cast<char>(value | 0x80);
    *end++ = static_cast<char>(value);
    return static_cast<size_t>(end - to);
  }

  size_t size_ = 0;
  std::array<char, kShortBytesMax> short_{};
  // All of it, once it is too long; longer than what is written.
  std::string long_;
};

// REQUIRES: bytes that RowOutput gave.
class RowInput {
 public:
  static constexpr bool kReads = true;

  explicit RowInput(std::string_view bytes) : rest_(bytes) {}
  ~RowInput() { assert(rest_.empty()); }
  RowInput(const RowInput&) = delete;
  RowInput& operator=(const RowInput&) = delete;

  template <Scalar T>
  void Field(uint32_t number, T& value) {
    value = Take(TagOf(number, WireType::kVarint)) ? static_cast<T>(Varint()) : T{};
  }
  void Field(uint32_t number, std::string& text) { text = Bytes(number); }
  // Part of the row, which outlives it.
  void Field(uint32_t number, std::string_view& text) { text = Bytes(number); }
  void Field(uint32_t number, kernel::Instant& time) { Field(number, time.us); }
  template <Named Name>
  void Field(uint32_t number, Name& name) {
    name = Name::FromStored(std::string(Bytes(number)));
  }
  template <Named Name>
  void Field(uint32_t number, std::optional<Name>& name) {
    const std::string_view text = Bytes(number);
    if (!text.empty()) name = Name::FromStored(std::string(text));
  }
  void Field(uint32_t number, std::optional<kernel::Instant>& time) {
    kernel::Instant read;
    Field(number, read);
    if (read.us != 0) time = read;
  }
  // How many there were. REQUIRES: not more than `values` holds.
  size_t Packed(uint32_t number, std::span<uint32_t> values) {
    size_t count = 0;
    RowInput packed(Bytes(number));
    while (!packed.rest_.empty()) {
      assert(count < values.size());
      values[count++] = static_cast<uint32_t>(packed.Varint());
    }
    return count;
  }
  // Nobody asks for the fields that follow.
  void LeaveRest() { rest_ = {}; }
  // `read` is given the message's own input; whether there was one.
  template <class Read>
  bool Nested(uint32_t number, Read read) {
    if (!Take(TagOf(number, WireType::kBytes))) return false;
    RowInput body(Length());
    read(body);
    return true;
  }

 private:
  bool Take(uint32_t tag) {
    if (tag < 0x80) {
      if (rest_.empty() || static_cast<uint8_t>(rest_.front()) != tag) return false;
      rest_.remove_prefix(1);
      return true;
    }
    std::string_view rest = rest_;
    if (rest.empty() || Varint(rest) != tag) return false;
    rest_ = rest;
    return true;
  }
  std::string_view Bytes(uint32_t number) {
    return Take(TagOf(number, WireType::kBytes)) ? Length() : std::string_view();
  }
  // A length, and as many bytes.
  std::string_view Length() {
    const uint64_t size = Varint();
    assert(size <= rest_.size());
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  uint64_t Varint() { return Varint(rest_); }
  static uint64_t Varint(std::string_view& from) {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      assert(!from.empty() && shift < 64);
      const auto byte = static_cast<uint8_t>(from.front());
      from.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  std::string_view rest_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_STATE_ROW_FIELDS_H_
