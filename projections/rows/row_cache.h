// What one database snapshot gave before, by key. A command's rows are asked for again and again
// while it is judged, recorded and answered, and by the account's next one; so are its lists.
//
// What a snapshot shows never changes, so nothing here is ever wrong; it ends with its snapshot.
#ifndef BILLING_PROJECTIONS_ROWS_ROW_CACHE_H_
#define BILLING_PROJECTIONS_ROWS_ROW_CACHE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"

namespace billing::projections {

// Each key has a few places, which it shares with others: the last ones kept are there.
// Thread-safe.
class RowCache {
 public:
  // Of key and value; what is larger is not kept.
  static constexpr size_t kBytesMax = 4'096;

  struct Bounds {
    // A multiple of kPlacesPerKey.
    size_t places;
    // At most kBytesMax. So the cache never takes more than places * (bytes_max + 72).
    size_t bytes_max;
  };
  static constexpr size_t kPlacesPerKey = 8;

  explicit RowCache(const Bounds& bounds);

  // Calls `use` with the value, which lives until that returns; false, and nothing is called,
  // when it is not kept. Holds no lock meanwhile.
  bool Look(std::string_view key, absl::FunctionRef<void(std::string_view value)> use) const;
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
    // Of the keys' hashes: most rows need not be touched to see that they are others.
    std::array<uint32_t, kPlacesPerKey> marks{};
    std::array<Row, kPlacesPerKey> rows;
    // The place of the row that was kept longest ago.
    size_t oldest = 0;

    const Row* Find(uint32_t mark, std::string_view key) const;
  };
  // Many sets share a lock: it is held for as long as a row takes to copy.
  static constexpr size_t kLocks = 64;

  size_t SetOf(size_t hash) const { return hash % sets_.size(); }
  static uint32_t MarkOf(size_t hash) { return static_cast<uint32_t>(hash >> 32); }

  const size_t bytes_max_;
  std::vector<Set> sets_;
  mutable std::array<std::mutex, kLocks> locks_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_ROW_CACHE_H_
