// The views database: rows in sorted runs, and how far they reach.
//
// One row is the store's own, under the key of one byte 0: 1 (the format of the row),
// then be64 of a position, then a mark. It comes with every run, so that a run is there
// whole, with its border, or not at all.
#ifndef BILLING_PROJECTIONS_ROWS_DATABASE_H_
#define BILLING_PROJECTIONS_ROWS_DATABASE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/rows/background_errors.h"
#include "rocksdb/db.h"

namespace billing::projections {

// How far rows reach: a log position, and what the caller wants to know of it.
struct Border {
  uint64_t position = 0;
  std::string mark;
};

// The key of the border, before all other keys, and the first key that others may use.
inline constexpr std::string_view kBorderKey{"\0", 1};
inline constexpr std::string_view kFirstKey = "\1";

std::string EncodeBorder(const Border& border);

// Where the rows of a database end; position 0 and no mark when there are none.
absl::StatusOr<Border> ReadBorderOf(rocksdb::DB& db);

// Thread-safe. Closes when destroyed.
class Database {
 public:
  // Opens or makes it, and removes what an interrupted run left behind.
  //   FailedPrecondition  in use
  //   DataLoss            damaged, or another kind of database
  // `env` null: the machine's.
  static absl::StatusOr<std::shared_ptr<Database>> Open(const std::string& directory,
                                                        size_t block_cache_bytes, int runs_to_merge,
                                                        rocksdb::Env* env);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  absl::StatusOr<Border> ReadBorder() const { return ReadBorderOf(*db_); }

  // Whether another run may be ingested, or merging shall catch up first: RocksDB's own write stop
  // does not heed runs. ResourceExhausted when a merge found no space since this was last asked.
  absl::StatusOr<bool> HasRoomForRun() const;

  // Runs that are not merged into others yet: each costs every read a look.
  uint64_t UnmergedRuns() const;
  // What merging writes for each run, be it ever so small: each spans all keys, and some runs
  // together are merged into the whole level below them.
  uint64_t BytesMergedPerRun() const;
  // From how many of them on they are merged. ResourceExhausted when there is no space to note it.
  int runs_to_merge() const { return runs_to_merge_; }
  absl::Status SetRunsToMerge(int runs);

  // Merges take space before they give it back. Pausing waits for the one under way;
  // each call of it wants one of the other.
  absl::Status PauseMerges();
  absl::Status ContinueMerges();

  // Makes a database writable again that an error made read-only, when that was for lack
  // of space and there is some now; OK when it is writable, else that error.
  absl::Status Resume();

  // The file that the next run is written to before it is ingested.
  std::string RunFile() const;

  // Ends all use. REQUIRES: no snapshot or iterator is left.
  absl::Status Close();

  rocksdb::DB& db() const { return *db_; }
  const rocksdb::Options& settings() const { return settings_; }

 private:
  Database(std::string directory, rocksdb::Options settings, int runs_to_merge,
           std::shared_ptr<BackgroundErrors> errors, std::unique_ptr<rocksdb::DB> db);

  const std::string directory_;
  const rocksdb::Options settings_;
  std::atomic<int> runs_to_merge_;
  const std::shared_ptr<BackgroundErrors> errors_;
  const std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_DATABASE_H_
