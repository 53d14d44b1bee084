#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "billing/v1/history_service.pb.h"
#include "projections/fold/references.h"
#include "projections/history/history.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

template <class Message>
Message Expanded(Message message) {
  ExpandNames(message, "acme");
  return message;
}

TEST(ExpandNames, MakesEveryNameOfEveryFactFull) {
  for (const auto& event : OneOfEachFact()) {
    const auto before = ReferencesIn(event);
    const auto after = ReferencesIn(Expanded(event));
    EXPECT_GE(after.size(), before.size());
    // A transfer is between two accounts: what belongs to the other stays its own.
    EXPECT_THAT(after, testing::Each(testing::AnyOf(StartsWith("billingAccounts/acme"),
                                                    StartsWith("billingAccounts/other"))))
        << Describe(event);
    EXPECT_FALSE(after.empty()) << Describe(event);
  }
}

TEST(ExpandNames, ReachesNestedAndRepeatedFields) {
  const auto moved =
      Expanded(given::ActiveCardChanged("web", "visa", {{"mail", "amex"}})).active_card_changed();
  EXPECT_EQ(moved.card(), "billingAccounts/acme/cards/visa");
  EXPECT_EQ(moved.moves(0).subscription(), "billingAccounts/acme/subscriptions/mail");
  EXPECT_EQ(moved.moves(0).previous_card(), "billingAccounts/acme/cards/amex");
  const auto removed = Expanded(given::CardRemoved("visa", {"web", "mail"})).card_removed();
  EXPECT_THAT(removed.detached_subscriptions(),
              ElementsAre("billingAccounts/acme/subscriptions/web",
                          "billingAccounts/acme/subscriptions/mail"));
}

TEST(ExpandNames, FillsInTheAccountWhereAFieldStandsForOne) {
  EXPECT_EQ(Expanded(v1::AddCardRequest()).parent(), "billingAccounts/acme");
  EXPECT_EQ(Expanded(v1::SetPolicyRequest()).name(), "billingAccounts/acme");
  EXPECT_EQ(Expanded(v1::BillingAccount()).name(), "billingAccounts/acme");
  EXPECT_EQ(Expanded(v1::PolicyChanged()).billing_account(), "billingAccounts/acme");
  EXPECT_EQ(Expanded(v1::Blocker()).subject(), "billingAccounts/acme");
}

TEST(ExpandNames, LeavesEmptyWhatNamesNothing) {
  EXPECT_EQ(Expanded(v1::Card()).name(), "");
  EXPECT_EQ(Expanded(v1::CardMove()).previous_card(), "");
  EXPECT_EQ(Expanded(v1::SetActiveRequest()).expected_current_card(), "");
  EXPECT_EQ(Expanded(v1::RoleBinding()).billing_profile(), "");
  EXPECT_EQ(Expanded(v1::RefusalDetail()).resource(), "");
}

TEST(ExpandNames, LeavesFullNamesAsTheyAre) {
  v1::SetActiveRequest request;
  request.set_card("billingAccounts/other/cards/visa");
  EXPECT_EQ(Expanded(request).card(), "billingAccounts/other/cards/visa");
  const auto once = Expanded(given::CardAdded("visa"));
  EXPECT_EQ(Expanded(once).SerializeAsString(), once.SerializeAsString());
}

TEST(ExpandNames, LeavesTextThatIsNoReferenceAsItIs) {
  v1::Event event;
  event.set_principal("users/alice");
  event.set_type("CardAdded");
  EXPECT_EQ(Expanded(event).principal(), "users/alice");
  EXPECT_EQ(Expanded(event).type(), "CardAdded");
}

TEST(ExpandNames, AddsNoMessageThatWasNotThere) {
  EXPECT_FALSE(Expanded(v1::CreateSubscriptionRequest()).has_subscription());
  EXPECT_EQ(Expanded(v1::Event()).data_case(), v1::Event::DATA_NOT_SET);
}

TEST(ExpandNames, GivesABlockerItsRemedyUnlessItHasOne) {
  v1::CheckRemovalResponse response;
  response.add_blockers()->set_type("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION");
  response.add_blockers()->set_remedy("Wait.");
  ExpandNames(response, "acme");
  EXPECT_THAT(response.blockers(0).remedy(), testing::HasSubstr("SetActive"));
  EXPECT_EQ(response.blockers(1).remedy(), "Wait.");
}

}  // namespace
}  // namespace billing::projections
