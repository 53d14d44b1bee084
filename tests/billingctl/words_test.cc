#include "tools/billingctl/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "billing/v1/billing_account.pb.h"
#include "billing/v1/subscription.pb.h"

namespace billing::billingctl {
namespace {

using billing::v1::SubscriptionState;

const google::protobuf::EnumDescriptor& States() {
  return *billing::v1::SubscriptionState_descriptor();
}

TEST(Words, ShowTheDomainsWord) {
  EXPECT_EQ(WordOf(billing::v1::SUBSCRIPTION_STATE_PAST_DUE), "PAST_DUE");
  EXPECT_EQ(WordOf(billing::v1::AGREEMENT_PAY_AS_YOU_GO), "PAY_AS_YOU_GO");
  EXPECT_EQ(WordOf(billing::v1::SUBSCRIPTION_STATE_UNSPECIFIED), "");
}

TEST(Words, ShowTheNumberOfAValueFromALaterVersion) {
  EXPECT_EQ(WordOf(static_cast<SubscriptionState>(77)), "77");
}

TEST(Words, AreTypedInAnyOfThreeWays) {
  for (const char* word : {"past-due", "PAST_DUE", "Past_Due", "SUBSCRIPTION_STATE_PAST_DUE"}) {
    EXPECT_EQ(NumberOf(States(), word), billing::v1::SUBSCRIPTION_STATE_PAST_DUE) << word;
  }
}

TEST(Words, UnknownAndUnspecifiedAreRefused) {
  for (const char* word : {"", "overdue", "unspecified", "SUBSCRIPTION_STATE_UNSPECIFIED", "2"}) {
    EXPECT_FALSE(NumberOf(States(), word).has_value()) << word;
  }
}

TEST(Words, AreListedForHelp) {
  EXPECT_THAT(WordsOf(States()), testing::ElementsAre("active", "past-due", "disabled", "cancelled",
                                                      "deleted", "transferred"));
}

}  // namespace
}  // namespace billing::billingctl
