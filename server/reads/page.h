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
#include <utility>
#include <vector>

#include "google/protobuf/message.h"
#include "google/protobuf/repeated_field.h"

namespace billing::server {

inline constexpr int kPageSizeDefault = 50;
inline constexpr int kPageSizeMax = 500;
// A page ends before the row that would bring its rows over this many bytes, for together they
// would be more than a client takes; the first row is always in it, even a fact of megabytes.
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

// Fills a page with rows, and says when it ends.
class PageMeter {
 public:
  explicit PageMeter(size_t rows_max) : rows_max_(rows_max) {}
  bool full() const { return rows_ >= rows_max_ || bytes_ >= kPageBytes || left_one_; }
  // Whether a row was left to the next page, with which the page would be too large.
  bool left_one() const { return left_one_; }
  size_t rows_left() const { return rows_max_ - rows_; }

  // Adds a message, string or bytes to the page's `rows`; false, and it is left to the next page,
  // when the page is full or would be too large. The first always fits.
  template <class Row>
  bool Add(Row row, google::protobuf::RepeatedPtrField<Row>& rows) {
    const size_t bytes = BytesOf(row);
    if (rows_ > 0 && bytes_ + bytes > kPageBytes) left_one_ = true;
    if (full()) return false;
    *rows.Add() = std::move(row);
    Count(bytes);
    return true;
  }
  // For a row that is in the page already, and too small ever to make it too large.
  void Count(size_t bytes) {
    ++rows_;
    bytes_ += bytes;
  }

 private:
  static size_t BytesOf(const std::string& row) { return row.size(); }
  static size_t BytesOf(const google::protobuf::Message& row) { return row.ByteSizeLong(); }

  const size_t rows_max_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
  bool left_one_ = false;
};

// Cursors of several parts: texts and numbers one after another, each behind its length.
std::string JoinCursor(const std::vector<std::string>& parts);
// Nothing when it does not hold exactly `count` parts.
std::optional<std::vector<std::string>> SplitCursor(std::string_view cursor, size_t count);

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_PAGE_H_
