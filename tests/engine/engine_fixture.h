// A whole engine for tests: real rows, anchor and keys in a folder of its own, a log
// that tests can hold or break, and a clock that they own.
#ifndef BILLING_TESTS_ENGINE_ENGINE_FIXTURE_H_
#define BILLING_TESTS_ENGINE_ENGINE_FIXTURE_H_

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/engine/engine.h"
#include "tests/support/views_decorator.h"

namespace billing::server {

// 2026-01-15T12:00:00Z.
inline constexpr int64_t kNoonUs = 1'768'478'400'000'000;

class TestClock final : public Clock {
 public:
  int64_t WallUs() const override { return wall_us_; }
  int64_t SteadyUs() const override {
    ++steady_reads_;
    return steady_us_;
  }
  // How often somebody looked at the steady one.
  int steady_reads() const { return steady_reads_; }
  // Time passes on both clocks.
  void Advance(int64_t us) { wall_us_ += us, steady_us_ += us; }
  // Somebody sets the wall clock.
  void Jump(int64_t us) { wall_us_ += us; }

 private:
  std::atomic<int64_t> wall_us_ = kNoonUs;
  std::atomic<int64_t> steady_us_ = 1'000'000'000;
  mutable std::atomic<int> steady_reads_ = 0;
};

// A log that passes everything on, unless a test holds its appends or makes them fail.
class TestLog final : public eventstore::EventLog {
 public:
  explicit TestLog(std::unique_ptr<eventstore::EventLog> inner) : inner_(std::move(inner)) {}

  absl::Status Append(eventstore::Position expected_head,
                      std::span<const std::string_view> records) override;
  absl::StatusOr<std::vector<eventstore::StoredRecord>> Read(eventstore::Position from,
                                                             size_t limit) const override {
    if (fail_reads_) return absl::DataLossError("injected: a record cannot be read");
    return inner_->Read(from, limit);
  }
  absl::StatusOr<std::vector<eventstore::StoredRecord>> ReadAt(
      std::span<const eventstore::Position> positions) const override {
    return inner_->ReadAt(positions);
  }
  absl::Status AddCheckpoint(uint64_t size, std::string_view note) override;
  absl::StatusOr<std::vector<eventstore::StoredCheckpoint>> ReadCheckpoints(
      uint64_t from_size, size_t limit) const override {
    return inner_->ReadCheckpoints(from_size, limit);
  }
  absl::StatusOr<std::optional<eventstore::StoredCheckpoint>> NewestCheckpoint() const override {
    return inner_->NewestCheckpoint();
  }
  eventstore::Position Head() const override { return inner_->Head(); }
  const std::string& LogId() const override { return inner_->LogId(); }
  absl::Status Close() override { return inner_->Close(); }

  // Appends wait until Release; WaitUntilHeld returns when one does. ReleaseOne lets that one go
  // on, and the next waits again.
  void Hold();
  void WaitUntilHeld();
  void ReleaseOne();
  void Release();
  // The next append writes nothing and answers Unknown.
  void FailNext() { fail_next_ = true; }
  // The next append writes nothing, and says so.
  void RefuseNext() { refuse_next_ = true; }
  void FailReads(bool fail) { fail_reads_ = fail; }
  // From now on no checkpoint can be kept.
  void FailCheckpoints() { fail_checkpoints_ = true; }
  // Returns when a checkpoint of so many records, or more, is kept.
  void AwaitCheckpoint(uint64_t size);

 private:
  std::unique_ptr<eventstore::EventLog> inner_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t checkpoint_size_ = 0;
  bool hold_ = false;
  bool held_ = false;
  std::atomic<bool> fail_next_ = false;
  std::atomic<bool> refuse_next_ = false;
  std::atomic<bool> fail_reads_ = false;
  std::atomic<bool> fail_checkpoints_ = false;
};

// Rows that pass everything on, unless a test holds their publishing, takes their space or makes
// reads fail.
class TestRows final : public projections::ViewsDecorator {
 public:
  using ViewsDecorator::ViewsDecorator;

  std::unique_ptr<const projections::RowReader> Staged() const override;
  absl::Status Publish(uint64_t position, std::string_view mark) override;
  bool border_due() const override { return border_due_ || inner().border_due(); }
  bool short_of_space() const override { return short_of_space_ || inner().short_of_space(); }
  void GiveUpNext() override {
    inner().GiveUpNext();
    given_up_next_.set_value();
  }

