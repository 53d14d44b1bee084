// Every reason there is, and a command that is refused with it: a reason that nobody
// gives, or that nobody tests, fails here.
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "aggregates/kernel/reason.h"
#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

kernel::Decision Judged(const std::vector<v1::Event>& facts, const judge::Command& command,
                        const kernel::Caller& caller = Administrator()) {
  return Given(facts).By(caller).When(command).decision();
}

template <class Command>
Command With(Command command, const std::function<void(Command&)>& change) {
  change(command);
  return command;
}

card::AddCard AddCardWith(const std::function<void(card::AddCard&)>& change) {
  return With<card::AddCard>(AddCard("visa"), change);
}

std::map<Reason, kernel::Decision> RefusalsOfAccountsAndSubscriptions() {
  const auto visa = CardAdded("visa");
  const auto web = SubscriptionCreated("web");
  const auto cancelled = SubscriptionCancelled("web");
  const auto deleted = SubscriptionDeleted("web");
  std::vector<v1::Event> full;
  for (int i = 0; i < 2'000; ++i) full.push_back(SubscriptionCreated("s" + std::to_string(i)));
  const auto customer_agreement =
      BillingAccountCreated({.agreement = v1::AGREEMENT_CUSTOMER_AGREEMENT});
  return {
      {Reason::kRoleRequired, Judged({}, AddCard("visa"), Stranger())},
      {Reason::kBillingAccountNotFound,
       GivenNothing().By(Operator()).When(SetPolicy({})).decision()},
      {Reason::kBillingAccountAlreadyExists, Judged({}, CreateBillingAccount(), Operator())},
      {Reason::kSubscriptionNotFound, Judged({}, CancelSubscription("web"))},
      {Reason::kEtagMismatch, Judged({web}, AtVersion(CancelSubscription("web"), 0))},
      {Reason::kSubscriptionAlreadyExists, Judged({web}, CreateSubscription("web"))},
      {Reason::kSubscriptionLimitReached, Judged(full, CreateSubscription("web"))},
      {Reason::kAgreementNotSupported,
       Judged({customer_agreement, visa}, CreateSubscription("web", "visa"))},
      {Reason::kBillingProfileRequired, Judged({customer_agreement}, CreateSubscription("web"))},
      {Reason::kSubscriptionDeleted,
       Judged({web, cancelled, deleted}, UpdateSubscription("web", "Web"))},
      {Reason::kSubscriptionTransferred,
       Judged({web, TransferSent("offer", "web"), SubscriptionTransferredOut("offer", "web")},
              UpdateSubscription("web", "Web"))},
      {Reason::kInvalidSubscriptionState,
       Judged({web, cancelled, deleted}, ReactivateSubscription("web"))},
      {Reason::kNoUsablePaymentMethod, Judged({web, cancelled}, ReactivateSubscription("web"))},
      {Reason::kRetentionPeriodActive,
       Judged({web, cancelled}, DeleteSubscription("web"), Biller())},
  };
}

std::map<Reason, kernel::Decision> RefusalsOfCards() {
  const auto visa = CardAdded("visa");
  const auto removed = CardRemoved("visa");
  const auto web = SubscriptionCreated("web");
  auto guarded = SetActive("web", "visa");
  guarded.expected_current_card = Card("master");
  return {
      {Reason::kCardNotFound, Judged({}, RemoveCard("visa"))},
      {Reason::kCardAlreadyExists, Judged({visa}, AddCard("visa"))},
      {Reason::kCardExpired, Judged({}, AddCardWith([](auto& c) {
                                      c.expiry = {2026, 1};
                                    }))},
      {Reason::kCardTypeNotSupported,
       Judged({}, AddCardWith([](auto& c) { c.is_virtual = true; }))},
      {Reason::kDebitNotSupportedInCountry,
       Judged({BillingAccountCreated({.country = "BR"})},
              AddCardWith([](auto& c) { c.funding = v1::FUNDING_DEBIT; }))},
      {Reason::kCardBrandNotSupportedInCountry,
       Judged({BillingAccountCreated({.country = "IN"})},
              AddCardWith([](auto& c) { c.brand = v1::BRAND_AMEX; }))},
      {Reason::kCardCountryMismatch, Judged({PolicyChanged({.require_card_country_match = true})},
                                            AddCardWith([](auto& c) { c.country = "DE"; }))},
      {Reason::kCardLimitReached,
       Judged({PolicyChanged({.max_cards = 1}), CardAdded("master")}, AddCard("visa"))},
      {Reason::kCardRemoved, Judged({visa, removed, web}, SetActive("web", "visa"))},
      {Reason::kActiveCardChanged, Judged({visa, CardAdded("master"), web}, guarded)},
      {Reason::kCardNumberImmutable,
       Judged({visa}, With<card::UpdateCard>(UpdateHolderName("visa"),
                                             [](auto& c) { c.immutable_field = true; }))},
      {Reason::kCardNotRemovable,
       Judged({visa, SubscriptionCreated("web", "visa")}, RemoveCard("visa"))},
  };
}

// `web` of a business owes `may` on `visa`, or pays by invoice.
const std::vector<v1::Event> kDebt = {
    BillingAccountCreated({.business = true}), CardAdded("visa"),
    SubscriptionCreated("web", "visa"),
    ChargeRecorded("may", {.subscription = "web", .card = "visa"}), PaymentDeclined("may")};

std::map<Reason, kernel::Decision> RefusalsOfRolesAndInvoices() {
  const auto business = BillingAccountCreated({.business = true});
  const auto requested = InvoicePaymentRequested();
  const auto web = SubscriptionCreated("web");
  std::vector<v1::Event> many;
  for (int i = 0; i < 1'000; ++i) {
    many.push_back(RoleGranted("users/u" + std::to_string(i), v1::ROLE_READER));
  }
  return {
      {Reason::kInvalidRequest, Judged({}, HandOverTo("users/owen"), Operator())},
      {Reason::kRoleAlreadyGranted, Judged(many, GrantRole("users/u1", v1::ROLE_READER))},
      {Reason::kRoleNotGranted, Judged({}, RevokeRole("users/u1", v1::ROLE_READER))},
      {Reason::kAdministratorRequired, Judged({}, GrantRole("users/u1", v1::ROLE_ADMINISTRATOR))},
      {Reason::kRoleLimitReached, Judged(many, GrantRole("users/owen", v1::ROLE_READER))},
      {Reason::kBusinessAccountRequired, Judged({}, RequestInvoicePayment())},
      {Reason::kInvoicePaymentAlreadyRequested,
       Judged({business, requested}, RequestInvoicePayment())},
      {Reason::kOutstandingCharges, Judged(kDebt, RequestInvoicePayment())},
      {Reason::kInvoicePaymentNotRequested,
       Judged({business}, ApproveInvoicePayment(), Operator())},
      {Reason::kInvoicePaymentNotApproved, Judged({web}, SwitchToInvoice("web"))},
      {Reason::kSwitchBackToCardNotAllowed,
       Judged({business, CardAdded("visa"), web, requested, InvoicePaymentApproved(),
               SwitchedToInvoice("web")},
              SetActive("web", "visa"))},
  };
}

std::map<Reason, kernel::Decision> RefusalsOfProfiles() {
  const std::vector<v1::Event> past = {CustomerAccountCreated(),
                                       CardAdded("visa"),
                                       BillingProfileCreated("main", "visa"),
                                       SubscriptionCreatedUnder("main", "web"),
                                       BillingProfileCreated("old", "visa"),
                                       PaymentMethodDetached("old", "visa")};
  std::vector<v1::Event> full = {CustomerAccountCreated(), CardAdded("visa")};
  for (int i = 0; i < 1'000; ++i) {
    full.push_back(BillingProfileCreated("p" + std::to_string(i), "visa"));
  }
  return {
      {Reason::kBillingProfileNotFound, Judged(past, DetachPaymentMethod("none"))},
      {Reason::kBillingProfileInactive, Judged(past, ReplacePaymentMethod("old", "visa"))},
      {Reason::kBillingProfileAlreadyExists, Judged(past, CreateBillingProfile("main", "visa"))},
      {Reason::kBillingProfileLimitReached, Judged(full, CreateBillingProfile("main", "visa"))},
      {Reason::kPaymentMethodNotEligibleForDetach, Judged(past, DetachPaymentMethod("main"))},
      {Reason::kPaymentMethodBelongsToBillingProfile, Judged(past, SetActive("web", "visa"))},
  };
}

std::map<Reason, kernel::Decision> RefusalsOfCharges() {
  std::vector<v1::Event> paid = kDebt;
  paid.push_back(PaymentSucceeded("may"));
  std::vector<v1::Event> voided = kDebt;
  voided.push_back(ChargeVoided("may"));
  std::vector<v1::Event> two_cards = kDebt;
  two_cards.push_back(CardAdded("master"));
  std::vector<v1::Event> settled = two_cards;
  settled.push_back(BalanceSettled("visa", "master", 1'000, {"may"}));
  std::vector<v1::Event> full = {SubscriptionCreated("web")};
  for (int i = 0; i < 5'000; ++i) {
    full.push_back(ChargeRecorded("c" + std::to_string(i), {.subscription = "web"}));
  }
  return {
      {Reason::kChargeNotFound, Judged({}, VoidCharge("may"), Biller())},
      {Reason::kChargeAlreadyExists, Judged(kDebt, ChargeSubscription("may", "web"), Biller())},
      {Reason::kChargeAlreadyPaid, Judged(paid, VoidCharge("may"), Biller())},
      {Reason::kChargeVoided, Judged(voided, Paid("may"), Biller())},
      {Reason::kChargeLimitReached, Judged(full, ChargeSubscription("may", "web"), Biller())},
      {Reason::kNoBalanceDue, Judged(two_cards, SettleBalance("master", "visa", 1'000), Biller())},
      {Reason::kSettlementAlreadyExists,
       Judged(settled, SettleBalance("visa", "master", 999), Biller())},
      {Reason::kFullBalanceRequired,
       Judged(two_cards, SettleBalance("visa", "master", 999), Biller())},
  };
}

std::map<Reason, kernel::Decision> RefusalsOfTransfers() {
  const auto acme = BillingAccountCreated();
  const auto other = BillingAccountCreated({.id = "other", .administrator = "users/olivia"});
  const auto abroad =
      BillingAccountCreated({.id = "other", .administrator = "users/olivia", .country = "DE"});
  const auto web = SubscriptionCreated("web");
  const auto sent = TransferSent("offer", "web");
  const auto accept = AcceptTransfer("offer", "web");
  const auto recipient = User("olivia");
  return {
      {Reason::kTransferNotFound, Judged({web}, CancelTransfer("offer"))},
      {Reason::kSubscriptionNotActive,
       Judged({web, SubscriptionCancelled("web")}, SendTransfer("offer", "web"))},
      {Reason::kTransferAlreadyExists, Judged({web, sent}, SendTransfer("offer", "web"))},
      {Reason::kTransferAlreadyPending, Judged({web, sent}, SendTransfer("second", "web"))},
      {Reason::kTransferToSelf, Judged({web}, SendTransfer("offer", "web", "acme"))},
      {Reason::kTransferExpired,
       Judged({web, sent, TransferExpired("offer", "web")}, CancelTransfer("offer"))},
      {Reason::kTransferNotPending,
       Judged({web, sent, TransferCancelled("offer", "web")}, CancelTransfer("offer"))},
      {Reason::kCrossCountryNotSupported, Judged({abroad, acme, web, sent}, accept, recipient)},
      {Reason::kDestinationPastDue,
       Judged({other, SubscriptionCreated("web"), ChargeRecorded("may", {.subscription = "web"}),
               PaymentDeclined("may"), acme, web, sent},
              accept, recipient)},
  };
}

TEST(Reasons, EachOneIsGivenBySomeCommand) {
  auto refusals = RefusalsOfAccountsAndSubscriptions();
  refusals.merge(RefusalsOfCards());
  refusals.merge(RefusalsOfRolesAndInvoices());
  refusals.merge(RefusalsOfProfiles());
  refusals.merge(RefusalsOfCharges());
  refusals.merge(RefusalsOfTransfers());
  for (const Reason reason : kernel::AllReasons()) {
    SCOPED_TRACE(kernel::NameOf(reason));
    ASSERT_TRUE(refusals.contains(reason));
    const auto* refusal = std::get_if<kernel::Refusal>(&refusals.at(reason));
    ASSERT_NE(refusal, nullptr);
    EXPECT_EQ(refusal->reason, reason);
  }
}

}  // namespace
}  // namespace billing::given
