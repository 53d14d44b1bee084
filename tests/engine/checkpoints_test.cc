#include "server/engine/checkpoints.h"

#include <gmock/gmock.h>

#include <chrono>
#include <future>
#include <variant>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/time.h"
#include "eventstore/integrity/note.h"
#include "eventstore/integrity/proof.h"
#include "projections/tree/tree_nodes.h"
#include "tests/engine/engine_fixture.h"

namespace billing::server {
namespace {

using eventstore::Checkpoint;
using testing::HasSubstr;

constexpr char kOperator[] = "users/operator";

class CheckpointsTest : public EngineTest {
 protected:
  eventstore::VerifierKey Verifier() const {
    return signing_keys_.front().Verifier(eventstore::OriginOf(log_->LogId()));
  }
  // What the log keeps as the newest, verified.
  Checkpoint Stored() const {
    const auto newest = log_->NewestCheckpoint();
    EXPECT_TRUE(newest.ok() && newest->has_value());
    const auto checkpoint = eventstore::VerifyCheckpoint((*newest)->note, Verifier());
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
    return *checkpoint;
  }
  // The engine looks at the clock as soon as somebody waits for something new.
  void WakeUpkeep() {
    ASSERT_TRUE(engine_->Await(UINT64_MAX, clock_.SteadyUs(), [](bool) {}));
  }
  eventstore::Hash RootNow() const {
    const auto version = engine_->Current();
    return *RootOf(projections::TreeNodes(*version, *log_), version->position());
  }
};

TEST_F(CheckpointsTest, TheFirstOneIsOfTheEmptyLog) {
  StartEngine();
  EXPECT_EQ(Stored(), (Checkpoint{eventstore::OriginOf(log_->LogId()), 0, eventstore::Sha256("")}));
}

TEST_F(CheckpointsTest, OneIsKeptWhenTheEngineStops) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  Do(AddCard("visa"));
  const eventstore::Hash root = RootNow();
  ASSERT_EQ(engine_->Stop(), absl::OkStatus());
  EXPECT_EQ(engine_->checkpoints().kept_size(), 2u);
  StopEngine();
  EXPECT_EQ(Stored(), (Checkpoint{eventstore::OriginOf(log_->LogId()), 2, root}));
}

TEST_F(CheckpointsTest, OneIsSignedAtOnceForWhoeverAsksForWhatIsPublished) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  const auto got = engine_->checkpoints().Get(1);
  ASSERT_TRUE(got.ok()) << got.status();
  const auto checkpoint = eventstore::VerifyCheckpoint((*got)->note, Verifier());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ((*got)->size, 1u);
  EXPECT_EQ(checkpoint->size, 1u);
  EXPECT_EQ(checkpoint->root, RootNow());
  EXPECT_EQ(*engine_->checkpoints().Get(0), *got) << "without news there is no other";
}

TEST_F(CheckpointsTest, IsOfWhatReadersSeeAlsoWhileTheWriterIsHeldUp) {
  StartEngine();
  rows_->Hold();
  auto opened = DoLater(OpenAccount("acme"), kOperator);
  rows_->WaitUntilHeld(TestRows::Held::kUnseen);
  ASSERT_EQ(engine_->checkpoints().Keep(), absl::OkStatus());
  EXPECT_EQ(Stored().size, 0u) << "nobody sees the record yet";

  // As when the rows wait for the disk.
  rows_->Release();
  rows_->WaitUntilHeld(TestRows::Held::kSeen);
  ASSERT_EQ(engine_->Current()->position(), 1u);
  auto got = std::async(std::launch::async, [&] { return engine_->checkpoints().Get(1); });
  const bool at_once = got.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
  EXPECT_TRUE(at_once) << "it waits for the writer";
  if (at_once) {
    const auto checkpoint = eventstore::VerifyCheckpoint((*got.get())->note, Verifier());
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    EXPECT_EQ(checkpoint->size, 1u);
    EXPECT_EQ(checkpoint->root, RootNow());
    ASSERT_EQ(engine_->checkpoints().Keep(), absl::OkStatus());
    EXPECT_EQ(Stored().size, 1u) << "never an older one after a newer";
  }
  rows_->Release();
  EXPECT_TRUE(std::holds_alternative<Accepted>(opened.get()));
}

