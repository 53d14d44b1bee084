// Many commands over one stream: what each of them is answered.
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/service/bulk_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;
using ::testing::ElementsAre;

constexpr char kId[] = "0190a1b2-0000-7000-8000-000000000002";

TEST_F(Bulk, ASuccessHasItsReceiptAndTheNameOfWhatItMadeOrChanged) {
  auto answers = Run({Add("visa"), Subscribe("web", "visa"), Add(""), Activate("web", "visa"),
                      Add("old"), Remove("old")});
  EXPECT_EQ(answers[1].name(), CardName("visa"));
  EXPECT_EQ(answers[1].receipt().position(), 2u);
  EXPECT_EQ(answers[1].receipt().leaf_hash().size(), 32u);
  EXPECT_GT(answers[1].receipt().commit_time().seconds(), 0);
  EXPECT_EQ(answers[2].name(), SubscriptionName("web"));
  EXPECT_EQ(answers[3].name().size(), CardName("").size() + 36) << "an id that the server made";
  EXPECT_EQ(answers[4].name(), SubscriptionName("web")) << "nothing to change";
  EXPECT_EQ(answers[6].name(), CardName("old"));
  EXPECT_EQ(answers[6].receipt().position(), Head());
}

TEST_F(Bulk, AFailureIsTheStatusThatACallWouldHaveAndDoesNotStopTheNext) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  v1::Command malformed = Add("bad");
  malformed.mutable_add_card()->mutable_card()->mutable_expiry()->set_month(13);
  auto answers = Run({Remove("visa"), malformed, v1::Command(), Add("fine")});

  const Details refused = DetailsOf(answers[1].status());
  RemoveCardRequest call;
  call.set_name(CardName("visa"));
  const Details called = RemoveCard(call).details();
  EXPECT_EQ(refused.code, called.code);
  EXPECT_EQ(refused.reason, "CARD_NOT_REMOVABLE");
  EXPECT_EQ(refused.message, called.message);
  EXPECT_EQ(refused.blockers, called.blockers);
  EXPECT_EQ(refused.remedies, called.remedies);
  EXPECT_EQ(refused.metadata.at("position"), "3");
  EXPECT_EQ(answers[1].name(), "");

  EXPECT_THAT(DetailsOf(answers[2].status()).fields, ElementsAre("card.expiry.month"));
  EXPECT_THAT(DetailsOf(answers[3].status()).fields, ElementsAre("command"));
  EXPECT_TRUE(answers[4].has_receipt());
}

TEST_F(Bulk, CommandsOfAnAccountAreJudgedInTheOrderOfTheStream) {
  HaveSubscription("web");
  HaveCard("card-0");
  std::vector<v1::Command> commands;
  for (int i = 1; i <= 500; ++i) {
    const std::string card = "card-" + std::to_string(i);
    commands.push_back(Add(card));
    commands.push_back(Activate("web", card));
    commands.push_back(Remove("card-" + std::to_string(i - 1)));
  }
  uint64_t last = Head();
  for (const auto& [sequence, answer] : Run(commands)) {
    ASSERT_TRUE(answer.has_receipt()) << sequence << Reason(answer);
    ASSERT_EQ(answer.receipt().position(), last + 1) << sequence;
    last = answer.receipt().position();
  }
}

TEST_F(Bulk, ARepeatAndATwinGetTheFirstAnswer) {
  v1::Command add = Add("visa");
  add.mutable_add_card()->set_request_id(kId);
  auto answers = Run({add, add});
  EXPECT_FALSE(answers[1].receipt().replayed());
  EXPECT_TRUE(answers[2].receipt().replayed());
  EXPECT_EQ(answers[2].receipt().position(), answers[1].receipt().position());
  EXPECT_EQ(answers[2].name(), CardName("visa"));
  v1::Command other = Add("master");
  other.mutable_add_card()->set_request_id(kId);
  answers = Run({add, other});
  EXPECT_TRUE(answers[1].receipt().replayed());
  EXPECT_EQ(Reason(answers[2]), "REQUEST_ID_REUSED");
  const auto called = AddCard(add.add_card());
  EXPECT_TRUE(called->receipt().replayed()) << "a call repeats a stream's command";
}

TEST_F(Bulk, NothingIsOnlyValidated) {
  v1::Command add = Add("visa");
  add.mutable_add_card()->set_validate_only(true);
  const uint64_t head = Head();
  auto answers = Run({add});
  EXPECT_THAT(DetailsOf(answers[1].status()).fields, ElementsAre("validate_only"));
  EXPECT_EQ(Head(), head);
}

TEST_F(Bulk, ACallerIsWhoTheStreamsCredentialSays) {
  EXPECT_EQ(Reason(Run({Add("visa")}, kStranger)[1]), "ROLE_REQUIRED");
  const Who delegate = {
      .principal = "services/shop", .roles = "delegate", .on_behalf_of = "users/alice"};
  EXPECT_TRUE(Run({Add("visa")}, delegate)[1].has_receipt());
  EXPECT_EQ(Open({})->Finish().reason, "CREDENTIAL_REQUIRED");
}

TEST_F(Bulk, ACommandOnAnAccountHasItsName) {
  v1::Command open;
  auto& account = *open.mutable_create_billing_account()->mutable_billing_account();
  account.set_agreement(v1::AGREEMENT_PAY_AS_YOU_GO);
  account.set_administrator("users/alice");
  account.set_country("NL");
  account.set_currency("EUR");
  auto answers = Run({open}, kOperator);
  const std::string name = answers[1].name();
  EXPECT_EQ(name.size(), std::string("billingAccounts/").size() + 36) << "an id that it made";
  v1::Command grant;
  grant.mutable_grant_role()->set_name(name);
  grant.mutable_grant_role()->set_principal("users/bob");
  grant.mutable_grant_role()->set_role(v1::ROLE_READER);
  v1::Command hand_over;
  hand_over.mutable_hand_over_administrator()->set_name(name);
  hand_over.mutable_hand_over_administrator()->set_principal("users/carol");
  answers = Run({grant, hand_over});
  EXPECT_EQ(answers[1].name(), name);
  EXPECT_EQ(answers[2].name(), name);
}

TEST_F(Bulk, TheRefusalLimitHoldsBackWhatIsRefusedAndNothingElse) {
  engine_options_.refusals_per_minute = 2;
  Restart();
  auto answers = Run({Remove("a"), Remove("b"), Remove("c"), Remove("d"), Add("visa")});
  EXPECT_EQ(Reason(answers[1]), "CARD_NOT_FOUND");
  EXPECT_EQ(Reason(answers[2]), "CARD_NOT_FOUND");
  EXPECT_EQ(Reason(answers[3]), "REFUSAL_LIMIT");
  EXPECT_EQ(Reason(answers[4]), "REFUSAL_LIMIT");
  EXPECT_TRUE(DetailsOf(answers[4].status()).retry);
  EXPECT_TRUE(answers[5].has_receipt());
}

}  // namespace
}  // namespace billing::server
