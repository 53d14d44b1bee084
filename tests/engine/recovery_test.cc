#include "server/engine/recovery.h"

#include <filesystem>
#include <future>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "billing/views/v1/rows.pb.h"
#include "eventstore/memory/memory_event_log.h"
#include "gmock/gmock.h"
#include "projections/state/state_reader.h"
#include "tests/engine/engine_fixture.h"

namespace billing::server {
namespace {

using ::testing::HasSubstr;

constexpr char kOperator[] = "services/operator";

TEST_F(EngineTest, ViewsThatLagAreRolledForward) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  StopEngine();
  std::filesystem::copy(folder_ / "views", folder_ / "views-old",
                        std::filesystem::copy_options::recursive);
  StartEngine();
  Do(AddCard("visa"));
  Do(Subscribe("web", "visa"));
  StopEngine();
  std::filesystem::remove_all(folder_ / "views");
  std::filesystem::rename(folder_ / "views-old", folder_ / "views");
  StartEngine();
  EXPECT_EQ(engine_->Current()->position(), 3u);
  const auto version = engine_->Current();
  const projections::StateReader states(*version);
  const auto card = states.Card(1, *kernel::CardId::Parse("visa"));
  ASSERT_TRUE(card.has_value());
  EXPECT_EQ(card->holders.Total(), 1u);
}

TEST_F(EngineTest, MissingViewsAreBuiltFromTheLog) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  Do(AddCard("visa"));
  StopEngine();
  std::filesystem::remove_all(folder_ / "views");
  StartEngine();
  EXPECT_EQ(std::get<Accepted>(Do(Remove("visa"))).receipt.position, 3u);
}

TEST_F(EngineTest, AStartThatIsToldToStopEndsAndCanBeBegunAgain) {
  options_.refusals_per_minute = 0;
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  // More records than are read at a time.
  constexpr int kCommands = 1'500;
  std::vector<std::future<Outcome>> refused;
  for (int i = 0; i < kCommands; ++i) refused.push_back(DoLater(Remove("nothing")));
  for (auto& outcome : refused) outcome.get();
  const uint64_t head = log_->Head();
  ASSERT_GT(head, 1'024u);
  StopEngine();
  for (const int allowed : {0, 1}) {
    std::filesystem::remove_all(folder_ / "views");
    int asked = 0;
    options_.stop_requested = [&] { return asked++ == allowed; };
    EXPECT_EQ(TryStart().code(), absl::StatusCode::kCancelled);
    StopEngine();
    options_.stop_requested = nullptr;
    StartEngine();
    EXPECT_EQ(engine_->Current()->position(), head);
    StopEngine();
  }
}

TEST_F(EngineTest, ALogThatEndsBeforeTheAnchorIsRefusedNamingWhatIsMissing) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  Do(AddCard("visa"));
  const auto kept = log_->Read(1, 1);
  Do(Subscribe("web"));
  StopEngine();
  std::filesystem::remove_all(folder_ / "views");
  class Shorter final : public eventstore::EventLog {
   public:
    explicit Shorter(eventstore::EventLog& inner) : inner_(inner) {}
    absl::Status Append(eventstore::Position, std::span<const std::string_view>) override {
      return absl::UnknownError("read only");
    }
    absl::StatusOr<std::vector<eventstore::StoredRecord>> Read(eventstore::Position from,
                                                               size_t limit) const override {
      return inner_.Read(from, from > 1 ? 0 : std::min<size_t>(limit, 1));
    }
    absl::StatusOr<std::vector<eventstore::StoredRecord>> ReadAt(
        std::span<const eventstore::Position> positions) const override {
      return inner_.ReadAt(positions);
    }
    absl::Status AddCheckpoint(uint64_t, std::string_view) override {
      return absl::UnknownError("read only");
    }
    absl::StatusOr<std::vector<eventstore::StoredCheckpoint>> ReadCheckpoints(
        uint64_t, size_t) const override {
      return std::vector<eventstore::StoredCheckpoint>();
    }
    absl::StatusOr<std::optional<eventstore::StoredCheckpoint>> NewestCheckpoint() const override {
      return std::nullopt;
    }
    eventstore::Position Head() const override { return 1; }
    const std::string& LogId() const override { return inner_.LogId(); }
    absl::Status Close() override { return absl::OkStatus(); }

   private:
    eventstore::EventLog& inner_;
  };
  auto full = std::move(log_);
  log_ = std::make_unique<TestLog>(std::make_unique<Shorter>(*full));
  const absl::Status status = TryStart();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("positions 2 to 3 are missing"));
}

TEST_F(EngineTest, AnotherLogIsRefused) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  StopEngine();
  std::filesystem::remove_all(folder_ / "keys");
  std::filesystem::remove_all(folder_ / "views");
  log_ = std::make_unique<TestLog>(eventstore::NewMemoryEventLog());
  const absl::Status status = TryStart();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("position 1 is missing"));
}

TEST_F(EngineTest, LostKeysAreRefusedInsteadOfMadeAnew) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  StopEngine();
  std::filesystem::remove_all(folder_ / "keys");
  const absl::Status status = TryStart();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("keys 1 to 1 are missing"));
}

TEST_F(EngineTest, AStartThatFailsLateEndsCleanly) {
  options_.data_directory = folder_ / "nowhere";
  EXPECT_EQ(TryStart().code(), absl::StatusCode::kNotFound);
}

