// Building the read models anew while they serve.
#include "server/engine/rebuild.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "absl/strings/str_cat.h"
#include "eventstore/file/disk_space.h"
#include "gmock/gmock.h"
#include "projections/follow/follower.h"
#include "projections/state/state_reader.h"
#include "server/engine/batch_border.h"
#include "tests/engine/engine_fixture.h"

namespace billing::server {
namespace {

using ::testing::HasSubstr;

constexpr char kOperator[] = "services/operator";
constexpr int kSubscriptions = 4;

using Rows = std::map<std::string, std::string, std::less<>>;

Rows RowsIn(const projections::RowReader& reader) {
  Rows rows;
  reader.Scan({}, projections::Order::kAscending,
              [&](std::string_view key, std::string_view value) {
                rows.emplace(key, value);
                return true;
              });
  EXPECT_EQ(reader.status(), absl::OkStatus());
  return rows;
}

class RebuildTest : public EngineTest {
 protected:
  RebuildTest() {
    options_.refusals_per_minute = 0;
    // As much as can be is judged while something is appended.
    options_.batch_us = 0;
    options_.rebuild_listener = {
        .began =
            [this](uint64_t position) {
              std::unique_lock lock(mutex_);
              began_at_ = position;
              changed_.notify_all();
              changed_.wait(lock, [this] { return !hold_; });
            },
        .ended =
            [this](const RebuildEnd& end) {
              const std::lock_guard lock(mutex_);
              ended_ = end;
              changed_.notify_all();
            },
        .left = [](const absl::Status& status) { ADD_FAILURE() << status; },
    };
  }
  // Before the members that the listener uses.
  ~RebuildTest() override { engine_.reset(); }

  // The next rebuild waits once it has begun.
  void Hold() {
    const std::lock_guard lock(mutex_);
    hold_ = true;
  }
  void Release() {
    const std::lock_guard lock(mutex_);
    hold_ = false;
    changed_.notify_all();
  }
  uint64_t AwaitBegin() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return began_at_.has_value(); });
    return *std::exchange(began_at_, std::nullopt);
  }
  RebuildEnd AwaitEnd() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_.has_value(); });
    return *std::exchange(ended_, std::nullopt);
  }

  void OpenAcme() {
    StartEngine();
    Do(OpenAccount("acme"), kOperator);
    for (const char* card : {"visa", "amex"}) Do(AddCard(card));
    for (int i = 0; i < kSubscriptions; ++i) Do(Subscribe(absl::StrCat("s", i), "visa"));
  }
  // Moves all subscriptions from card to card, again and again: `count` records.
  void Move(int count) {
    for (int i = 0; i < count; ++i) {
      const Outcome outcome = Do(SetActive("s0", moves_++ % 2 == 0 ? "amex" : "visa"));
      ASSERT_TRUE(std::holds_alternative<Accepted>(outcome));
    }
  }

  // Every row, as a fold of the whole log gives it.
  Rows Folded() const {
    projections::Follower follower(log_->LogId());
    projections::MapRows rows;
    const auto records = log_->Read(1, log_->Head());
    for (const auto& record : *records) {
      const absl::Status taken = follower.Take(record, rows);
      if (!taken.ok()) ADD_FAILURE() << taken;
    }
    return rows.rows();
  }
  void ExpectRowsOfTheLog() {
    EXPECT_EQ(engine_->Current()->position(), log_->Head());
    EXPECT_EQ(RowsIn(*engine_->Current()), Folded());
  }

  // Some bytes in the middle of every file of rows: not where the border row is, which a
  // start reads.
  void DamageTables(const std::string& folder) {
    int damaged = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / folder)) {
      if (entry.path().extension() != ".sst") continue;
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
      file << "damaged";
      ++damaged;
    }
    ASSERT_GT(damaged, 0);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool hold_ = false;
  std::optional<uint64_t> began_at_;
  std::optional<RebuildEnd> ended_;
  int moves_ = 0;
};

