#include "tests/projections/explain_cases.h"

#include <gtest/gtest.h>

#include <utility>

#include "google/protobuf/text_format.h"

namespace billing::projections {

using namespace given;
using kernel::Reason;

v1::Event Refused(Reason reason, const std::string& request, const std::string& existing) {
  v1::Event fact;
  auto& refused = *fact.mutable_command_refused();
  refused.set_reason(std::string(kernel::NameOf(reason)));
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(request, refused.mutable_request()))
      << request;
  if (!existing.empty()) refused.add_details()->set_resource(existing);
  return fact;
}

const v1::Event kVisa = CardAdded("visa");
const v1::Event kWeb = SubscriptionCreated("web", "visa");
const v1::Event kBare = SubscriptionCreated("web");
const v1::Event kBareMail = SubscriptionCreated("mail");

v1::Event Moved(const std::string& card, const std::string& previous) {
  return ActiveCardChanged("web", card, {{"web", previous}});
}

v1::Event SomeCharge(const std::string& id) {
  return ChargeRecorded(id, {.subscription = "web", .card = "visa"});
}
v1::Event About(v1::Event fact) {
  return Concerning({.subscription = "web", .card = "visa"}, std::move(fact));
}

namespace {

std::multimap<Reason, Case> CasesOfCards() {
  return {
      {Reason::kBillingAccountAlreadyExists,
       {{kVisa}, Refused(Reason::kBillingAccountAlreadyExists, "create_billing_account {}"), {1}}},
      {Reason::kCardNotFound,
       {{kVisa, CardRemoved("visa")},
        Refused(Reason::kCardNotFound, R"(remove_card { name: "cards/visa" })"),
        {3}}},
      {Reason::kCardNotFound,
       {{kVisa, CardRemoved("visa")},
        Refused(Reason::kCardNotFound,
                R"(set_active { subscription: "subscriptions/web"
                                card: "billingAccounts/other/cards/visa" })"),
        {}}},
      // It is the expected one that never was.
      {Reason::kCardNotFound,
       {{kVisa, CardRemoved("visa")},
        Refused(Reason::kCardNotFound,
                R"(set_active { subscription: "subscriptions/web" card: "cards/visa"
                                expected_current_card: "cards/nowhere" })"),
        {}}},
      {Reason::kCardAlreadyExists,
       {{Refused(Reason::kCardNotFound, R"(remove_card { name: "cards/visa" })"), kVisa,
         CardUpdated("visa", {"holder_name"})},
        Refused(Reason::kCardAlreadyExists, R"(add_card { card_id: "copy" })", "cards/visa"),
        {3}}},
      {Reason::kCardExpired,
       {{CardAdded("visa", {.expiry = {2020, 1}}), kWeb, CardUpdated("visa", {"holder_name"})},
        Refused(Reason::kCardExpired,
                R"(set_active { subscription: "subscriptions/web" card: "cards/visa" })"),
        {2},
        {CardUpdated("visa", {"expiry"}, kernel::YearMonth{2035, 1})}}},
      {Reason::kCardExpired,
       {{kVisa, CardUpdated("visa", {"holder_name", "expiry"}, kernel::YearMonth{2020, 1})},
        Refused(Reason::kCardExpired,
                R"(replace_payment_method { name: "billingProfiles/main" card: "cards/visa" })"),
        {3}}},
      // The request itself has the date that has passed.
      {Reason::kCardExpired,
       {{kVisa},
        Refused(Reason::kCardExpired, R"(update_card { card { name: "cards/visa" } })"),
        {}}},
      {Reason::kDebitNotSupportedInCountry,
       {{kVisa}, Refused(Reason::kDebitNotSupportedInCountry, "add_card {}"), {1}}},
      {Reason::kCardBrandNotSupportedInCountry,
       {{kVisa}, Refused(Reason::kCardBrandNotSupportedInCountry, "add_card {}"), {1}}},
      {Reason::kCardCountryMismatch,
       {{kVisa, PolicyChanged({.require_card_country_match = true}),
         BillingAccountReclassified(true)},
        Refused(Reason::kCardCountryMismatch, "add_card {}"),
        {1, 3},
        {PolicyChanged({})}}},
      {Reason::kCardLimitReached,
       {{PolicyChanged({.max_cards = 2}), kVisa, CardAdded("amex"), kWeb},
        Refused(Reason::kCardLimitReached, "add_card {}"),
        {2, 4}}},
      {Reason::kCardRemoved,
       {{kVisa, CardRemoved("visa")},
        Refused(Reason::kCardRemoved, R"(update_card { card { name: "cards/visa" } })"),
        {3}}},
      {Reason::kCardRemoved,
       {{kVisa, CardAdded("amex"), CardRemoved("visa"), CardRemoved("amex")},
        Refused(Reason::kCardRemoved,
                R"(set_active { subscription: "subscriptions/web" card: "cards/visa"
                                expected_current_card: "cards/amex" })"),
        {4}}},
      {Reason::kActiveCardChanged,
       {{kVisa, CardAdded("amex"), kWeb, Moved("amex", "visa"), SubscriptionUpdated("web", "W")},
        Refused(Reason::kActiveCardChanged,
                R"(set_active { subscription: "subscriptions/web" card: "cards/visa"
                                expected_current_card: "cards/visa" })"),
        {5}}},
      {Reason::kEtagMismatch,
       {{kVisa, CardUpdated("visa", {"holder_name"}), kWeb, SomeCharge("may")},
        Refused(Reason::kEtagMismatch, R"(remove_card { name: "cards/visa" etag: "\"2\"" })"),
        {3}}},
      {Reason::kEtagMismatch,
       {{PolicyChanged({.max_cards = 2}), kVisa},
        Refused(Reason::kEtagMismatch, R"(set_policy { etag: "\"1\"" })"),
        {2},
        {BillingAccountReclassified(true)}}},
      {Reason::kSwitchBackToCardNotAllowed,
       {{kVisa, kWeb, SwitchedToInvoice("web", "visa")},
        Refused(Reason::kSwitchBackToCardNotAllowed,
                R"(set_active { subscription: "subscriptions/web" card: "cards/visa" })"),
        {4}}},
  };
}

