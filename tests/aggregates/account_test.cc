#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

TEST(CreateBillingAccount, RecordsTheAccountUnderItsFullName) {
  GivenNothing().By(Operator()).When(CreateBillingAccount()).Then({BillingAccountCreated()});
  EXPECT_EQ(BillingAccountCreated().billing_account_created().billing_account().name(),
            "billingAccounts/acme");
}

TEST(CreateBillingAccount, RecordsEveryFieldThatWasGiven) {
  auto command = CreateBillingAccount();
  command.display_name = "Acme B.V.";
  command.agreement = v1::AGREEMENT_CUSTOMER_AGREEMENT;
  command.business = true;
  command.currency = "USD";
  command.policy.max_cards = 7;

  auto scenario = GivenNothing().By(Operator()).When(command);

  const auto account = scenario.states().Account(scenario.number()).value();
  EXPECT_EQ(account.display_name, "Acme B.V.");
  EXPECT_EQ(account.agreement, v1::AGREEMENT_CUSTOMER_AGREEMENT);
  EXPECT_EQ(account.administrator.value(), "users/alice");
  EXPECT_TRUE(account.business);
  EXPECT_EQ(account.country, "NL");
  EXPECT_EQ(account.currency, "USD");
  EXPECT_EQ(account.policy.max_cards, 7);
}

TEST(CreateBillingAccount, FillsInThePolicyOfTheFoundingDocument) {
  const auto decision = account::Decide(CreateBillingAccount(), false);
  const auto& policy = std::get<kernel::Facts>(decision)
                           .front()
                           .billing_account_created()
                           .billing_account()
                           .policy();
  ASSERT_EQ(policy.holding_states_size(), 2);
  EXPECT_EQ(policy.holding_states(0), v1::SUBSCRIPTION_STATE_ACTIVE);
  EXPECT_EQ(policy.holding_states(1), v1::SUBSCRIPTION_STATE_PAST_DUE);
  EXPECT_EQ(policy.cascade(), v1::CASCADE_SAME_CARD);
  EXPECT_EQ(policy.profile_managers(), v1::PROFILE_MANAGERS_OWNERS_AND_CONTRIBUTORS);
  EXPECT_FALSE(policy.require_payment_method());
  EXPECT_FALSE(policy.require_card_country_match());
  EXPECT_EQ(policy.max_cards(), 100);
}

TEST(CreateBillingAccount, RefusedWhenTheIdIsTaken) {
  Given({})
      .By(Operator())
      .When(CreateBillingAccount())
      .ThenRefused(Reason::kBillingAccountAlreadyExists);
}

TEST(SetPolicy, ReplacesThePolicyAsAWhole) {
  const account::Policy all = {.cascade_all_subscriptions = true};
  const account::Policy strict = {.disabled_holds = true, .cancelled_holds = true};
  auto scenario = Given({PolicyChanged(all)});
  scenario.By(Operator()).When(SetPolicy(strict)).Then({PolicyChanged(strict)});
  EXPECT_EQ(scenario.states().Account(scenario.number())->policy, strict);
}

TEST(SetPolicy, TheSamePolicyChangesNothing) {
  const account::Policy all = {.cascade_all_subscriptions = true};
  Given({PolicyChanged(all)}).By(Operator()).When(SetPolicy(all)).ThenNothingChanges();
}

TEST(SetPolicy, RefusedWhenTheAccountIsAtAnotherVersion) {
  // The account was created at position 1.
  const account::Policy all = {.cascade_all_subscriptions = true};
  Given({}).By(Operator()).When(AtVersion(SetPolicy(all), 2)).ThenRefused(Reason::kEtagMismatch);
  Given({}).By(Operator()).When(AtVersion(SetPolicy(all), 1)).Then({PolicyChanged(all)});
}

TEST(Policy, UnsetFieldsMeanTheDefaults) {
  EXPECT_EQ(account::PolicyFrom(v1::Policy()), account::Policy());
}

TEST(Policy, EveryFieldSurvivesTheMessage) {
  for (const account::Policy& policy : {
           account::Policy{},
           account::Policy{.disabled_holds = true},
           account::Policy{.cancelled_holds = true},
           account::Policy{.cascade_all_subscriptions = true},
           account::Policy{.signed_up_user_manages_profiles = true},
           account::Policy{.require_payment_method = true},
           account::Policy{.require_card_country_match = true},
           account::Policy{.max_cards = 1},
           account::Policy{.max_cards = account::kCardsMaxLimit},
       }) {
    SCOPED_TRACE(account::ToMessage(policy).ShortDebugString());
    EXPECT_EQ(account::PolicyFrom(account::ToMessage(policy)), policy);
  }
}

TEST(Policy, HoldsCardsOfRunningSubscriptionsAlwaysAndOfStoppedOnesOnDemand) {
  const account::Policy lenient;
  const account::Policy disabled = {.disabled_holds = true};
  const account::Policy cancelled = {.cancelled_holds = true};
  for (const auto& policy : {lenient, disabled, cancelled}) {
    EXPECT_TRUE(policy.Holds(v1::SUBSCRIPTION_STATE_ACTIVE));
    EXPECT_TRUE(policy.Holds(v1::SUBSCRIPTION_STATE_PAST_DUE));
    EXPECT_FALSE(policy.Holds(v1::SUBSCRIPTION_STATE_DELETED));
    EXPECT_FALSE(policy.Holds(v1::SUBSCRIPTION_STATE_TRANSFERRED));
  }
  EXPECT_FALSE(lenient.Holds(v1::SUBSCRIPTION_STATE_DISABLED));
  EXPECT_FALSE(lenient.Holds(v1::SUBSCRIPTION_STATE_CANCELLED));
  EXPECT_TRUE(disabled.Holds(v1::SUBSCRIPTION_STATE_DISABLED));
  EXPECT_FALSE(disabled.Holds(v1::SUBSCRIPTION_STATE_CANCELLED));
  EXPECT_FALSE(cancelled.Holds(v1::SUBSCRIPTION_STATE_DISABLED));
  EXPECT_TRUE(cancelled.Holds(v1::SUBSCRIPTION_STATE_CANCELLED));
}

}  // namespace
}  // namespace billing::given
