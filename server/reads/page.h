// Pages: their bounds, and the opaque tokens that continue them.
//
// A token is base64url of: version (1 byte), check (16 bytes), cursor. The cursor is what
// the read needs to go on; the check covers it and every field of the request but
// page_size, page_token and min_position. So a token of another request or one that was
// altered is refused. It carries no authority: roles are judged anew for every page.
#ifndef BILLING_SERVER_READS_PAGE_H_
#define BILLING_SERVER_READS_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"

namespace billing::server {

inline constexpr int kPageSizeDefault = 50;
inline constexpr int kPageSizeMax = 500;
// A page ends with the row that brings it to this many bytes.
inline constexpr size_t kPageBytes = size_t{1} << 20;
// Rows or records that one page may examine without showing them; then it ends early,
// possibly empty, with a token.
inline constexpr size_t kExaminedMax = 5'000;

// The token's cursor, or nothing when the token is not of a request with this digest.
std::optional<std::string> CursorIn(std::string_view token, std::string_view digest);
std::string TokenOf(std::string_view cursor, std::string_view digest);
// 32 bytes, over every field but page_size, page_token and min_position.
std::string DigestOf(const google::protobuf::Message& request);

struct PageQuery {
  // The token of the page that goes on after `cursor`.
  std::string TokenAt(std::string_view cursor) const { return TokenOf(cursor, DigestOf(*request)); }

  size_t size = kPageSizeDefault;
  // Where the page before ended; nothing: from the start.
  std::optional<std::string> after;
  // What asks for the page; outlives it.
  const google::protobuf::Message* request = nullptr;
};

// Counts the rows of a page.
class PageMeter {
 public:
  explicit PageMeter(size_t rows_max) : rows_max_(rows_max) {}
  bool full() const { return rows_ >= rows_max_ || bytes_ >= kPageBytes; }
  // For rows that may be large: the first always fits.
  bool Fits(size_t bytes) const { return rows_ == 0 || bytes_ + bytes <= kPageBytes; }
  void Count(const google::protobuf::Message& row) { Count(row.ByteSizeLong()); }
  void Count(size_t bytes) {
    ++rows_;
    bytes_ += bytes;
  }
  size_t rows_left() const { return rows_max_ - rows_; }

 private:
  const size_t rows_max_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
};

// Cursors of several parts: texts and numbers one after another, each behind its length.
std::string JoinCursor(const std::vector<std::string>& parts);
// Nothing when it does not hold exactly `count` parts.
std::optional<std::vector<std::string>> SplitCursor(std::string_view cursor, size_t count);

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_PAGE_H_
