// Commands whose rows have to come from the disk, on their way to the writer.
#include "server/engine/rehearsal.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "server/engine/disk_reads.h"
#include "tests/engine/engine_fixture.h"

namespace billing::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Commands are told apart by their trace parents.
std::unique_ptr<Submission> Named(const std::string& name) {
  const request::Request request{.command =
                                     card::RemoveCard{.account = *kernel::AccountId::Parse("acme"),
                                                      .card = *kernel::CardId::Parse("visa")}};
  return std::make_unique<Submission>(
      Submission{.request = request,
                 .caller = {.principal = *kernel::Principal::Parse("users/alice")},
                 .trace_parent = name});
}

class RehearsalTest : public ::testing::Test {
 protected:
  Rehearsal::Options Options() {
    return {.threads = 4,
            .rehearse =
                [this](const Submission& submission) {
                  if (submission.trace_parent == held_) release_.get_future().wait();
                  rehearsed_.fetch_add(1);
                },
            .pass = [this](std::unique_ptr<Submission> submission) { Pass(*submission); },
            .disk_blocks_read = [this] { return reads_ ? blocks_.fetch_add(8) : blocks_.load(); }};
  }

  void Pass(const Submission& submission) {
    const std::lock_guard lock(mutex_);
    passed_.push_back(submission.trace_parent);
  }
  std::vector<std::string> passed() {
    const std::lock_guard lock(mutex_);
    return passed_;
  }
  // Returns once so many have been rehearsed.
  void AwaitRehearsed(int count) const {
    while (rehearsed_ < count) std::this_thread::yield();
  }

  TestClock clock_;
  // This one's rehearsal lasts until it is released.
  std::string held_;
  std::promise<void> release_;
  std::atomic<int> rehearsed_ = 0;
  // Every rehearsal has to wait for the disk.
  std::atomic<bool> reads_ = true;
  std::atomic<uint64_t> blocks_ = 0;

 private:
  std::mutex mutex_;
  std::vector<std::string> passed_;
};

TEST_F(RehearsalTest, IsOffUntilItIsBegun) {
  Rehearsal rehearsal(Options(), clock_);
  EXPECT_FALSE(rehearsal.IsOn());
  rehearsal.Begin();
  EXPECT_TRUE(rehearsal.IsOn());
}

TEST_F(RehearsalTest, PassesOnInTheOrderInWhichTheyCame) {
  held_ = "a";
  Rehearsal rehearsal(Options(), clock_);
  rehearsal.Begin();
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    auto submission = Named(name);
    ASSERT_TRUE(rehearsal.Take(submission));
    EXPECT_EQ(submission, nullptr);
  }
  AwaitRehearsed(4);
  EXPECT_THAT(passed(), IsEmpty()) << "they would overtake the first";
  EXPECT_EQ(rehearsal.waiting(), 5u);
  release_.set_value();
  rehearsal.Stop();
  EXPECT_THAT(passed(), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_EQ(rehearsal.waiting(), 0u);
  EXPECT_EQ(rehearsal.rehearsed(), 5u);
}

TEST_F(RehearsalTest, IsOnWhileSomeAreNotPassedOn) {
  held_ = "a";
  reads_ = false;
  Rehearsal rehearsal(Options(), clock_);
  auto submission = Named("a");
  ASSERT_TRUE(rehearsal.Take(submission));
  EXPECT_TRUE(rehearsal.IsOn()) << "though nothing has to come from the disk";
  release_.set_value();
  while (rehearsal.IsOn()) std::this_thread::yield();
  EXPECT_THAT(passed(), ElementsAre("a"));
}

