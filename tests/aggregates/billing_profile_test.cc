#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

constexpr char kRetained[] = "CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION";
constexpr char kRecurring[] = "RECURRING_CHARGES";
constexpr char kReserved[] = "RESERVED_INSTANCES";
constexpr char kInUse[] = "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION";
constexpr char kOutstanding[] = "OUTSTANDING_CHARGES";
constexpr char kPending[] = "PENDING_CHARGES";

// Two cards, and the profile `main` that has the first.
Scenario WithAProfile(const std::vector<v1::Event>& facts = {}) {
  auto scenario = Given({CustomerAccountCreated(), CardAdded("visa"), CardAdded("master"),
                         BillingProfileCreated("main", "visa")});
  return scenario.And(facts);
}

TEST(CreateBillingProfile, HasItsCard) {
  auto command = CreateBillingProfile("main", "visa");
  command.display_name = "Head office";
  v1::Event expected = BillingProfileCreated("main", "visa");
  expected.mutable_billing_profile_created()->mutable_billing_profile()->set_display_name(
      "Head office");
  Given({CustomerAccountCreated(), CardAdded("visa")}).When(command).Then({expected});
}

TEST(CreateBillingProfile, ItsReasonsAnswerLeftToRight) {
  Given({}).When(CreateBillingProfile("main", "visa")).ThenRefused(Reason::kCardNotFound);
  Given({CardAdded("visa"), CardRemoved("visa")})
      .When(CreateBillingProfile("main", "visa"))
      .ThenRefused(Reason::kAgreementNotSupported);
  WithAProfile({CardRemoved("master")})
      .When(CreateBillingProfile("main", "master"))
      .ThenRefused(Reason::kBillingProfileAlreadyExists)
      .When(CreateBillingProfile("east", "master"))
      .ThenRefused(Reason::kCardRemoved);
  WithAProfile({CardAdded("old", {.expiry = {2026, 2}})})
      .When(CreateBillingProfile("east", "old"))
      .ThenRefused(Reason::kCardExpired);
}

TEST(CreateBillingProfile, ATakenIdIsNamed) {
  auto scenario = WithAProfile().When(CreateBillingProfile("main", "visa"));
  const auto& refusal = std::get<kernel::Refusal>(scenario.decision());
  EXPECT_EQ(refusal.resources, (std::vector<std::pair<std::string, std::string>>{
                                   {"billing_profile", "billingProfiles/main"}}));
}

TEST(CreateBillingProfile, EveryProfileEverMadeCountsToTheLimit) {
  std::vector<v1::Event> facts = {CustomerAccountCreated(), CardAdded("visa")};
  for (int i = 0; i < 999; ++i) {
    facts.push_back(BillingProfileCreated("p" + std::to_string(i), "visa"));
  }
  Given(facts)
      .And({PaymentMethodDetached("p7", "visa")})
      .When(CreateBillingProfile("last", "visa"))
      .Then({BillingProfileCreated("last", "visa")})
      .When(CreateBillingProfile("p7", "visa"))
      .ThenRefused(Reason::kBillingProfileAlreadyExists)
      .When(CreateBillingProfile("more", "visa"))
      .ThenRefused(Reason::kBillingProfileLimitReached);
}

TEST(CreateSubscription, UnderAProfileNamesItAndNoCard) {
  WithAProfile()
      .When(CreateSubscriptionUnder("main", "web"))
      .Then({SubscriptionCreatedUnder("main", "web")});
  auto command = CreateSubscriptionUnder("main", "web");
  command.card = Card("master");
  WithAProfile().When(command).ThenRefused(Reason::kAgreementNotSupported);
}

TEST(CreateSubscription, UnderAnInactiveProfileIsRefused) {
  WithAProfile({PaymentMethodDetached("main", "visa")})
      .When(CreateSubscriptionUnder("main", "web"))
      .ThenRefused(Reason::kBillingProfileInactive);
}

TEST(SetActive, UnderACustomerAgreementNamesTheProfileThatHasTheMethod) {
  auto scenario = WithAProfile({SubscriptionCreatedUnder("main", "web")});
  scenario.When(SetActive("web", "master"))
      .ThenRefused(Reason::kPaymentMethodBelongsToBillingProfile);
  EXPECT_EQ(std::get<kernel::Refusal>(scenario.decision()).resources,
            (std::vector<std::pair<std::string, std::string>>{
                {"billing_profile", "billingProfiles/main"}}));
}

