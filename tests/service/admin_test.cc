// AdminService over the wire.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "aggregates/kernel/context.h"
#include "projections/fold/fold.h"
#include "projections/state/read_models.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

// Where a rebuild waits when it begins, and what became of it.
class Gate {
 public:
  void Hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void Release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void Pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !held_; });
  }
  void Note(const RebuildEnd& end) {
    const std::lock_guard lock(mutex_);
    end_ = end;
    changed_.notify_all();
  }
  RebuildEnd AwaitEnd() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return end_.has_value(); });
    return *std::exchange(end_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  std::optional<RebuildEnd> end_;
};

class Admin : public ServiceTest {
 protected:
  Admin() {
    // The engine outlives this object's own members.
    engine_options_.rebuild_listener = {
        .began = [gate = gate_](uint64_t) { gate->Pass(); },
        .ended = [gate = gate_](const RebuildEnd& end) { gate->Note(end); }};
    Restart();
  }
  ~Admin() override { gate_->Release(); }

  static RebuildProjectionRequest Named(const std::string& name) {
    RebuildProjectionRequest request;
    request.set_name(name);
    return request;
  }

  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
};

TEST_F(Admin, GetServerStatusSaysWhatTheServerIsAndDoes) {
  HaveCard("visa");
  const auto status = GetServerStatus({}, kAuditor);
  ASSERT_TRUE(status.ok()) << status.details().reason;
  EXPECT_EQ(status->version(), BILLING_VERSION);
  EXPECT_EQ(status->log_id(), log_->LogId());
  EXPECT_EQ(status->rules_version(), kernel::kRulesVersion);
  EXPECT_EQ(status->commands(), 1u) << "since the start";
  EXPECT_EQ(status->batches(), 1u);
  EXPECT_EQ(status->queued(), 0u);
  EXPECT_EQ(status->position(), Head());
  EXPECT_GT(status->start_time().seconds(), 0);
  EXPECT_GE(status->time().seconds(), status->start_time().seconds());
  EXPECT_FALSE(status->storage_full());
  EXPECT_FALSE(status->clock_suspect());
}

TEST_F(Admin, ListProjectionsShowsEveryReadModelAtThePositionThatReadersSee) {
  HaveCard("visa");
  const auto list = ListProjections({}, kAuditor);
  ASSERT_TRUE(list.ok()) << list.details().reason;
  EXPECT_EQ(list->position(), Head());
  const auto models = projections::ReadModels();
  ASSERT_EQ(static_cast<size_t>(list->projections_size()), models.size());
  for (int i = 0; i < list->projections_size(); ++i) {
    const Projection& projection = list->projections(i);
    EXPECT_EQ(projection.name(), models[i].name);
    EXPECT_EQ(projection.description(), models[i].description);
    EXPECT_EQ(projection.version(), projections::kFoldVersion);
    EXPECT_EQ(projection.position(), Head());
    EXPECT_EQ(projection.lag(), 0u);
    EXPECT_LE(projection.stored_position(), Head());
    EXPECT_EQ(projection.state(), PROJECTION_STATE_LIVE);
    EXPECT_FALSE(projection.has_rebuild_start_time());
    EXPECT_EQ(projection.rebuild_error(), "");
  }
}

TEST_F(Admin, ReadModelsArePaged) {
  const auto models = projections::ReadModels();
  for (const int size : {1, 4, static_cast<int>(models.size())}) {
    ListProjectionsRequest request;
    request.set_page_size(size);
    std::vector<std::string> names;
    do {
      const auto page = ListProjections(request, kOperator);
      ASSERT_TRUE(page.ok()) << page.details().reason;
      ASSERT_GT(page->projections_size(), 0);
      EXPECT_LE(page->projections_size(), size);
      for (const auto& projection : page->projections()) names.push_back(projection.name());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    ASSERT_EQ(names.size(), models.size()) << size;
    for (size_t i = 0; i < names.size(); ++i) EXPECT_EQ(names[i], models[i].name);
  }
}

TEST_F(Admin, APageOfReadModelsIsAskedForAsOfOtherLists) {
  ListProjectionsRequest request;
  request.set_page_size(-1);
  request.set_page_token("garbage");
  EXPECT_EQ(ListProjections(request, kOperator).details().fields,
            (std::vector<std::string>{"page_size", "page_token"}));
}

TEST_F(Admin, ARebuildIsShownWhileItRunsAndASecondOneIsRefused) {
  HaveCard("visa");
  gate_->Hold();
  const auto begun = RebuildProjection(Named("wallet"), kOperator);
  ASSERT_TRUE(begun.ok()) << begun.details().reason;
  ASSERT_EQ(begun->projections_size(), 1);
  EXPECT_EQ(begun->projections(0).name(), "wallet");
  EXPECT_EQ(begun->projections(0).state(), PROJECTION_STATE_REBUILDING);
  EXPECT_TRUE(begun->projections(0).has_rebuild_start_time());
  EXPECT_EQ(begun->position(), Head());
  const auto list = ListProjections({}, kOperator);
  for (const Projection& projection : list->projections()) {
    EXPECT_EQ(projection.state(), PROJECTION_STATE_REBUILDING) << "all are folded together";
  }
  const auto second = RebuildProjection(Named("charges"), kOperator);
  EXPECT_EQ(second.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(second.details().reason, "REBUILD_IN_PROGRESS");
  HaveCard("amex");
  gate_->Release();
  EXPECT_EQ(gate_->AwaitEnd().status, absl::OkStatus());
  EXPECT_EQ(ListProjections({}, kOperator)->projections(0).state(), PROJECTION_STATE_LIVE);
  GetCardRequest get;
  get.set_name(CardName("amex"));
  EXPECT_TRUE(GetCard(get).ok());
}

TEST_F(Admin, AllOfThemAreNamedByADash) {
  const auto begun = RebuildProjection(Named("-"), kOperator);
  ASSERT_TRUE(begun.ok()) << begun.details().reason;
  EXPECT_EQ(static_cast<size_t>(begun->projections_size()), projections::ReadModels().size());
  EXPECT_EQ(gate_->AwaitEnd().status, absl::OkStatus());
}

TEST_F(Admin, WhatThereIsNotCannotBeRebuilt) {
  const auto unknown = RebuildProjection(Named("no-such-model"), kOperator);
  EXPECT_EQ(unknown.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(unknown.details().reason, "PROJECTION_NOT_FOUND");
  const auto nothing = RebuildProjection({}, kOperator);
  EXPECT_EQ(nothing.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(nothing.details().reason, "INVALID_REQUEST");
  EXPECT_EQ(ListProjections({}, kOperator)->projections(0).state(), PROJECTION_STATE_LIVE);
}

TEST_F(Admin, OperatorsRebuildAuditorsLookAndNobodyElseDoesEither) {
  EXPECT_EQ(RebuildProjection(Named("-"), kAuditor).details().reason, "ROLE_REQUIRED");
  // Whoever may not ask learns nothing of the names either.
  EXPECT_EQ(RebuildProjection(Named("no-such-model"), kAlice).details().reason, "ROLE_REQUIRED");
  for (const Who& who : {kAlice, kBiller, kStranger}) {
    EXPECT_EQ(GetServerStatus({}, who).details().reason, "ROLE_REQUIRED") << who.principal;
    EXPECT_EQ(ListProjections({}, who).details().reason, "ROLE_REQUIRED") << who.principal;
  }
}

}  // namespace
}  // namespace billing::server
