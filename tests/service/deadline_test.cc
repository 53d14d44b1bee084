// What the passing of days does, over the wire: the fifteenth day of a transfer and the
// ninetieth of a retention, with the scheduler at work and without it.
#include "server/engine/scheduler.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

constexpr int64_t kDayUs = kernel::kMicrosecondsPerDay;
const Who kBob = {.principal = "users/bob"};

class Deadlines : public ServiceTest {
 protected:
  Deadlines() {
    EXPECT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
    HaveSubscription("web");
  }

  // One look at what is due, by a scheduler that has seen the clock steady for long enough.
  size_t LetTheSchedulerAct() {
    Scheduler scheduler(*engine_,
                        {.done = [](const ScheduledCommand&, const Outcome&) {},
                         .failed = [](const absl::Status& status) { ADD_FAILURE() << status; }});
    EXPECT_EQ(scheduler.Step(), 0u);
    clock_.Advance(kSteadyUs);
    const size_t given = scheduler.Step();
    scheduler.Stop();
    return given;
  }

  void Offer() {
    SendTransferRequest request;
    request.set_subscription(SubscriptionName("web"));
    request.set_to_billing_account("billingAccounts/globex");
    request.set_transfer_id("offer");
    ASSERT_TRUE(SendTransfer(request).ok());
  }

  Result<AcceptTransferResponse> Accept() {
    AcceptTransferRequest request;
    request.set_name(std::string(kAcme) + "/transfers/offer");
    return AcceptTransfer(request, kBob);
  }

  TransferState StateOfOffer() {
    GetTransferRequest request;
    request.set_name(std::string(kAcme) + "/transfers/offer");
    return GetTransfer(request)->transfer().state();
  }

  // The events of this type in the account's history.
  std::vector<Event> History(const std::string& type) {
    ListEventsRequest request;
    request.set_parent(kAcme);
    request.add_types(type);
    const auto listed = ListEvents(request, kOperator);
    EXPECT_TRUE(listed.ok()) << listed.status.error_message();
    return {listed->events().begin(), listed->events().end()};
  }
};

TEST_F(Deadlines, ATransferLapsesOnTheFifteenthDayRecordedOrNot) {
  Offer();
  EXPECT_EQ(StateOfOffer(), TRANSFER_STATE_PENDING);
  clock_.Advance(15 * kDayUs);

  const auto late = Accept();
  EXPECT_EQ(late.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(late.details().reason, "TRANSFER_EXPIRED");
  EXPECT_EQ(StateOfOffer(), TRANSFER_STATE_EXPIRED);
  EXPECT_TRUE(History("TransferExpired").empty()) << "nobody has recorded it yet";

  EXPECT_EQ(LetTheSchedulerAct(), 1u);
  const auto events = History("TransferExpired");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].principal(), "services/scheduler");
  EXPECT_EQ(events[0].transfer_expired().transfer(), std::string(kAcme) + "/transfers/offer");
  EXPECT_EQ(events[0].transfer_expired().subscription(), SubscriptionName("web"));
  EXPECT_EQ(Accept().details().reason, "TRANSFER_EXPIRED");
  EXPECT_EQ(LetTheSchedulerAct(), 0u);
}

TEST_F(Deadlines, ATransferIsStillAcceptedOnTheFourteenthDay) {
  Offer();
  clock_.Advance(14 * kDayUs);
  const auto accepted = Accept();
  EXPECT_TRUE(accepted.ok()) << accepted.details().reason;
  clock_.Advance(kDayUs);
  EXPECT_EQ(LetTheSchedulerAct(), 0u) << "it has no deadline any more";
}

TEST_F(Deadlines, ACancelledSubscriptionIsDeletedAfterNinetyDaysAndStaysSo) {
  CancelSubscriptionRequest cancel;
  cancel.set_name(SubscriptionName("web"));
  ASSERT_TRUE(CancelSubscription(cancel).ok());
  DeleteSubscriptionRequest early;
  early.set_name(SubscriptionName("web"));
  EXPECT_EQ(DeleteSubscription(early, kBiller).details().reason, "RETENTION_PERIOD_ACTIVE");
  clock_.Advance(90 * kDayUs);

  EXPECT_EQ(LetTheSchedulerAct(), 1u);
  const auto events = History("SubscriptionDeleted");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].principal(), "services/scheduler");
  EXPECT_EQ(events[0].subscription_deleted().subscription(), SubscriptionName("web"));

  UpdateSubscriptionRequest update;
  update.mutable_subscription()->set_name(SubscriptionName("web"));
  update.mutable_subscription()->set_display_name("Web");
  update.mutable_update_mask()->add_paths("display_name");
  const auto refused = UpdateSubscription(update);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(refused.details().reason, "SUBSCRIPTION_DELETED");
}

}  // namespace
}  // namespace billing::server
