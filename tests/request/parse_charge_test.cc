#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParseRecordCharge, BecomesItsCommand) {
  const Request request = Parsed(kRecordCharge);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "record_charge { charge_id: \"november\" charge { subscription: \"subscriptions/web\" "
            "amount { currency_code: \"EUR\" units: 12 nanos: 340000000 } "
            "due_time { seconds: 1796083200 } } }");
  const auto& command = std::get<charge::RecordCharge>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.charge.value(), "november");
  EXPECT_EQ(command.subscription, kernel::SubscriptionId::Parse("web"));
  EXPECT_EQ(command.billing_profile, std::nullopt);
  EXPECT_EQ(command.amount, (kernel::Amount{.currency = "EUR", .minor = 1'234}));
  EXPECT_EQ(command.due_time, kernel::Instant{1'796'083'200'000'000});
}

TEST(ParseRecordCharge, TakesAProfileInsteadAndNoDueTime) {
  v1::Command wire = Wire(kRecordCharge, R"(record_charge { charge { subscription: ""
      billing_profile: "billingAccounts/acme/billingProfiles/emea" } })");
  wire.mutable_record_charge()->mutable_charge()->clear_due_time();
  const Request request = Parsed(wire);
  const auto& command = std::get<charge::RecordCharge>(request.command);
  EXPECT_EQ(command.subscription, std::nullopt);
  EXPECT_EQ(command.billing_profile, kernel::BillingProfileId::Parse("emea"));
  EXPECT_EQ(command.due_time, std::nullopt);
  EXPECT_FALSE(request.decided.record_charge().charge().has_due_time());
}

TEST(ParseRecordCharge, CutsTheDueTimeToMicroseconds) {
  const Request request =
      Parsed(kRecordCharge, "record_charge { charge { due_time { nanos: 123456789 } } }");
  EXPECT_EQ(request.decided.record_charge().charge().due_time().nanos(), 123'456'000);
  EXPECT_EQ(std::get<charge::RecordCharge>(request.command).due_time,
            kernel::Instant{1'796'083'200'123'456});
}

TEST(ParseRecordCharge, IgnoresNameAndOutputOnlyFields) {
  const Request request = Parsed(kRecordCharge, R"(record_charge { charge {
      name: "billingAccounts/acme/charges/other"
      card: "billingAccounts/acme/cards/visa"
      state: CHARGE_STATE_PAID
      network_code: "51" advice_code: "02"
      reason: DECLINE_REASON_OTHER kind: DECLINE_KIND_SOFT
      create_time { seconds: 1 } update_time { seconds: 1 }
      etag: "\"9\"" redacted_fields: "network_code"
    } })");
  EXPECT_EQ(request.decided.ShortDebugString(), Parsed(kRecordCharge).decided.ShortDebugString());
}

TEST(ParseRecordCharge, NeedsTheChargeAndItsAmount) {
  v1::Command wire = Wire(kRecordCharge);
  wire.mutable_record_charge()->mutable_charge()->clear_amount();
  EXPECT_THAT(BadFields(wire), ElementsAre("charge.amount"));
  wire.mutable_record_charge()->clear_charge();
  EXPECT_THAT(BadFields(wire), ElementsAre("charge"));
}

TEST(ParseRecordPayment, BecomesItsCommand) {
  const Request request = Parsed(kRecordPayment);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "record_payment { name: \"charges/november\" outcome: PAYMENT_OUTCOME_DECLINED "
            "network_code: \"51\" advice_code: \"02\" processor_reference: \"pay:2026-11.1\" "
            "etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<charge::RecordPayment>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.charge.value(), "november");
  EXPECT_EQ(command.outcome, v1::PAYMENT_OUTCOME_DECLINED);
  EXPECT_EQ(command.network_code, "51");
  EXPECT_EQ(command.advice_code, "02");
  EXPECT_EQ(command.processor_reference, "pay:2026-11.1");
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseVoidCharge, BecomesItsCommand) {
  const auto command = std::get<charge::VoidCharge>(Parsed(kVoidCharge).command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.charge.value(), "november");
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseSettleBalance, BecomesItsCommand) {
  const Request request = Parsed(kSettleBalance);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "settle_balance { failed_card: \"cards/old\" paying_card: \"cards/visa\" "
            "amount { currency_code: \"EUR\" units: 12 nanos: 340000000 } "
            "processor_reference: \"capture:77\" requested_by: \"users/alice\" }");
  const auto& command = std::get<charge::SettleBalance>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.failed_card.value(), "old");
  EXPECT_EQ(command.paying_card.value(), "visa");
  EXPECT_EQ(command.amount, (kernel::Amount{.currency = "EUR", .minor = 1'234}));
  EXPECT_EQ(command.processor_reference, "capture:77");
  EXPECT_EQ(command.requested_by, "users/alice");
}

TEST(ParseSettleBalance, NeedsTheAmountButNobodyWhoAsked) {
  v1::Command wire = Wire(kSettleBalance);
  wire.mutable_settle_balance()->clear_requested_by();
  EXPECT_THAT(BadFields(wire), IsEmpty());
  wire.mutable_settle_balance()->clear_amount();
  EXPECT_THAT(BadFields(wire), ElementsAre("amount"));
}

TEST(ParseSettleBalance, TellsCardsOfTwoAccountsApart) {
  EXPECT_THAT(BadFields(kSettleBalance,
                        R"(settle_balance { paying_card: "billingAccounts/other/cards/old" })"),
              IsEmpty());
}

}  // namespace
}  // namespace billing::request
