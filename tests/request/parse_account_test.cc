#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

using ::testing::ElementsAre;

TEST(ParseCreateBillingAccount, DecidesWithThePolicyWhole) {
  const Request request = Parsed(kCreateBillingAccount);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "create_billing_account { billing_account_id: \"acme\" billing_account { "
            "display_name: \"Acme B.V.\" agreement: AGREEMENT_PAY_AS_YOU_GO "
            "administrator: \"users/alice\" business: true country: \"NL\" currency: \"EUR\" "
            "policy { holding_states: SUBSCRIPTION_STATE_ACTIVE "
            "holding_states: SUBSCRIPTION_STATE_PAST_DUE cascade: CASCADE_ALL_SUBSCRIPTIONS "
            "profile_managers: PROFILE_MANAGERS_OWNERS_AND_CONTRIBUTORS max_cards: 100 } } }");
  EXPECT_FALSE(request.id_generated);
}

TEST(ParseCreateBillingAccount, BecomesItsCommand) {
  const Request request = Parsed(kCreateBillingAccount);
  const auto& command = std::get<account::CreateBillingAccount>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.display_name, "Acme B.V.");
  EXPECT_EQ(command.agreement, v1::AGREEMENT_PAY_AS_YOU_GO);
  EXPECT_EQ(command.administrator.value(), "users/alice");
  EXPECT_TRUE(command.business);
  EXPECT_EQ(command.country, "NL");
  EXPECT_EQ(command.currency, "EUR");
  EXPECT_EQ(command.policy, (account::Policy{.cascade_all_subscriptions = true}));
}

TEST(ParseCreateBillingAccount, WithoutAnIdTakesTheFreshOne) {
  const Request request =
      Parsed(kCreateBillingAccount, R"(create_billing_account { billing_account_id: "" })");
  EXPECT_TRUE(request.id_generated);
  EXPECT_EQ(request.decided.create_billing_account().billing_account_id(), kFreshId);
  EXPECT_EQ(std::get<account::CreateBillingAccount>(request.command).account.value(), kFreshId);
}

TEST(ParseCreateBillingAccount, IgnoresNameAndOutputOnlyFields) {
  const Request plain = Parsed(kCreateBillingAccount);
  const Request request = Parsed(kCreateBillingAccount, R"(create_billing_account {
      billing_account {
        name: "billingAccounts/other"
        roles { principal: "users/bob" role: ROLE_OWNER }
        invoice_payment: INVOICE_PAYMENT_STATE_APPROVED
        create_time { seconds: 1 }
        etag: "\"9\""
        redacted_fields: "roles"
      } })");
  EXPECT_EQ(request.decided.ShortDebugString(), plain.decided.ShortDebugString());
}

TEST(ParseCreateBillingAccount, NeedsTheAccount) {
  v1::Command wire = Wire(kCreateBillingAccount);
  wire.mutable_create_billing_account()->clear_billing_account();
  EXPECT_THAT(BadFields(wire), ElementsAre("billing_account"));
}

TEST(ParseSetPolicy, DecidesWithThePolicyWholeAndInOneOrder) {
  EXPECT_EQ(Parsed(kSetPolicy).decided.ShortDebugString(),
            "set_policy { policy { holding_states: SUBSCRIPTION_STATE_ACTIVE "
            "holding_states: SUBSCRIPTION_STATE_PAST_DUE "
            "holding_states: SUBSCRIPTION_STATE_CANCELLED cascade: CASCADE_SAME_CARD "
            "profile_managers: PROFILE_MANAGERS_OWNERS_AND_CONTRIBUTORS max_cards: 7 } "
            "etag: \"\\\"12\\\"\" }");
}

TEST(ParseSetPolicy, BecomesItsCommand) {
  const Request request = Parsed(kSetPolicy);
  const auto& command = std::get<account::SetPolicy>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.policy, (account::Policy{.cancelled_holds = true, .max_cards = 7}));
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseSetPolicy, TakesAnEmptyPolicyAndNoneAsAllDefaults) {
  v1::Command wire = Wire(kSetPolicy);
  wire.mutable_set_policy()->mutable_policy()->Clear();
  EXPECT_EQ(std::get<account::SetPolicy>(Parsed(wire).command).policy, account::Policy());
  wire.mutable_set_policy()->clear_policy();
  EXPECT_EQ(std::get<account::SetPolicy>(Parsed(wire).command).policy, account::Policy());
  EXPECT_EQ(Parsed(wire).decided.set_policy().policy().max_cards(), 100);
}

