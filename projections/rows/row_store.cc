#include "projections/rows/row_store.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "projections/rows/database.h"
#include "projections/rows/layer.h"
#include "projections/rows/run.h"
#include "projections/rows/settings.h"
#include "projections/rows/shown_sources.h"
#include "projections/rows/snapshot.h"
#include "projections/rows/version.h"

namespace billing::projections {
namespace {

constexpr size_t kBuildingLayerBytesMax = size_t{32} << 20;
// An idle layer of this part of a full one, or more, is not little.
constexpr size_t kIdleLayerPart = 8;
// How often it is looked whether merging has caught up.
constexpr std::chrono::milliseconds kMergePoll{10};
// How long after it found the disk full the flusher tries again.
constexpr std::chrono::milliseconds kSpacePoll{1'000};

absl::Status NoSpace() {
  return absl::ResourceExhaustedError("views: rows stay in memory: there is no disk space");
}

// The layer that fills is the writer's; a full one is frozen and handed to the flusher
// thread, which writes it and replaces it by a newer snapshot. A layer is frozen only at
// a border of published batches, so the snapshot is never newer than a published
// position.
class WriteBehindStore final : public RowStore {
 public:
  WriteBehindStore(const RowStoreOptions& options, std::shared_ptr<Database> database,
                   Border stored);
  ~WriteBehindStore() override;

  std::string stored_mark() const override {
    const Lock lock(mutex_);
    return stored_.mark;
  }
  std::unique_ptr<const RowReader> Staged() const override {
    return std::make_unique<StagedRows>(shown_);
  }
  void Stage(std::span<const ChangedRow> rows, uint64_t position) override;
  void EndBatch(uint64_t position) override;
  absl::Status Publish(uint64_t position, std::string_view mark) override;
  bool border_due() const override { return border_due_; }
  void BeginServing() override;
  std::shared_ptr<const Version> Current() const override;
  void HoldBack(bool held) override;
  bool short_of_space() const override { return held_back_ || out_of_space_; }
  absl::Status Flush() override;
  void GiveUp() override;
  absl::Status Close() override;
  absl::Status background_status() const override {
    const Lock lock(mutex_);
    return failure_;
  }
  uint64_t records_behind() const override {
    const Lock lock(mutex_);
    return Behind();
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  // REQUIRES of all that follow, unless they say so: mutex_ is held.
  uint64_t Behind() const { return published_.position - stored_.position; }
  bool is_building() const { return finds_ == Layer::Finds::kBySearch; }
  size_t LayerBytes() const {
    return is_building() ? std::min(options_.layer_bytes, kBuildingLayerBytesMax)
                         : options_.layer_bytes;
  }
  bool IsFull() const;
  bool IsDue() const;
  // Of an idle layer: it has rows, and enough of them, or has had for long enough.
  bool IsWorthARun() const;
  // It serves, and runs are still merged as while it was built.
  bool MergesAreToSettle() const {
    return !is_building() && database_->runs_to_merge() != kRunsToMergeServing;
  }
  void BeginStaging(uint64_t position);
  void Freeze();
  void Show(std::shared_ptr<const Sources> sources);
  absl::Status WriteAll(Lock& lock, uint64_t position);

  // From one run of an idle store to the next. Needs no mutex.
  std::chrono::milliseconds RestBetweenRuns() const;

  // The flusher thread. The first and the last need no mutex.
  void RunFlusher();
  void WaitForWork(Lock& lock);
  void StandStill(Lock& lock);
  void WriteOut(Lock& lock);
  absl::Status WriteToDatabase(const Layer& layer, const Border& border, bool settle_merges);

  const RowStoreOptions options_;
  std::shared_ptr<Database> database_;

  mutable std::mutex mutex_;
  std::condition_variable work_;     // for the flusher
  std::condition_variable drained_;  // the flusher wrote a layer, or failed
  Border published_;
  Border stored_;
  absl::Status failure_;
  // Changed under the mutex.
  std::atomic<bool> held_back_ = false;
  std::atomic<bool> out_of_space_ = false;
  bool closing_ = false;
  bool stopping_ = false;
  absl::Status closed_;  // what Close gave
  uint64_t publishes_ = 0;
  // A caller of Flush waits for this position.
  uint64_t flush_position_ = 0;

  // Changed by the writer under the mutex, so it alone may read it without. While it is
  // set, the flusher leaves `filling_` alone.
  bool staging_ = false;
  std::thread::id writer_;
  uint64_t staged_position_ = 0;
  // The writer's.
  bool border_due_ = false;

  // How rows in the layers are found.
  Layer::Finds finds_;
  std::shared_ptr<Layer> filling_;
  // The one after it, made ahead by the flusher: memory for a large index takes long to get.
  // Null: none is; then it begins small.
  std::shared_ptr<Layer> prepared_;
  std::shared_ptr<const Layer> writing_;
  Border writing_border_;
  // When an idle layer with little in it may be written next.
  std::chrono::steady_clock::time_point next_small_run_;
  std::shared_ptr<const Snapshot> snapshot_;

  // Shown under the mutex, but for the end.
  ShownSources shown_;

  std::thread flusher_;
};

WriteBehindStore::WriteBehindStore(const RowStoreOptions& options,
                                   std::shared_ptr<Database> database, Border stored)
    : options_(options),
      database_(std::move(database)),
      published_(stored),
      stored_(std::move(stored)),
      finds_(options_.building ? Layer::Finds::kBySearch : Layer::Finds::kByIndex),
      filling_(std::make_shared<Layer>(finds_)),
      snapshot_(std::make_shared<Snapshot>(database_)) {
  filling_->EndBatch(published_.position);
  Show(std::make_shared<Sources>(Sources{filling_, nullptr, snapshot_}));
  next_small_run_ = std::chrono::steady_clock::now() + RestBetweenRuns();
  flusher_ = std::thread([this] { RunFlusher(); });
}

// Whoever wants the status has called Close.
WriteBehindStore::~WriteBehindStore() { Close().IgnoreError(); }

void WriteBehindStore::Stage(std::span<const ChangedRow> rows, uint64_t position) {
  assert(rows.empty() || rows.front().key >= kFirstKey);
  if (!staging_) BeginStaging(position);
  assert(position >= staged_position_);
  staged_position_ = position;
  filling_->Put(rows, position);
}

void WriteBehindStore::BeginStaging(uint64_t position) {
  const Lock lock(mutex_);
  assert(!closing_ && position > published_.position);
  staging_ = true;
  staged_position_ = position;
  writer_ = std::this_thread::get_id();
}

void WriteBehindStore::EndBatch(uint64_t position) {
  assert(!staging_ || position >= staged_position_);
  // Only while something is staged the layer is the writer's alone.
  if (staging_) filling_->EndBatch(position);
}

absl::Status WriteBehindStore::Publish(uint64_t position, std::string_view mark) {
  Lock lock(mutex_);
  assert(!closing_ && position >= published_.position);
  assert(!staging_ || position >= staged_position_ || position == filling_->batch_end());
  staging_ = staging_ && staged_position_ > position;
  published_ = Border{position, std::string(mark)};
  ++publishes_;
  filling_->EndBatch(position);
  Show(shown_.Now().sources);
  border_due_ = false;
  for (;;) {
    if (!failure_.ok()) return failure_;
    if (short_of_space()) return absl::OkStatus();
    const bool is_due = writing_ == nullptr && IsDue();
    if (staging_) {
      border_due_ = is_due || IsFull();
      return absl::OkStatus();
    }
    if (is_due) Freeze();
    if (writing_ == nullptr || !IsFull()) return absl::OkStatus();
    drained_.wait(lock);
  }
}

void WriteBehindStore::BeginServing() {
  const Lock lock(mutex_);
  assert(!staging_);
  finds_ = Layer::Finds::kByIndex;
  filling_->BuildIndex();
}

bool WriteBehindStore::IsFull() const {
  return filling_->bytes() >= LayerBytes() || Behind() >= options_.records_behind_max;
}

bool WriteBehindStore::IsDue() const {
  return Behind() > 0 &&
         (filling_->bytes() >= LayerBytes() || Behind() >= options_.records_behind_max / 2 ||
          flush_position_ > stored_.position);
}

bool WriteBehindStore::IsWorthARun() const {
  return Behind() > 0 && (filling_->bytes() >= LayerBytes() / kIdleLayerPart ||
                          std::chrono::steady_clock::now() >= next_small_run_);
}

std::chrono::milliseconds WriteBehindStore::RestBetweenRuns() const {
  constexpr uint64_t kMsPerSecond = 1'000;
  return std::chrono::milliseconds(database_->BytesMergedPerRun() * kMsPerSecond /
                                   options_.idle_merge_bytes_per_second);
}

void WriteBehindStore::Freeze() {
  assert(writing_ == nullptr);
  writing_ = std::move(filling_);
  writing_border_ = published_;
  filling_ = prepared_ != nullptr ? std::move(prepared_) : std::make_shared<Layer>(finds_);
  filling_->EndBatch(published_.position);
  Show(std::make_shared<Sources>(Sources{filling_, writing_, snapshot_}));
  work_.notify_one();
}

// The sources as of the published position.
void WriteBehindStore::Show(std::shared_ptr<const Sources> sources) {
  shown_.Show({published_.position, std::move(sources)});
}

std::shared_ptr<const Version> WriteBehindStore::Current() const {
  auto [position, sources] = shown_.Now();
  if (sources == nullptr) return std::make_shared<ClosedVersion>(position);
  return std::make_shared<PublishedVersion>(position, std::move(sources));
}

void WriteBehindStore::RunFlusher() {
  Lock lock(mutex_);
  while (!stopping_) {
    if (held_back_) {
      StandStill(lock);
    } else {
      WaitForWork(lock);
      if (writing_ != nullptr && !held_back_ && !stopping_) WriteOut(lock);
    }
    // Nothing is written any more: the rows stay in memory until the store is closed.
    if (!failure_.ok()) work_.wait(lock, [this] { return stopping_; });
  }
}

// Until there is a layer to write, or it is time to try one again.
void WriteBehindStore::WaitForWork(Lock& lock) {
  if (out_of_space_) {
    work_.wait_for(lock, kSpacePoll, [this] { return stopping_ || held_back_; });
    return;
  }
  const std::chrono::milliseconds idle(std::max<int64_t>(1, options_.idle_ms));
  const uint64_t publishes = publishes_;
  const bool woken =
      work_.wait_for(lock, idle, [this] { return stopping_ || held_back_ || writing_ != nullptr; });
  if (woken || publishes != publishes_ || staging_) return;
  // An idle store keeps no memory for what may not come.
  prepared_ = nullptr;
  // Merging settles with the next run, be it empty.
  if (IsWorthARun() || (MergesAreToSettle() && database_->UnmergedRuns() >= kRunsToMergeServing)) {
    Freeze();
  }
}

// While held back. Gives the mutex away.
void WriteBehindStore::StandStill(Lock& lock) {
  lock.unlock();
  absl::Status paused = database_->PauseMerges();
  lock.lock();
  if (paused.ok()) {
    work_.wait(lock, [this] { return stopping_ || !held_back_; });
    paused = database_->ContinueMerges();
  }
  if (failure_.ok()) failure_ = std::move(paused);
  drained_.notify_all();
}

void WriteBehindStore::HoldBack(bool held) {
  const Lock lock(mutex_);
  if (held_back_ == held) return;
  held_back_ = held;
  work_.notify_one();
  // Nobody shall wait for what does not happen.
  drained_.notify_all();
}

// Gives the mutex away while it writes.
void WriteBehindStore::WriteOut(Lock& lock) {
  std::shared_ptr<const Layer> layer = writing_;
  const Border border = writing_border_;
  const bool settle_merges = MergesAreToSettle();
  const bool prepares = !is_building() && prepared_ == nullptr && !closing_ && failure_.ok();
  lock.unlock();
  std::shared_ptr<Layer> prepared;
  if (prepares) {
    // The layers to come will be much like this one.
    const size_t keys = layer->keys();
    prepared = std::make_shared<Layer>(Layer::Finds::kByIndex, keys + keys / 8);
  }
  absl::Status status = WriteToDatabase(*layer, border, settle_merges);
  std::shared_ptr<const Snapshot> snapshot;
  if (status.ok()) snapshot = std::make_shared<Snapshot>(database_);
  std::shared_ptr<const Sources> retired = shown_.Now().sources;
  const auto next_small_run = std::chrono::steady_clock::now() + RestBetweenRuns();
  lock.lock();

  out_of_space_ = absl::IsResourceExhausted(status);
  if (!out_of_space_ && failure_.ok()) failure_ = status;
  if (prepares) prepared_ = std::move(prepared);
  if (status.ok()) {
    stored_ = border;
    snapshot_ = std::move(snapshot);
    writing_ = nullptr;
    next_small_run_ = next_small_run;
    Show(std::make_shared<Sources>(Sources{filling_, nullptr, snapshot_}));
  }
  drained_.notify_all();

  // Freeing a layer takes long; the writer need not wait for it.
  lock.unlock();
  layer = nullptr;
  retired = nullptr;
  lock.lock();
}

absl::Status WriteBehindStore::WriteToDatabase(const Layer& layer, const Border& border,
                                               bool settle_merges) {
  if (absl::Status status = database_->Resume(); !status.ok()) return status;
  const absl::StatusOr<Run> run = WriteRun(*database_, layer, border);
  if (!run.ok()) return run.status();
  Lock lock(mutex_);
  for (;;) {
    if (!failure_.ok()) return failure_;
    if (held_back_) return NoSpace();
    const bool in_haste = closing_;
    lock.unlock();
    const absl::StatusOr<bool> has_room = database_->HasRoomForRun();
    if (!has_room.ok()) return has_room.status();
    if (in_haste || *has_room) break;
    lock.lock();
    work_.wait_for(lock, kMergePoll, [this] { return closing_ || held_back_ || !failure_.ok(); });
  }
  const absl::Status ingested = IngestRun(*database_, *run);
  if (!ingested.ok() || !settle_merges) return ingested;
  return database_->SetRunsToMerge(kRunsToMergeServing);
}

// Waits until everything up to `position` is stored, or cannot be.
absl::Status WriteBehindStore::WriteAll(Lock& lock, uint64_t position) {
  while (failure_.ok() && stored_.position < position) {
    if (short_of_space()) return NoSpace();
    if (writing_ == nullptr && (!staging_ || closing_)) Freeze();
    drained_.wait(lock);
  }
  return failure_;
}

absl::Status WriteBehindStore::Flush() {
  Lock lock(mutex_);
  assert(!staging_ || writer_ != std::this_thread::get_id());
  flush_position_ = std::max(flush_position_, published_.position);
  return WriteAll(lock, published_.position);
}

void WriteBehindStore::GiveUp() {
  const Lock lock(mutex_);
  if (failure_.ok()) failure_ = absl::CancelledError("views: the rows were given up");
  work_.notify_one();
  drained_.notify_all();
}

absl::Status WriteBehindStore::Close() {
  Lock lock(mutex_);
  if (closing_) return closed_;
  closing_ = true;
  work_.notify_one();
  closed_ = WriteAll(lock, published_.position);
  stopping_ = true;
  work_.notify_one();
  lock.unlock();
  flusher_.join();

  Show(nullptr);
  lock.lock();
  filling_ = nullptr;
  prepared_ = nullptr;
  writing_ = nullptr;
  snapshot_ = nullptr;
  // Else a reader still holds a version, and the last one closes the database.
  if (database_.use_count() == 1) {
    if (absl::Status closed = database_->Close(); closed_.ok()) closed_ = std::move(closed);
  }
  database_ = nullptr;
  return closed_;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RowStore>> RowStore::Open(const RowStoreOptions& options) {
  absl::StatusOr<std::shared_ptr<Database>> database =
      Database::Open(options.directory, options.block_cache_bytes,
                     options.building ? kRunsToMergeBuilding : kRunsToMergeServing, options.env);
  if (!database.ok()) return database.status();
  absl::StatusOr<Border> stored = (*database)->ReadBorder();
  if (!stored.ok()) return stored.status();
  return std::make_unique<WriteBehindStore>(options, *std::move(database), *std::move(stored));
}

}  // namespace billing::projections
