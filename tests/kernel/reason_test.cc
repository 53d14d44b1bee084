#include "aggregates/kernel/reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "aggregates/kernel/decision.h"

namespace billing::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

TEST(Reason, HasANameOfItsOwnThatFindsItAgain) {
  std::set<std::string_view> names;
  for (const Reason reason : AllReasons()) {
    EXPECT_THAT(std::string(NameOf(reason)), MatchesRegex("[A-Z]+(_[A-Z]+)*"));
    EXPECT_EQ(ReasonNamed(NameOf(reason)), reason);
    names.insert(NameOf(reason));
  }
  EXPECT_THAT(names, SizeIs(AllReasons().size()));
  EXPECT_THAT(AllReasons(), SizeIs(60));
}

TEST(Reason, IsNamedAsOnTheWire) {
  EXPECT_EQ(NameOf(Reason::kRoleRequired), "ROLE_REQUIRED");
  EXPECT_EQ(NameOf(Reason::kEtagMismatch), "ETAG_MISMATCH");
  EXPECT_EQ(NameOf(Reason::kPaymentMethodBelongsToBillingProfile),
            "PAYMENT_METHOD_BELONGS_TO_BILLING_PROFILE");
  EXPECT_EQ(NameOf(Reason::kCardNotRemovable), "CARD_NOT_REMOVABLE");
}

TEST(Reason, IsNotFoundUnderAnotherName) {
  EXPECT_EQ(ReasonNamed("NO_SUCH_REASON"), std::nullopt);
  EXPECT_EQ(ReasonNamed("card_expired"), std::nullopt);
  EXPECT_EQ(ReasonNamed(""), std::nullopt);
}

TEST(Reason, LeavesARecordUnlessTheCallerMayNotKnowTheAccountOrThereIsNone) {
  std::vector<Reason> unrecorded;
  for (const Reason reason : AllReasons()) {
    if (!IsRecorded(reason)) unrecorded.push_back(reason);
  }
  EXPECT_THAT(unrecorded, ElementsAre(Reason::kRoleRequired, Reason::kBillingAccountNotFound,
                                      Reason::kInvalidRequest));
}

TEST(RemedyFor, NamesTheCommandThatClearsTheBlocker) {
  EXPECT_EQ(RemedyFor("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION"),
            "Use SetActive, ChangeBillingProfile or CancelSubscription.");
  EXPECT_THAT(RemedyFor("CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION"), HasSubstr("SetActive"));
  EXPECT_THAT(RemedyFor("RECURRING_CHARGES"), HasSubstr("CancelSubscription"));
  EXPECT_THAT(RemedyFor("RESERVED_INSTANCES"), HasSubstr("SetActive"));
  EXPECT_THAT(RemedyFor("CARD_IS_BILLING_PROFILE_DEFAULT"), HasSubstr("(ReplacePaymentMethod)"));
  EXPECT_THAT(RemedyFor("OUTSTANDING_CHARGES"), HasSubstr("(SettleBalance)"));
  EXPECT_THAT(RemedyFor("PENDING_CHARGES"), HasSubstr("(VoidCharge)"));
  EXPECT_THAT(RemedyFor("LAST_PAYMENT_METHOD_REQUIRED"), HasSubstr("(AddCard)"));
}

TEST(RemedyFor, IsEmptyForAnUnknownType) { EXPECT_EQ(RemedyFor("SOMETHING_ELSE"), ""); }

}  // namespace
}  // namespace billing::kernel
