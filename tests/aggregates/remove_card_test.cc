#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Blocker;
using kernel::Reason;

constexpr char kRetained[] = "CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION";
constexpr char kRecurring[] = "RECURRING_CHARGES";
constexpr char kReserved[] = "RESERVED_INSTANCES";
constexpr char kInUse[] = "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION";
constexpr char kLast[] = "LAST_PAYMENT_METHOD_REQUIRED";

const account::Policy kStrict = {.disabled_holds = true, .cancelled_holds = true};

TEST(RemoveCard, GrantedWhenNobodyUsesIt) {
  Given({CardAdded("visa"), CardAdded("master"), SubscriptionCreated("web", "master")})
      .When(RemoveCard("visa"))
      .Then({CardRemoved("visa")});
}

TEST(RemoveCard, RefusedWhileAnActiveSubscriptionUsesIt) {
  Given({CardAdded("visa"), SubscriptionCreated("web", "visa")})
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{kInUse, "subscriptions/web"}});
}

TEST(RemoveCard, NotFoundOnceItWasRemovedAndWhenItNeverWas) {
  Given({}).When(RemoveCard("visa")).ThenRefused(Reason::kCardNotFound);
  Given({CardAdded("visa")})
      .When(RemoveCard("visa"))
      .Then({CardRemoved("visa")})
      .When(RemoveCard("visa"))
      .ThenRefused(Reason::kCardNotFound);
}

TEST(RemoveCard, NamesOneBlockerPerHolderByTypeAndThenBySubject) {
  Given({PolicyChanged(kStrict), CardAdded("visa"), SubscriptionCreated("a-consumes", "visa"),
         SubscriptionCreated("b-reserves", "visa", v1::SUBSCRIPTION_KIND_RESERVATION),
         SubscriptionCreated("c-saves", "visa", v1::SUBSCRIPTION_KIND_SAVINGS_PLAN),
         SubscriptionCreated("d-supports", "visa", v1::SUBSCRIPTION_KIND_SUPPORT_PLAN),
         SubscriptionCreated("e-cancelled", "visa"), SubscriptionCancelled("e-cancelled"),
         SubscriptionCreated("f-disabled", "visa"), SubscriptionDisabled("f-disabled"),
         SubscriptionCreated("z-consumes", "visa")})
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{kRetained, "subscriptions/e-cancelled"},
                      {kRetained, "subscriptions/f-disabled"},
                      {kRecurring, "subscriptions/c-saves"},
                      {kRecurring, "subscriptions/d-supports"},
                      {kReserved, "subscriptions/b-reserves"},
                      {kInUse, "subscriptions/a-consumes"},
                      {kInUse, "subscriptions/z-consumes"}});
}

TEST(RemoveCard, AStoppedHolderIsRetainedWhateverItsKind) {
  Given({PolicyChanged(kStrict), CardAdded("visa"),
         SubscriptionCreated("plan", "visa", v1::SUBSCRIPTION_KIND_SUPPORT_PLAN),
         SubscriptionCancelled("plan")})
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{kRetained, "subscriptions/plan"}});
}

TEST(RemoveCard, MergesDisabledAndCancelledHoldersBySubject) {
  Given({PolicyChanged(kStrict), CardAdded("visa"), SubscriptionCreated("a", "visa"),
         SubscriptionCreated("b", "visa"), SubscriptionCreated("c", "visa"),
         SubscriptionCreated("d", "visa"), SubscriptionDisabled("a"), SubscriptionCancelled("b"),
         SubscriptionDisabled("c"), SubscriptionCancelled("d")})
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{kRetained, "subscriptions/a"},
                      {kRetained, "subscriptions/b"},
                      {kRetained, "subscriptions/c"},
                      {kRetained, "subscriptions/d"}});
}

