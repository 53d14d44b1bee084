#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

TEST(UpdateCard, RecordsTheNewExpiry) {
  Given({CardAdded("visa")})
      .When(UpdateExpiry("visa", {2031, 1}))
      .Then({CardUpdated("visa", {"expiry"}, kernel::YearMonth{2031, 1})});
}

TEST(UpdateCard, RecordsEveryFieldThatTheMaskNames) {
  auto command = UpdateExpiry("visa", kFarExpiry);
  command.holder_name = true;
  command.billing_address = true;
  Given({CardAdded("visa")})
      .When(command)
      .Then({CardUpdated("visa", {"holder_name", "billing_address", "expiry"}, kFarExpiry)});
}

TEST(UpdateCard, TheSameExpiryChangesNothing) {
  Given({CardAdded("visa")}).When(UpdateExpiry("visa", kFarExpiry)).ThenNothingChanges();
}

TEST(UpdateCard, APersonalFieldAlwaysCountsAsAChange) {
  Given({CardAdded("visa")})
      .When(UpdateHolderName("visa"))
      .Then({CardUpdated("visa", {"holder_name"})})
      .When(UpdateHolderName("visa"))
      .Then({CardUpdated("visa", {"holder_name"})});
}

TEST(UpdateCard, AnExpiredCardMayBeUpdated) {
  Given({CardAdded("visa", {.expiry = {2026, 1}})})
      .When(UpdateHolderName("visa"))
      .Then({CardUpdated("visa", {"holder_name"})})
      .When(UpdateExpiry("visa", {2029, 1}))
      .Then({CardUpdated("visa", {"expiry"}, kernel::YearMonth{2029, 1})});
}

TEST(UpdateCard, RefusedWhenTheNewExpiryIsPast) {
  const kernel::Instant end = At(2026, 3, 1, 12);
  Given({CardAdded("visa")})
      .On(Later(end, 0, -1))
      .When(UpdateExpiry("visa", {2026, 2}))
      .Then({CardUpdated("visa", {"expiry"}, kernel::YearMonth{2026, 2})});
  Given({CardAdded("visa")})
      .On(end)
      .When(UpdateExpiry("visa", {2026, 2}))
      .ThenRefused(Reason::kCardExpired);
}

TEST(UpdateCard, AnExpiryThatIsPastIsRefusedEvenWhenItIsTheSame) {
  Given({CardAdded("visa", {.expiry = {2026, 1}})})
      .When(UpdateExpiry("visa", {2026, 1}))
      .ThenRefused(Reason::kCardExpired);
}

TEST(UpdateCard, ItsReasonsAnswerLeftToRight) {
  auto command = UpdateExpiry("visa", {2026, 1});
  command.immutable_field = true;
  Given({}).When(command).ThenRefused(Reason::kCardNotFound);
  const auto past = Given({CardAdded("visa"), CardRemoved("visa")});
  Scenario(past).When(command).ThenRefused(Reason::kCardNumberImmutable);
  command.immutable_field = false;
  Scenario(past).When(command).ThenRefused(Reason::kCardRemoved);
}

}  // namespace
}  // namespace billing::given
