// Each command over the wire, granted.
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

using Command = ServiceTest;

TEST_F(Command, CreateBillingAccountAnswersTheAccountWithItsPolicyAndAReceipt) {
  const uint64_t head = Head();
  const auto created = CreateBillingAccount(Account("globex", "users/bob"), kOperator);
  ASSERT_TRUE(created.ok()) << created.details().reason;
  const BillingAccount& account = created->billing_account();
  EXPECT_EQ(account.name(), "billingAccounts/globex");
  EXPECT_EQ(account.administrator(), "users/bob");
  EXPECT_EQ(account.policy().max_cards(), 100);
  EXPECT_EQ(account.etag(), "\"" + std::to_string(head + 1) + "\"");
  EXPECT_EQ(created->receipt().position(), head + 1);
  EXPECT_EQ(created->receipt().leaf_hash().size(), 32u);
  EXPECT_EQ(created->receipt().commit_time().seconds(), account.create_time().seconds());
  EXPECT_FALSE(created->receipt().replayed());
}

TEST_F(Command, AnIdLeftToTheServerIsAUuidVersion7) {
  CreateBillingAccountRequest request = Account("", "users/bob");
  const auto created = CreateBillingAccount(request, kOperator);
  ASSERT_TRUE(created.ok()) << created.details().reason;
  const std::string id = created->billing_account().name().substr(sizeof("billingAccounts/") - 1);
  ASSERT_EQ(id.size(), 36u);
  EXPECT_EQ(id[14], '7');
}

TEST_F(Command, SetPolicyAnswersTheWholePolicy) {
  SetPolicyRequest request;
  request.set_name(kAcme);
  request.mutable_policy()->set_max_cards(7);
  const auto set = SetPolicy(request, kOperator);
  ASSERT_TRUE(set.ok()) << set.details().reason;
  EXPECT_EQ(set->billing_account().policy().max_cards(), 7);
  EXPECT_EQ(set->billing_account().policy().cascade(), CASCADE_SAME_CARD);
}

TEST_F(Command, AddCardShowsItsAdministratorThePersonalFieldsAndNotTheToken) {
  const auto added = AddCard(Card("visa"));
  ASSERT_TRUE(added.ok()) << added.details().reason;
  EXPECT_EQ(added->card().name(), CardName("visa"));
  EXPECT_EQ(added->card().holder_name(), "A. Alice");
  EXPECT_EQ(added->card().billing_address().lines(0), "Dam 1");
  EXPECT_EQ(added->card().token(), "");
  ASSERT_EQ(added->card().redacted_fields_size(), 1);
  EXPECT_EQ(added->card().redacted_fields(0), "token");
  EXPECT_EQ(added->moved_subscriptions_size(), 0);
}

TEST_F(Command, AddCardSetActiveMovesTheSameCardGroup) {
  HaveCard("visa");
  HaveSubscription("mail", "visa");
  HaveSubscription("web", "visa");
  AddCardRequest request = Card("master");
  request.set_subscription(SubscriptionName("web"));
  request.set_set_active(true);
  const auto added = AddCard(request);
  ASSERT_TRUE(added.ok()) << added.details().reason;
  EXPECT_TRUE(added->card().in_use());
  ASSERT_EQ(added->moved_subscriptions_size(), 2);
  EXPECT_EQ(added->moved_subscriptions(0), SubscriptionName("mail"));
  EXPECT_EQ(added->moved_subscriptions(1), SubscriptionName("web"));
}

TEST_F(Command, UpdateCardChangesWhatTheMaskNames) {
  HaveCard("visa");
  UpdateCardRequest request;
  request.mutable_card()->set_name(CardName("visa"));
  request.mutable_card()->set_holder_name("B. Bob");
  request.mutable_update_mask()->add_paths("holder_name");
  const auto updated = UpdateCard(request);
  ASSERT_TRUE(updated.ok()) << updated.details().reason;
  EXPECT_EQ(updated->card().holder_name(), "B. Bob");
  EXPECT_EQ(updated->card().billing_address().lines(0), "Dam 1");
}

