// What stands in the way of removing a card or detaching a profile: holders, profiles and
// charges, in the order of a refusal, counted, and page by page.
#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Blocker;

constexpr char kRetained[] = "CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION";
constexpr char kInUse[] = "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION";
constexpr char kDefault[] = "CARD_IS_BILLING_PROFILE_DEFAULT";
constexpr char kOutstanding[] = "OUTSTANDING_CHARGES";
constexpr char kPending[] = "PENDING_CHARGES";
constexpr char kLast[] = "LAST_PAYMENT_METHOD_REQUIRED";

// Everything that can block: the profiles `main` and `east` have `visa`, the only card.
Scenario EverythingBlocks() {
  return Given(
      {CustomerAccountCreated(),
       PolicyChanged({.cancelled_holds = true, .require_payment_method = true}), CardAdded("visa"),
       BillingProfileCreated("main", "visa"), BillingProfileCreated("east", "visa"),
       SubscriptionCreatedUnder("main", "web"), SubscriptionCreatedUnder("east", "mail"),
       SubscriptionCreatedUnder("main", "gone"), SubscriptionCancelled("gone"),
       SubscriptionCreatedUnder("main", "paused"), SubscriptionDisabled("paused"),
       SubscriptionCreatedUnder("main", "plan", v1::SUBSCRIPTION_KIND_SAVINGS_PLAN),
       SubscriptionCreatedUnder("main", "place", v1::SUBSCRIPTION_KIND_RESERVATION),
       ChargeRecorded("d-may", {.subscription = "web", .card = "visa"}),
       ChargeRecorded("c-may", {.profile = "east", .card = "visa"}),
       ChargeRecorded("b-may", {.profile = "main", .card = "visa"}), PaymentDeclined("d-may"),
       SubscriptionBecamePastDue("web"), PaymentDeclined("b-may")});
}

const std::vector<Blocker> kOfVisa = {{kRetained, "subscriptions/gone"},
                                      {"RECURRING_CHARGES", "subscriptions/plan"},
                                      {"RESERVED_INSTANCES", "subscriptions/place"},
                                      {kInUse, "subscriptions/mail"},
                                      {kInUse, "subscriptions/web"},
                                      {kDefault, "billingProfiles/east"},
                                      {kDefault, "billingProfiles/main"},
                                      {kOutstanding, "charges/b-may"},
                                      {kOutstanding, "charges/d-may"},
                                      {kPending, "charges/c-may"},
                                      {kLast, ""}};

const std::vector<Blocker> kOfMain = {{kRetained, "subscriptions/gone"},
                                      {"RECURRING_CHARGES", "subscriptions/plan"},
                                      {"RESERVED_INSTANCES", "subscriptions/place"},
                                      {kInUse, "subscriptions/web"},
                                      {kOutstanding, "charges/b-may"},
                                      {kOutstanding, "charges/d-may"}};

judge::Obstacles OfVisa(const Scenario& scenario, const Blocker* after, int limit) {
  const auto states = scenario.states();
  const auto number = scenario.number();
  return judge::ObstaclesToRemoval(number, Card("visa"), *states.Card(number, Card("visa")),
                                   states.Account(number)->policy, states.Head(number).live_cards,
                                   after, limit, states);
}

judge::Obstacles OfMain(const Scenario& scenario, const Blocker* after, int limit) {
  const auto states = scenario.states();
  const auto number = scenario.number();
  const auto main = BillingProfile("main");
  return judge::ObstaclesToDetach(number, main, *states.BillingProfile(number, main),
                                  states.Account(number)->policy, after, limit, states);
}

using Source = judge::Obstacles (*)(const Scenario&, const Blocker*, int);

// All of them, page by page; every page counts all.
std::vector<Blocker> Paged(const Scenario& scenario, Source obstacles, int limit, int count) {
  std::vector<Blocker> all;
  for (;;) {
    const Blocker last = all.empty() ? Blocker{} : all.back();
    const auto page = obstacles(scenario, all.empty() ? nullptr : &last, limit);
    EXPECT_EQ(page.count, count);
    EXPECT_LE(page.blockers.size(), static_cast<size_t>(limit));
    if (page.blockers.empty()) return all;
    all.insert(all.end(), page.blockers.begin(), page.blockers.end());
    if (all.size() > static_cast<size_t>(count)) return all;
  }
}

TEST(Obstacles, StandInTheOrderOfARefusal) {
  EverythingBlocks().When(RemoveCard("visa")).ThenBlockedBy(kOfVisa);
  EverythingBlocks().When(DetachPaymentMethod("main")).ThenNotDetachable(kOfMain);
}

