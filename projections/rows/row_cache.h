// Rows of one database snapshot that were asked for before. A command's rows are asked for
// again and again while it is judged, recorded and answered, and by the account's next one.
//
// What a snapshot shows never changes, so nothing here is ever wrong; it ends with its snapshot.
#ifndef BILLING_PROJECTIONS_ROWS_ROW_CACHE_H_
#define BILLING_PROJECTIONS_ROWS_ROW_CACHE_H_

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billing::projections {

// Each key has one place, which it shares with others: the last one kept is there. Thread-safe.
class RowCache {
 public:
  static constexpr size_t kPlaces = 8'192;
  // Of key and value; larger rows are not kept. So it is never more than 9 MiB, and with rows
  // as they are about 2 MiB.
  static constexpr size_t kRowBytesMax = 1'024;

  RowCache() : places_(kPlaces) {}

  std::optional<std::string> Find(std::string_view key) const;
  // REQUIRES: `key` is not empty.
  void Keep(std::string_view key, std::string_view value);

 private:
  struct Row {
    // Empty: none is kept.
    std::string key;
    std::string value;
  };
  // Many places share a lock: it is held for as long as a row takes to copy.
  static constexpr size_t kLocks = 64;

  std::vector<Row> places_;
  mutable std::array<std::mutex, kLocks> locks_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_ROW_CACHE_H_