TEST_F(RebuildTest, EndsByteEqualToAFoldOfTheLogWhileCommandsAndReadsGoOn) {
  // Both ways of folding are gone: with rests while commands come in, and without.
  options_.rebuild_gap_max = 500;
  OpenAcme();
  Move(1'500);  // more than are folded at a time
  std::atomic<bool> done = false;
  std::atomic<uint64_t> reads = 0;
  std::thread reader([&] {
    uint64_t position = 0;
    while (!done) {
      const auto version = engine_->Current();
      EXPECT_GE(version->position(), position);
      position = version->position();
      const projections::StateReader states(*version);
      const auto visa = states.Card(1, *kernel::CardId::Parse("visa"));
      const auto amex = states.Card(1, *kernel::CardId::Parse("amex"));
      EXPECT_EQ(version->status(), absl::OkStatus());
      ASSERT_TRUE(visa && amex);
      // All move at once: a reader never sees some of them here and some there.
      EXPECT_EQ(visa->holders.Total() + amex->holders.Total(), kSubscriptions);
      EXPECT_EQ(visa->holders.Total() % kSubscriptions, 0u);
      ++reads;
    }
  });
  std::thread writer([&] {
    while (!done) Move(1);
  });
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(engine_->RebuildViews(), absl::OkStatus());
    EXPECT_EQ(AwaitBegin(), 0u);
    const RebuildEnd end = AwaitEnd();
    EXPECT_EQ(end.status, absl::OkStatus());
    EXPECT_GE(end.records, 1'500u);
    EXPECT_FALSE(engine_->GetStatus().rebuild.running);
    EXPECT_EQ(engine_->GetStatus().rebuild.error, "");
  }
  done = true;
  writer.join();
  reader.join();
  EXPECT_GT(reads, 0u);
  ExpectRowsOfTheLog();
  Move(10);
  ExpectRowsOfTheLog();

  StopEngine();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "views"));
  StartEngine();
  ExpectRowsOfTheLog();
}

TEST_F(RebuildTest, ASecondOneAtTheSameTimeIsRefused) {
  OpenAcme();
  Hold();
  ASSERT_EQ(engine_->RebuildViews(), absl::OkStatus());
  AwaitBegin();
  EXPECT_TRUE(engine_->GetStatus().rebuild.running);
  EXPECT_EQ(engine_->GetStatus().rebuild.start_us, kNoonUs);
  EXPECT_TRUE(absl::IsFailedPrecondition(engine_->RebuildViews()));
  Release();
  EXPECT_EQ(AwaitEnd().status, absl::OkStatus());
  EXPECT_EQ(engine_->RebuildViews(), absl::OkStatus());
  EXPECT_EQ(AwaitEnd().status, absl::OkStatus());
}

TEST_F(RebuildTest, MendsADamagedTableWithoutAStop) {
  OpenAcme();
  Move(1'500);
  StopEngine();
  DamageTables("views");
  StartEngine();
  const auto broken = engine_->Current();
  broken->Scan({}, projections::Order::kAscending, [](auto, auto) { return true; });
  ASSERT_FALSE(broken->status().ok());
  ASSERT_EQ(engine_->RebuildViews(), absl::OkStatus());
  EXPECT_EQ(AwaitEnd().status, absl::OkStatus());
  ExpectRowsOfTheLog();
  Move(1);
  ExpectRowsOfTheLog();
}

TEST_F(RebuildTest, AnInterruptedOneIsGoneOnWithByTheNextStart) {
  OpenAcme();
  Move(2'000);
  StopEngine();
  uint64_t stored = 0;
  {
    const auto views = projections::Views::Open({.folder = folder_});
    auto next = (*views)->OpenNext();
    ASSERT_TRUE(next.ok()) << next.status();
    projections::Follower follower(log_->LogId());
    RollForward roll(*log_, follower, **next);
    ASSERT_EQ(roll.Step(log_->Head()), absl::OkStatus());
    ASSERT_EQ((*next)->Flush(), absl::OkStatus());
    stored = follower.position();
    ASSERT_LT(stored, log_->Head());
  }
  StartEngine();
  EXPECT_EQ(AwaitBegin(), stored);
  EXPECT_EQ(AwaitEnd().status, absl::OkStatus());
  ExpectRowsOfTheLog();
  StopEngine();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "views"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "views-2"));
}

