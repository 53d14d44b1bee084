// The engine: one writer thread takes whatever commands are waiting, judges each
// against the state that all earlier ones left, appends the facts of all of them in one
// synced write, publishes the changed rows to readers at once, and only then answers.
// So there are no locks to take and no conflicts to retry.
//
// Knows nothing of gRPC.
#ifndef BILLING_SERVER_ENGINE_ENGINE_H_
#define BILLING_SERVER_ENGINE_ENGINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "aggregates/judge/judge.h"
#include "aggregates/kernel/context.h"
#include "aggregates/kernel/time.h"
#include "aggregates/request/request.h"
#include "billing/storage/v1/record.pb.h"
#include "eventstore/event_log.h"
#include "eventstore/integrity/anchor.h"
#include "eventstore/vault/vault.h"
#include "projections/rows/views.h"
#include "server/clock.h"
#include "server/engine/batch_report.h"
#include "server/engine/checkpoints.h"

namespace billing::server {

// Building the read models anew while they serve.
struct RebuildStatus {
  bool running = false;
  // How far the new ones have come, also after the end.
  uint64_t position = 0;
  // When it began, or was gone on with after an interruption; microseconds since 1970.
  int64_t start_us = 0;
  // Why the last one failed; empty when it did not.
  std::string error = {};
};

struct RebuildEnd {
  // ResourceExhausted: there is no disk space for a second set of rows.
  absl::Status status;
  uint64_t records = 0;  // folded, those before an interruption included
  int64_t us = 0;        // since it began or was gone on with
};

// All are called from the rebuild's own thread; they must not block. Null: nobody listens.
struct RebuildListener {
  // `position` > 0: an interrupted one is gone on with from there.
  std::function<void(uint64_t position)> began = nullptr;
  std::function<void(const RebuildEnd&)> ended = nullptr;
  // Rows that are of no use any more could not be removed; the next start tries again.
  std::function<void(const absl::Status&)> left = nullptr;
};

struct EngineOptions {
  // Commands that may wait; one more is answered kOverloaded.
  size_t queue_max = 8'192;
  // Commands of one synced append, and their records and bytes: the command that reaches one
  // of the latter two is the batch's last, so that EventLog's bounds are far.
  size_t batch_commands_max = 2'048;
  size_t batch_records_max = 16'384;
  size_t batch_bytes_max = size_t{8} << 20;
  // A batch is appended once it has been judged this long or has this many commands, if not before
  // for want of commands, and if not later because the one before is still being appended: enough
  // that an append costs each command little, and no more, for its commands wait for their
  // answers, and with them callers who send the next ones when they have them.
  int64_t batch_us = 5'000;
  size_t batch_commands_due = 128;
  // When no command waits, the writer appends a batch of at most so many by itself: waking a thread
  // for it would cost a lone caller more than it gains. While it appends more, others come.
  size_t batch_commands_alone = 32;
  // Recorded refusals per account, principal and minute; 0: no limit.
  uint32_t refusals_per_minute = 600;
  // Below this much free disk space writes are refused and rows are held back.
  uint64_t free_bytes_min = uint64_t{512} << 20;
  // The file system that free_bytes_min is about.
  std::string data_directory;
  // Told whenever that has less than free_bytes_min left, also at the start, and when it has as
  // much again; must not block. Null: nobody listens.
  std::function<void(bool full)> space_changed = nullptr;
  // Start although the clock is behind the last record, and hold time until it is not.
  bool accept_clock = false;
  // Asked again and again while rows are rolled forward; true ends the start. Null: never.
  std::function<bool()> stop_requested;
  RebuildListener rebuild_listener;
  // Told of every batch that left records, from the writer's thread, before its commands are
  // answered; must not block. Null: nobody listens.
  std::function<void(const BatchReport&)> batch_written = nullptr;
  // Threads that read a command's rows before the writer gets it, while they have to come from the
  // disk: it answers many at once as fast as one. Source: design page "The house", What is stored.
  size_t rehearsal_threads = 8;
  // What a thread has had read from the disk, in blocks of 512 bytes. Null: what the kernel counts.
  std::function<uint64_t()> disk_blocks_read = nullptr;
  // While its new rows are further than this many records behind the head, a rebuild lets
  // commands go first; then they are made durable and take the place of the old. Source: design
  // page "The house", What is stored.
  uint64_t rebuild_gap_max = 4'096;
};

// What the engine works on; only main names concrete ones. All outlive the engine.
struct EngineParts {
  eventstore::EventLog& log;
  eventstore::Anchor& anchor;
  eventstore::Vault& vault;
  projections::Views& rows;
  Clock& clock;
  // They sign checkpoints: the current one, and while it is new the one before. At least one.
  std::vector<eventstore::SigningKey> signing_keys;
};

struct Receipt {
  uint64_t position = 0;  // of the command's last record
  int64_t commit_time_us = 0;
  std::string leaf_hash;  // 32 bytes
  bool replayed = false;
};

// Success, NothingChanged included.
struct Accepted {
  std::string account_id;
  // Never null: whole, names relative, personal fields sealed, vault secrets in clear. Moved on
  // several times, which a message's own move would make dear.
  std::unique_ptr<storage::v1::Answer> answer;
  Receipt receipt;
  // What the caller may see of the account, also for a repeat by the roles of now. Empty, which
  // hides everything, when the answer has no card, charge or transfer, which alone have something
  // to hide; and when the roles could not be read, for the command has happened.
  judge::Sight sight = {};
};

// The command was refused by a rule.
struct Refused {
  // Of the stream: the receiving account's for a recipient's command on a transfer.
  std::string account_id;
  // As in the log: names relative; `request` may be unset. ROLE_REQUIRED,
  // BILLING_ACCOUNT_NOT_FOUND and INVALID_REQUEST are here too, though not recorded.
  billing::v1::CommandRefused refusal;
  uint64_t position = 0;        // judged at
  uint64_t event_position = 0;  // of its record; 0: not recorded
  bool replayed = false;
  // With INVALID_REQUEST: the field that only the account's state shows to be wrong, and why.
  std::string bad_field = {};
  std::string bad_field_description = {};
};

// The command was not judged, or its outcome is not known.
struct NotDone {
  enum class Kind {
    kOverloaded,       // the queue is full
    kRefusalLimit,     // refusals_per_minute
    kStorageFull,      // below free_bytes_min, or no space for the rows
    kStopping,         // draining, or failed before anything was appended: it did nothing
    kClockSuspect,     // the clock ran away from the monotonic one
    kCancelled,        // the caller gave up, or its deadline passed, before it was judged
    kRequestIdReused,  // the request id names another request
    kUnknown,          // storage failed: it, or what it repeats, may have happened or not
    kReadFailed,       // a state could not be read: it did nothing
  };
  Kind kind;
  std::string detail;  // for the log; never shown to callers
};

using Outcome = std::variant<Accepted, Refused, NotDone>;

struct Submission {
  request::Request request;
  kernel::Caller caller;
  // W3C traceparent of the call; empty: none.
  std::string trace_parent;
  // Asked once, when the command is taken up: true when the caller is gone or its
  // deadline has passed.
  std::function<bool()> abandoned;
  // Never kOverloaded, however much waits: whoever sets it bounds how many such commands it
  // has given and not been answered.
  bool room_reserved = false;
  // Called exactly once: from a thread of the engine or, with kOverloaded, kStopping and kUnknown,
  // from within Submit. Must not block.
  std::function<void(Outcome)> done;
};

class Engine {
 public:
  // Brings the rows up to the log's head, compares log, views and anchor, and starts
  // the writer.
  //   DataLoss            the log ends before the anchor or the views, or is another
  //                       log; the message names the positions that are missing. Or the
  //                       newest checkpoint was signed over other records. Or
  //                       keys that the log has taken are missing. Or neither log nor
  //                       anchor say anything, but there are keys or views
  //   FailedPrecondition  the clock is more than 5 minutes behind the last record
  //   Cancelled           `stop_requested` said so
  //   ResourceExhausted   the rows are far behind the log, and the disk is too full to
  //                       bring them up to it
  static absl::StatusOr<std::unique_ptr<Engine>> Start(const EngineOptions& options,
                                                       const EngineParts& parts);
  virtual ~Engine() = default;

