// Each bad field alone gives exactly one violation, which names it and repeats nothing of
// its value.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <set>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct BadField {
  std::string_view good;
  std::string_view change;
  std::string_view field;
};

void PrintTo(const BadField& bad, std::ostream* out) { *out << bad.field << " in " << bad.change; }

class OneBadField : public testing::TestWithParam<BadField> {};

TEST_P(OneBadField, GivesExactlyOneViolationNamingIt) {
  const v1::Command wire = Wire(GetParam().good, GetParam().change);
  EXPECT_THAT(BadFields(wire), ElementsAre(GetParam().field)) << GetParam().change;
  for (const Violation& violation : Violations(wire)) {
    EXPECT_THAT(violation.description, Not(IsEmpty()));
    EXPECT_THAT(violation.description, Not(HasSubstr("4242")));
  }
}

const BadField kAccountFields[] = {
    {kCreateBillingAccount, R"(create_billing_account { billing_account_id: "Acme" })",
     "billing_account_id"},
    {kCreateBillingAccount, R"(create_billing_account { billing_account_id: "2026" })",
     "billing_account_id"},
    {kCreateBillingAccount, R"(create_billing_account { billing_account_id: "a4242424242424242" })",
     "billing_account_id"},
    {kCreateBillingAccount, R"(create_billing_account { billing_account { display_name: "   " } })",
     "billing_account.display_name"},
    {kCreateBillingAccount,
     R"(create_billing_account { billing_account { display_name: "Acme\n" } })",
     "billing_account.display_name"},
    {kCreateBillingAccount,
     R"(create_billing_account { billing_account { display_name: "4242 4242 4242 4242" } })",
     "billing_account.display_name"},
    {kCreateBillingAccount,
     R"(create_billing_account { billing_account { agreement: AGREEMENT_UNSPECIFIED } })",
     "billing_account.agreement"},
    {kCreateBillingAccount, R"(create_billing_account { billing_account { agreement: 3 } })",
     "billing_account.agreement"},
    {kCreateBillingAccount, R"(create_billing_account { billing_account { administrator: "" } })",
     "billing_account.administrator"},
    {kCreateBillingAccount,
     R"(create_billing_account { billing_account { administrator: "alice" } })",
     "billing_account.administrator"},
    {kCreateBillingAccount,
     R"(create_billing_account { billing_account { administrator: "users/4242424242424242" } })",
     "billing_account.administrator"},
    {kCreateBillingAccount, R"(create_billing_account { billing_account { country: "" } })",
     "billing_account.country"},
    {kCreateBillingAccount, R"(create_billing_account { billing_account { country: "nl" } })",
     "billing_account.country"},
    {kCreateBillingAccount, R"(create_billing_account { billing_account { currency: "" } })",
     "billing_account.currency"},
    {kCreateBillingAccount, R"(create_billing_account { billing_account { currency: "XAU" } })",
     "billing_account.currency"},
    {kCreateBillingAccount,
     R"(create_billing_account { billing_account { policy { max_cards: -1 } } })",
     "billing_account.policy.max_cards"},
    {kCreateBillingAccount, R"(create_billing_account { etag: "\"12\"" })", "etag"},
    {kCreateBillingAccount, R"(create_billing_account { request_id: "one" })", "request_id"},
    {kSetPolicy, R"(set_policy { name: "" })", "name"},
    {kSetPolicy, R"(set_policy { name: "billingAccounts/-" })", "name"},
    {kSetPolicy, R"(set_policy { name: "acme" })", "name"},
    {kSetPolicy, R"(set_policy { name: "billingAccounts/acme/cards/visa" })", "name"},
    {kSetPolicy, R"(set_policy { name: "billingAccounts/4242424242424242" })", "name"},
    {kSetPolicy, R"(set_policy { policy { cascade: 9 } })", "policy.cascade"},
    {kSetPolicy, R"(set_policy { policy { profile_managers: 9 } })", "policy.profile_managers"},
    {kSetPolicy, R"(set_policy { policy { max_cards: 1001 } })", "policy.max_cards"},
    {kSetPolicy, R"(set_policy { policy { holding_states: SUBSCRIPTION_STATE_DELETED } })",
     "policy.holding_states"},
    {kSetPolicy, R"(set_policy { policy { holding_states: SUBSCRIPTION_STATE_UNSPECIFIED } })",
     "policy.holding_states"},
    {kSetPolicy, R"(set_policy { policy { holding_states: 77 } })", "policy.holding_states"},
    {kSetPolicy, R"(set_policy { reason: "card 4242-4242-4242-4242" })", "reason"},
    {kSetPolicy, R"(set_policy { reason: "card (4242) 4242 4242 4242" })", "reason"},
    {kSetPolicy, R"(set_policy { etag: "\"4242424242424242\"" })", "etag"},
};