TEST_F(Command, SetActiveAnswersTheSubscriptionAndWhatMoved) {
  HaveCard("visa");
  HaveSubscription("web");
  SetActiveRequest request;
  request.set_subscription(SubscriptionName("web"));
  request.set_card(CardName("visa"));
  const auto set = SetActive(request);
  ASSERT_TRUE(set.ok()) << set.details().reason;
  EXPECT_EQ(set->subscription().card(), CardName("visa"));
  ASSERT_EQ(set->moved_subscriptions_size(), 1);
  EXPECT_EQ(set->moved_subscriptions(0), SubscriptionName("web"));
  const auto again = SetActive(request);
  ASSERT_TRUE(again.ok()) << again.details().reason;
  EXPECT_EQ(again->moved_subscriptions_size(), 0);
  EXPECT_GT(again->receipt().position(), set->receipt().position());
}

TEST_F(Command, RemoveCardAnswersItsReceipt) {
  HaveCard("visa");
  RemoveCardRequest request;
  request.set_name(CardName("visa"));
  const auto removed = RemoveCard(request);
  ASSERT_TRUE(removed.ok()) << removed.details().reason;
  EXPECT_EQ(removed->receipt().position(), Head());
}

TEST_F(Command, ASubscriptionLivesFromCreationToCancellation) {
  HaveCard("visa");
  CreateSubscriptionRequest create = Subscription("web", "visa");
  create.mutable_subscription()->set_display_name("Web shop");
  const auto created = CreateSubscription(create);
  ASSERT_TRUE(created.ok()) << created.details().reason;
  EXPECT_EQ(created->subscription().name(), SubscriptionName("web"));
  EXPECT_EQ(created->subscription().state(), SUBSCRIPTION_STATE_ACTIVE);
  EXPECT_EQ(created->subscription().card(), CardName("visa"));

  UpdateSubscriptionRequest update;
  update.mutable_subscription()->set_name(SubscriptionName("web"));
  update.mutable_subscription()->set_display_name("Shop");
  update.mutable_update_mask()->add_paths("display_name");
  EXPECT_EQ(UpdateSubscription(update)->subscription().display_name(), "Shop");

  DisableSubscriptionRequest disable;
  disable.set_name(SubscriptionName("web"));
  EXPECT_EQ(DisableSubscription(disable, kOperator)->subscription().state(),
            SUBSCRIPTION_STATE_DISABLED);
  ReactivateSubscriptionRequest reactivate;
  reactivate.set_name(SubscriptionName("web"));
  EXPECT_EQ(ReactivateSubscription(reactivate, kOperator)->subscription().state(),
            SUBSCRIPTION_STATE_ACTIVE);
  CancelSubscriptionRequest cancel;
  cancel.set_name(SubscriptionName("web"));
  EXPECT_EQ(CancelSubscription(cancel)->subscription().state(), SUBSCRIPTION_STATE_CANCELLED);
}

TEST_F(Command, DeleteSubscriptionWaitsForTheRetention) {
  HaveSubscription("web");
  CancelSubscriptionRequest cancel;
  cancel.set_name(SubscriptionName("web"));
  ASSERT_TRUE(CancelSubscription(cancel).ok());
  DeleteSubscriptionRequest request;
  request.set_name(SubscriptionName("web"));
  EXPECT_EQ(DeleteSubscription(request, kBiller).details().reason, "RETENTION_PERIOD_ACTIVE");
}

TEST_F(Command, ChangeBillingProfileIsNotForPayAsYouGo) {
  HaveSubscription("web");
  ChangeBillingProfileRequest request;
  request.set_name(SubscriptionName("web"));
  request.set_billing_profile(std::string(kAcme) + "/billingProfiles/main");
  const auto changed = ChangeBillingProfile(request);
  EXPECT_EQ(changed.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(changed.details().reason, "AGREEMENT_NOT_SUPPORTED");
}

TEST_F(Command, WhatWasAnsweredIsThereAfterARestart) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  Restart();
  ListCardsInUseRequest request;
  request.set_parent(kAcme);
  const auto in_use = ListCardsInUse(request);
  ASSERT_TRUE(in_use.ok()) << in_use.details().reason;
  ASSERT_EQ(in_use->cards_in_use_size(), 1);
  EXPECT_EQ(in_use->cards_in_use(0).card(), CardName("visa"));
}

}  // namespace
}  // namespace billing::server
