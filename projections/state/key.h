// The key of one row, as keys.h makes it.
#ifndef BILLING_PROJECTIONS_STATE_KEY_H_
#define BILLING_PROJECTIONS_STATE_KEY_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace billing::projections::keys {

// A command asks for some twenty rows: a key lies in itself, and only a long one elsewhere.
class Key {
 public:
  Key() = default;
  Key(const Key& other) : size_(other.size_), long_(other.long_) {
    std::memcpy(short_.data(), other.short_.data(), size_);
  }
  Key& operator=(const Key&) = delete;

  void Append(std::string_view bytes) {
    if (long_.empty() && size_ + bytes.size() <= short_.size()) {
      size_ += bytes.copy(short_.data() + size_, bytes.size());
      return;
    }
    if (long_.empty()) long_.assign(short_.data(), size_);
    long_.append(bytes);
  }
  void Append(char byte) { Append({&byte, 1}); }

  operator std::string_view() const {
    return long_.empty() ? std::string_view(short_.data(), size_) : std::string_view(long_);
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

  size_t size_ = 0;
  std::array<char, kShortBytesMax> short_;
  // All of it, once it is too long.
  std::string long_;
};

}  // namespace billing::projections::keys

#endif  // BILLING_PROJECTIONS_STATE_KEY_H_