  // Queues a command; those of one thread are judged in their order. Never blocks. Thread-safe.
  // `validate_only` requests are answered by Validate.
  virtual void Submit(Submission submission) = 0;

  // Judges without recording, against the published state. Reads rows: call it where
  // blocking is allowed.
  virtual Outcome Validate(const request::Request& request, const kernel::Caller& caller) const = 0;

  // The time for whoever acts because it has come: no command that is submitted from now
  // on is judged at an earlier one. Nothing while the clock is suspect, or behind the last
  // command's time, as after --accept-clock. Thread-safe.
  virtual std::optional<kernel::Instant> Tick() = 0;

  // What readers see. Thread-safe.
  virtual std::shared_ptr<const projections::Version> Current() const = 0;
  // Calls `reached` once: true as soon as the published position is at least
  // `position`, at once when it is; false when `deadline_us` (Clock::SteadyUs) passes,
  // waits are ended or the engine stops. From a thread of the engine or the caller's; must not
  // block, and only leave word: it may be the writer's, and many may wait for one position. False:
  // Waiters::kWaitersMax wait already; `reached` will not be called.
  virtual bool Await(uint64_t position, int64_t deadline_us, std::function<void(bool)> reached) = 0;

  // No position is waited for any more: whoever waits is told false, as is whoever comes and would
  // have to. Thread-safe.
  virtual void EndWaits() = 0;