  // The next Publish waits for Release: before readers see its rows, and again once they do.
  void Hold();
  enum class Held { kUnseen, kSeen };
  void WaitUntilHeld(Held held);
  // From where it is held to the next place, or on.
  void Release();
  // Returns when a rebuild was told to stop: it does nothing more. Once.
  void AwaitGiveUpNext() { given_up_next_.get_future().wait(); }
  // As a disk that fills up between two looks at it.
  void SetShortOfSpace(bool short_of_space) { short_of_space_ = short_of_space; }
  void SetBorderDue(bool border_due) { border_due_ = border_due; }
  // From the writer's `count`-th question for a status on, from now, all reads have failed.
  void FailFromStatus(int count) { statuses_left_ = count; }
  void FailNoMore() { statuses_left_ = kNever; }

 private:
  class Reader;
  static constexpr int kNever = 1'000'000'000;

  void PassHeld(Held place);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool hold_ = false;
  std::optional<Held> held_;
  std::promise<void> given_up_next_;
  std::atomic<bool> border_due_ = false;
  std::atomic<bool> short_of_space_ = false;
  mutable std::atomic<int> statuses_left_ = kNever;
};

// A vault that passes everything on, unless a test makes the writing of keys fail.
class TestVault final : public eventstore::Vault {
 public:
  explicit TestVault(std::unique_ptr<eventstore::Vault> inner) : inner_(std::move(inner)) {}

  absl::Status Prepare(uint64_t slot) override {
    if (fail_writes_) return absl::AbortedError("injected: the keys cannot be written");
    return inner_->Prepare(slot);
  }
  uint64_t SlotCount() const override { return inner_->SlotCount(); }
  absl::StatusOr<std::string> Seal(eventstore::KeyRef key, std::string_view field,
                                   std::string_view clear) const override {
    return inner_->Seal(key, field, clear);
  }
  absl::StatusOr<std::string> Open(eventstore::KeyRef key, std::string_view field,
                                   std::string_view sealed) const override {
    return inner_->Open(key, field, sealed);
  }
  absl::StatusOr<std::string> OpenInMemory(eventstore::KeyRef key, std::string_view field,
                                           std::string_view sealed) const override {
    return inner_->OpenInMemory(key, field, sealed);
  }
  absl::StatusOr<std::string> Digest(eventstore::KeyRef key,
                                     std::string_view bytes) const override {
    return inner_->Digest(key, bytes);
  }

  // From now on, as after a disk that failed once.
  void FailWrites() { fail_writes_ = true; }

 private:
  const std::unique_ptr<eventstore::Vault> inner_;
  std::atomic<bool> fail_writes_ = false;
};

class EngineTest : public ::testing::Test {
 protected:
  EngineTest();
  ~EngineTest() override;

  void StartEngine() { ASSERT_EQ(TryStart(), absl::OkStatus()); }
  absl::Status TryStart();
  // Ends engine, rows and anchor as a clean stop does; log, keys and files stay.
  void StopEngine();

  // The request as the edge would parse it.
  request::Request Parse(const billing::v1::Command& command);
  // Submits and waits for the outcome.
  Outcome Do(const billing::v1::Command& command, const std::string& principal = "users/alice");
  std::future<Outcome> DoLater(const billing::v1::Command& command,
                               const std::string& principal = "users/alice",
                               std::function<bool()> abandoned = nullptr);

  std::filesystem::path folder_;
  TestClock clock_;
  EngineOptions options_;
  // Of the views, as far as they lie on disk.
  projections::RowStoreOptions store_options_;
  std::vector<eventstore::SigningKey> signing_keys_;
  std::unique_ptr<TestLog> log_;
  std::unique_ptr<TestVault> vault_;
  std::unique_ptr<eventstore::Anchor> anchor_;
  std::unique_ptr<TestRows> rows_;
  std::unique_ptr<Engine> engine_;
};

// Commands. Principals with `operator` or `biller` in their name have that role.
billing::v1::Command OpenAccount(const std::string& id, const std::string& request_id = "");
billing::v1::Command AddCard(const std::string& id, const std::string& request_id = "");
billing::v1::Command AddCardActive(const std::string& id, const std::string& subscription);
billing::v1::Command Subscribe(const std::string& id, const std::string& card = "");
billing::v1::Command SetActive(const std::string& subscription, const std::string& card);
billing::v1::Command Remove(const std::string& card, const std::string& request_id = "");

// 00000000-0000-4000-8000-0000000000NN.
std::string RequestId(int number);

}  // namespace billing::server

#endif  // BILLING_TESTS_ENGINE_ENGINE_FIXTURE_H_
