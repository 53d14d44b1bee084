// The key of one row, as keys.h makes it.
#ifndef BILLING_PROJECTIONS_STATE_KEY_H_
#define BILLING_PROJECTIONS_STATE_KEY_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace billing::projections::keys {

// A command asks for some twenty rows: a key lies in itself, and only a long one elsewhere.
class Key {
 public:
  Key() = default;
  // Copies more than is used: a size that is known takes no call.
  Key(const Key& other) : size_(other.size_) {
    std::memcpy(short_.data(), other.short_.data(), kShortBytesMax);
    if (other.long_ != nullptr) long_ = std::make_unique<std::string>(*other.long_);
  }
  Key(Key&& other) noexcept : size_(other.size_), long_(std::move(other.long_)) {
    std::memcpy(short_.data(), other.short_.data(), kShortBytesMax);
  }
  Key& operator=(const Key&) = delete;
  Key& operator=(Key&&) = delete;

  void Append(std::string_view bytes) {
    if (bytes.empty()) return;
    if (!HasRoomFor(bytes.size())) return AppendLong(bytes);
    std::memcpy(short_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  template <size_t count>
  void Append(const std::array<char, count>& bytes) {
    if (!HasRoomFor(count)) return AppendLong({bytes.data(), count});
    std::memcpy(short_.data() + size_, bytes.data(), count);
    size_ += count;
  }

  operator std::string_view() const {
    return long_ == nullptr ? std::string_view(short_.data(), size_) : std::string_view(*long_);
  }
  operator std::string() const { return std::string(std::string_view(*this)); }
  bool starts_with(std::string_view prefix) const {
    return std::string_view(*this).starts_with(prefix);
  }

  // As its bytes are.
  friend bool operator==(const Key& key, std::string_view bytes) {
    return std::string_view(key) == bytes;
  }
  friend bool operator==(const Key& a, const Key& b) { return a == std::string_view(b); }
  friend auto operator<=>(const Key& key, std::string_view bytes) {
    return std::string_view(key) <=> bytes;
  }
  friend auto operator<=>(const Key& a, const Key& b) { return a <=> std::string_view(b); }

 private:
  // Room for an id or two and the fixed parts.
  static constexpr size_t kShortBytesMax = 96;

  bool HasRoomFor(size_t count) const {
    return long_ == nullptr && count <= kShortBytesMax - size_;
  }
  void AppendLong(std::string_view bytes);

  size_t size_ = 0;
  std::array<char, kShortBytesMax> short_;
  // All of it, once it is too long.
  std::unique_ptr<std::string> long_;
};

}  // namespace billing::projections::keys

#endif  // BILLING_PROJECTIONS_STATE_KEY_H_