const BadField kCardFields[] = {
    {kAddCard, R"(add_card { card_id: "-visa" })", "card_id"},
    {kAddCard, R"(add_card { card_id: "v4242-4242-4242-4242" })", "card_id"},
    {kAddCard, R"(add_card { card { token: "" } })", "card.token"},
    {kAddCard, R"(add_card { card { token: "tok 4711x" } })", "card.token"},
    {kAddCard, R"(add_card { card { token: "12345678" } })", "card.token"},
    {kAddCard, R"(add_card { card { token: "tok_4242424242424242" } })", "card.token"},
    {kAddCard, R"(add_card { card { fingerprint: "short" } })", "card.fingerprint"},
    {kAddCard, R"(add_card { card { fingerprint: "f4242424242424242" } })", "card.fingerprint"},
    {kAddCard, R"(add_card { card { brand: BRAND_UNSPECIFIED } })", "card.brand"},
    {kAddCard, R"(add_card { card { brand: 10 } })", "card.brand"},
    {kAddCard, R"(add_card { card { funding: FUNDING_UNSPECIFIED } })", "card.funding"},
    {kAddCard, R"(add_card { card { funding: -1 } })", "card.funding"},
    {kAddCard, R"(add_card { card { last_four: "" } })", "card.last_four"},
    {kAddCard, R"(add_card { card { last_four: "424x" } })", "card.last_four"},
    {kAddCard, R"(add_card { card { last_four: "\331\244\331\242\331\244\331\242" } })",
     "card.last_four"},
    {kAddCard, R"(add_card { card { expiry { month: 0 } } })", "card.expiry.month"},
    {kAddCard, R"(add_card { card { expiry { year: 30 } } })", "card.expiry.year"},
    {kAddCard, R"(add_card { card { holder_name: "\342\200\256Alice" } })", "card.holder_name"},
    {kAddCard, R"(add_card { card { holder_name: " \302\240 " } })", "card.holder_name"},
    {kAddCard, R"(add_card { card { holder_name: "Alice 4242424242424242" } })",
     "card.holder_name"},
    {kAddCard, R"(add_card { card { billing_address { lines: "" } } })",
     "card.billing_address.lines[2]"},
    {kAddCard, R"(add_card { card { billing_address { lines: "a\tb" } } })",
     "card.billing_address.lines[2]"},
    {kAddCard, R"(add_card { card { billing_address { lines: "4242 4242" lines: "4242 4242" } } })",
     "card.billing_address.lines"},
    {kAddCard, R"(add_card { card { billing_address { city: "41111111" region: "11111111" } } })",
     "card.billing_address"},
    {kAddCard, R"(add_card { card { billing_address { city: "4242.4242.4242.4242" } } })",
     "card.billing_address.city"},
    {kAddCard, R"(add_card { card { billing_address { region: "\001" } } })",
     "card.billing_address.region"},
    {kAddCard, R"(add_card { card { billing_address { postal_code: "4242424242424242" } } })",
     "card.billing_address.postal_code"},
    {kAddCard, R"(add_card { card { billing_address { country: "Netherlands" } } })",
     "card.billing_address.country"},
    {kAddCard, R"(add_card { card { country: "" } })", "card.country"},
    {kAddCard, R"(add_card { card { country: "UK" } })", "card.country"},
    {kAddCard, R"(add_card { parent: "billingAccounts/-" })", "parent"},
    {kAddCard, R"(add_card { subscription: "" })", "subscription"},
    {kAddCard, R"(add_card { subscription: "web" })", "subscription"},
    {kAddCard, R"(add_card { subscription: "billingAccounts/acme/cards/web" })", "subscription"},
    {kAddCard, R"(add_card { etag: "x" })", "etag"},
    {kAddCard, R"(add_card { card { holder_name: "\342\200\213\342\200\213" } })",
     "card.holder_name"},
    {kUpdateCard, R"(update_card { card { name: "" } })", "card.name"},
    {kUpdateCard, R"(update_card { card { name: "billingAccounts/acme/subscriptions/web" } })",
     "card.name"},
    {kUpdateCard, R"(update_card { card { name: "billingAccounts/acme/cards/4242424242424242" } })",
     "card.name"},
    {kUpdateCard, R"(update_card { update_mask { paths: "expiry.year" } })", "update_mask"},
    {kUpdateCard, R"(update_card { update_mask { paths: "in_use" } })", "update_mask"},
    {kUpdateCard, R"(update_card { update_mask { paths: "*" } })", "update_mask"},
    {kUpdateCard, R"(update_card { update_mask { paths: "" } })", "update_mask"},
    {kUpdateCard, R"(update_card { update_mask { paths: "in_use" paths: "in_use" } })",
     "update_mask"},
    {kUpdateCard, R"(update_card { card { expiry { month: 13 } } })", "card.expiry.month"},
    {kUpdateCard, R"(update_card { card { holder_name: "\177" } })", "card.holder_name"},
    {kUpdateCard, R"(update_card { card { billing_address { country: "XX" } } })",
     "card.billing_address.country"},
    {kSetActive, R"(set_active { subscription: "" })", "subscription"},
    {kSetActive, R"(set_active { card: "" })", "card"},
    {kSetActive, R"(set_active { card: "billingAccounts/acme/subscriptions/web" })", "card"},
    {kSetActive, R"(set_active { card: "billingAccounts/acme/cards/x4242424242424242" })", "card"},
    {kSetActive, R"(set_active { card: "billingAccounts/4242424242424242/cards/visa" })", "card"},
    {kSetActive, R"(set_active { expected_current_card: "visa" })", "expected_current_card"},
    {kRemoveCard, R"(remove_card { name: "cards/visa" })", "name"},
    {kRemoveCard, R"(remove_card { request_id: "01890a5dac96774bbcceb302099a8057" })",
     "request_id"},
};