TEST_F(EngineTest, ABlankAnchorBesideAnEmptyLogIsRefusedWhenThereAreKeysOrViews) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  StopEngine();
  class Emptied final : public eventstore::EventLog {
   public:
    explicit Emptied(std::string log_id) : log_id_(std::move(log_id)) {}
    absl::Status Append(eventstore::Position, std::span<const std::string_view>) override {
      return absl::UnknownError("read only");
    }
    absl::StatusOr<std::vector<eventstore::StoredRecord>> Read(eventstore::Position,
                                                               size_t) const override {
      return std::vector<eventstore::StoredRecord>();
    }
    absl::StatusOr<std::vector<eventstore::StoredRecord>> ReadAt(
        std::span<const eventstore::Position>) const override {
      return absl::NotFoundError("it is empty");
    }
    absl::Status AddCheckpoint(uint64_t, std::string_view) override {
      return absl::UnknownError("read only");
    }
    absl::StatusOr<std::vector<eventstore::StoredCheckpoint>> ReadCheckpoints(
        uint64_t, size_t) const override {
      return std::vector<eventstore::StoredCheckpoint>();
    }
    absl::StatusOr<std::optional<eventstore::StoredCheckpoint>> NewestCheckpoint() const override {
      return std::nullopt;
    }
    eventstore::Position Head() const override { return 0; }
    const std::string& LogId() const override { return log_id_; }
    absl::Status Close() override { return absl::OkStatus(); }

   private:
    const std::string log_id_;
  };
  log_ = std::make_unique<TestLog>(std::make_unique<Emptied>(log_->LogId()));
  std::filesystem::remove(folder_ / "anchor");
  std::filesystem::rename(folder_ / "keys", folder_ / "keys-kept");
  EXPECT_EQ(TryStart().code(), absl::StatusCode::kDataLoss) << "views";
  StopEngine();
  std::filesystem::remove(folder_ / "anchor");
  std::filesystem::remove_all(folder_ / "views");
  std::filesystem::remove_all(folder_ / "keys");
  std::filesystem::rename(folder_ / "keys-kept", folder_ / "keys");
  const absl::Status keys = TryStart();
  EXPECT_EQ(keys.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(keys.message(), HasSubstr("4096 data keys"));
}

TEST_F(EngineTest, AnInterruptedFirstStartIsBegunAgain) {
  StartEngine();
  StopEngine();
  // Each file is made after the one before: what a crash in between leaves behind.
  for (const char* missing : {"views", "keys", "anchor"}) {
    std::filesystem::remove_all(folder_ / missing);
    std::filesystem::remove(folder_ / "anchor");
    StartEngine();
    EXPECT_EQ(engine_->Current()->position(), 0u) << missing;
    StopEngine();
  }
}

TEST_F(EngineTest, ViewsAreComparedWithTheLogWhateverVersionWroteThem) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  Do(AddCard("visa"));
  StopEngine();
  std::string mark;
  {
    const auto rows = projections::RowStore::Open({.directory = folder_ / "views"});
    ASSERT_TRUE(rows.ok()) << rows.status();
    mark = (*rows)->stored_mark();
  }
  views::v1::FoldMark message;
  ASSERT_TRUE(message.ParseFromString(mark));
  const auto check = [&](const auto& change) {
    views::v1::FoldMark changed = message;
    changed.set_fold_version(message.fold_version() + 1);
    change(changed);
    return CheckViews(*log_, changed.SerializeAsString());
  };
  EXPECT_EQ(check([](auto&) {}), absl::OkStatus());
  EXPECT_EQ(CheckViews(*log_, ""), absl::OkStatus());
  EXPECT_THAT(check([](auto& it) { it.set_log_id(std::string(32, '0')); }).message(),
              HasSubstr("--rebuild-views"));
  const absl::Status replaced = check([](auto& it) { it.mutable_leaf_hash()->front() ^= 1; });
  EXPECT_THAT(replaced.message(), HasSubstr("position 2"));
  for (const std::string& unreadable : {std::string("\xff"), mark.substr(0, mark.size() / 2)}) {
    const absl::Status status = CheckViews(*log_, unreadable);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(status.message(), HasSubstr("--rebuild-views"));
  }
  log_ = std::make_unique<TestLog>(eventstore::NewMemoryEventLog());
  EXPECT_EQ(CheckViews(*log_, mark).code(), absl::StatusCode::kDataLoss);
}

TEST_F(EngineTest, ALostAnchorIsRefused) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  StopEngine();
  std::filesystem::remove(folder_ / "anchor");
  EXPECT_EQ(TryStart().code(), absl::StatusCode::kDataLoss);
}

TEST_F(EngineTest, AddCardChangesThreeRowsAndThreeIndexKeys) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  const auto rows_now = [&] {
    std::map<std::string, std::string> rows;
    engine_->Current()->Scan({}, projections::Order::kAscending,
                             [&](std::string_view key, std::string_view value) {
                               rows.emplace(key, value);
                               return true;
                             });
    return rows;
  };
  const auto before = rows_now();
  Do(AddCard("visa", RequestId(1)));
  size_t changed = 0;
  for (const auto& [key, value] : rows_now()) {
    const auto old = before.find(key);
    changed += old == before.end() || old->second != value ? 1 : 0;
  }
  // Rows: the account's head, the card, its vault token. Indexes: the history of the
  // account and of the card, and the request id.
  EXPECT_EQ(changed, 6u);
}

}  // namespace
}  // namespace billing::server
