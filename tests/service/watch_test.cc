// WatchEvents over the wire: what is there, then live, nothing skipped, nothing twice.
#include <random>
#include <thread>

#include "google/protobuf/util/time_util.h"
#include "tests/service/faulty_rows.h"
#include "tests/service/watch_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;
TEST_F(WatchTest, SendsWhatIsThereAndThenWhatComes) {
  const auto watch = Watch();
  EXPECT_EQ(watch->UntilCaughtUp(), (Are{1, 2, 3}));
  EXPECT_EQ(watch->caught_up(), 3u);
  HaveCard("amex");
  EXPECT_EQ(watch->NextEvent(), 4u);
  Rename("Web");
  EXPECT_EQ(watch->NextEvent(), 5u);
}

TEST_F(WatchTest, AnEventIsShownAsAListShowsIt) {
  ListEventsRequest list;
  list.set_parent(kAcme);
  GrantRita();
  for (const Who& who : {kAlice, rita_, kBiller}) {
    const auto listed = ListEvents(list, who);
    const auto watch = Watch(who);
    for (const auto& event : listed->events()) {
      const auto message = watch->Next();
      ASSERT_TRUE(message) << watch->End().reason;
      EXPECT_EQ(message->event().ShortDebugString(), event.ShortDebugString());
    }
  }
}

TEST_F(WatchTest, LiveEventsAreShownAsAListShowsThem) {
  GrantRita();
  for (const Who& who : {kAlice, rita_, kBiller}) {
    request_.set_after_position(Head());
    const auto watch = Watch(who);
    watch->UntilCaughtUp();
    HaveCard("live-" + std::to_string(Head()));
    const auto message = watch->Next();
    ASSERT_TRUE(message) << watch->End().reason;
    GetEventRequest get;
    get.set_position(Head());
    EXPECT_EQ(message->event().ShortDebugString(), GetEvent(get, who)->event().ShortDebugString());
  }
}

TEST_F(WatchTest, LiveEventsAreShownByTheRolesOfTheMoment) {
  GrantRita();
  request_.set_after_position(Head());
  request_.add_types("CardAdded");
  const auto watch = Watch(rita_);
  watch->UntilCaughtUp();
  HaveCard("as-reader");
  const auto as_reader = watch->Next();
  ASSERT_TRUE(as_reader) << watch->End().reason;
  EXPECT_GT(as_reader->event().redacted_fields().size(), 0);
  GrantRoleRequest grant;
  grant.set_name(kAcme);
  grant.set_principal("users/rita");
  grant.set_role(ROLE_OWNER);
  ASSERT_TRUE(GrantRole(grant).ok());
  HaveCard("as-owner");
  const auto as_owner = watch->Next();
  ASSERT_TRUE(as_owner) << watch->End().reason;
  GetEventRequest get;
  get.set_position(Head());
  EXPECT_EQ(as_owner->event().ShortDebugString(), GetEvent(get, rita_)->event().ShortDebugString());
  EXPECT_LT(as_owner->event().redacted_fields().size(),
            as_reader->event().redacted_fields().size());
}

TEST_F(WatchTest, ResumesBehindAnyPosition) {
  request_.set_after_position(2);
  EXPECT_EQ(Watch()->UntilCaughtUp(), Are{3});
  request_.set_after_position(3);
  EXPECT_EQ(Watch()->UntilCaughtUp(), Are{});
}

TEST_F(WatchTest, WaitsForWhatLiesBeyondTheHead) {
  request_.set_after_position(4);
  const auto watch = Watch();
  EXPECT_EQ(watch->UntilCaughtUp(), Are{});
  EXPECT_EQ(watch->caught_up(), 4u);
  Rename("four");
  Rename("five");
  EXPECT_EQ(watch->NextEvent(), 5u);
}

TEST_F(WatchTest, FiltersByTypeAndSubjectThenAndLive) {
  request_.add_types("CardAdded");
  const auto added = Watch();
  EXPECT_EQ(added->UntilCaughtUp(), Are{3});
  request_.clear_types();
  request_.set_subject(SubscriptionName("web"));
  const auto web = Watch();
  EXPECT_EQ(web->UntilCaughtUp(), Are{2});
  Rename("four");
  HaveCard("amex");
  Rename("six");
  EXPECT_EQ(added->NextEvent(), 5u);
  EXPECT_EQ(web->NextEvent(), 4u);
  EXPECT_EQ(web->NextEvent(), 6u);
}