TEST(ParseSetPolicy, CompletesTheHoldingStatesAndListsEachOnce) {
  v1::Command wire = Wire(kSetPolicy);
  v1::Policy& policy = *wire.mutable_set_policy()->mutable_policy();
  policy.clear_holding_states();
  for (int i = 0; i < 2; ++i) policy.add_holding_states(v1::SUBSCRIPTION_STATE_DISABLED);
  const Request request = Parsed(wire);
  EXPECT_THAT(request.decided.set_policy().policy().holding_states(),
              ElementsAre(v1::SUBSCRIPTION_STATE_ACTIVE, v1::SUBSCRIPTION_STATE_PAST_DUE,
                          v1::SUBSCRIPTION_STATE_DISABLED));
  EXPECT_EQ(std::get<account::SetPolicy>(request.command).policy,
            (account::Policy{.disabled_holds = true, .max_cards = 7}));
}

TEST(ParseUpdateBillingAccount, BecomesItsCommand) {
  const Request request = Parsed(kUpdateBillingAccount);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "update_billing_account { billing_account { display_name: \"Acme N.V.\" "
            "business: true } update_mask { paths: \"display_name\" paths: \"business\" } "
            "etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<account::UpdateBillingAccount>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.display_name, "Acme N.V.");
  EXPECT_EQ(command.business, true);
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseUpdateBillingAccount, TakesOnlyWhatTheMaskNames) {
  v1::Command wire = Wire(kUpdateBillingAccount, R"(update_billing_account { billing_account {
      display_name: " " country: "XX" agreement: AGREEMENT_CUSTOMER_AGREEMENT } })");
  wire.mutable_update_billing_account()->mutable_update_mask()->clear_paths();
  wire.mutable_update_billing_account()->mutable_update_mask()->add_paths("business");
  const Request request = Parsed(wire);
  EXPECT_EQ(request.decided.update_billing_account().billing_account().ShortDebugString(),
            "business: true");
  const auto& command = std::get<account::UpdateBillingAccount>(request.command);
  EXPECT_EQ(command.display_name, std::nullopt);
  EXPECT_EQ(command.business, true);
}

TEST(ParseUpdateBillingAccount, MayTakeNameAndBusinessAway) {
  const Request request = Parsed(kUpdateBillingAccount, R"(update_billing_account {
      billing_account { display_name: "" business: false } })");
  const auto& command = std::get<account::UpdateBillingAccount>(request.command);
  EXPECT_EQ(command.display_name, "");
  EXPECT_EQ(command.business, false);
}

TEST(ParseUpdateBillingAccount, NeedsAccountAndMask) {
  v1::Command wire = Wire(kUpdateBillingAccount);
  wire.mutable_update_billing_account()->clear_update_mask();
  EXPECT_THAT(BadFields(wire), ElementsAre("update_mask"));
  wire.mutable_update_billing_account()->clear_billing_account();
  EXPECT_THAT(BadFields(wire), ElementsAre("billing_account", "update_mask"));
  wire.mutable_update_billing_account()->mutable_update_mask()->add_paths("business");
  EXPECT_THAT(BadFields(wire), ElementsAre("billing_account"));
}

TEST(ParseRoles, OfAProfileAreLimitedToIt) {
  const Request request = Parsed(kGrantRole);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "grant_role { name: \"billingProfiles/emea\" principal: \"users/bob\" "
            "role: ROLE_CONTRIBUTOR etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<account::GrantRole>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.binding.principal.value(), "users/bob");
  EXPECT_EQ(command.binding.role, v1::ROLE_CONTRIBUTOR);
  EXPECT_EQ(command.binding.billing_profile, kernel::BillingProfileId::Parse("emea"));
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseRoles, OfAnAccountAreForTheWholeOfIt) {
  const Request request = Parsed(kGrantRole, R"(grant_role { name: "billingAccounts/acme" })");
  EXPECT_EQ(request.decided.grant_role().name(), "");
  const auto& command = std::get<account::GrantRole>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.binding.billing_profile, std::nullopt);
}

TEST(ParseRoles, MayNameTheAdministratorsForTheRulesToRefuse) {
  const Request request = Parsed(kRevokeRole, "revoke_role { role: ROLE_ADMINISTRATOR }");
  const auto& command = std::get<account::RevokeRole>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.binding.principal.value(), "users/bob");
  EXPECT_EQ(command.binding.role, v1::ROLE_ADMINISTRATOR);
  EXPECT_EQ(command.binding.billing_profile, kernel::BillingProfileId::Parse("emea"));
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseHandOver, BecomesItsCommand) {
  const Request request = Parsed(kHandOverAdministrator);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "hand_over_administrator { principal: \"users/carol\" etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<account::HandOverAdministrator>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.principal.value(), "users/carol");
  EXPECT_EQ(command.etag, 12U);
}

}  // namespace
}  // namespace billing::request
