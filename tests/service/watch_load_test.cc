// Watches under a load that the hub never gets to the end of.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/service/watch_fixture.h"

namespace billing::server {
namespace {

using eventstore::EventLog;
using eventstore::Position;

// What the hub hands out at a time.
constexpr uint64_t kTurn = 256;

// A log that has grown by another turn whenever the hub has read from it, as long as there is a
// load: the hub is never at its end.
class OutrunningLog final : public EventLog {
 public:
  explicit OutrunningLog(std::unique_ptr<EventLog> log) : log_(std::move(log)) {}

  absl::Status Append(Position expected_head, std::span<const std::string_view> records) override {
    absl::Status appended = log_->Append(expected_head, records);
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
    return appended;
  }
  absl::StatusOr<std::vector<eventstore::StoredRecord>> ReadAt(
      std::span<const Position> positions) const override {
    OutrunTheHub();
    return log_->ReadAt(positions);
  }
  // The hub's way to read what is new; nobody else does so here.
  absl::StatusOr<std::vector<eventstore::StoredRecord>> Read(Position from,
                                                             size_t limit) const override {
    {
      const std::lock_guard lock(mutex_);
      ++reads_;
      if (loaded_ && !hub_) hub_ = std::this_thread::get_id();
    }
    OutrunTheHub();
    return log_->Read(from, limit);
  }
  Position Head() const override { return log_->Head(); }
  const std::string& LogId() const override { return log_->LogId(); }
  absl::Status AddCheckpoint(uint64_t size, std::string_view note) override {
    return log_->AddCheckpoint(size, note);
  }
  absl::StatusOr<std::vector<eventstore::StoredCheckpoint>> ReadCheckpoints(
      uint64_t from_size, size_t limit) const override {
    return log_->ReadCheckpoints(from_size, limit);
  }
  absl::StatusOr<std::optional<eventstore::StoredCheckpoint>> NewestCheckpoint() const override {
    return log_->NewestCheckpoint();
  }
  absl::Status Close() override { return log_->Close(); }

  void SetLoaded(bool loaded) {
    const std::lock_guard lock(mutex_);
    loaded_ = loaded;
    changed_.notify_all();
  }
  // How often it has been read from.
  int reads() const {
    const std::lock_guard lock(mutex_);
    return reads_;
  }
  // Until the hub has read so often under the load.
  void AwaitTurns(int turns) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turns_ >= turns || !loaded_; });
  }

 private:
  // On any other thread this does nothing.
  void OutrunTheHub() const {
    std::unique_lock lock(mutex_);
    if (hub_ != std::this_thread::get_id()) return;
    ++turns_;
    changed_.notify_all();
    const Position began = log_->Head();
    changed_.wait(lock, [&] { return !loaded_ || log_->Head() >= began + kTurn; });
  }

  const std::unique_ptr<EventLog> log_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool loaded_ = false;
  mutable std::optional<std::thread::id> hub_;
  mutable int turns_ = 0;
  mutable int reads_ = 0;
};

// Each command is a batch of its own, and one record.
TEST_F(WatchTest, WhatComesFastIsReadAFewMillisecondsAtATime) {
  constexpr int64_t kGatherUs = 5'000;
  constexpr int kRenamed = 300;
  OutrunningLog* log = nullptr;
  wrap_log_ = [&log](std::unique_ptr<EventLog> inner) {
    auto counting = std::make_unique<OutrunningLog>(std::move(inner));
    log = counting.get();
    return counting;
  };
  Restart();
  const auto watch = Watch();
  watch->UntilCaughtUp();
  const int reads_before = log->reads();
  const int64_t began_us = clock_.SteadyUs();
  for (int i = 0; i < kRenamed; ++i) Rename("name-" + std::to_string(i));
  for (uint64_t i = 0; i < kRenamed; ++i) EXPECT_EQ(watch->NextEvent(), 4 + i);
  const int64_t took_us = clock_.SteadyUs() - began_us;
  // The first is handed out at once.
  EXPECT_LE(log->reads() - reads_before, 2 + took_us / kGatherUs);
}

// One watch is live, of what never comes, and commands come faster than it is handed them.
class WatchUnderLoadTest : public WatchTest {
 protected:
  // So many commands at most: a test that waits for the end of the load fails, and ends.
  static constexpr int kCommandsMax = 20'000;

  WatchUnderLoadTest() {
    wrap_log_ = [this](std::unique_ptr<EventLog> log) {
      auto outrunning = std::make_unique<OutrunningLog>(std::move(log));
      outrunning_ = outrunning.get();
      return outrunning;
    };
    Restart();
    request_.add_types("CardRemoved");
    live_ = Watch();
    live_->UntilCaughtUp();
    outrunning_->SetLoaded(true);
    for (int i = 0; i < 4; ++i) load_.emplace_back([this] { Load(); });
    outrunning_->AwaitTurns(4);
    request_.set_after_position(Head());
  }
  ~WatchUnderLoadTest() override { EndLoad(); }

  bool is_loaded() const { return commands_ < kCommandsMax; }
  int watchers() { return GetServerStatus({}, kOperator)->watchers(); }
  void EndLoad() {
    commands_ = kCommandsMax;
    for (std::thread& thread : load_) thread.join();
    load_.clear();
  }

 private:
  void Load() {
    for (int number = 0; (number = commands_.fetch_add(1)) < kCommandsMax;) {
      Rename("name-" + std::to_string(number));
    }
    outrunning_->SetLoaded(false);
  }

  OutrunningLog* outrunning_ = nullptr;
  std::unique_ptr<Watching> live_;
  std::atomic<int> commands_ = 0;
  std::vector<std::thread> load_;
};

TEST_F(WatchUnderLoadTest, ANewWatchIsCaughtUpWhileTheLoadGoesOn) {
  const auto watch = Watch();
  watch->UntilCaughtUp();
  EXPECT_TRUE(is_loaded()) << "it had to wait for the end of the load";
}

TEST_F(WatchUnderLoadTest, WhoLeavesIsNoticedWhileTheLoadGoesOn) {
  auto watch = Watch();
  watch->UntilCaughtUp();
  EXPECT_EQ(watchers(), 2);
  watch.reset();
  while (watchers() != 1 && is_loaded()) {
  }
  EXPECT_TRUE(is_loaded()) << "it was noticed only at the end of the load";
}

}  // namespace
}  // namespace billing::server