const BadField kSubscriptionFields[] = {
    {kCreateSubscription, R"(create_subscription { parent: "" })", "parent"},
    {kCreateSubscription, R"(create_subscription { subscription_id: "Web" })", "subscription_id"},
    {kCreateSubscription, R"(create_subscription { subscription { display_name: "\000" } })",
     "subscription.display_name"},
    {kCreateSubscription, R"(create_subscription { subscription { kind: 5 } })",
     "subscription.kind"},
    {kCreateSubscription, R"(create_subscription { subscription { card: "visa" } })",
     "subscription.card"},
    {kCreateSubscription,
     R"(create_subscription { subscription { card: "" billing_profile: "emea" } })",
     "subscription.billing_profile"},
    {kCreateSubscription, R"(create_subscription { etag: "\"1\"" })", "etag"},
    {kUpdateSubscription, R"(update_subscription { subscription { name: "" } })",
     "subscription.name"},
    {kUpdateSubscription, R"(update_subscription { subscription { display_name: " " } })",
     "subscription.display_name"},
    {kUpdateSubscription, R"(update_subscription { update_mask { paths: "kind" } })",
     "update_mask"},
    {kChangeBillingProfile, R"(change_billing_profile { name: "" })", "name"},
    {kChangeBillingProfile, R"(change_billing_profile { billing_profile: "" })", "billing_profile"},
    {kChangeBillingProfile,
     R"(change_billing_profile { billing_profile: "billingAccounts/acme/cards/visa" })",
     "billing_profile"},
    {kDisableSubscription, R"(disable_subscription { name: "" })", "name"},
    {kCancelSubscription, R"(cancel_subscription { name: "billingAccounts/acme" })", "name"},
    {kReactivateSubscription, R"(reactivate_subscription { name: "web" })", "name"},
    {kDeleteSubscription, R"(delete_subscription { name: "billingAccounts/acme/cards/web" })",
     "name"},
};