TEST_F(WatchTest, AllAccountsIsForThoseWhoMayReadThemAll) {
  request_.set_parent("-");
  EXPECT_EQ(Watch(kAlice)->End().reason, "ROLE_REQUIRED");
  const auto watch = Watch(kAuditor);
  EXPECT_EQ(watch->UntilCaughtUp(), (Are{1, 2, 3}));
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
  EXPECT_EQ(watch->NextEvent(), 4u);
}

// Also by who watches it since before it was sent.
TEST_F(WatchTest, OfAllAccountsATransferIsWatchedInBothOfItsAccounts) {
  request_.set_parent("-");
  request_.set_subject(std::string(kAcme) + "/transfers/t1");
  const auto early = Watch(kAuditor);
  EXPECT_EQ(early->UntilCaughtUp(), Are{});
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
  SendTransferRequest send;
  send.set_subscription(SubscriptionName("web"));
  send.set_to_billing_account("billingAccounts/globex");
  send.set_transfer_id("t1");
  ASSERT_TRUE(SendTransfer(send).ok());
  DeclineTransferRequest decline;
  decline.set_name(request_.subject());
  ASSERT_TRUE(DeclineTransfer(decline, {.principal = "users/bob"}).ok());
  Rename("beside");
  CancelTransferRequest cancel;
  cancel.set_name(request_.subject());
  EXPECT_EQ(CancelTransfer(cancel).details().reason, "TRANSFER_NOT_PENDING");
  // 5 TransferSent, 6 and 7 TransferDeclined in either account, 9 CommandRefused.
  const Are there = {5, 6, 7, 9};
  for (const uint64_t position : there) EXPECT_EQ(early->NextEvent(), position);
  EXPECT_EQ(Watch(kAuditor)->UntilCaughtUp(), there);
}

TEST_F(WatchTest, IsForThoseWhoMayReadTheAccount) {
  EXPECT_EQ(Watch(kStranger)->End().reason, "ROLE_REQUIRED");
  request_.set_parent("billingAccounts/nowhere");
  EXPECT_EQ(Watch(kAlice)->End().reason, "ROLE_REQUIRED");
  EXPECT_EQ(Watch(kAuditor)->End().reason, "BILLING_ACCOUNT_NOT_FOUND");
}

TEST_F(WatchTest, MalformedFieldsAreNamed) {
  request_.set_parent("acme");
  request_.set_subject("cards/visa");
  request_.add_types("CardEaten");
  EXPECT_EQ(Watch()->End().fields, (std::vector<std::string>{"parent", "subject", "types[0]"}));
}

TEST_F(WatchTest, EndsWhenTheRoleIsGone) {
  GrantRita();
  request_.set_after_position(Head());
  const auto watch = Watch(rita_);
  watch->UntilCaughtUp();
  RevokeRita();
  Rename("after");
  EXPECT_EQ(watch->Next(), std::nullopt) << "not even that it is gone is shown";
  EXPECT_EQ(watch->End().reason, "ROLE_REQUIRED");
}

TEST_F(WatchTest, EndsWhenTheRoleIsGoneWhateverItsFilters) {
  GrantRita();
  request_.set_after_position(Head());
  request_.add_types("CardAdded");
  const auto watch = Watch(rita_);
  watch->UntilCaughtUp();
  RevokeRita();
  EXPECT_EQ(watch->End().reason, "ROLE_REQUIRED");
}

