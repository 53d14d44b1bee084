// What an error says, and in which order the checks answer.
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

using Error = ServiceTest;

RemoveCardRequest Removal(const std::string& card) {
  RemoveCardRequest request;
  request.set_name(CardName(card));
  return request;
}

TEST_F(Error, AMalformedRequestNamesEveryBadField) {
  AddCardRequest request = Card("visa");
  request.mutable_card()->set_last_four("11");
  request.mutable_card()->set_country("XX");
  const Details details = AddCard(request).details();
  EXPECT_EQ(details.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(details.reason, "INVALID_REQUEST");
  EXPECT_EQ(details.domain, "billing");
  EXPECT_EQ(details.fields, (std::vector<std::string>{"card.last_four", "card.country"}));
}

TEST_F(Error, ACardNumberIsNotEchoed) {
  AddCardRequest request = Card("visa");
  request.mutable_card()->set_holder_name("4111 1111 1111 1111");
  const auto result = AddCard(request);
  EXPECT_EQ(result.details().fields, std::vector<std::string>{"card.holder_name"});
  EXPECT_EQ(result.status.error_message().find("4111"), std::string::npos);
  EXPECT_EQ(result.status.error_details().find("4111"), std::string::npos);
}

TEST_F(Error, MalformedAnswersBeforeTheCredentialIsAsked) {
  const Who nobody;
  EXPECT_EQ(RemoveCard({}, nobody).details().reason, "INVALID_REQUEST");
  EXPECT_EQ(GetCard({}, nobody).details().reason, "INVALID_REQUEST");
}

TEST_F(Error, WithoutACredentialNothingIsAnswered) {
  const Who nobody;
  const Details write = RemoveCard(Removal("visa"), nobody).details();
  EXPECT_EQ(write.code, grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(write.reason, "CREDENTIAL_REQUIRED");
  GetCardRequest get;
  get.set_name(CardName("visa"));
  EXPECT_EQ(GetCard(get, nobody).details().reason, "CREDENTIAL_REQUIRED");
  EXPECT_EQ(GetCard(get, {.principal = "alice"}).details().reason, "CREDENTIAL_INVALID");
}

TEST_F(Error, ARefusedRemovalTellsItsBlockersPositionsAndRemedies) {
  HaveCard("visa");
  HaveSubscription("mail", "visa");
  HaveSubscription("web", "visa");
  const uint64_t head = Head();
  const Details details = RemoveCard(Removal("visa")).details();
  EXPECT_EQ(details.code, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(details.reason, "CARD_NOT_REMOVABLE");
  EXPECT_EQ(details.metadata.at("position"), std::to_string(head));
  EXPECT_EQ(details.metadata.at("event_position"), std::to_string(head + 1));
  EXPECT_EQ(details.metadata.at("blocker_count"), "2");
  EXPECT_FALSE(details.metadata.contains("replayed"));
  ASSERT_EQ(details.blockers.size(), 2u);
  EXPECT_EQ(details.blockers[0].first, "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION");
  EXPECT_EQ(details.blockers[0].second, SubscriptionName("mail"));
  EXPECT_NE(details.remedies[0].find("SetActive"), std::string::npos);
}

TEST_F(Error, TwentyBlockersWithTheLongestNamesAndTypeReachTheCaller) {
  const std::string long_id(63, 'a');
  ASSERT_TRUE(CreateBillingAccount(Account(long_id, "users/alice"), kOperator).ok());
  const std::string account = "billingAccounts/" + long_id;
  AddCardRequest add = Card("visa");
  add.set_parent(account);
  ASSERT_TRUE(AddCard(add).ok());
  SetPolicyRequest strict;
  strict.set_name(account);
  strict.mutable_policy()->add_holding_states(SUBSCRIPTION_STATE_CANCELLED);
  ASSERT_TRUE(SetPolicy(strict, kOperator).ok());
  for (int i = 0; i < 25; ++i) {
    CreateSubscriptionRequest create;
    create.set_parent(account);
    create.set_subscription_id(std::string(60, 's') + "-" + std::to_string(10 + i));
    create.mutable_subscription()->set_card(account + "/cards/visa");
    const auto created = CreateSubscription(create);
    ASSERT_TRUE(created.ok());
    CancelSubscriptionRequest cancel;
    cancel.set_name(created->subscription().name());
    ASSERT_TRUE(CancelSubscription(cancel).ok());
  }
  RemoveCardRequest remove;
  remove.set_name(account + "/cards/visa");
  const Details details = RemoveCard(remove).details();
  EXPECT_EQ(details.reason, "CARD_NOT_REMOVABLE");
  EXPECT_EQ(details.metadata.at("blocker_count"), "25");
  ASSERT_EQ(details.blockers.size(), 20u);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(details.blockers[i].first, "CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION");
    EXPECT_TRUE(details.blockers[i].second.ends_with("-" + std::to_string(10 + i)));
    EXPECT_NE(details.remedies[i].find("SetActive"), std::string::npos);
  }
  EXPECT_LE(details.bytes, kDetailsBytesMax);
}

TEST_F(Error, ACardThatExistsIsNamedInTheMetadata) {
  HaveCard("visa");
  AddCardRequest same_token = Card("other");
  same_token.mutable_card()->set_token("tok_visa_token");
  const Details details = AddCard(same_token).details();
  EXPECT_EQ(details.code, grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(details.reason, "CARD_ALREADY_EXISTS");
  EXPECT_EQ(details.metadata.at("card"), CardName("visa"));
}

TEST_F(Error, AnEtagOfAnotherVersionAborts) {
  const std::string etag = AddCard(Card("visa"))->card().etag();
  UpdateCardRequest update;
  update.mutable_card()->set_name(CardName("visa"));
  update.mutable_card()->set_holder_name("B. Bob");
  update.mutable_update_mask()->add_paths("holder_name");
  update.set_etag(etag);
  ASSERT_TRUE(UpdateCard(update).ok());
  const Details details = UpdateCard(update).details();
  EXPECT_EQ(details.code, grpc::StatusCode::ABORTED);
  EXPECT_EQ(details.reason, "ETAG_MISMATCH");
}

TEST_F(Error, AStrangerDoesNotLearnWhetherAnAccountExists) {
  GetBillingAccountRequest here;
  here.set_name(kAcme);
  GetBillingAccountRequest nowhere;
  nowhere.set_name("billingAccounts/nowhere");
  for (const auto& request : {here, nowhere}) {
    const Details details = GetBillingAccount(request, kStranger).details();
    EXPECT_EQ(details.code, grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(details.reason, "ROLE_REQUIRED");
  }
  RemoveCardRequest remove;
  remove.set_name("billingAccounts/nowhere/cards/visa");
  EXPECT_EQ(RemoveCard(remove, kStranger).details().reason, "ROLE_REQUIRED");
  EXPECT_EQ(RemoveCard(Removal("visa"), kStranger).details().reason, "ROLE_REQUIRED");
}

TEST_F(Error, WhoReadsAllAccountsLearnsThatThereIsNone) {
  GetBillingAccountRequest nowhere;
  nowhere.set_name("billingAccounts/nowhere");
  for (const Who& who : {kOperator, kAuditor}) {
    const Details details = GetBillingAccount(nowhere, who).details();
    EXPECT_EQ(details.code, grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(details.reason, "BILLING_ACCOUNT_NOT_FOUND");
  }
}

TEST_F(Error, WhatIsNotThereIsNotFound) {
  GetCardRequest card;
  card.set_name(CardName("none"));
  EXPECT_EQ(GetCard(card).details().reason, "CARD_NOT_FOUND");
  GetSubscriptionRequest subscription;
  subscription.set_name(SubscriptionName("none"));
  EXPECT_EQ(GetSubscription(subscription).details().reason, "SUBSCRIPTION_NOT_FOUND");
  GetEventRequest event;
  event.set_position(Head() + 1);
  EXPECT_EQ(GetEvent(event).details().reason, "EVENT_NOT_FOUND");
}

TEST_F(Error, OnlyADelegateActsOnBehalfOfAUser) {
  GetBillingAccountRequest request;
  request.set_name(kAcme);
  const Who portal = {
      .principal = "services/portal", .roles = "delegate", .on_behalf_of = "users/alice"};
  EXPECT_TRUE(GetBillingAccount(request, portal).ok());
  const Who user = {
      .principal = "users/mallory", .roles = "delegate", .on_behalf_of = "users/alice"};
  const Details details = GetBillingAccount(request, user).details();
  EXPECT_EQ(details.code, grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(details.reason, "DELEGATION_NOT_ALLOWED");
}

TEST_F(Error, AFullReadQueueIsResourceExhaustedWithARetryHint) {
  server_options_.read_queue_max = 0;
  Restart();
  ListCardsRequest request;
  request.set_parent(kAcme);
  const Details details = ListCards(request).details();
  EXPECT_EQ(details.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(details.reason, "QUEUE_FULL");
  EXPECT_TRUE(details.retry);
}

TEST_F(Error, BeyondTheRefusalLimitNothingIsRecorded) {
  engine_options_.refusals_per_minute = 2;
  Restart();
  EXPECT_EQ(RemoveCard(Removal("none")).details().reason, "CARD_NOT_FOUND");
  EXPECT_EQ(RemoveCard(Removal("none")).details().reason, "CARD_NOT_FOUND");
  const uint64_t head = Head();
  const Details details = RemoveCard(Removal("none")).details();
  EXPECT_EQ(details.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(details.reason, "REFUSAL_LIMIT");
  EXPECT_TRUE(details.retry);
  EXPECT_EQ(Head(), head);
}

}  // namespace
}  // namespace billing::server