const BadField kAccountRoleFields[] = {
    {kUpdateBillingAccount, R"(update_billing_account { billing_account { name: "" } })",
     "billing_account.name"},
    {kUpdateBillingAccount, R"(update_billing_account { billing_account { name: "acme" } })",
     "billing_account.name"},
    {kUpdateBillingAccount, R"(update_billing_account { billing_account { display_name: " " } })",
     "billing_account.display_name"},
    {kUpdateBillingAccount, R"(update_billing_account { update_mask { paths: "country" } })",
     "update_mask"},
    {kGrantRole, R"(grant_role { name: "" })", "name"},
    {kGrantRole, R"(grant_role { name: "billingAccounts/acme/subscriptions/web" })", "name"},
    {kGrantRole, R"(grant_role { name: "billingAccounts/acme/billingProfiles/4242424242424242" })",
     "name"},
    {kGrantRole, R"(grant_role { principal: "" })", "principal"},
    {kGrantRole, R"(grant_role { principal: "bob" })", "principal"},
    {kGrantRole, R"(grant_role { principal: "users/4242424242424242" })", "principal"},
    {kGrantRole, R"(grant_role { principal: "users/4242424242424242@example.com" })", "principal"},
    {kGrantRole, R"(grant_role { principal: "services/scheduler" })", "principal"},
    {kGrantRole, R"(grant_role { role: ROLE_UNSPECIFIED })", "role"},
    {kGrantRole, R"(grant_role { role: 5 })", "role"},
    {kRevokeRole, R"(revoke_role { name: "billingAccounts/acme/cards/visa" })", "name"},
    {kRevokeRole, R"(revoke_role { principal: "users/" })", "principal"},
    {kRevokeRole, R"(revoke_role { role: ROLE_UNSPECIFIED })", "role"},
    {kHandOverAdministrator,
     R"(hand_over_administrator { name: "billingAccounts/acme/billingProfiles/emea" })", "name"},
    {kHandOverAdministrator, R"(hand_over_administrator { principal: "" })", "principal"},
    {kHandOverAdministrator, R"(hand_over_administrator { principal: "services/scheduler" })",
     "principal"},
    {kRequestInvoicePayment, R"(request_invoice_payment { name: "" })", "name"},
    {kDecideInvoicePayment, R"(decide_invoice_payment { name: "billingAccounts/-" })", "name"},
    {kSwitchToInvoice, R"(switch_to_invoice { name: "" })", "name"},
    {kSwitchToInvoice, R"(switch_to_invoice { name: "billingAccounts/acme" })", "name"},
    {kSwitchToInvoice, R"(switch_to_invoice { name: "billingAccounts/acme/cards/visa" })", "name"},
    {kCreateBillingProfile, R"(create_billing_profile { parent: "acme" })", "parent"},
    {kCreateBillingProfile, R"(create_billing_profile { billing_profile_id: "EMEA" })",
     "billing_profile_id"},
    {kCreateBillingProfile, R"(create_billing_profile { billing_profile { display_name: "\n" } })",
     "billing_profile.display_name"},
    {kCreateBillingProfile, R"(create_billing_profile { billing_profile { card: "" } })",
     "billing_profile.card"},
    {kCreateBillingProfile, R"(create_billing_profile { billing_profile { card: "visa" } })",
     "billing_profile.card"},
    {kCreateBillingProfile, R"(create_billing_profile { etag: "\"1\"" })", "etag"},
    {kReplacePaymentMethod, R"(replace_payment_method { name: "billingAccounts/acme" })", "name"},
    {kReplacePaymentMethod, R"(replace_payment_method { card: "" })", "card"},
    {kDetachPaymentMethod, R"(detach_payment_method { name: "emea" })", "name"},
};

