// The limits of one account, which random commands on small accounts never reach: as many
// subscriptions, profiles, roles and unpaid charges as it may have, and what a full account still
// answers.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/model/model_fixture.h"
#include "tests/model/trial.h"

namespace billing::model {
namespace {

constexpr char kAccount[] = "billingAccounts/acme-0";
// A full account is compared as a whole now and then only: the model counts everything.
constexpr int kStepsPerComparison = 997;

class AFullAccount : public ModelTest {
 protected:
  void Do(const kernel::Caller& caller, const v1::Command& wire) {
    ASSERT_EQ(trial_.Take({.now = now_ += kSecond, .caller = caller, .wire = wire}), "")
        << wire.ShortDebugString();
  }

  void Open(v1::Agreement agreement) {
    v1::Command wire;
    auto& request = *wire.mutable_create_billing_account();
    request.set_billing_account_id("acme-0");
    auto& account = *request.mutable_billing_account();
    account.set_agreement(agreement);
    account.set_administrator("users/alice");
    account.set_country("NL");
    account.set_currency("EUR");
    Do(Operator(), wire);
    AddCard("visa");
    AddCard("master");
  }

  void AddCard(const std::string& id) {
    v1::Command wire;
    auto& request = *wire.mutable_add_card();
    request.set_parent(kAccount);
    request.set_card_id(id);
    auto& card = *request.mutable_card();
    card.set_token("token-of-" + id);
    card.set_brand(v1::BRAND_VISA);
    card.set_funding(v1::FUNDING_CREDIT);
    card.set_last_four("1111");
    card.mutable_expiry()->set_year(2030);
    card.mutable_expiry()->set_month(4);
    card.set_country("NL");
    Do(User("alice"), wire);
  }

  void CreateSubscription(int number) {
    v1::Command wire;
    auto& request = *wire.mutable_create_subscription();
    request.set_parent(kAccount);
    request.set_subscription_id(absl::StrCat("sub-", number));
    request.mutable_subscription()->set_card(absl::StrCat(kAccount, "/cards/visa"));
    request.mutable_subscription()->set_kind(static_cast<v1::SubscriptionKind>(number % 5));
    Do(User("alice"), wire);
  }

  void CreateProfile(int number) {
    v1::Command wire;
    auto& request = *wire.mutable_create_billing_profile();
    request.set_parent(kAccount);
    request.set_billing_profile_id(absl::StrCat("profile-", number));
    request.mutable_billing_profile()->set_card(absl::StrCat(kAccount, "/cards/visa"));
    Do(User("alice"), wire);
  }

  void RecordCharge(int number) {
    v1::Command wire;
    auto& request = *wire.mutable_record_charge();
    request.set_parent(kAccount);
    request.set_charge_id(absl::StrCat("charge-", number));
    request.mutable_charge()->set_subscription(
        absl::StrCat(kAccount, "/subscriptions/sub-", number % 3));
    request.mutable_charge()->mutable_amount()->set_currency_code("EUR");
    request.mutable_charge()->mutable_amount()->set_units(1);
    Do(Biller(), wire);
  }

  void Decline(int number) {
    v1::Command wire;
    auto& request = *wire.mutable_record_payment();
    request.set_name(absl::StrCat(kAccount, "/charges/charge-", number));
    request.set_outcome(v1::PAYMENT_OUTCOME_DECLINED);
    request.set_processor_reference("first-try");
    Do(Biller(), wire);
  }

  void RemoveCard(const std::string& id) {
    v1::Command wire;
    wire.mutable_remove_card()->set_name(absl::StrCat(kAccount, "/cards/", id));
    Do(User("alice"), wire);
  }

  int64_t Times(const std::string& what) const {
    const auto found = trial_.tally().find(what);
    return found == trial_.tally().end() ? 0 : found->second;
  }