TEST_F(RehearsalTest, LastsAsLongAsTheDiskIsWaitedFor) {
  Rehearsal rehearsal(Options(), clock_);
  rehearsal.Begin();
  const auto rehearse = [&](int count) {
    auto submission = Named("any");
    ASSERT_TRUE(rehearsal.Take(submission));
    AwaitRehearsed(count);
    while (rehearsal.waiting() > 0) std::this_thread::yield();
  };
  clock_.Advance(2'000'000);
  rehearse(1);
  EXPECT_TRUE(rehearsal.IsOn()) << "it had to wait for the disk";
  reads_ = false;
  clock_.Advance(999'999);
  rehearse(2);
  EXPECT_TRUE(rehearsal.IsOn()) << "the second is not over";
  clock_.Advance(1);
  rehearse(3);
  EXPECT_FALSE(rehearsal.IsOn());
}

TEST_F(RehearsalTest, EndsWhenTheDiskIsHardlyWaitedFor) {
  Rehearsal rehearsal(Options(), clock_);
  rehearsal.Begin();
  auto submission = Named("reads");
  ASSERT_TRUE(rehearsal.Take(submission));
  AwaitRehearsed(1);
  while (rehearsal.waiting() > 0) std::this_thread::yield();
  reads_ = false;
  clock_.Advance(1'000'000);
  submission = Named("does not");
  ASSERT_TRUE(rehearsal.Take(submission));
  while (rehearsal.IsOn()) std::this_thread::yield();
  EXPECT_EQ(rehearsal.rehearsed(), 2u);
}

TEST_F(RehearsalTest, WhoIsPassedOnMayBringTheNextOne) {
  reads_ = false;
  Rehearsal* taking = nullptr;
  Rehearsal::Options options = Options();
  options.pass = [&](std::unique_ptr<Submission> submission) {
    Pass(*submission);
    auto next = Named("next");
    if (submission->trace_parent == "first") {
      EXPECT_TRUE(taking->Take(next));
    }
  };
  Rehearsal rehearsal(std::move(options), clock_);
  taking = &rehearsal;
  auto first = Named("first");
  ASSERT_TRUE(rehearsal.Take(first));
  while (rehearsal.IsOn()) std::this_thread::yield();
  EXPECT_THAT(passed(), ElementsAre("first", "next"));
}

TEST_F(RehearsalTest, TakesNoMoreOnceItIsStopped) {
  Rehearsal rehearsal(Options(), clock_);
  rehearsal.Begin();
  rehearsal.Stop();
  auto submission = Named("late");
  EXPECT_FALSE(rehearsal.Take(submission));
  EXPECT_NE(submission, nullptr);
}

// An engine whose writer must wait for the disk, as far as the kernel would tell.
class RehearsingEngineTest : public EngineTest {
 protected:
  RehearsingEngineTest() {
    options_.disk_blocks_read = [this] {
      return reads_ ? blocks_.fetch_add(1'000) : blocks_.load();
    };
  }

  // One is appended while two others wait: with these the writer has to wait for the disk.
  void LetOthersWait() {
    ASSERT_TRUE(std::holds_alternative<Accepted>(Do(OpenAccount("acme"), "services/operator")));
    ASSERT_EQ(engine_->GetStatus().rehearsed, 0u) << "who is alone gains nothing by it";
    log_->Hold();
    std::vector<std::future<Outcome>> outcomes;
    outcomes.push_back(DoLater(AddCard("one")));
    log_->WaitUntilHeld();
    outcomes.push_back(DoLater(AddCard("two")));
    outcomes.push_back(DoLater(AddCard("three")));
    log_->Release();
    for (auto& outcome : outcomes) EXPECT_TRUE(std::holds_alternative<Accepted>(outcome.get()));
  }

  std::atomic<bool> reads_ = true;
  std::atomic<uint64_t> blocks_ = 0;
};

TEST_F(RehearsingEngineTest, CommandsAreRehearsedOnceTheWriterHadToWaitForTheDisk) {
  StartEngine();
  LetOthersWait();
  const uint64_t before = engine_->GetStatus().rehearsed;
  EXPECT_TRUE(std::holds_alternative<Accepted>(Do(AddCard("four"))));
  EXPECT_EQ(engine_->GetStatus().rehearsed, before + 1);
}

TEST_F(RehearsingEngineTest, TheyAreJudgedInTheirOrderAndOnce) {
  StartEngine();
  LetOthersWait();
  const uint64_t head = log_->Head();
  std::vector<std::future<Outcome>> outcomes;
  const std::string repeated = RequestId(1);
  outcomes.push_back(DoLater(AddCard("visa", repeated)));
  outcomes.push_back(DoLater(Subscribe("web", "visa")));
  outcomes.push_back(DoLater(Remove("visa")));
  outcomes.push_back(DoLater(AddCard("visa", repeated)));
  const Outcome added = outcomes[0].get();
  const Outcome subscribed = outcomes[1].get();
  const Outcome removed = outcomes[2].get();
  const Outcome again = outcomes[3].get();
  ASSERT_TRUE(std::holds_alternative<Accepted>(added));
  EXPECT_EQ(std::get<Accepted>(added).receipt.position, head + 1);
  ASSERT_TRUE(std::holds_alternative<Accepted>(subscribed));
  EXPECT_EQ(std::get<Accepted>(subscribed).receipt.position, head + 2);
  ASSERT_TRUE(std::holds_alternative<Refused>(removed));
  EXPECT_EQ(std::get<Refused>(removed).refusal.reason(), "CARD_NOT_REMOVABLE");
  ASSERT_TRUE(std::holds_alternative<Accepted>(again));
  EXPECT_TRUE(std::get<Accepted>(again).receipt.replayed);
  EXPECT_EQ(log_->Head(), head + 3) << "a rehearsal leaves nothing";
}

TEST_F(RehearsingEngineTest, ItEndsWhenRowsLieInMemoryAgain) {
  StartEngine();
  LetOthersWait();
  reads_ = false;
  clock_.Advance(1'000'000);
  EXPECT_TRUE(std::holds_alternative<Accepted>(Do(AddCard("last"))));
  // Its answer may come before it is counted as passed on.
  while (engine_->GetStatus().queued > 0) std::this_thread::yield();
  const uint64_t rehearsed = engine_->GetStatus().rehearsed;
  EXPECT_TRUE(std::holds_alternative<Accepted>(Do(AddCard("alone"))));
  EXPECT_EQ(engine_->GetStatus().rehearsed, rehearsed);
}

TEST_F(RehearsingEngineTest, NoMoreWaitThanMayWait) {
  options_.queue_max = 4;
  StartEngine();
  LetOthersWait();
  log_->Hold();
  std::future<Outcome> held = DoLater(AddCard("held"));
  log_->WaitUntilHeld();
  std::vector<std::future<Outcome>> outcomes;
  for (int card = 0; card < 10; ++card)
    outcomes.push_back(DoLater(AddCard(absl::StrCat("c", card))));
  log_->Release();
  EXPECT_TRUE(std::holds_alternative<Accepted>(held.get()));
  int accepted = 0;
  for (auto& waited : outcomes) {
    const Outcome outcome = waited.get();
    if (std::holds_alternative<Accepted>(outcome)) {
      ++accepted;
      continue;
    }
    ASSERT_TRUE(std::holds_alternative<NotDone>(outcome));
    EXPECT_EQ(std::get<NotDone>(outcome).kind, NotDone::Kind::kOverloaded);
  }
  EXPECT_GE(accepted, 1);
  EXPECT_LE(accepted, 4);
}

TEST_F(RehearsingEngineTest, AStopAnswersWhateverWasTaken) {
  StartEngine();
  LetOthersWait();
  std::vector<std::future<Outcome>> outcomes;
  for (int card = 0; card < 50; ++card)
    outcomes.push_back(DoLater(AddCard(absl::StrCat("c", card))));
  EXPECT_EQ(engine_->Stop(), absl::OkStatus());
  for (auto& outcome : outcomes) EXPECT_TRUE(std::holds_alternative<Accepted>(outcome.get()));
  const Outcome late = Do(AddCard("late"));
  ASSERT_TRUE(std::holds_alternative<NotDone>(late));
  EXPECT_EQ(std::get<NotDone>(late).kind, NotDone::Kind::kStopping);
}

class DiskBlocksReadTest : public EngineTest {
 protected:
  // What the kernel says elsewhere of the calling thread; nothing when it does not count.
  static std::optional<uint64_t> BytesRead() {
    std::ifstream counts("/proc/thread-self/io");
    for (std::string name; counts >> name;) {
      uint64_t bytes = 0;
      counts >> bytes;
      if (name == "read_bytes:") return bytes;
    }
    return std::nullopt;
  }
};

TEST_F(DiskBlocksReadTest, AreWhatTheKernelCounts) {
  const std::string path = folder_ / "cold";
  std::ofstream(path) << std::string(1 << 20, 'x');
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  ASSERT_EQ(fsync(file), 0);
  ASSERT_EQ(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), 0);
  std::string bytes(1 << 20, 0);
  EXPECT_EQ(pread(file, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  close(file);
  const auto counted = BytesRead();
  if (!counted) GTEST_SKIP() << "the kernel does not count";
  EXPECT_EQ(DiskBlocksRead(), *counted / 512);
}

}  // namespace
}  // namespace billing::server
