// Repeats, and commands that are only validated.
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

using RequestId = ServiceTest;

constexpr char kId[] = "0190a1b2-0000-7000-8000-000000000002";
constexpr char kIdInCapitals[] = "0190A1B2-0000-7000-8000-000000000002";

TEST_F(RequestId, ARepeatGetsTheFirstAnswerAndNothingHappensTwice) {
  AddCardRequest request = Card("visa");
  request.set_request_id(kId);
  const auto first = AddCard(request);
  ASSERT_TRUE(first.ok()) << first.details().reason;
  const uint64_t head = Head();
  request.set_request_id(kIdInCapitals);
  const auto again = AddCard(request);
  ASSERT_TRUE(again.ok()) << again.details().reason;
  EXPECT_EQ(Head(), head);
  EXPECT_TRUE(again->receipt().replayed());
  EXPECT_EQ(again->receipt().position(), first->receipt().position());
  EXPECT_EQ(again->receipt().leaf_hash(), first->receipt().leaf_hash());
  EXPECT_EQ(again->card().SerializeAsString(), first->card().SerializeAsString());
}

TEST_F(RequestId, ARepeatOfARefusalGetsTheSameRefusal) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  RemoveCardRequest request;
  request.set_name(CardName("visa"));
  request.set_request_id(kId);
  const Details first = RemoveCard(request).details();
  ASSERT_EQ(first.reason, "CARD_NOT_REMOVABLE");
  // Today it would be granted.
  CancelSubscriptionRequest cancel;
  cancel.set_name(SubscriptionName("web"));
  ASSERT_TRUE(CancelSubscription(cancel).ok());
  const uint64_t head = Head();
  const Details again = RemoveCard(request).details();
  EXPECT_EQ(again.reason, "CARD_NOT_REMOVABLE");
  EXPECT_EQ(again.metadata.at("replayed"), "true");
  EXPECT_EQ(again.metadata.at("position"), first.metadata.at("position"));
  EXPECT_EQ(again.metadata.at("event_position"), first.metadata.at("event_position"));
  EXPECT_EQ(again.blockers, first.blockers);
  EXPECT_EQ(Head(), head);
}

TEST_F(RequestId, AnotherRequestWithTheSameIdIsRefused) {
  AddCardRequest request = Card("visa");
  request.set_request_id(kId);
  ASSERT_TRUE(AddCard(request).ok());
  request.mutable_card()->set_last_four("2222");
  const Details details = AddCard(request).details();
  EXPECT_EQ(details.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(details.reason, "REQUEST_ID_REUSED");
}

TEST_F(RequestId, AnotherPrincipalHasItsOwnIds) {
  HaveSubscription("web");
  CancelSubscriptionRequest request;
  request.set_name(SubscriptionName("web"));
  request.set_request_id(kId);
  ASSERT_TRUE(CancelSubscription(request, kAlice).ok());
  const auto other = CancelSubscription(request, kOperator);
  ASSERT_TRUE(other.ok()) << other.details().reason;
  EXPECT_FALSE(other->receipt().replayed());
}

TEST_F(RequestId, ValidateOnlyAnswersAsTheCommandWouldAndRecordsNothing) {
  HaveSubscription("web");
  const uint64_t head = Head();
  AddCardRequest request = Card("visa");
  request.set_subscription(SubscriptionName("web"));
  request.set_set_active(true);
  request.set_validate_only(true);
  const auto validated = AddCard(request);
  ASSERT_TRUE(validated.ok()) << validated.details().reason;
  EXPECT_EQ(Head(), head);
  EXPECT_EQ(validated->card().name(), CardName("visa"));
  EXPECT_EQ(validated->card().holder_name(), "A. Alice");
  EXPECT_EQ(validated->card().token(), "");
  EXPECT_EQ(validated->moved_subscriptions(0), SubscriptionName("web"));
  EXPECT_EQ(validated->receipt().position(), head);
  EXPECT_FALSE(validated->receipt().has_commit_time());
  EXPECT_EQ(validated->receipt().leaf_hash(), "");
}

TEST_F(RequestId, ValidateOnlyMakesNoId) {
  AddCardRequest request = Card("");
  request.set_validate_only(true);
  const auto validated = AddCard(request);
  ASSERT_TRUE(validated.ok()) << validated.details().reason;
  EXPECT_EQ(validated->card().name(), "");
}

TEST_F(RequestId, ValidateOnlyRefusesAsTheCommandWouldAndRecordsNothing) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  const uint64_t head = Head();
  RemoveCardRequest request;
  request.set_name(CardName("visa"));
  request.set_validate_only(true);
  const Details details = RemoveCard(request).details();
  EXPECT_EQ(details.reason, "CARD_NOT_REMOVABLE");
  EXPECT_EQ(details.metadata.at("position"), std::to_string(head));
  EXPECT_FALSE(details.metadata.contains("event_position"));
  EXPECT_EQ(details.blockers.size(), 1u);
  EXPECT_EQ(Head(), head);
}

TEST_F(RequestId, ValidateOnlyNeitherLooksUpNorSpendsTheId) {
  AddCardRequest request = Card("visa");
  request.set_request_id(kId);
  request.set_validate_only(true);
  ASSERT_TRUE(AddCard(request).ok());
  request.set_validate_only(false);
  const auto added = AddCard(request);
  ASSERT_TRUE(added.ok()) << added.details().reason;
  EXPECT_FALSE(added->receipt().replayed());
  request.set_validate_only(true);
  EXPECT_EQ(AddCard(request).details().reason, "CARD_ALREADY_EXISTS");
}

}  // namespace
}  // namespace billing::server
