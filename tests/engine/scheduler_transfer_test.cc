// Transfers that nobody answered: expired by the scheduler, and lapsed without it.
#include <chrono>
#include <string>

#include "tests/engine/scheduler_fixture.h"

namespace billing::server {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kOfferUs = 15 * kDayUs;
constexpr char kTransfer[] = "billingAccounts/acme/transfers/offer";

billing::v1::Command Send(const std::string& transfer = "offer", const std::string& what = "web") {
  billing::v1::Command command;
  auto& request = *command.mutable_send_transfer();
  request.set_subscription("billingAccounts/acme/subscriptions/" + what);
  request.set_to_billing_account("billingAccounts/beta");
  request.set_transfer_id(transfer);
  return command;
}

billing::v1::Command Accept() {
  billing::v1::Command command;
  command.mutable_accept_transfer()->set_name(kTransfer);
  command.mutable_accept_transfer()->set_subscription_id("moved");
  return command;
}

billing::v1::Command Cancel() {
  billing::v1::Command command;
  command.mutable_cancel_transfer()->set_name(kTransfer);
  return command;
}

class SchedulerTransferTest : public SchedulerTest {
 protected:
  // Both accounts and the subscription; the scheduler may act.
  void SetUp() override {
    StartEngineWithAccount();
    billing::v1::Command beta = OpenAccount("beta");
    beta.mutable_create_billing_account()->mutable_billing_account()->set_administrator(
        "users/bob");
    ASSERT_EQ(Describe(Do(beta, kSchedulerTestOperator)), "Accepted");
    ASSERT_EQ(Describe(Do(Subscribe("web"))), "Accepted");
    StartSteadyScheduler();
  }

  std::string Answer(const billing::v1::Command& command, const std::string& principal) {
    return Describe(Do(command, principal));
  }
  size_t Expiries() {
    size_t count = 0;
    for (const storage::v1::Record& record : Records()) {
      count += record.event().has_transfer_expired() ? 1 : 0;
    }
    return count;
  }
};

TEST_F(SchedulerTransferTest, ExpireOnTheFifteenthDayAndNotAMicrosecondEarlier) {
  ASSERT_EQ(Answer(Send(), "users/alice"), "Accepted");
  clock_.Advance(kOfferUs - 1);
  EXPECT_EQ(Step(), 0u);
  clock_.Advance(1);
  EXPECT_EQ(Step(), 1u);
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_EQ(answers_.front().second, "Accepted");
  EXPECT_EQ(answers_.front().first.rpc, "ExpireTransfer");
  EXPECT_EQ(answers_.front().first.name, kTransfer);
  const storage::v1::Record record = Records().back();
  EXPECT_TRUE(record.event().has_transfer_expired());
  EXPECT_EQ(record.event().principal(), "services/scheduler");
  EXPECT_EQ(Step(), 0u) << "nothing is due any more";
}

TEST_F(SchedulerTransferTest, CountFifteenDaysAcrossALeapDay) {
  AdvanceTo(std::chrono::sys_days(2028y / 2 / 20));
  ASSERT_EQ(Answer(Send(), "users/alice"), "Accepted");
  AdvanceTo(std::chrono::sys_days(2028y / 3 / 6) - 1s);
  EXPECT_EQ(Step(), 0u);
  AdvanceTo(std::chrono::sys_days(2028y / 3 / 6));
  EXPECT_EQ(Step(), 1u);
}

TEST_F(SchedulerTransferTest, AreAcceptedUntilTheLastMicrosecond) {
  ASSERT_EQ(Answer(Send(), "users/alice"), "Accepted");
  clock_.Advance(kOfferUs - 1);
  EXPECT_EQ(Answer(Accept(), "users/bob"), "Accepted");
  clock_.Advance(kDayUs);
  EXPECT_EQ(Step(), 0u) << "an answered transfer has no deadline";
}

TEST_F(SchedulerTransferTest, LapseWhetherOrNotThatIsRecorded) {
  ASSERT_EQ(Answer(Send(), "users/alice"), "Accepted");
  clock_.Advance(kOfferUs);
  EXPECT_EQ(Answer(Accept(), "users/bob"), "Refused TRANSFER_EXPIRED");
  EXPECT_EQ(Answer(Cancel(), "users/alice"), "Refused TRANSFER_EXPIRED");
  ASSERT_EQ(Step(), 1u);
  ASSERT_EQ(Expiries(), 1u);
  EXPECT_EQ(Answer(Accept(), "users/bob"), "Refused TRANSFER_EXPIRED");
  EXPECT_EQ(Answer(Cancel(), "users/alice"), "Refused TRANSFER_EXPIRED");
  EXPECT_EQ(StateOf("web"), billing::v1::SUBSCRIPTION_STATE_ACTIVE) << "it stayed where it was";
}

TEST_F(SchedulerTransferTest, ALapsedOneAndItsSuccessorEachHaveTheirDeadline) {
  ASSERT_EQ(Answer(Send("first"), "users/alice"), "Accepted");
  clock_.Advance(kOfferUs);
  ASSERT_EQ(Answer(Send("second"), "users/alice"), "Accepted") << "a lapsed one blocks nothing";
  EXPECT_EQ(Step(), 1u);
  EXPECT_EQ(answers_.back().first.name, "billingAccounts/acme/transfers/first");
  clock_.Advance(kOfferUs - 1);
  EXPECT_EQ(Step(), 0u);
  clock_.Advance(1);
  EXPECT_EQ(Step(), 1u);
  EXPECT_EQ(answers_.back().first.name, "billingAccounts/acme/transfers/second");
  EXPECT_EQ(Expiries(), 2u);
}

TEST_F(SchedulerTransferTest, CancelledHaveNoDeadline) {
  ASSERT_EQ(Answer(Send(), "users/alice"), "Accepted");
  ASSERT_EQ(Answer(Cancel(), "users/alice"), "Accepted");
  clock_.Advance(kOfferUs);
  EXPECT_EQ(Step(), 0u);
  EXPECT_EQ(Expiries(), 0u);
}

TEST_F(SchedulerTransferTest, NobodyElseMayExpireOne) {
  ASSERT_EQ(Answer(Send(), "users/alice"), "Accepted");
  clock_.Advance(kOfferUs);
  billing::v1::Command expire;
  expire.mutable_expire_transfer()->set_name(kTransfer);
  for (const char* principal : {"users/alice", "users/bob", kSchedulerTestOperator}) {
    EXPECT_EQ(Answer(expire, principal), "Refused ROLE_REQUIRED") << principal;
  }
}

TEST_F(SchedulerTransferTest, AreTakenInOneRowWithDeletionsByTime) {
  Do(Subscribe("old"));
  Disable("old");
  clock_.Advance(80 * kDayUs);
  ASSERT_EQ(Answer(Send(), "users/alice"), "Accepted");
  clock_.Advance(kOfferUs);
  EXPECT_EQ(Step(), 2u);
  EXPECT_EQ(answers_[0].first.rpc, "DeleteSubscription") << "due for five days";
  EXPECT_EQ(answers_[1].first.rpc, "ExpireTransfer");
}

}  // namespace
}  // namespace billing::server
