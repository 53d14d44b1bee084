// Every reason there is, and a command that is refused with it: a reason that nobody
// gives, or that nobody tests, fails here.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "aggregates/kernel/reason.h"
#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;
using subscription::SubscriptionState;

kernel::Decision Judged(const std::vector<v1::Event>& facts, const judge::Command& command,
                        const kernel::Caller& caller = Administrator()) {
  return Given(facts).By(caller).When(command).decision();
}

// States that no command of this version makes.
kernel::Decision SelectedAs(const SubscriptionState& selected,
                            v1::Agreement agreement = v1::AGREEMENT_PAY_AS_YOU_GO) {
  class Alone final : public subscription::LiveSubscriptions {
    std::vector<kernel::SubscriptionId> PaidBy(const kernel::CardId&) const override { return {}; }
    std::vector<std::pair<kernel::SubscriptionId, SubscriptionState>> All() const override {
      return {};
    }
  };
  const account::AccountState account{
      .id = Account(),
      .agreement = agreement,
      .administrator = kernel::Principal::FromStored("users/alice")};
  return subscription::Decide(SetActive("web", "visa"), account, selected,
                              {.live = true, .expiry = kFarExpiry}, Alone(), Noon());
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
      {Reason::kBillingProfileNotFound, Judged({web}, ChangeBillingProfile("web", "main"))},
      {Reason::kEtagMismatch, Judged({web}, AtVersion(CancelSubscription("web"), 0))},
      {Reason::kSubscriptionAlreadyExists, Judged({web}, CreateSubscription("web"))},
      {Reason::kSubscriptionLimitReached, Judged(full, CreateSubscription("web"))},
      {Reason::kAgreementNotSupported,
       Judged({customer_agreement, visa}, CreateSubscription("web", "visa"))},
      {Reason::kBillingProfileRequired, Judged({customer_agreement}, CreateSubscription("web"))},
      {Reason::kSubscriptionDeleted,
       Judged({web, cancelled, deleted}, UpdateSubscription("web", "Web"))},
      {Reason::kSubscriptionTransferred, SelectedAs({.state = v1::SUBSCRIPTION_STATE_TRANSFERRED})},
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
      {Reason::kPaymentMethodBelongsToBillingProfile,
       SelectedAs({.state = v1::SUBSCRIPTION_STATE_ACTIVE}, v1::AGREEMENT_CUSTOMER_AGREEMENT)},
      {Reason::kSwitchBackToCardNotAllowed,
       SelectedAs({.state = v1::SUBSCRIPTION_STATE_ACTIVE, .pays_by_invoice = true})},
      {Reason::kCardRemoved, Judged({visa, removed, web}, SetActive("web", "visa"))},
      {Reason::kActiveCardChanged, Judged({visa, CardAdded("master"), web}, guarded)},
      {Reason::kCardNumberImmutable,
       Judged({visa}, With<card::UpdateCard>(UpdateHolderName("visa"),
                                             [](auto& c) { c.immutable_field = true; }))},
      {Reason::kCardNotRemovable,
       Judged({visa, SubscriptionCreated("web", "visa")}, RemoveCard("visa"))},
  };
}

TEST(Reasons, EachOneIsGivenBySomeCommand) {
  auto refusals = RefusalsOfAccountsAndSubscriptions();
  refusals.merge(RefusalsOfCards());
  // They need billing profiles and charges, which no command of this version makes.
  const std::set<Reason> not_yet = {Reason::kBillingProfileInactive, Reason::kOutstandingCharges};
  for (const Reason reason : kernel::AllReasons()) {
    SCOPED_TRACE(kernel::NameOf(reason));
    if (not_yet.contains(reason)) continue;
    ASSERT_TRUE(refusals.contains(reason));
    const auto* refusal = std::get_if<kernel::Refusal>(&refusals.at(reason));
    ASSERT_NE(refusal, nullptr);
    EXPECT_EQ(refusal->reason, reason);
  }
}

}  // namespace
}  // namespace billing::given