TEST(RemoveCard, ThePolicySaysWhichStoppedSubscriptionsHold) {
  const auto past =
      Given({CardAdded("visa"), SubscriptionCreated("a", "visa"), SubscriptionDisabled("a"),
             SubscriptionCreated("b", "visa"), SubscriptionCancelled("b")});
  Scenario(past).When(RemoveCard("visa")).Then({CardRemoved("visa", {"a", "b"})});
  Scenario(past)
      .And({PolicyChanged({.disabled_holds = true})})
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{kRetained, "subscriptions/a"}});
  Scenario(past)
      .And({PolicyChanged({.cancelled_holds = true})})
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{kRetained, "subscriptions/b"}});
}

TEST(RemoveCard, LeavesTheSubscriptionsThatDidNotHoldItWithoutACard) {
  auto scenario =
      Given({CardAdded("visa"), SubscriptionCreated("b", "visa"), SubscriptionCancelled("b"),
             SubscriptionCreated("a", "visa"), SubscriptionDisabled("a")});
  scenario.When(RemoveCard("visa")).Then({CardRemoved("visa", {"a", "b"})});
  for (const char* id : {"a", "b"}) {
    EXPECT_EQ(scenario.states().Subscription(scenario.number(), Subscription(id))->card,
              std::nullopt);
  }
}

// 26 holders, more than a refusal carries, of two types.
std::vector<v1::Event> TwentySixHolders() {
  std::vector<v1::Event> facts = {PolicyChanged(kStrict), CardAdded("visa")};
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    const std::string id(1, letter);
    facts.push_back(SubscriptionCreated(id, "visa"));
    if (letter >= 'n' && letter % 2 == 0) facts.push_back(SubscriptionDisabled(id));
    if (letter >= 'n' && letter % 2 == 1) facts.push_back(SubscriptionCancelled(id));
  }
  return facts;
}

std::vector<Blocker> ExpectedBlockers(const char* retained, const char* in_use) {
  std::vector<Blocker> blockers;
  for (const char* id = retained; *id != '\0'; ++id) {
    blockers.push_back({kRetained, std::string("subscriptions/") + *id});
  }
  for (const char* id = in_use; *id != '\0'; ++id) {
    blockers.push_back({kInUse, std::string("subscriptions/") + *id});
  }
  return blockers;
}

TEST(RemoveCard, CarriesTheFirstTwentyBlockersAndTheTrueCount) {
  Given(TwentySixHolders())
      .When(RemoveCard("visa"))
      .ThenBlockedBy(ExpectedBlockers("nopqrstuvwxyz", "abcdefg"), 26);
}

TEST(RemoveCard, TheLastLiveCardStaysWhenThePolicyRequiresOne) {
  const account::Policy required = {.require_payment_method = true};
  Given({PolicyChanged(required), CardAdded("visa"), CardAdded("master")})
      .When(RemoveCard("visa"))
      .Then({CardRemoved("visa")})
      .When(RemoveCard("master"))
      .ThenBlockedBy({{kLast, ""}});
}

TEST(RemoveCard, TheAccountItselfIsTheLastBlocker) {
  const account::Policy required = {.require_payment_method = true};
  Given({PolicyChanged(required), CardAdded("visa"), SubscriptionCreated("web", "visa")})
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{kInUse, "subscriptions/web"}, {kLast, ""}});
}

TEST(RemoveCard, PastDueHoldersCount) {
  card::CardState visa{.state = v1::CARD_STATE_LIVE};
  visa.holders.At(v1::SUBSCRIPTION_STATE_PAST_DUE, v1::SUBSCRIPTION_KIND_RESERVATION) = 2;
  visa.holders.At(v1::SUBSCRIPTION_STATE_DISABLED, v1::SUBSCRIPTION_KIND_CONSUMPTION) = 3;
  visa.holders.At(v1::SUBSCRIPTION_STATE_CANCELLED, v1::SUBSCRIPTION_KIND_SAVINGS_PLAN) = 4;
  EXPECT_EQ(visa.holders.Total(), 9u);
  EXPECT_EQ(visa.holders.Holding({}), 2u);
  EXPECT_EQ(visa.holders.Holding({.disabled_holds = true}), 5u);
  EXPECT_EQ(visa.holders.Holding({.cancelled_holds = true}), 6u);
  EXPECT_EQ(visa.holders.Holding(kStrict), 9u);
}

