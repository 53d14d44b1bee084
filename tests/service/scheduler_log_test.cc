#include "server/scheduler_log.h"

#include "aggregates/kernel/uuid.h"
#include "gtest/gtest.h"

namespace billing::server {
namespace {

constexpr char kName[] = "billingAccounts/acme/subscriptions/web";
constexpr char kId[] = "cb8a6b69-96be-88b5-bf3c-a0b3ac1e1db9";

std::string TextOf(const Outcome& outcome) {
  const ScheduledCommand command{.rpc = "DeleteSubscription",
                                 .name = kName,
                                 .request_id = *kernel::UuidBytes(kId),
                                 .deadline = {1}};
  return LineOf(command, outcome).text();
}

std::string Ending() {
  return std::string(" request_id=") + kId + " principal=services/scheduler name=" + kName;
}

TEST(SchedulerLog, SaysWhereItWasRecorded) {
  EXPECT_EQ(TextOf(Accepted{.account_id = "acme", .answer = {}, .receipt = {.position = 7}}),
            "event=command rpc=DeleteSubscription code=OK position=7" + Ending());
  EXPECT_EQ(TextOf(Accepted{
                .account_id = "acme", .answer = {}, .receipt = {.position = 7, .replayed = true}}),
            "event=command rpc=DeleteSubscription code=OK position=7 replayed=true" + Ending());
}

TEST(SchedulerLog, SaysWhyNot) {
  Refused refused{.account_id = "acme"};
  refused.refusal.set_command("DeleteSubscription");
  refused.refusal.set_reason("INVALID_SUBSCRIPTION_STATE");
  EXPECT_EQ(TextOf(refused),
            "event=command rpc=DeleteSubscription code=FAILED_PRECONDITION "
            "reason=INVALID_SUBSCRIPTION_STATE" +
                Ending());
  EXPECT_EQ(TextOf(NotDone{NotDone::Kind::kReadFailed, "a broken row"}),
            "event=command rpc=DeleteSubscription code=INTERNAL reason=STORE_READ_FAILED "
            "detail=\"a broken row\"" +
                Ending());
}

}  // namespace
}  // namespace billing::server
