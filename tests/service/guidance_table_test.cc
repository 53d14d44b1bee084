#include "server/reads/guidance_table.h"

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace billing::server {
namespace {

using namespace billing::v1;

TEST(GuidanceTable, EveryReasonTellsWhatToDo) {
  for (int i = 1; i < DeclineReason_ARRAYSIZE; ++i) {
    const auto reason = static_cast<DeclineReason>(i);
    const Guidance guidance = GuidanceFor(reason);
    ASSERT_FALSE(guidance.actions.empty()) << DeclineReason_Name(reason);
    for (const auto action : guidance.actions) {
      EXPECT_TRUE(action.ends_with(".")) << DeclineReason_Name(reason);
    }
  }
}

// Source: design page "The domain", Payment guidance.
// They are shown to customers, who know no RPC: a word that goes on with a capital inside.
TEST(GuidanceTable, TheActionsAreInACustomersWords) {
  for (int reason = 1; reason < DeclineReason_ARRAYSIZE; ++reason) {
    for (const auto action : GuidanceFor(static_cast<DeclineReason>(reason)).actions) {
      EXPECT_THAT(std::string(action), testing::Not(testing::ContainsRegex("[a-z][A-Z]|_")));
    }
  }
}

TEST(GuidanceTable, TheQuestionsGoWithTheReasonsThatTheBankCanChange) {
  const std::set<DeclineReason> asked = {DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED,
                                         DECLINE_REASON_INSUFFICIENT_CREDIT,
                                         DECLINE_REASON_RECURRING_PAYMENTS_DISABLED,
                                         DECLINE_REASON_DO_NOT_HONOR, DECLINE_REASON_OTHER};
  for (int i = 1; i < DeclineReason_ARRAYSIZE; ++i) {
    const auto reason = static_cast<DeclineReason>(i);
    EXPECT_EQ(GuidanceFor(reason).questions_for_the_bank.size(), asked.contains(reason) ? 3 : 0)
        << DeclineReason_Name(reason);
  }
}

TEST(GuidanceTable, TheQuestionsAreThoseOfTheFoundingDocument) {
  const auto questions = GuidanceFor(DECLINE_REASON_OTHER).questions_for_the_bank;
  ASSERT_EQ(questions.size(), 3u);
  EXPECT_NE(questions[0].find("international transactions"), std::string_view::npos);
  EXPECT_NE(questions[1].find("credit limit"), std::string_view::npos);
  EXPECT_NE(questions[2].find("recurring payments"), std::string_view::npos);
}

TEST(GuidanceTable, NothingDeclinedNeedsNothing) {
  EXPECT_TRUE(GuidanceFor(DECLINE_REASON_UNSPECIFIED).actions.empty());
  EXPECT_TRUE(GuidanceFor(DECLINE_REASON_UNSPECIFIED).questions_for_the_bank.empty());
}

TEST(GuidanceTable, AReasonOfANewerProgramIsTreatedAsAnyOther) {
  const Guidance guidance = GuidanceFor(static_cast<DeclineReason>(9'999));
  EXPECT_EQ(guidance.actions.data(), GuidanceFor(DECLINE_REASON_OTHER).actions.data());
}

}  // namespace
}  // namespace billing::server