TEST(Obstacles, ArePagedWithoutGapsOrRepeatsWhateverThePageSize) {
  const auto scenario = EverythingBlocks();
  for (const int limit : {1, 2, 3, 4, 7, 100}) {
    SCOPED_TRACE(limit);
    EXPECT_EQ(Paged(scenario, OfVisa, limit, 11), kOfVisa);
    EXPECT_EQ(Paged(scenario, OfMain, limit, 6), kOfMain);
  }
}

TEST(Obstacles, APageOfNoneStillCounts) {
  const auto scenario = EverythingBlocks();
  EXPECT_EQ(OfVisa(scenario, nullptr, 0).count, 11);
  EXPECT_TRUE(OfVisa(scenario, nullptr, 0).blockers.empty());
  EXPECT_EQ(OfMain(scenario, nullptr, 0).count, 6);
}

TEST(Obstacles, GoOnBehindOneThatWasClearedMeanwhile) {
  const Blocker cleared{kDefault, "billingProfiles/ex"};
  const auto page = OfVisa(EverythingBlocks(), &cleared, 2);
  EXPECT_EQ(page.blockers, (std::vector<Blocker>{kOfVisa[6], kOfVisa[7]}));
}

TEST(Obstacles, NothingFollowsATypeThatNoRemovalHas) {
  const Blocker unknown{"NO_SUCH_TYPE", "cards/visa"};
  EXPECT_TRUE(OfVisa(EverythingBlocks(), &unknown, 9).blockers.empty());
  // A detach asks nothing of the account's other cards.
  const Blocker last{kLast, ""};
  EXPECT_TRUE(OfMain(EverythingBlocks(), &last, 9).blockers.empty());
}

TEST(RemoveCard, OfAProfileBlocksThroughItsSubscriptions) {
  const auto past =
      Given({CustomerAccountCreated(), CardAdded("visa"), BillingProfileCreated("main", "visa"),
             SubscriptionCreatedUnder("main", "web"), SubscriptionCreatedUnder("main", "gone"),
             SubscriptionCancelled("gone")});
  Scenario(past)
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{kInUse, "subscriptions/web"}, {kDefault, "billingProfiles/main"}});
}

TEST(RemoveCard, AProfileWithoutSubscriptionsHoldsItsCard) {
  auto scenario =
      Given({CustomerAccountCreated(), CardAdded("visa"), BillingProfileCreated("main", "visa")});
  scenario.When(RemoveCard("visa"))
      .ThenBlockedBy({{kDefault, "billingProfiles/main"}})
      .When(DetachPaymentMethod("main"))
      .When(RemoveCard("visa"))
      .Then({CardRemoved("visa")});
}

TEST(RemoveCard, ReplacingTheMethodFreesTheCard) {
  Given({CustomerAccountCreated(), CardAdded("visa"), CardAdded("master"),
         BillingProfileCreated("main", "visa"), SubscriptionCreatedUnder("main", "web")})
      .When(ReplacePaymentMethod("main", "master"))
      .When(RemoveCard("visa"))
      .Then({CardRemoved("visa")})
      .When(RemoveCard("master"))
      .ThenBlockedBy({{kInUse, "subscriptions/web"}, {kDefault, "billingProfiles/main"}});
}

TEST(RemoveCard, UnpaidChargesHoldTheCardTheyAreOn) {
  auto scenario = Given({CardAdded("visa"), CardAdded("master"), SubscriptionCreated("web", "visa"),
                         ChargeRecorded("may", {.subscription = "web", .card = "visa"}),
                         ChargeRecorded("june", {.subscription = "web", .card = "visa"}),
                         PaymentDeclined("june"), SubscriptionBecamePastDue("web")});
  scenario.When(SetActive("web", "master"))
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{kOutstanding, "charges/june"}, {kPending, "charges/may"}})
      .And({PaymentSucceeded("june"), SubscriptionBecameCurrent("web")})
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{kPending, "charges/may"}})
      .And({ChargeVoided("may")})
      .When(RemoveCard("visa"))
      .Then({CardRemoved("visa")});
}

TEST(RemoveCard, ChargesOnNoCardHoldNone) {
  Given({CardAdded("visa"), SubscriptionCreated("web"),
         ChargeRecorded("may", {.subscription = "web"}), PaymentDeclined("may")})
      .When(RemoveCard("visa"))
      .Then({CardRemoved("visa")});
}

TEST(RemoveCard, AHundredChargesAreTwentyAndACount) {
  std::vector<v1::Event> facts = {CardAdded("visa"), SubscriptionCreated("web")};
  std::vector<Blocker> first;
  for (int i = 100; i < 200; ++i) {
    const std::string id = "c" + std::to_string(i);
    facts.push_back(ChargeRecorded(id, {.subscription = "web", .card = "visa"}));
    if (first.size() < 20) first.push_back({kPending, "charges/" + id});
  }
  Given(facts).When(RemoveCard("visa")).ThenBlockedBy(first, 100);
}

}  // namespace
}  // namespace billing::given