TEST(ChangeBillingProfile, BillsTheSubscriptionToTheOther) {
  WithAProfile({BillingProfileCreated("east", "master"), SubscriptionCreatedUnder("main", "web")})
      .When(ChangeBillingProfile("web", "east"))
      .Then({BillingProfileChanged("web", "east", "main")})
      .When(ChangeBillingProfile("web", "east"))
      .ThenNothingChanges();
}

TEST(ChangeBillingProfile, ItsReasonsAnswerLeftToRight) {
  const std::vector<v1::Event> inactive = {BillingProfileCreated("old", "visa"),
                                           PaymentMethodDetached("old", "visa")};
  WithAProfile({SubscriptionCreatedUnder("main", "web")})
      .When(ChangeBillingProfile("web", "nowhere"))
      .ThenRefused(Reason::kBillingProfileNotFound)
      .And(inactive)
      .When(ChangeBillingProfile("web", "old"))
      .ThenRefused(Reason::kBillingProfileInactive)
      .And({SubscriptionCancelled("web"), SubscriptionDeleted("web")})
      .When(ChangeBillingProfile("web", "old"))
      .ThenRefused(Reason::kSubscriptionDeleted);
}

TEST(ReactivateSubscription, AnActiveProfileIsAWayToPay) {
  WithAProfile({SubscriptionCreatedUnder("main", "web"), SubscriptionCancelled("web")})
      .When(ReactivateSubscription("web"))
      .Then({SubscriptionReactivated("web")});
  WithAProfile({SubscriptionCreatedUnder("main", "web"), SubscriptionCancelled("web"),
                PaymentMethodDetached("main", "visa")})
      .When(ReactivateSubscription("web"))
      .ThenRefused(Reason::kNoUsablePaymentMethod);
}

TEST(ReplacePaymentMethod, ChangesThisProfileAlone) {
  auto scenario = WithAProfile({BillingProfileCreated("east", "visa")});
  scenario.When(ReplacePaymentMethod("main", "master"))
      .Then({PaymentMethodReplaced("main", "master", "visa")})
      .When(ReplacePaymentMethod("main", "master"))
      .ThenNothingChanges();
  EXPECT_EQ(scenario.states().BillingProfile(scenario.number(), BillingProfile("east"))->card,
            Card("visa"));
}

TEST(ReplacePaymentMethod, ItsReasonsAnswerLeftToRight) {
  WithAProfile()
      .When(ReplacePaymentMethod("nowhere", "nothing"))
      .ThenRefused(Reason::kBillingProfileNotFound);
  WithAProfile().When(ReplacePaymentMethod("main", "nothing")).ThenRefused(Reason::kCardNotFound);
  WithAProfile({PaymentMethodDetached("main", "visa"), CardRemoved("master")})
      .When(ReplacePaymentMethod("main", "master"))
      .ThenRefused(Reason::kBillingProfileInactive);
  WithAProfile({CardRemoved("master")})
      .When(ReplacePaymentMethod("main", "master"))
      .ThenRefused(Reason::kCardRemoved);
  WithAProfile({CardAdded("old", {.expiry = {2026, 2}})})
      .When(ReplacePaymentMethod("main", "old"))
      .ThenRefused(Reason::kCardExpired);
}

TEST(ReplacePaymentMethod, UnderPayAsYouGoNoProfileIsFound) {
  Given({CardAdded("visa")})
      .When(ReplacePaymentMethod("main", "visa"))
      .ThenRefused(Reason::kBillingProfileNotFound);
  Given({}).When(DetachPaymentMethod("main")).ThenRefused(Reason::kBillingProfileNotFound);
}

TEST(ReplacePaymentMethod, TheProfilesVersionGuardsIt) {
  auto scenario = WithAProfile();
  const uint64_t version = scenario.VersionOf(BillingProfile("main"));
  scenario.When(AtVersion(ReplacePaymentMethod("main", "master"), version))
      .Then({PaymentMethodReplaced("main", "master", "visa")})
      .When(AtVersion(ReplacePaymentMethod("main", "nothing"), version))
      .ThenRefused(Reason::kEtagMismatch)
      .When(AtVersion(DetachPaymentMethod("main"), version))
      .ThenRefused(Reason::kEtagMismatch);
}