  virtual const eventstore::EventLog& log() const = 0;
  // Kept once a second while there is news and space for it, on start and on Stop.
  virtual Checkpoints& checkpoints() = 0;
  virtual const eventstore::Vault& vault() const = 0;
  virtual const Clock& clock() const = 0;
  // The time that a command would have if it were taken up now: never before that of the
  // log's last command, whatever the clock says. Thread-safe.
  virtual kernel::Instant Now() const = 0;

  // Starts to build all read models anew from the log, beside those that serve; when they
  // have caught up they take their place between two batches. A process that ends meanwhile
  // leaves it to the next one. FailedPrecondition: one is under way. Thread-safe.
  virtual absl::Status RebuildViews() = 0;

  // Positions and load, for status and metrics.
  struct Status {
    uint64_t head = 0;
    uint64_t records_behind = 0;  // published, not yet in the views database
    size_t queued = 0;
    uint64_t batches = 0;
    uint64_t commands = 0;
    uint64_t rehearsed = 0;      // commands whose rows were read ahead, because of a slow disk
    bool failed = false;         // storage failed: the process must end
    bool storage_full = false;   // commands are refused
    bool clock_suspect = false;  // commands are refused
    int64_t start_us = 0;        // when the engine started, by the wall clock
    RebuildStatus rebuild;
    // How far the clock was behind the log's last command at the start: time stands still
    // until it has caught up. 0: it was not.
    int64_t clock_behind_us = 0;
  };
  virtual Status GetStatus() const = 0;
  // Called once, when storage fails: from a thread of the engine; from within OnFailure when it has
  // already. Must not block, nor call OnFailure.
  virtual void OnFailure(std::function<void(absl::Status)> failed) = 0;

  // Refuses new commands, finishes those queued, keeps a last checkpoint, writes the rows,
  // syncs the anchor: each of the last three whatever became of the others, the first failure is
  // returned. None of them once storage had failed: that failure is.
  virtual absl::Status Stop() = 0;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_ENGINE_H_
