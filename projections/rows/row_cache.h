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
#include <tuple>
#include <vector>

namespace billing::projections {

// Each key has a few places, which it shares with others: the last ones kept are there.
// Thread-safe.
class RowCache {
 public:
  static constexpr size_t kPlaces = 32'768;
  // Of key and value; larger rows are not kept. So it is never more than 36 MiB, and with rows
  // as they are about 8 MiB.
  static constexpr size_t kRowBytesMax = 1'024;

  RowCache() : sets_(kSets) {}

  std::optional<std::string> Find(std::string_view key) const;
  // REQUIRES: `key` is not empty.
  void Keep(std::string_view key, std::string_view value);

 private:
  struct Row {
    // Empty: none is kept.
    std::string key;
    std::string value;
  };
  // The places of the keys that hash to it.
  struct Set {
    std::array<Row, 4> rows;
    // The place of the row that was kept longest ago.
    size_t oldest = 0;
  };
  static constexpr size_t kSets = kPlaces / std::tuple_size_v<decltype(Set::rows)>;
  // Many sets share a lock: it is held for as long as a row takes to copy.
  static constexpr size_t kLocks = 64;

  std::vector<Set> sets_;
  mutable std::array<std::mutex, kLocks> locks_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_ROW_CACHE_H_