TEST(DetachPaymentMethod, MakesTheProfileInactiveForGood) {
  WithAProfile()
      .When(DetachPaymentMethod("main"))
      .Then({PaymentMethodDetached("main", "visa")})
      .When(DetachPaymentMethod("main"))
      .ThenNothingChanges()
      .When(ReplacePaymentMethod("main", "visa"))
      .ThenRefused(Reason::kBillingProfileInactive)
      .When(RemoveCard("visa"))
      .Then({CardRemoved("visa")});
}

TEST(DetachPaymentMethod, OfOneThatPaysByInvoice) {
  WithAProfile({BillingAccountReclassified(true), InvoicePaymentRequested(),
                InvoicePaymentApproved(), ProfileSwitchedToInvoice("main", "visa")})
      .When(DetachPaymentMethod("main"))
      .Then({PaymentMethodDetached("main")});
}

TEST(DetachPaymentMethod, ListsHoldersThenChargesByTypeAndSubject) {
  WithAProfile({PolicyChanged({.disabled_holds = true}),
                SubscriptionCreatedUnder("main", "a-consumes"),
                SubscriptionCreatedUnder("main", "b-reserves", v1::SUBSCRIPTION_KIND_RESERVATION),
                SubscriptionCreatedUnder("main", "c-plan", v1::SUBSCRIPTION_KIND_SUPPORT_PLAN),
                SubscriptionCreatedUnder("main", "d-stopped"), SubscriptionDisabled("d-stopped"),
                SubscriptionCreatedUnder("main", "e-gone"), SubscriptionCancelled("e-gone"),
                ChargeRecorded("b-later", {.profile = "main", .card = "visa"}),
                ChargeRecorded("c-own", {.profile = "main", .card = "visa"}),
                ChargeRecorded("a-theirs", {.subscription = "a-consumes", .card = "visa"}),
                PaymentDeclined("c-own"), PaymentDeclined("a-theirs")})
      .When(DetachPaymentMethod("main"))
      .ThenNotDetachable({{kRetained, "subscriptions/d-stopped"},
                          {kRecurring, "subscriptions/c-plan"},
                          {kReserved, "subscriptions/b-reserves"},
                          {kInUse, "subscriptions/a-consumes"},
                          {kOutstanding, "charges/a-theirs"},
                          {kOutstanding, "charges/c-own"},
                          {kPending, "charges/b-later"}});
}

TEST(DetachPaymentMethod, AChargeStaysWithTheProfileThatWasBilledWhenItWasMade) {
  WithAProfile({BillingProfileCreated("east", "master"), SubscriptionCreatedUnder("main", "web"),
                ChargeRecorded("may", {.subscription = "web", .card = "visa"}),
                BillingProfileChanged("web", "east", "main")})
      .When(DetachPaymentMethod("main"))
      .ThenNotDetachable({{kPending, "charges/may"}})
      .When(DetachPaymentMethod("east"))
      .ThenNotDetachable({{kInUse, "subscriptions/web"}})
      .And({PaymentSucceeded("may")})
      .When(DetachPaymentMethod("main"))
      .Then({PaymentMethodDetached("main", "visa")});
}

TEST(DetachPaymentMethod, ARefusalCarriesTwentyAndCountsAll) {
  std::vector<v1::Event> facts;
  std::vector<kernel::Blocker> first;
  for (int i = 10; i < 40; ++i) {
    const std::string id = "s" + std::to_string(i);
    facts.push_back(SubscriptionCreatedUnder("main", id));
    if (first.size() < 20) first.push_back({kInUse, "subscriptions/" + id});
  }
  facts.push_back(ChargeRecorded("may", {.profile = "main", .card = "visa"}));
  WithAProfile(facts).When(DetachPaymentMethod("main")).ThenNotDetachable(first, 31);
}

TEST(DetachPaymentMethod, StoppedSubscriptionsLoseTheirWayToPay) {
  auto scenario =
      WithAProfile({SubscriptionCreatedUnder("main", "web"), SubscriptionCancelled("web")});
  scenario.When(DetachPaymentMethod("main")).Then({PaymentMethodDetached("main", "visa")});
  const auto visa = scenario.states().Card(scenario.number(), Card("visa"));
  EXPECT_EQ(visa->holders.Total(), 0u);
  EXPECT_EQ(visa->active_profiles, 0u);
}

}  // namespace
}  // namespace billing::given