std::multimap<Reason, Case> CasesOfSubscriptions() {
  const std::string set_active =
      R"(set_active { subscription: "subscriptions/web" card: "cards/visa" })";
  return {
      {Reason::kSubscriptionAlreadyExists,
       {{kVisa, kWeb, SubscriptionUpdated("web", "W")},
        Refused(Reason::kSubscriptionAlreadyExists, "create_subscription {}", "subscriptions/web"),
        {3}}},
      {Reason::kSubscriptionLimitReached,
       {{SubscriptionCreated("web"), SubscriptionCreated("mail"), kVisa},
        Refused(Reason::kSubscriptionLimitReached, "create_subscription {}"),
        {3}}},
      {Reason::kAgreementNotSupported,
       {{kVisa}, Refused(Reason::kAgreementNotSupported, "create_subscription {}"), {1}}},
      {Reason::kBillingProfileRequired,
       {{kVisa}, Refused(Reason::kBillingProfileRequired, "create_subscription {}"), {1}}},
      {Reason::kSubscriptionDeleted,
       {{kBare, SubscriptionCancelled("web"), SubscriptionDeleted("web")},
        Refused(Reason::kSubscriptionDeleted, set_active),
        {4}}},
      {Reason::kSubscriptionTransferred,
       {{kBare, TransferSent("offer", "web"), SubscriptionTransferredOut("offer", "web")},
        Refused(Reason::kSubscriptionTransferred, set_active),
        {4}}},
      {Reason::kInvalidSubscriptionState,
       {{kBare, SubscriptionCancelled("web"), SubscriptionUpdated("web", "W")},
        Refused(Reason::kInvalidSubscriptionState,
                R"(disable_subscription { name: "subscriptions/web" })"),
        {3}}},
      {Reason::kRetentionPeriodActive,
       {{kBare, SubscriptionCancelled("web"), SubscriptionReactivated("web"),
         SubscriptionDisabled("web"), SubscriptionCancelled("web")},
        Refused(Reason::kRetentionPeriodActive,
                R"(delete_subscription { name: "subscriptions/web" })"),
        {5}}},
      // The card expired.
      {Reason::kNoUsablePaymentMethod,
       {{CardAdded("visa", {.expiry = {2020, 1}}), kWeb, SubscriptionDisabled("web")},
        Refused(Reason::kNoUsablePaymentMethod,
                R"(reactivate_subscription { name: "subscriptions/web" })"),
        {2, 3}}},
      // The card was removed, while the subscription did not hold it.
      {Reason::kNoUsablePaymentMethod,
       {{kVisa, kWeb, SubscriptionDisabled("web"), CardRemoved("visa", {"web"})},
        Refused(Reason::kNoUsablePaymentMethod,
                R"(reactivate_subscription { name: "subscriptions/web" })"),
        {5}}},
      // Its profile has none any more.
      {Reason::kNoUsablePaymentMethod,
       {{kVisa, BillingProfileCreated("main", "visa"), SubscriptionCreatedUnder("main", "web"),
         SubscriptionDisabled("web"), PaymentMethodDetached("main", "visa")},
        Refused(Reason::kNoUsablePaymentMethod,
                R"(reactivate_subscription { name: "subscriptions/web" })"),
        {4, 6}}},
      {Reason::kPaymentMethodBelongsToBillingProfile,
       {{kVisa, BillingProfileCreated("main", "visa"), SubscriptionCreatedUnder("main", "web")},
        Refused(Reason::kPaymentMethodBelongsToBillingProfile, set_active),
        {1, 4}}},
      {Reason::kBillingProfileInactive,
       {{kVisa, BillingProfileCreated("main", "visa"), PaymentMethodDetached("main", "visa")},
        Refused(Reason::kBillingProfileInactive,
                R"(replace_payment_method { name: "billingProfiles/main" card: "cards/visa" })"),
        {4}}},
      {Reason::kBillingProfileAlreadyExists,
       {{kVisa, BillingProfileCreated("main", "visa")},
        Refused(Reason::kBillingProfileAlreadyExists, "create_billing_profile {}",
                "billingProfiles/main"),
        {3}}},
      {Reason::kBillingProfileLimitReached,
       {{kVisa, BillingProfileCreated("main", "visa"), BillingProfileCreated("side", "visa")},
        Refused(Reason::kBillingProfileLimitReached, "create_billing_profile {}"),
        {4}}},
  };
}