TEST_F(RebuildTest, WhatIsLeftOfAnotherLogIsBegunAnew) {
  OpenAcme();
  StopEngine();
  for (const std::string& mark : {std::string("no mark"), [] {
                                    projections::Follower other(std::string(32, 'f'));
                                    return other.Mark();
                                  }()}) {
    {
      const auto views = projections::Views::Open({.folder = folder_});
      auto next = (*views)->OpenNext();
      (*next)->Stage("\x01 foreign", "row", 1);
      ASSERT_EQ((*next)->Publish(1, mark), absl::OkStatus());
      ASSERT_EQ((*next)->Flush(), absl::OkStatus());
    }
    StartEngine();
    EXPECT_EQ(AwaitBegin(), 0u);
    EXPECT_EQ(AwaitEnd().status, absl::OkStatus());
    ExpectRowsOfTheLog();
    StopEngine();
  }
}

TEST_F(RebuildTest, StoppingOnTheWayLeavesTheOldOnesAndIsTakenUpAgain) {
  OpenAcme();
  Hold();
  ASSERT_EQ(engine_->RebuildViews(), absl::OkStatus());
  AwaitBegin();
  std::thread stop([this] { StopEngine(); });
  rows_->AwaitGiveUpNext();
  Release();
  stop.join();
  StartEngine();
  AwaitBegin();
  EXPECT_EQ(AwaitEnd().status, absl::OkStatus());
  ExpectRowsOfTheLog();
}

TEST_F(RebuildTest, ALogThatCannotBeReadFailsItAndNothingElse) {
  OpenAcme();
  log_->FailReads(true);
  ASSERT_EQ(engine_->RebuildViews(), absl::OkStatus());
  EXPECT_TRUE(absl::IsDataLoss(AwaitEnd().status));
  EXPECT_FALSE(engine_->GetStatus().rebuild.running);
  EXPECT_THAT(engine_->GetStatus().rebuild.error, HasSubstr("injected"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "views-2"));
  log_->FailReads(false);
  Move(1);
  ExpectRowsOfTheLog();
  ASSERT_EQ(engine_->RebuildViews(), absl::OkStatus());
  EXPECT_EQ(AwaitEnd().status, absl::OkStatus());
  EXPECT_EQ(engine_->GetStatus().rebuild.error, "");
}

TEST_F(RebuildTest, WithoutSpaceForASecondSetItFailsAndCommandsGoOn) {
  const auto free_bytes = eventstore::FreeBytes(folder_);
  ASSERT_TRUE(free_bytes.ok()) << free_bytes.status();
  // There is as much as commands need, and half as much again.
  options_.free_bytes_min = *free_bytes / 3 * 2;
  OpenAcme();
  ASSERT_EQ(engine_->RebuildViews(), absl::OkStatus());
  EXPECT_TRUE(absl::IsResourceExhausted(AwaitEnd().status));
  EXPECT_THAT(engine_->GetStatus().rebuild.error, HasSubstr("disk space"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "views-2"));
  Move(1);
}

TEST(BatchBorderTest, WhoeverAsksComesBeforeTheNextBatchAndNeverDuringOne) {
  BatchBorder border;
  std::atomic<bool> in_batch = false;
  std::atomic<bool> done = false;
  std::atomic<int> batches = 0;
  std::thread writer([&] {
    while (!done) {
      border.BeginBatch();
      in_batch = true;
      ++batches;
      in_batch = false;
      border.EndBatch();
    }
  });
  for (int i = 0; i < 200; ++i) {
    const absl::Status status = border.Between([&] {
      const int before = batches;
      std::this_thread::yield();
      EXPECT_FALSE(in_batch);
      EXPECT_EQ(batches, before);
      return absl::AbortedError("what the work gives");
    });
    EXPECT_TRUE(absl::IsAborted(status));
  }
  done = true;
  writer.join();
}

}  // namespace
}  // namespace billing::server
