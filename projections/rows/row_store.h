// Rows over the views database: changed rows live in memory, where readers and the
// next decision see them, and go to RocksDB in sorted bulk behind the log. Knows
// nothing of the domain.
//
// One writer stages rows, then publishes a position; readers hold a Version, which
// shows exactly the rows at its position. It may end a batch, and stage the next one
// while it cannot publish the first yet. Nothing here is durable before its log is:
// after a crash the caller folds the log again from `stored_mark()`.
#ifndef BILLING_PROJECTIONS_ROWS_ROW_STORE_H_
#define BILLING_PROJECTIONS_ROWS_ROW_STORE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "projections/keyvalue/key_value.h"
#include "projections/rows/cursor.h"

namespace rocksdb {
class Env;
}

namespace billing::projections {

struct RowStoreOptions {
  // The views database's directory; made when missing.
  std::string directory;
  // Rows are built from a log, and seldom looked up, until BeginServing: putting, writing and
  // merging them cost less then, and finding them more. Their layers are smaller, too, so that
  // memory is used again while the processor's caches still have it.
  bool building = false;
  // A layer this large is written behind.
  size_t layer_bytes = size_t{64} << 20;
  // At most this many log records may lie between the stored rows and the head.
  uint64_t records_behind_max = 200'000;
  // A layer with anything in it is written after this long without a publish, at the
  // latest after twice as long; one with little in it, so seldom that what merging its runs
  // writes is no more than `idle_merge_bytes_per_second`. However small, a run is merged into up
  // to 512 MiB of rows, for it spans all keys.
  int64_t idle_ms = 1'000;
  size_t idle_merge_bytes_per_second = size_t{1} << 20;
  // Block cache for rows that left memory; indexes and filters come on top, with about
  // 1.5 bytes per row.
  size_t block_cache_bytes = size_t{128} << 20;
  // Through which the database's files are read and written; null: the machine's. Tests
  // put faults there. Outlives the store.
  rocksdb::Env* env = nullptr;
};

// One published, consistent state of all rows. Thread-safe. Hold it for one page or
// answer: it pins memory and a database snapshot. A row that cannot be read spoils this
// version alone: the next Current() tries again.
class Version : public RowReader {
 public:
  // The log position it shows.
  virtual uint64_t position() const = 0;

  // The same rows for who must not wait: as far as they lie in memory, and at most `rows_max` of
  // them, each scan counted as one more. Asked for others it fails (status()), for good, and gives
  // no more rows; so it does when it is asked to scan downwards. The version outlives it.
  // Not thread-safe.
  virtual std::unique_ptr<const RowReader> InMemory(size_t rows_max) const = 0;
};

class RowStore {
 public:
  // Opens or makes the database.
  //   FailedPrecondition  it is in use, by this process or another
  //   DataLoss            it is damaged, or not a views database
  static absl::StatusOr<std::unique_ptr<RowStore>> Open(const RowStoreOptions& options);
  // Writes what is published and closes; use Close to see its status.
  virtual ~RowStore() = default;

  // The mark that Publish was given for the newest rows that are in the database:
  // where to fold from. Empty when the database is new.
  virtual std::string stored_mark() const = 0;

  // --- the writer; one thread -------------------------------------------------

  // All rows, staged ones included, those staged later as well. Take one per command: a
  // row that cannot be read sets the status of this reader alone. Valid until the store
  // is closed.
  virtual std::unique_ptr<const RowReader> Staged() const = 0;
  // Stages changes of rows, made by the record at `position`; no value deletes one. Several at
  // once cost less than one by one: they lie far apart in memory.
  // REQUIRES: `position` is greater than the published one and the last batch's end, and not
  // less than that of any change staged before; in `rows` each key comes once, ascending; none is
  // empty or begins with a byte 0 (the store's own rows are there: no Get or Scan shows them).
  virtual void Stage(std::span<const ChangedRow> rows, uint64_t position) = 0;
  void Stage(std::string_view key, std::optional<std::string_view> value, uint64_t position) {
    const ChangedRow row{key, value};
    Stage({&row, 1}, position);
  }
  // What is staged is the state at `position`, and can be published as that while more is
  // staged already.
  // REQUIRES: `position` is not less than any staged.
  virtual void EndBatch(uint64_t position) = 0;
  // Makes staged rows visible at once, as the state at `position`: all, or those of the batch
  // that ended there. `mark` is kept with them: it is what stored_mark() gives once they are in
  // the database.
  // Blocks while both layers are full or records_behind_max is reached, until the
  // write-behind has caught up: one batch may reach past the bound, and one that was staged
  // by then; none follows. Does
  // not block while short_of_space(): memory then grows until the caller stops staging. Nor
  // while rows are staged above `position`: see border_due.
  // REQUIRES: `position` is not less than the published one; it is the last batch's end, or not
  // less than any staged.
  // Returns background_status(); the rows are visible also when it is not OK.
  virtual absl::Status Publish(uint64_t position, std::string_view mark) = 0;
  // Rows wait to be written that can only be taken over while none is staged: the writer is to
  // publish all that it staged before it stages more.
  virtual bool border_due() const = 0;

  // Ends `building`. Nothing when it has ended, or never was.
  // REQUIRES: nothing is staged.
  virtual void BeginServing() = 0;

  // --- readers; any thread ----------------------------------------------------

  virtual std::shared_ptr<const Version> Current() const = 0;

  // --- lifecycle ----------------------------------------------------------------

  // Holds back, or no longer, all that takes disk space: runs and the merging of runs. The
  // rows stay in memory meanwhile, and readable. Thread-safe; may be repeated.
  virtual void HoldBack(bool held) = 0;
  // Rows stay in memory because writing behind is held back, or found the disk full; it
  // tries again once a second. Nothing is lost, but whoever stages more fills the memory.
  // Thread-safe and cheap.
  virtual bool short_of_space() const = 0;

  // Writes everything published to the database and waits for it; ResourceExhausted when
  // that ends short of space. Thread-safe; waits for a Publish of all that is staged.
  // REQUIRES: the writer's own thread calls it only with nothing staged.
  virtual absl::Status Flush() = 0;
  // Ends all writing: rows in memory stay readable, and are folded again by whoever opens
  // the database next. Publish, Flush and Close answer Cancelled, without waiting for what
  // is under way. Thread-safe.
  virtual void GiveUp() = 0;
  // Flushes, drops what is staged and not published, and closes; later calls give the
  // same status. ResourceExhausted: rows that there was no space for are to be folded
  // again. Afterwards Current() shows no rows and an error as its status. Versions
  // that are still held stay readable: the last of them unlocks the directory.
  // REQUIRES: the writer has stopped.
  virtual absl::Status Close() = 0;
  // Not OK once writing behind has failed for another reason than a full disk, or was given
  // up: the server must stop.
  virtual absl::Status background_status() const = 0;
  // Log records that are published and not yet in the database. Thread-safe, as is
  // background_status.
  virtual uint64_t records_behind() const = 0;
};

// Removes a views database, so that it is built again from the log; OK when there is
// none. FailedPrecondition when it is in use.
absl::Status DestroyRowStore(const std::string& directory);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_ROW_STORE_H_