TEST_F(CheckpointsTest, OneIsKeptEverySecondWhileThereIsNews) {
  StartEngine();
  for (uint64_t size = 1; size <= 3; ++size) {
    size == 1 ? Do(OpenAccount("acme"), kOperator) : Do(AddCard(absl::StrCat("card-", size)));
    EXPECT_EQ(Stored().size, size - 1) << "its second is not over";
    clock_.Advance(kernel::kMicrosecondsPerSecond);
    WakeUpkeep();
    log_->AwaitCheckpoint(size);
    EXPECT_EQ(Stored(), (Checkpoint{eventstore::OriginOf(log_->LogId()), size, RootNow()}));
  }
}

TEST_F(CheckpointsTest, WhileKeysChangeBothSign) {
  StartEngine();
  const auto old_key = Verifier();
  StopEngine();
  signing_keys_.insert(signing_keys_.begin(), *eventstore::SigningKey::Generate());
  StartEngine();
  const auto newest = log_->NewestCheckpoint();
  ASSERT_TRUE(newest.ok() && newest->has_value());
  EXPECT_TRUE(eventstore::VerifyCheckpoint((*newest)->note, Verifier()).ok());
  EXPECT_TRUE(eventstore::VerifyCheckpoint((*newest)->note, old_key).ok());
  EXPECT_EQ(engine_->checkpoints().VerifierKeys(),
            (std::vector<eventstore::VerifierKey>{Verifier(), old_key}));
}

TEST_F(CheckpointsTest, NoneIsKeptInTheLastOfTheSpace) {
  options_.free_bytes_min = UINT64_MAX;
  StartEngine();
  EXPECT_EQ(*log_->NewestCheckpoint(), std::nullopt);
  EXPECT_EQ((*engine_->checkpoints().Get(0))->size, 0u) << "who asks gets one all the same";
}

TEST_F(CheckpointsTest, OneThatWasSignedOverOtherRecordsRefusesTheStart) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  StopEngine();
  const Checkpoint other{eventstore::OriginOf(log_->LogId()), 1, eventstore::Sha256("other")};
  ASSERT_TRUE(log_->AddCheckpoint(1, *eventstore::SignCheckpoint(other, signing_keys_)).ok());
  const absl::Status status = TryStart();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("changed or replaced"));
}

// A log whose newest checkpoint is this one.
class LogWithCheckpoint final : public eventstore::EventLog {
 public:
  LogWithCheckpoint(eventstore::EventLog& inner, eventstore::StoredCheckpoint newest)
      : inner_(inner), newest_(std::move(newest)) {}
  absl::Status Append(eventstore::Position head,
                      std::span<const std::string_view> records) override {
    return inner_.Append(head, records);
  }
  absl::StatusOr<std::vector<eventstore::StoredRecord>> Read(eventstore::Position from,
                                                             size_t limit) const override {
    return inner_.Read(from, limit);
  }
  absl::StatusOr<std::vector<eventstore::StoredRecord>> ReadAt(
      std::span<const eventstore::Position> positions) const override {
    return inner_.ReadAt(positions);
  }
  absl::Status AddCheckpoint(uint64_t size, std::string_view note) override {
    return inner_.AddCheckpoint(size, note);
  }
  absl::StatusOr<std::vector<eventstore::StoredCheckpoint>> ReadCheckpoints(
      uint64_t from_size, size_t limit) const override {
    return inner_.ReadCheckpoints(from_size, limit);
  }
  absl::StatusOr<std::optional<eventstore::StoredCheckpoint>> NewestCheckpoint() const override {
    return newest_;
  }
  eventstore::Position Head() const override { return inner_.Head(); }
  const std::string& LogId() const override { return inner_.LogId(); }
  absl::Status Close() override { return inner_.Close(); }

 private:
  eventstore::EventLog& inner_;
  const eventstore::StoredCheckpoint newest_;
};

TEST_F(CheckpointsTest, OneThatIsAheadOfTheLogSaysWhatIsMissing) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  StopEngine();
  const auto check = [&](const std::string& origin, uint64_t size, const std::string& more = "") {
    const auto note = eventstore::SignCheckpoint({origin, size, {}}, signing_keys_);
    return CheckCheckpointReach(LogWithCheckpoint(*log_, {.size = size, .note = *note + more}));
  };
  const std::string origin = eventstore::OriginOf(log_->LogId());
  EXPECT_EQ(check(origin, 1), absl::OkStatus());
  EXPECT_THAT(check(origin, 4).message(), HasSubstr("positions 2 to 4 are missing"));
  EXPECT_THAT(check("billingd/other", 1).message(), HasSubstr("is of billingd/other"));
  EXPECT_THAT(check(origin, 1, "more").message(), HasSubstr("is damaged"));
}

}  // namespace
}  // namespace billing::server
