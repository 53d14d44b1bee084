#include "projections/rows/views.h"

#include <cassert>
#include <mutex>
#include <utility>

#include "projections/rows/views_folder.h"

namespace billing::projections {
namespace {

// Its rows are of no use any more, or are folded again: how it ends matters to nobody.
void CloseGivenUp(RowStore& store) {
  store.GiveUp();
  store.Close().IgnoreError();
}

struct OpenedStore {
  std::string directory;
  std::shared_ptr<RowStore> store;
};

class SwitchedViews final : public Views {
 public:
  SwitchedViews(RowStoreOptions options, ViewsFolder folder, OpenedStore live)
      : options_(std::move(options)), folder_(std::move(folder)), live_(std::move(live)) {}
  // Whoever wants the status has called Close.
  ~SwitchedViews() override { Close().IgnoreError(); }

  std::string stored_mark() const override { return live_.store->stored_mark(); }
  std::unique_ptr<const RowReader> Staged() const override { return live_.store->Staged(); }
  void Stage(std::span<const ChangedRow> rows, uint64_t position) override {
    live_.store->Stage(rows, position);
  }
  void EndBatch(uint64_t position) override { live_.store->EndBatch(position); }
  absl::Status Publish(uint64_t position, std::string_view mark) override {
    return live_.store->Publish(position, mark);
  }
  bool border_due() const override { return live_.store->border_due(); }
  void BeginServing() override { live_.store->BeginServing(); }
  std::shared_ptr<const Version> Current() const override {
    // Under the lock: a store that was switched away from is closed soon.
    const std::lock_guard lock(mutex_);
    return live_.store->Current();
  }
  void HoldBack(bool held) override;
  bool short_of_space() const override {
    const std::lock_guard lock(mutex_);
    return live_.store->short_of_space();
  }
  absl::Status Flush() override;
  void GiveUp() override { Live()->GiveUp(); }
  absl::Status Close() override;
  absl::Status background_status() const override {
    const std::lock_guard lock(mutex_);
    return live_.store->background_status();
  }
  uint64_t records_behind() const override {
    const std::lock_guard lock(mutex_);
    return live_.store->records_behind();
  }

  bool HasNext() const override { return folder_.HasNext(); }
  absl::StatusOr<RowStore*> OpenNext() override;
  absl::Status DropNext() override;
  void LeaveNext() override { TakeNext(); }
  absl::Status SwitchToNext() override;
  absl::StatusOr<bool> RemoveOld() override;
  void GiveUpNext() override;

 private:
  std::shared_ptr<RowStore> Live() const {
    const std::lock_guard lock(mutex_);
    return live_.store;
  }
  // Ends its use, without writing what is only in memory: where it was, empty when there
  // was none.
  std::string TakeNext();
  absl::StatusOr<std::unique_ptr<RowStore>> OpenToBuild(const std::string& directory) const;

  const RowStoreOptions options_;
  // The builder's. The old one was live before the switch; its store is null once it is
  // closed, its directory empty once it is removed.
  ViewsFolder folder_;
  OpenedStore old_;

  // Over which stores these are. The writer's own calls read live_ without it: it is changed
  // only while the writer stands still.
  mutable std::mutex mutex_;
  OpenedStore live_;
  OpenedStore next_;
  bool held_back_ = false;
};

absl::StatusOr<std::unique_ptr<RowStore>> SwitchedViews::OpenToBuild(
    const std::string& directory) const {
  RowStoreOptions options = options_;
  options.directory = directory;
  options.building = true;
  return RowStore::Open(options);
}

void SwitchedViews::HoldBack(bool held) {
  const std::lock_guard lock(mutex_);
  held_back_ = held;
  live_.store->HoldBack(held);
  if (next_.store != nullptr) next_.store->HoldBack(held);
}

absl::Status SwitchedViews::Flush() {
  for (;;) {
    const std::shared_ptr<RowStore> store = Live();
    absl::Status status = store->Flush();
    // One that was switched away from meanwhile was given up.
    if (!absl::IsCancelled(status) || store == Live()) return status;
  }
}

absl::StatusOr<RowStore*> SwitchedViews::OpenNext() {
  assert(next_.store == nullptr);
  const std::string directory = folder_.next();
  const bool is_left = folder_.HasNext();
  auto next = OpenToBuild(directory);
  if (!next.ok() && is_left) {
    // One that could not be dropped, as the disk may name it as live, is left too.
    if (absl::Status stays = folder_.StayLive(); !stays.ok()) return stays;
    absl::Status removed = DestroyRowStore(directory);
    if (!removed.ok()) return removed;
    next = OpenToBuild(directory);
  }
  if (!next.ok()) return next.status();
  const std::lock_guard lock(mutex_);
  next_ = {directory, *std::move(next)};
  next_.store->HoldBack(held_back_);
  return next_.store.get();
}

std::string SwitchedViews::TakeNext() {
  OpenedStore next;
  {
    const std::lock_guard lock(mutex_);
    std::swap(next, next_);
  }
  if (next.store != nullptr) CloseGivenUp(*next.store);
  return next.directory;
}

absl::Status SwitchedViews::DropNext() {
  const std::string directory = TakeNext();
  if (directory.empty()) return absl::OkStatus();
  // What the disk may name as live stays.
  if (absl::Status stays = folder_.StayLive(); !stays.ok()) return stays;
  return DestroyRowStore(directory);
}

absl::Status SwitchedViews::SwitchToNext() {
  assert(old_.directory.empty() && next_.store != nullptr);
  assert(next_.store->Current()->position() == live_.store->Current()->position());
  absl::Status status = next_.store->background_status();
  if (status.ok()) status = folder_.MakeNextLive();
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  // Whoever gave it up meanwhile ends; the next start finds it live. Any other failure since is
  // the live one's.
  status = next_.store->background_status();
  if (absl::IsCancelled(status)) return status;
  next_.store->BeginServing();
  old_ = std::exchange(live_, std::exchange(next_, {}));
  return absl::OkStatus();
}

absl::StatusOr<bool> SwitchedViews::RemoveOld() {
  if (old_.store != nullptr) CloseGivenUp(*old_.store);
  old_.store = nullptr;
  if (old_.directory.empty()) return true;
  absl::Status removed = DestroyRowStore(old_.directory);
  if (absl::IsFailedPrecondition(removed)) return false;
  // Tried once: the next start removes what is left.
  old_.directory.clear();
  if (!removed.ok()) return removed;
  return true;
}

void SwitchedViews::GiveUpNext() {
  const std::lock_guard lock(mutex_);
  if (next_.store != nullptr) next_.store->GiveUp();
}

absl::Status SwitchedViews::Close() {
  TakeNext();
  if (old_.store != nullptr) CloseGivenUp(*old_.store);
  old_.store = nullptr;
  return live_.store->Close();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Views>> Views::Open(const ViewsOptions& options) {
  auto folder =
      options.anew ? ViewsFolder::MakeAnew(options.folder) : ViewsFolder::Open(options.folder);
  if (!folder.ok()) return folder.status();
  RowStoreOptions live_options = options.store;
  live_options.directory = folder->live();
  auto live = RowStore::Open(live_options);
  if (!live.ok()) return live.status();
  absl::Status cleaned = folder->RemoveStale();
  if (!cleaned.ok()) return cleaned;
  OpenedStore opened{folder->live(), *std::move(live)};
  return std::make_unique<SwitchedViews>(options.store, *std::move(folder), std::move(opened));
}

}  // namespace billing::projections
