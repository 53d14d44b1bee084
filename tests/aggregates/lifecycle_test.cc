#include <gtest/gtest.h>

#include <map>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;
using subscription::Lifecycle;

constexpr v1::SubscriptionState kActive = v1::SUBSCRIPTION_STATE_ACTIVE;
constexpr v1::SubscriptionState kPastDue = v1::SUBSCRIPTION_STATE_PAST_DUE;
constexpr v1::SubscriptionState kDisabled = v1::SUBSCRIPTION_STATE_DISABLED;
constexpr v1::SubscriptionState kCancelled = v1::SUBSCRIPTION_STATE_CANCELLED;
constexpr v1::SubscriptionState kDeleted = v1::SUBSCRIPTION_STATE_DELETED;
constexpr v1::SubscriptionState kTransferred = v1::SUBSCRIPTION_STATE_TRANSFERRED;

// What a change means in a state where nothing else stands in its way.
std::string OutcomeOf(Lifecycle change, v1::SubscriptionState state) {
  const subscription::SubscriptionState subscription{
      .state = state, .card = Card("visa"), .inactive_since = At(2020, 1, 1)};
  const subscription::PaymentMethod method{
      .card = kernel::PayingCard{.live = true, .expiry = kFarExpiry}};
  const auto decision = subscription::Decide(
      subscription::ChangeLifecycle{change, Account(), Subscription("web"), {}}, subscription,
      method, Noon());
  if (const auto* refusal = std::get_if<kernel::Refusal>(&decision)) {
    EXPECT_EQ(refusal->reason, Reason::kInvalidSubscriptionState);
    return "refused";
  }
  return std::holds_alternative<kernel::Facts>(decision) ? "done" : "nothing";
}

TEST(Lifecycle, EveryChangeInEveryState) {
  using Row = std::map<v1::SubscriptionState, std::string>;
  const std::map<Lifecycle, Row> expected = {
      {Lifecycle::kDisable,
       {{kActive, "done"},
        {kPastDue, "done"},
        {kDisabled, "nothing"},
        {kCancelled, "refused"},
        {kDeleted, "refused"},
        {kTransferred, "refused"}}},
      {Lifecycle::kCancel,
       {{kActive, "done"},
        {kPastDue, "done"},
        {kDisabled, "done"},
        {kCancelled, "nothing"},
        {kDeleted, "refused"},
        {kTransferred, "refused"}}},
      {Lifecycle::kReactivate,
       {{kActive, "nothing"},
        {kPastDue, "refused"},
        {kDisabled, "done"},
        {kCancelled, "done"},
        {kDeleted, "refused"},
        {kTransferred, "refused"}}},
      {Lifecycle::kDelete,
       {{kActive, "refused"},
        {kPastDue, "refused"},
        {kDisabled, "done"},
        {kCancelled, "done"},
        {kDeleted, "nothing"},
        {kTransferred, "refused"}}},
  };
  for (const auto& [change, row] : expected) {
    for (const auto& [state, outcome] : row) {
      SCOPED_TRACE(std::to_string(static_cast<int>(change)) + " of " +
                   v1::SubscriptionState_Name(state));
      EXPECT_EQ(OutcomeOf(change, state), outcome);
    }
  }
}

TEST(Lifecycle, EachChangeHasItsOwnFact) {
  const auto past = Given({CardAdded("visa"), SubscriptionCreated("web", "visa")});
  Scenario(past)
      .By(Biller())
      .When(DisableSubscription("web"))
      .Then({SubscriptionDisabled("web")})
      .When(ReactivateSubscription("web"))
      .Then({SubscriptionReactivated("web")})
      .When(CancelSubscription("web"))
      .Then({SubscriptionCancelled("web")})
      .On(Later(Noon(), 90))
      .When(DeleteSubscription("web"))
      .Then({SubscriptionDeleted("web")});
}

TEST(ReactivateSubscription, RefusedWithoutAPaymentMethod) {
  Given({SubscriptionCreated("web"), SubscriptionCancelled("web")})
      .When(ReactivateSubscription("web"))
      .ThenRefused(Reason::kNoUsablePaymentMethod);
}

TEST(ReactivateSubscription, RefusedOnceItsCardHasExpired) {
  const auto past = Given({CardAdded("visa", {.expiry = {2026, 5}}),
                           SubscriptionCreated("web", "visa"), SubscriptionCancelled("web")});
  const kernel::Instant end = At(2026, 6, 1, 12);
  Scenario(past)
      .On(Later(end, 0, -1))
      .When(ReactivateSubscription("web"))
      .Then({SubscriptionReactivated("web")});
  Scenario(past)
      .On(end)
      .When(ReactivateSubscription("web"))
      .ThenRefused(Reason::kNoUsablePaymentMethod);
}

TEST(ReactivateSubscription, RefusedOnceItsCardWasRemovedUnderIt) {
  Given({CardAdded("visa"), SubscriptionCreated("web", "visa"), SubscriptionCancelled("web"),
         CardRemoved("visa", {"web"})})
      .When(ReactivateSubscription("web"))
      .ThenRefused(Reason::kNoUsablePaymentMethod);
}

TEST(ReactivateSubscription, AnInvoicePayerNeedsNoCard) {
  const subscription::SubscriptionState subscription{.state = kCancelled, .pays_by_invoice = true};
  const auto decision = subscription::Decide(ReactivateSubscription("web"), subscription,
                                             {.by_invoice = true}, Noon());
  EXPECT_TRUE(std::holds_alternative<kernel::Facts>(decision));
}

TEST(DeleteSubscription, RefusedUntilNinetyDaysAfterItStoppedRunning) {
  const auto past = Given({SubscriptionCreated("web"), SubscriptionCancelled("web")});
  const kernel::Instant deadline = Later(Noon(), 90);
  Scenario(past)
      .By(Biller())
      .On(Later(deadline, 0, -1))
      .When(DeleteSubscription("web"))
      .ThenRefused(Reason::kRetentionPeriodActive);
  Scenario(past)
      .By(Biller())
      .On(deadline)
      .When(DeleteSubscription("web"))
      .Then({SubscriptionDeleted("web")});
}

TEST(DeleteSubscription, CancellingADisabledOneDoesNotStartTheNinetyDaysAgain) {
  Given({SubscriptionCreated("web"), SubscriptionDisabled("web")})
      .On(Later(Noon(), 60))
      .And({SubscriptionCancelled("web")})
      .On(Later(Noon(), 90))
      .By(Biller())
      .When(DeleteSubscription("web"))
      .Then({SubscriptionDeleted("web")});
}

TEST(DeleteSubscription, ReactivatingAndStoppingStartsTheNinetyDaysAgain) {
  const auto past = Given({CardAdded("visa"), SubscriptionCreated("web", "visa"),
                           SubscriptionCancelled("web"), SubscriptionReactivated("web")})
                        .On(Later(Noon(), 60))
                        .And({SubscriptionCancelled("web")});
  Scenario(past)
      .By(Biller())
      .On(Later(Noon(), 149))
      .When(DeleteSubscription("web"))
      .ThenRefused(Reason::kRetentionPeriodActive);
  Scenario(past)
      .By(Biller())
      .On(Later(Noon(), 150))
      .When(DeleteSubscription("web"))
      .Then({SubscriptionDeleted("web")});
}

}  // namespace
}  // namespace billing::given
