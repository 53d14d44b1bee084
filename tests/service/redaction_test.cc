// Who sees which field.
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

constexpr char kRequestId[] = "0190a1b2-0000-7000-8000-000000000001";

std::vector<std::string> Redacted(const google::protobuf::RepeatedPtrField<std::string>& paths) {
  return {paths.begin(), paths.end()};
}

class Redaction : public ServiceTest {
 protected:
  Redaction() {
    AddCardRequest request = Card("visa");
    request.mutable_card()->set_fingerprint("fp_visa_fingerprint");
    request.set_reason("lost the old one");
    request.set_request_id(kRequestId);
    EXPECT_TRUE(AddCard(request).ok());
  }

  billing::v1::Card CardAsSeenBy(const Who& who) {
    GetCardRequest request;
    request.set_name(CardName("visa"));
    return GetCard(request, who)->card();
  }

  Event LastEventAsSeenBy(const Who& who) {
    GetEventRequest request;
    request.set_position(Head());
    return GetEvent(request, who)->event();
  }
};

TEST_F(Redaction, TheAdministratorAndTheOperatorSeePersonalFields) {
  for (const Who& who : {kAlice, kOperator}) {
    const auto card = CardAsSeenBy(who);
    EXPECT_EQ(card.holder_name(), "A. Alice");
    EXPECT_EQ(card.billing_address().lines(0), "Dam 1");
    EXPECT_EQ(card.token(), "");
    EXPECT_EQ(Redacted(card.redacted_fields()), (std::vector<std::string>{"token", "fingerprint"}));
  }
}

TEST_F(Redaction, TheAuditorSeesNeitherPersonalFieldsNorTheToken) {
  const auto card = CardAsSeenBy(kAuditor);
  EXPECT_EQ(card.holder_name(), "");
  EXPECT_FALSE(card.has_billing_address());
  EXPECT_EQ(card.token(), "");
  EXPECT_EQ(card.last_four(), "1111");
  EXPECT_EQ(Redacted(card.redacted_fields()),
            (std::vector<std::string>{"token", "fingerprint", "holder_name", "billing_address"}));
}

TEST_F(Redaction, TheBillerSeesTheTokenAndNoPersonalFields) {
  const auto card = CardAsSeenBy(kBiller);
  EXPECT_EQ(card.token(), "tok_visa_token");
  EXPECT_EQ(card.fingerprint(), "");
  EXPECT_EQ(card.holder_name(), "");
  EXPECT_EQ(Redacted(card.redacted_fields()),
            (std::vector<std::string>{"fingerprint", "holder_name", "billing_address"}));
}

TEST_F(Redaction, AFieldThatIsEmptyIsNotListed) {
  AddCardRequest bare = Card("bare");
  bare.mutable_card()->clear_holder_name();
  bare.mutable_card()->clear_billing_address();
  ASSERT_TRUE(AddCard(bare).ok());
  GetCardRequest request;
  request.set_name(CardName("bare"));
  EXPECT_EQ(Redacted(GetCard(request, kAuditor)->card().redacted_fields()),
            std::vector<std::string>{"token"});
}

TEST_F(Redaction, ListsRedactAsGetsDo) {
  ListCardsRequest request;
  request.set_parent(kAcme);
  EXPECT_EQ(ListCards(request, kAlice)->cards(0).holder_name(), "A. Alice");
  EXPECT_EQ(ListCards(request, kAuditor)->cards(0).holder_name(), "");
  EXPECT_EQ(ListCards(request, kBiller)->cards(0).token(), "tok_visa_token");
}

TEST_F(Redaction, AnEventShowsItsAdministratorReasonAndPersonalFields) {
  const Event event = LastEventAsSeenBy(kAlice);
  EXPECT_EQ(event.reason(), "lost the old one");
  EXPECT_EQ(event.card_added().card().holder_name(), "A. Alice");
  EXPECT_EQ(event.card_added().card().billing_address().lines(0), "Dam 1");
  EXPECT_EQ(event.card_added().card().token(), "");
  EXPECT_EQ(Redacted(event.redacted_fields()),
            (std::vector<std::string>{"card_added.card.token", "card_added.card.fingerprint"}));
}

TEST_F(Redaction, AnEventHidesReasonAndPersonalFieldsFromTheAuditor) {
  const Event event = LastEventAsSeenBy(kAuditor);
  EXPECT_EQ(event.reason(), "");
  EXPECT_EQ(event.card_added().card().holder_name(), "");
  EXPECT_FALSE(event.card_added().card().has_billing_address());
  EXPECT_EQ(Redacted(event.redacted_fields()),
            (std::vector<std::string>{"reason", "card_added.card.holder_name",
                                      "card_added.card.billing_address", "card_added.card.token",
                                      "card_added.card.fingerprint"}));
}

TEST_F(Redaction, ARefusedRequestInTheHistoryHidesItsTokenAndKeptNoPersonalFields) {
  ASSERT_EQ(AddCard(Card("visa")).details().reason, "CARD_ALREADY_EXISTS");
  const Event event = LastEventAsSeenBy(kAlice);
  const auto& card = event.command_refused().request().add_card().card();
  EXPECT_EQ(card.token(), "");
  EXPECT_EQ(card.holder_name(), "");
  EXPECT_EQ(card.last_four(), "1111");
  const auto redacted = Redacted(event.redacted_fields());
  for (const char* path : {"command_refused.request.add_card.card.token",
                           "command_refused.request.add_card.card.holder_name",
                           "command_refused.request.add_card.card.billing_address"}) {
    EXPECT_NE(std::find(redacted.begin(), redacted.end(), path), redacted.end()) << path;
  }
}

TEST_F(Redaction, ARepeatAnswersWithTheSameFieldsInClear) {
  AddCardRequest request = Card("visa");
  request.mutable_card()->set_fingerprint("fp_visa_fingerprint");
  request.set_reason("lost the old one");
  request.set_request_id(kRequestId);
  const auto again = AddCard(request);
  ASSERT_TRUE(again.ok()) << again.details().reason;
  EXPECT_TRUE(again->receipt().replayed());
  EXPECT_EQ(again->card().holder_name(), "A. Alice");
}

}  // namespace
}  // namespace billing::server