// Several of each, for who is shown an event first is not known.
TEST_F(WatchTest, ARowThatCannotBeReadEndsOnlyTheWatchesThatNeedIt) {
  const auto faults = std::make_shared<RowFaults>();
  wrap_rows_ = [faults](std::unique_ptr<projections::Views> rows) {
    return std::make_unique<FaultyRows>(std::move(rows), faults);
  };
  Restart();
  GrantRita();
  request_.set_after_position(Head());
  std::vector<std::unique_ptr<Watching>> of_alice;
  std::vector<std::unique_ptr<Watching>> of_rita;
  for (int i = 0; i < 4; ++i) {
    of_alice.push_back(Watch());
    of_alice.back()->UntilCaughtUp();
    of_rita.push_back(Watch(rita_));
    of_rita.back()->UntilCaughtUp();
  }
  faults->Set("users/rita");
  HaveCard("amex");
  HaveCard("mastercard");
  for (const auto& watch : of_rita) {
    EXPECT_EQ(watch->Next(), std::nullopt);
    const Details end = watch->End();
    EXPECT_EQ(end.code, grpc::StatusCode::INTERNAL);
    EXPECT_EQ(end.reason, "STORE_READ_FAILED");
  }
  for (const auto& watch : of_alice) {
    EXPECT_EQ(watch->NextEvent(), 5u);
    EXPECT_EQ(watch->NextEvent(), 6u);
  }
  faults->Set("");
  const auto again = Watch(rita_);
  EXPECT_EQ(again->UntilCaughtUp(), (Are{5, 6}));
}

TEST_F(WatchTest, SaysThatItLivesWhileNothingHappens) {
  server_options_.watch.heartbeat_ms = 10;
  Restart();
  const auto watch = Watch();
  watch->UntilCaughtUp();
  for (int i = 0; i < 3; ++i) {
    const auto message = watch->Next();
    ASSERT_TRUE(message && message->has_heartbeat());
    EXPECT_EQ(message->heartbeat().position(), 3u);
  }
}

// What it asks for is not there, over more than one page of the log.
TEST_F(WatchTest, SaysThatItLivesWhileItLooksFarBack) {
  server_options_.watch.heartbeat_ms = 0;
  Restart();
  constexpr int kRenamed = 5'500;
  for (int i = 0; i < kRenamed; ++i) Rename(std::to_string(i));
  request_.add_types("CardRemoved");
  const auto watch = Watch();
  const auto first = watch->Next();
  ASSERT_TRUE(first && first->has_heartbeat()) << "before it is caught up";
  EXPECT_GT(first->heartbeat().position(), 0u);
  EXPECT_LT(first->heartbeat().position(), Head());
  request_.set_after_position(first->heartbeat().position());
  request_.clear_types();
  EXPECT_EQ(Watch()->UntilCaughtUp().size(), Head() - first->heartbeat().position())
      << "a watch goes on there";
}

TEST_F(WatchTest, TheServersStatusCountsThoseWhoWatch) {
  const auto watchers = [this] { return GetServerStatus({}, kOperator)->watchers(); };
  EXPECT_EQ(watchers(), 0u);
  const auto first = Watch();
  first->UntilCaughtUp();
  auto second = Watch();
  second->UntilCaughtUp();
  EXPECT_EQ(watchers(), 2u);
  EXPECT_EQ(Watch(kStranger)->End().reason, "ROLE_REQUIRED");
  second.reset();
  // The server learns of it in its own time.
  for (int tries = 0; watchers() != 1 && tries < 10'000; ++tries) {
  }
  EXPECT_EQ(watchers(), 1u);
}

TEST_F(WatchTest, LooksAtRolesAgainWhileNothingHappens) {
  server_options_.watch.recheck_ms = 1;
  Restart();
  const auto watch = Watch();
  watch->UntilCaughtUp();
  HaveCard("amex");
  EXPECT_EQ(watch->NextEvent(), 4u);
  HaveCard("mastercard");
  EXPECT_EQ(watch->NextEvent(), 5u);
}