std::multimap<Reason, Case> CasesOfPayments() {
  const std::string settle =
      R"(settle_balance { failed_card: "cards/visa" paying_card: "cards/amex"
                          processor_reference: "ref-settle" })";
  const std::vector<v1::Event> declined = {kVisa, kWeb, SomeCharge("may"), SomeCharge("june"),
                                           About(PaymentDeclined("may"))};
  return {
      {Reason::kOutstandingCharges,
       {declined,
        Refused(Reason::kOutstandingCharges,
                R"(reactivate_subscription { name: "subscriptions/web" })"),
        {6},
        {About(PaymentSucceeded("may"))}}},
      {Reason::kOutstandingCharges,
       {declined, Refused(Reason::kOutstandingCharges, "request_invoice_payment {}"), {6}}},
      {Reason::kDestinationPastDue,
       {declined,
        Refused(Reason::kDestinationPastDue,
                R"(accept_transfer { name: "billingAccounts/other/transfers/offer" })"),
        {6}}},
      // Of a charge that was declined twice the newest decline counts; what was paid does not.
      {Reason::kFullBalanceRequired,
       {{kVisa, kWeb, SomeCharge("may"), SomeCharge("june"), About(PaymentDeclined("may", "1")),
         About(PaymentDeclined("june")), About(PaymentDeclined("may", "2")),
         About(PaymentSucceeded("june"))},
        Refused(Reason::kFullBalanceRequired, settle),
        {8}}},
      {Reason::kSettlementAlreadyExists,
       {{kVisa, CardAdded("amex"), kWeb, SomeCharge("may"), About(PaymentDeclined("may")),
         OwedBy({"web"}, {}, BalanceSettled("visa", "amex", 1'000, {"may"}))},
        Refused(Reason::kSettlementAlreadyExists, settle),
        {7}}},
      {Reason::kChargeAlreadyExists,
       {declined, Refused(Reason::kChargeAlreadyExists, "record_charge {}", "charges/may"), {4}}},
      {Reason::kChargeAlreadyPaid,
       {{kVisa, kWeb, SomeCharge("may"), About(PaymentSucceeded("may"))},
        Refused(Reason::kChargeAlreadyPaid, R"(void_charge { name: "charges/may" })"),
        {5}}},
      {Reason::kChargeVoided,
       {{kVisa, kWeb, SomeCharge("may"), About(ChargeVoided("may"))},
        Refused(Reason::kChargeVoided, R"(record_payment { name: "charges/may" })"),
        {5}}},
      {Reason::kChargeLimitReached,
       {declined, Refused(Reason::kChargeLimitReached, "record_charge {}"), {5}}},
      {Reason::kBusinessAccountRequired,
       {{kVisa}, Refused(Reason::kBusinessAccountRequired, "request_invoice_payment {}"), {1}}},
      {Reason::kBusinessAccountRequired,
       {{BillingAccountReclassified(true), BillingAccountReclassified(false)},
        Refused(Reason::kBusinessAccountRequired, "request_invoice_payment {}"),
        {3}}},
      {Reason::kInvoicePaymentAlreadyRequested,
       {{InvoicePaymentRequested(), kVisa},
        Refused(Reason::kInvoicePaymentAlreadyRequested, "request_invoice_payment {}"),
        {2}}},
      {Reason::kInvoicePaymentNotRequested,
       {{InvoicePaymentRequested(), InvoicePaymentRejected()},
        Refused(Reason::kInvoicePaymentNotRequested, "decide_invoice_payment {}"),
        {3}}},
      {Reason::kInvoicePaymentNotApproved,
       {{kBare},
        Refused(Reason::kInvoicePaymentNotApproved,
                R"(switch_to_invoice { name: "subscriptions/web" })"),
        {}}},
      {Reason::kInvoicePaymentNotApproved,
       {{kBare, InvoicePaymentRequested()},
        Refused(Reason::kInvoicePaymentNotApproved,
                R"(switch_to_invoice { name: "subscriptions/web" })"),
        {3}}},
  };
}

std::multimap<Reason, Case> CasesOfRolesAndTransfers() {
  const std::string grant = R"(grant_role { principal: "users/bob" role: ROLE_OWNER })";
  const std::string revoke = R"(revoke_role { principal: "users/bob" role: ROLE_OWNER })";
  const std::string administer =
      R"(grant_role { principal: "users/bob" role: ROLE_ADMINISTRATOR })";
  const std::string cancel = R"(cancel_transfer { name: "transfers/offer" })";
  return {
      {Reason::kRoleAlreadyGranted,
       {{RoleGranted("users/bob", v1::ROLE_OWNER), RoleGranted("users/bob", v1::ROLE_READER),
         RoleGranted("users/bob", v1::ROLE_OWNER, "main")},
        Refused(Reason::kRoleAlreadyGranted, grant),
        {2}}},
      {Reason::kRoleNotGranted,
       {{RoleGranted("users/bob", v1::ROLE_OWNER), RoleRevoked("users/bob", v1::ROLE_OWNER), kVisa},
        Refused(Reason::kRoleNotGranted, revoke),
        {3},
        {RoleGranted("users/bob", v1::ROLE_OWNER)}}},
      {Reason::kAdministratorRequired,
       {{AdministratorChanged("users/carol", "users/alice"), kVisa},
        Refused(Reason::kAdministratorRequired, administer),
        {2}}},
      {Reason::kRoleLimitReached,
       {{RoleGranted("users/bob", v1::ROLE_OWNER), RoleGranted("users/eve", v1::ROLE_OWNER), kVisa},
        Refused(Reason::kRoleLimitReached, grant),
        {3}}},
      {Reason::kSubscriptionNotActive,
       {{kBare, SubscriptionDisabled("web")},
        Refused(Reason::kSubscriptionNotActive,
                R"(send_transfer { subscription: "subscriptions/web" })"),
        {3}}},
      {Reason::kTransferAlreadyExists,
       {{kBare, TransferSent("offer", "web")},
        Refused(Reason::kTransferAlreadyExists, "send_transfer {}", "transfers/offer"),
        {3}}},
      {Reason::kTransferAlreadyPending,
       {{kBare, TransferSent("old", "web"), TransferCancelled("old", "web"),
         TransferSent("offer", "web")},
        Refused(Reason::kTransferAlreadyPending,
                R"(send_transfer { subscription: "subscriptions/web" })"),
        {5}}},
      {Reason::kTransferExpired,
       {{kBare, TransferSent("offer", "web")}, Refused(Reason::kTransferExpired, cancel), {3}}},
      {Reason::kTransferExpired,
       {{kBare, TransferSent("offer", "web"), TransferExpired("offer", "web")},
        Refused(Reason::kTransferExpired, cancel),
        {3, 4}}},
      {Reason::kTransferNotPending,
       {{kBare, TransferSent("offer", "web"), TransferDeclined("offer", "web")},
        Refused(Reason::kTransferNotPending, cancel),
        {4}}},
  };
}

}  // namespace

std::multimap<Reason, Case> AllCases() {
  std::multimap<Reason, Case> all = CasesOfCards();
  all.merge(CasesOfSubscriptions());
  all.merge(CasesOfPayments());
  all.merge(CasesOfRolesAndTransfers());
  return all;
}

}  // namespace billing::projections