const BadField kChargeFields[] = {
    {kRecordCharge, R"(record_charge { parent: "" })", "parent"},
    {kRecordCharge, R"(record_charge { charge_id: "2026" })", "charge_id"},
    {kRecordCharge, R"(record_charge { charge { subscription: "" } })", "charge.subscription"},
    {kRecordCharge, R"(record_charge { charge { subscription: "web" } })", "charge.subscription"},
    {kRecordCharge,
     R"(record_charge { charge { billing_profile: "billingAccounts/acme/billingProfiles/emea" } })",
     "charge.billing_profile"},
    {kRecordCharge, R"(record_charge { charge { subscription: "" billing_profile: "emea" } })",
     "charge.billing_profile"},
    {kRecordCharge, R"(record_charge { charge { amount { currency_code: "" } } })",
     "charge.amount.currency_code"},
    {kRecordCharge, R"(record_charge { charge { amount { currency_code: "eur" } } })",
     "charge.amount.currency_code"},
    {kRecordCharge, R"(record_charge { charge { amount { units: -12 } } })", "charge.amount"},
    {kRecordCharge, R"(record_charge { charge { amount { nanos: 5 } } })", "charge.amount.nanos"},
    {kRecordCharge, R"(record_charge { charge { due_time { seconds: 0 } } })", "charge.due_time"},
    {kRecordCharge, R"(record_charge { charge { due_time { nanos: -1 } } })",
     "charge.due_time.nanos"},
    {kRecordCharge, R"(record_charge { etag: "\"1\"" })", "etag"},
    {kRecordPayment, R"(record_payment { name: "billingAccounts/acme/cards/visa" })", "name"},
    {kRecordPayment, R"(record_payment { outcome: PAYMENT_OUTCOME_UNSPECIFIED })", "outcome"},
    {kRecordPayment, R"(record_payment { outcome: 3 })", "outcome"},
    {kRecordPayment, R"(record_payment { network_code: "5 1" })", "network_code"},
    {kRecordPayment, R"(record_payment { network_code: "a:b" })", "network_code"},
    {kRecordPayment, R"(record_payment { network_code: "x4242424242424242" })", "network_code"},
    {kRecordPayment, R"(record_payment { network_code: "9a4242-4242-4242-4242" })", "network_code"},
    {kRecordPayment, R"(record_payment { advice_code: "\303\251" })", "advice_code"},
    {kRecordPayment, R"(record_payment { advice_code: "4242.4242.4242.4242" })", "advice_code"},
    {kRecordPayment, R"(record_payment { processor_reference: "" })", "processor_reference"},
    {kRecordPayment, R"(record_payment { processor_reference: "pay/1" })", "processor_reference"},
    {kRecordPayment, R"(record_payment { processor_reference: "pay_4242424242424242" })",
     "processor_reference"},
    {kVoidCharge, R"(void_charge { name: "" })", "name"},
    {kVoidCharge, R"(void_charge { name: "billingAccounts/acme/subscriptions/web" })", "name"},
    {kSettleBalance, R"(settle_balance { parent: "billingAccounts/acme/cards/old" })", "parent"},
    {kSettleBalance, R"(settle_balance { failed_card: "" })", "failed_card"},
    {kSettleBalance, R"(settle_balance { paying_card: "" })", "paying_card"},
    {kSettleBalance, R"(settle_balance { paying_card: "billingAccounts/acme/cards/old" })",
     "paying_card"},
    {kSettleBalance, R"(settle_balance { amount { units: 0 nanos: 0 } })", "amount"},
    {kSettleBalance, R"(settle_balance { amount { units: 9223372036854775807 } })", "amount.units"},
    {kSettleBalance, R"(settle_balance { processor_reference: "" })", "processor_reference"},
    {kSettleBalance, R"(settle_balance { processor_reference: "4242424242424242" })",
     "processor_reference"},
    {kSettleBalance, R"(settle_balance { requested_by: "alice" })", "requested_by"},
    {kSettleBalance, R"(settle_balance { etag: "\"1\"" })", "etag"},
};

const BadField kTransferFields[] = {
    {kSendTransfer, R"(send_transfer { subscription: "" })", "subscription"},
    {kSendTransfer, R"(send_transfer { subscription: "billingAccounts/acme" })", "subscription"},
    {kSendTransfer, R"(send_transfer { to_billing_account: "" })", "to_billing_account"},
    {kSendTransfer, R"(send_transfer { to_billing_account: "buyer" })", "to_billing_account"},
    {kSendTransfer, R"(send_transfer { to_billing_account: "billingAccounts/4242424242424242" })",
     "to_billing_account"},
    {kSendTransfer, R"(send_transfer { transfer_id: "Sale" })", "transfer_id"},
    {kAcceptTransfer, R"(accept_transfer { name: "transfers/sale" })", "name"},
    {kAcceptTransfer, R"(accept_transfer { subscription_id: "-" })", "subscription_id"},
    {kAcceptTransfer, R"(accept_transfer { card: "amex" })", "card"},
    {kAcceptTransfer, R"(accept_transfer { card: "billingAccounts/buyer/cards/4242424242424242" })",
     "card"},
    {kAcceptTransfer, R"(accept_transfer { card: "" billing_profile: "emea" })", "billing_profile"},
    {kAcceptTransfer,
     R"(accept_transfer { billing_profile: "billingAccounts/buyer/billingProfiles/emea" })",
     "billing_profile"},
    {kDeclineTransfer, R"(decline_transfer { name: "" })", "name"},
    {kDeclineTransfer, R"(decline_transfer { name: "billingAccounts/acme/charges/sale" })", "name"},
    {kCancelTransfer, R"(cancel_transfer { name: "billingAccounts/acme" })", "name"},
    {kExpireTransfer, R"(expire_transfer { name: "sale" })", "name"},
    {kExpireTransfer, R"(expire_transfer { etag: "x" })", "etag"},
};