TEST_F(WatchTest, EndsAtOnceWhenTheServerEnds) {
  const auto watch = Watch();
  watch->UntilCaughtUp();
  grpc_->Drain(60'000);
  const Details end = watch->End();
  EXPECT_EQ(end.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(end.reason, "STOPPING");
  EXPECT_TRUE(end.retry);
}

TEST_F(WatchTest, ServesSoManyAndThoseWhoLeaveMakeRoom) {
  server_options_.watch.watchers_max = 2;
  Restart();
  const auto first = Watch();
  auto second = Watch();
  first->UntilCaughtUp();
  second->UntilCaughtUp();
  const Details refused = Watch()->End();
  EXPECT_EQ(refused.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(refused.reason, "WATCHER_LIMIT");
  EXPECT_TRUE(refused.retry);
  second.reset();
  // The server learns of it in its own time.
  bool let_in = false;
  for (int tries = 0; !let_in && tries < 10'000; ++tries) let_in = Admitted();
  EXPECT_TRUE(let_in);
}

TEST_F(WatchTest, TwoHundredAtOnceSeeTheSame) {
  constexpr int kWatchers = 200;
  std::vector<std::unique_ptr<HistoryService::Stub>> stubs;
  for (int i = 0; i < 4; ++i) stubs.push_back(HistoryService::NewStub(NewChannel()));
  std::vector<std::unique_ptr<Watching>> watches;
  for (int i = 0; i < kWatchers; ++i) {
    watches.push_back(std::make_unique<Watching>(*stubs[static_cast<size_t>(i) % stubs.size()],
                                                 request_, kAlice, &ServiceTest::Identify));
  }
  for (const auto& watch : watches) EXPECT_EQ(watch->UntilCaughtUp(), (Are{1, 2, 3}));
  for (int i = 0; i < 5; ++i) Rename("name-" + std::to_string(i));
  for (const auto& watch : watches) {
    for (uint64_t position = 4; position <= 8; ++position) {
      ASSERT_EQ(watch->NextEvent(), position);
    }
  }
}

// Cut at places that a seed chooses while the log grows, and resumed each time.
TEST_F(WatchTest, CutAndResumedItIsTheLog) {
  constexpr int kEvents = 5'000;
  constexpr int kCuts = 50;
  constexpr uint32_t kSeed = 20261127;
  SCOPED_TRACE(kSeed);
  std::thread writer([this] {
    for (int i = 0; i < kEvents; ++i) Rename("name-" + std::to_string(i));
  });
  std::mt19937 random(kSeed);
  Are seen;
  constexpr uint64_t kLast = 3 + kEvents;
  while (seen.empty() || seen.back() < kLast) {
    request_.set_after_position(seen.empty() ? 0 : seen.back());
    const auto watch = Watch();
    for (size_t left = 1 + random() % (2 * kEvents / kCuts); left > 0; --left) {
      const uint64_t position = watch->NextEvent();
      ASSERT_NE(position, 0u) << watch->End().reason;
      seen.push_back(position);
      if (position == kLast) break;
    }
  }
  writer.join();
  Are all(kLast);
  for (uint64_t i = 0; i < kLast; ++i) all[i] = i + 1;
  EXPECT_EQ(seen, all);
}

// It holds the only place: once another is let in, it was cut, and it is told when it looks
// again.
TEST_F(WatchTest, AReaderThatTakesNothingIsCutAndResumes) {
  server_options_.watch.watchers_max = 1;
  Restart();
  constexpr int kRenamed = 2'000;
  for (int i = 0; i < kRenamed; ++i) Rename(std::to_string(i) + std::string(150, 'x'));
  grpc::ChannelArguments small;
  small.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 4'096);
  small.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  const auto stub = HistoryService::NewStub(NewChannel(small));
  Watching lazy(*stub, request_, kAlice, &ServiceTest::Identify);
  uint64_t last = lazy.NextEvent();
  EXPECT_EQ(last, 1u);
  // Time passes, a second at a time.
  while (!Admitted()) clock_.Advance(1'000'000);
  const uint64_t end = 3 + kRenamed;
  uint64_t taken = 1;
  while (const uint64_t position = lazy.NextEvent()) {
    EXPECT_EQ(position, last + 1);
    last = position;
    ++taken;
  }
  EXPECT_LT(taken, end);
  const Details cut = lazy.End();
  EXPECT_EQ(cut.code, grpc::StatusCode::ABORTED);
  EXPECT_EQ(cut.reason, "WATCHER_TOO_SLOW");
  request_.set_after_position(last);
  Are rest;
  while (rest.empty() || rest.back() != end) {
    const auto watch = Watch();
    for (uint64_t position = watch->NextEvent(); position != 0; position = watch->NextEvent()) {
      rest.push_back(position);
      if (position == end) break;
    }
  }
  EXPECT_EQ(rest.size(), end - last);
}

}  // namespace
}  // namespace billing::server