// The pages of `limit` blockers that CheckRemoval shows.
std::vector<std::vector<Blocker>> PagesOf(const Scenario& scenario, const account::Policy& policy,
                                          int limit) {
  const auto states = scenario.states();
  const auto number = scenario.number();
  const auto card = states.Card(number, Card("visa")).value();
  const uint32_t live_cards = states.Head(number).live_cards;
  std::vector<std::vector<Blocker>> pages;
  const Blocker* after = nullptr;
  for (int bound = 0; bound < 100; ++bound) {
    auto page = judge::ObstaclesToRemoval(number, Card("visa"), card, policy, live_cards, after,
                                          limit, states);
    if (page.blockers.empty()) break;
    pages.push_back(std::move(page.blockers));
    after = &pages.back().back();
  }
  return pages;
}

TEST(ObstaclesToRemoval, PagesShowEveryBlockerOnceInOneOrder) {
  const auto scenario = Given(TwentySixHolders());
  account::Policy policy = kStrict;
  policy.require_payment_method = true;
  auto expected = ExpectedBlockers("nopqrstuvwxyz", "abcdefghijklm");
  expected.push_back({kLast, ""});
  for (const int limit : {1, 2, 5, 13, 26, 27, 500}) {
    SCOPED_TRACE(limit);
    std::vector<Blocker> seen;
    for (const auto& page : PagesOf(scenario, policy, limit)) {
      EXPECT_LE(page.size(), static_cast<size_t>(limit));
      seen.insert(seen.end(), page.begin(), page.end());
    }
    EXPECT_EQ(seen, expected);
  }
}

TEST(ObstaclesToRemoval, CountsAllOfThemOnEveryPage) {
  const auto scenario = Given(TwentySixHolders());
  const auto states = scenario.states();
  const auto card = states.Card(scenario.number(), Card("visa")).value();
  const Blocker after = {kInUse, "subscriptions/y"};
  const auto page = judge::ObstaclesToRemoval(scenario.number(), Card("visa"), card, kStrict, 1,
                                              &after, 10, states);
  EXPECT_TRUE(page.blockers.empty());
  EXPECT_EQ(page.count, 26);
}

TEST(ObstaclesToRemoval, NothingFollowsABlockerOfAnUnknownType) {
  const auto scenario = Given(TwentySixHolders());
  const auto states = scenario.states();
  const auto card = states.Card(scenario.number(), Card("visa")).value();
  const Blocker after = {"NO_SUCH_TYPE", ""};
  const auto page = judge::ObstaclesToRemoval(scenario.number(), Card("visa"), card, kStrict, 1,
                                              &after, 10, states);
  EXPECT_TRUE(page.blockers.empty());
}

TEST(DetachedByRemoval, PagesThoseThatNameTheCardWithoutHoldingIt) {
  const auto scenario = Given(TwentySixHolders());
  const auto states = scenario.states();
  const auto card = states.Card(scenario.number(), Card("visa")).value();
  const auto page = [&](const account::Policy& policy, const char* after, size_t limit) {
    std::string ids;
    for (const auto& id : judge::DetachedByRemoval(scenario.number(), Card("visa"), card, policy,
                                                   after, limit, states)) {
      ids += id.value();
    }
    return ids;
  };
  EXPECT_EQ(page({}, "", 500), "nopqrstuvwxyz");
  EXPECT_EQ(page({}, "", 4), "nopq");
  EXPECT_EQ(page({}, "q", 4), "rstu");
  EXPECT_EQ(page({.disabled_holds = true}, "", 500), "oqsuwy");
  EXPECT_EQ(page(kStrict, "", 500), "");
}

}  // namespace
}  // namespace billing::given