INSTANTIATE_TEST_SUITE_P(OfAnAccount, OneBadField, testing::ValuesIn(kAccountFields));
INSTANTIATE_TEST_SUITE_P(OfACard, OneBadField, testing::ValuesIn(kCardFields));
INSTANTIATE_TEST_SUITE_P(OfASubscription, OneBadField, testing::ValuesIn(kSubscriptionFields));
INSTANTIATE_TEST_SUITE_P(OfRolesInvoicesProfiles, OneBadField,
                         testing::ValuesIn(kAccountRoleFields));
INSTANTIATE_TEST_SUITE_P(OfACharge, OneBadField, testing::ValuesIn(kChargeFields));
INSTANTIATE_TEST_SUITE_P(OfATransfer, OneBadField, testing::ValuesIn(kTransferFields));

TEST(BadRequest, NamesEveryBadFieldAtOnce) {
  EXPECT_THAT(BadFields(kAddCard, R"(add_card {
                parent: "acme" card { token: "?" last_four: "42" expiry { year: 1 month: 13 } }
                reason: "\001" })"),
              ElementsAre("parent", "card.token", "card.last_four", "card.expiry.month",
                          "card.expiry.year", "reason"));
}

TEST(BadRequest, NamesWhatIsBadInEitherOfTwoThatExcludeEachOther) {
  EXPECT_THAT(BadFields(kRecordCharge, R"(record_charge {
                charge { subscription: "web" billing_profile: "emea" } })"),
              ElementsAre("charge.subscription", "charge.billing_profile"));
  EXPECT_THAT(
      BadFields(kAcceptTransfer, R"(accept_transfer { card: "amex" billing_profile: "emea" })"),
      ElementsAre("card", "billing_profile"));
}

TEST(BadRequest, NamesNoFieldTwice) {
  EXPECT_THAT(BadFields(kSettleBalance, R"(settle_balance {
                failed_card: "billingAccounts/acme/cards/4242424242424242"
                paying_card: "billingAccounts/acme/cards/4242424242424242" })"),
              ElementsAre("failed_card", "paying_card"));
}

TEST(BadName, IsToldEveryShapeThatWouldBeRight) {
  const auto described = [](std::string_view good, std::string_view change) {
    const std::vector<Violation> violations = Violations(Wire(good, change));
    return violations.empty() ? std::string() : violations.front().description;
  };
  EXPECT_EQ(described(kSetPolicy, R"(set_policy { name: "acme" })"),
            "must be a full name, billingAccounts/{account}");
  EXPECT_EQ(described(kVoidCharge, R"(void_charge { name: "november" })"),
            "must be a full name, billingAccounts/{account}/charges/{id}");
  EXPECT_EQ(described(kGrantRole, R"(grant_role { name: "acme" })"),
            "must be a full name, billingAccounts/{account} or "
            "billingAccounts/{account}/billingProfiles/{id}");
}

TEST(GoodRequest, IsThereForEveryCommand) {
  std::set<v1::Command::CommandCase> commands;
  for (const std::string_view good : GoodRequests()) commands.insert(Wire(good).command_case());
  EXPECT_EQ(commands.size(), v1::Command::descriptor()->field_count());
}

TEST(GoodRequest, HasNoViolation) {
  for (const std::string_view good : GoodRequests()) EXPECT_THAT(BadFields(good), IsEmpty());
}

}  // namespace
}  // namespace billing::request