  Time now_ = StartOfMonth(2026, 3);
  Trial trial_{vault(), kStepsPerComparison};
};

TEST_F(AFullAccount, TakesTwoThousandLiveSubscriptionsAndMovesThemAll) {
  Open(v1::AGREEMENT_PAY_AS_YOU_GO);
  for (int i = 0; i <= 2'000; ++i) CreateSubscription(i);
  EXPECT_EQ(Times("SubscriptionCreated"), 2'000);
  EXPECT_EQ(Times("SUBSCRIPTION_LIMIT_REACHED"), 1);
  RemoveCard("visa");
  EXPECT_EQ(Times("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION") + Times("RECURRING_CHARGES") +
                Times("RESERVED_INSTANCES"),
            2'000);
  v1::Command active;
  active.mutable_set_active()->set_subscription(absl::StrCat(kAccount, "/subscriptions/sub-7"));
  active.mutable_set_active()->set_card(absl::StrCat(kAccount, "/cards/master"));
  Do(User("alice"), active);
  RemoveCard("visa");
  EXPECT_EQ(Times("CardRemoved"), 1);
  EXPECT_EQ(trial_.CheckAll(), "");
}

TEST_F(AFullAccount, HasAThousandProfilesInItsLife) {
  Open(v1::AGREEMENT_CUSTOMER_AGREEMENT);
  for (int i = 0; i < 1'000; ++i) CreateProfile(i);
  v1::Command detach;
  detach.mutable_detach_payment_method()->set_name(
      absl::StrCat(kAccount, "/billingProfiles/profile-7"));
  Do(User("alice"), detach);
  CreateProfile(1'000);
  EXPECT_EQ(Times("PaymentMethodDetached"), 1);
  EXPECT_EQ(Times("BILLING_PROFILE_LIMIT_REACHED"), 1);
  RemoveCard("visa");
  EXPECT_EQ(Times("CARD_IS_BILLING_PROFILE_DEFAULT"), 999);
  EXPECT_EQ(trial_.CheckAll(), "");
}

TEST_F(AFullAccount, OwesFiveThousandChargesAndSettlesThemAtOnce) {
  Open(v1::AGREEMENT_PAY_AS_YOU_GO);
  for (int i = 0; i < 3; ++i) CreateSubscription(i);
  for (int i = 0; i <= 5'000; ++i) RecordCharge(i);
  EXPECT_EQ(Times("ChargeRecorded"), 5'000);
  EXPECT_EQ(Times("CHARGE_LIMIT_REACHED"), 1);
  for (int i = 0; i < 5'000; ++i) Decline(i);
  RecordCharge(5'001);
  EXPECT_EQ(Times("CHARGE_LIMIT_REACHED"), 2) << "what is past due counts as well";
  v1::Command settle;
  auto& request = *settle.mutable_settle_balance();
  request.set_parent(kAccount);
  request.set_failed_card(absl::StrCat(kAccount, "/cards/visa"));
  request.set_paying_card(absl::StrCat(kAccount, "/cards/master"));
  request.mutable_amount()->set_currency_code("EUR");
  request.mutable_amount()->set_units(5'000);
  request.set_processor_reference("capture");
  Do(Biller(), settle);
  EXPECT_EQ(Times("BalanceSettled"), 1);
  RecordCharge(5'002);
  EXPECT_EQ(Times("ChargeRecorded"), 5'001);
  EXPECT_EQ(trial_.CheckAll(), "");
}

TEST_F(AFullAccount, GrantsAThousandRoles) {
  Open(v1::AGREEMENT_PAY_AS_YOU_GO);
  const auto grant = [this](int number) {
    v1::Command wire;
    wire.mutable_grant_role()->set_name(kAccount);
    wire.mutable_grant_role()->set_principal(absl::StrCat("users/reader-", number));
    wire.mutable_grant_role()->set_role(v1::ROLE_READER);
    Do(User("alice"), wire);
  };
  for (int i = 0; i <= 1'000; ++i) grant(i);
  EXPECT_EQ(Times("RoleGranted"), 1'000);
  EXPECT_EQ(Times("ROLE_LIMIT_REACHED"), 1);
  v1::Command revoke;
  revoke.mutable_revoke_role()->set_name(kAccount);
  revoke.mutable_revoke_role()->set_principal("users/reader-7");
  revoke.mutable_revoke_role()->set_role(v1::ROLE_READER);
  Do(User("alice"), revoke);
  grant(1'000);
  EXPECT_EQ(Times("RoleGranted"), 1'001);
  EXPECT_EQ(trial_.CheckAll(), "");
}

}  // namespace
}  // namespace billing::model
