// Each read over the wire.
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

using Read = ServiceTest;

TEST_F(Read, GetBillingAccountShowsTheAccountAtItsPosition) {
  GetBillingAccountRequest request;
  request.set_name(kAcme);
  const auto got = GetBillingAccount(request);
  ASSERT_TRUE(got.ok()) << got.details().reason;
  EXPECT_EQ(got->billing_account().name(), kAcme);
  EXPECT_EQ(got->billing_account().currency(), "EUR");
  EXPECT_EQ(got->position(), Head());
}

TEST_F(Read, ListBillingAccountsShowsAnOperatorAllAndAnAdministratorItsOwn) {
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
  const auto all = ListBillingAccounts({}, kAuditor);
  ASSERT_TRUE(all.ok()) << all.details().reason;
  ASSERT_EQ(all->billing_accounts_size(), 2);
  EXPECT_EQ(all->billing_accounts(0).name(), "billingAccounts/acme");
  EXPECT_EQ(all->billing_accounts(1).name(), "billingAccounts/globex");
  const auto own = ListBillingAccounts({}, {.principal = "users/bob"});
  ASSERT_EQ(own->billing_accounts_size(), 1);
  EXPECT_EQ(own->billing_accounts(0).name(), "billingAccounts/globex");
  EXPECT_EQ(ListBillingAccounts({}, kStranger)->billing_accounts_size(), 0);
}

TEST_F(Read, GetCardShowsRemovedCardsToo) {
  HaveCard("visa");
  RemoveCardRequest remove;
  remove.set_name(CardName("visa"));
  ASSERT_TRUE(RemoveCard(remove).ok());
  GetCardRequest request;
  request.set_name(CardName("visa"));
  const auto got = GetCard(request);
  ASSERT_TRUE(got.ok()) << got.details().reason;
  EXPECT_EQ(got->card().state(), CARD_STATE_REMOVED);
  EXPECT_EQ(got->card().last_four(), "1111");
}

TEST_F(Read, ListCardsLeavesRemovedOnesOutUnlessAsked) {
  HaveCard("amex");
  HaveCard("visa");
  RemoveCardRequest remove;
  remove.set_name(CardName("amex"));
  ASSERT_TRUE(RemoveCard(remove).ok());
  ListCardsRequest request;
  request.set_parent(kAcme);
  const auto live = ListCards(request);
  ASSERT_TRUE(live.ok()) << live.details().reason;
  ASSERT_EQ(live->cards_size(), 1);
  EXPECT_EQ(live->cards(0).name(), CardName("visa"));
  request.set_show_removed(true);
  EXPECT_EQ(ListCards(request)->cards_size(), 2);
}

TEST_F(Read, SubscriptionsAreReadByNameAndByAccount) {
  HaveSubscription("mail");
  HaveSubscription("web");
  GetSubscriptionRequest get;
  get.set_name(SubscriptionName("web"));
  EXPECT_EQ(GetSubscription(get)->subscription().name(), SubscriptionName("web"));
  ListSubscriptionsRequest list;
  list.set_parent(kAcme);
  const auto all = ListSubscriptions(list);
  ASSERT_EQ(all->subscriptions_size(), 2);
  EXPECT_EQ(all->subscriptions(0).name(), SubscriptionName("mail"));
}

TEST_F(Read, ListCardsInUseListsEveryLiveSubscriptionAndFiltersByCard) {
  HaveCard("amex");
  HaveCard("visa");
  HaveSubscription("mail", "amex");
  HaveSubscription("none");
  HaveSubscription("web", "visa");
  ListCardsInUseRequest request;
  request.set_parent(kAcme);
  const auto all = ListCardsInUse(request);
  ASSERT_EQ(all->cards_in_use_size(), 3);
  EXPECT_EQ(all->cards_in_use(0).card(), CardName("amex"));
  EXPECT_TRUE(all->cards_in_use(0).in_use());
  EXPECT_EQ(all->cards_in_use(1).card(), "");
  EXPECT_EQ(all->cards_in_use(2).subscription(), SubscriptionName("web"));
  request.set_card(CardName("visa"));
  const auto visa = ListCardsInUse(request);
  ASSERT_EQ(visa->cards_in_use_size(), 1);
  EXPECT_EQ(visa->cards_in_use(0).subscription(), SubscriptionName("web"));
  request.set_card("billingAccounts/globex/cards/visa");
  EXPECT_EQ(ListCardsInUse(request).details().reason, "CARD_NOT_FOUND");
}

TEST_F(Read, ListExpiringCardsShowsActiveCardsThatLapseBeforeTheMonth) {
  HaveCard("idle");
  HaveCard("visa");
  HaveSubscription("web", "visa");
  ListExpiringCardsRequest request;
  request.set_parent(kAcme);
  request.mutable_before()->set_year(2030);
  request.mutable_before()->set_month(4);
  EXPECT_EQ(ListExpiringCards(request)->cards_size(), 0);
  request.mutable_before()->set_month(5);
  const auto expiring = ListExpiringCards(request);
  ASSERT_EQ(expiring->cards_size(), 1);
  EXPECT_EQ(expiring->cards(0).name(), CardName("visa"));
}

TEST_F(Read, AllAccountsTakesARoleThatReadsThemAll) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  ListExpiringCardsRequest request;
  request.mutable_before()->set_year(2031);
  request.mutable_before()->set_month(1);
  for (const char* all : {"-", "billingAccounts/-"}) {
    request.set_parent(all);
    EXPECT_EQ(ListExpiringCards(request, kAlice).details().reason, "ROLE_REQUIRED");
    EXPECT_EQ(ListExpiringCards(request, kBiller).details().reason, "ROLE_REQUIRED");
    EXPECT_EQ(ListExpiringCards(request, kOperator)->cards_size(), 1);
  }
}

TEST_F(Read, CheckRemovalTellsBlockersUnderTheOwnPolicyAndUnderAnother) {
  HaveCard("visa");
  HaveSubscription("mail", "visa");
  HaveSubscription("web", "visa");
  CancelSubscriptionRequest cancel;
  cancel.set_name(SubscriptionName("mail"));
  ASSERT_TRUE(CancelSubscription(cancel).ok());
  CheckRemovalRequest request;
  request.set_name(CardName("visa"));
  const auto own = CheckRemoval(request);
  ASSERT_TRUE(own.ok()) << own.details().reason;
  EXPECT_FALSE(own->removable());
  ASSERT_EQ(own->blockers_size(), 1);
  EXPECT_EQ(own->blocker_count(), 1);
  EXPECT_EQ(own->blockers(0).type(), "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION");
  EXPECT_EQ(own->blockers(0).subject(), SubscriptionName("web"));
  EXPECT_NE(own->blockers(0).remedy(), "");
  ASSERT_EQ(own->affected_subscriptions_size(), 1);
  EXPECT_EQ(own->affected_subscriptions(0), SubscriptionName("mail"));

  for (const auto state :
       {SUBSCRIPTION_STATE_ACTIVE, SUBSCRIPTION_STATE_PAST_DUE, SUBSCRIPTION_STATE_CANCELLED}) {
    request.mutable_policy()->add_holding_states(state);
  }
  request.mutable_policy()->set_require_payment_method(true);
  const auto strict = CheckRemoval(request);
  ASSERT_TRUE(strict.ok()) << strict.details().reason;
  ASSERT_EQ(strict->blockers_size(), 3);
  EXPECT_EQ(strict->blockers(0).type(), "CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION");
  EXPECT_EQ(strict->blockers(2).type(), "LAST_PAYMENT_METHOD_REQUIRED");
  EXPECT_EQ(strict->blockers(2).subject(), kAcme);
  EXPECT_EQ(strict->affected_subscriptions_size(), 0);
}

TEST_F(Read, CheckRemovalRefusesAPolicyThatSetPolicyWouldRefuse) {
  HaveCard("visa");
  CheckRemovalRequest request;
  request.set_name(CardName("visa"));
  request.mutable_policy()->set_max_cards(1'001);
  EXPECT_EQ(CheckRemoval(request).details().fields, std::vector<std::string>{"policy.max_cards"});
  request.set_name("visa");
  EXPECT_EQ(CheckRemoval(request).details().fields,
            (std::vector<std::string>{"name", "policy.max_cards"}));
}

TEST_F(Read, CheckRemovalOfARemovedCardIsNotFound) {
  HaveCard("visa");
  RemoveCardRequest remove;
  remove.set_name(CardName("visa"));
  ASSERT_TRUE(RemoveCard(remove).ok());
  CheckRemovalRequest request;
  request.set_name(CardName("visa"));
  EXPECT_EQ(CheckRemoval(request).details().reason, "CARD_NOT_FOUND");
}

TEST_F(Read, MinPositionIsMetByTheWriteItCameFrom) {
  const auto added = AddCard(Card("visa"));
  GetCardRequest request;
  request.set_name(CardName("visa"));
  request.set_min_position(added->receipt().position());
  const auto got = GetCard(request);
  ASSERT_TRUE(got.ok()) << got.details().reason;
  EXPECT_GE(got->position(), added->receipt().position());
}

TEST_F(Read, MinPositionBeyondTheHeadEndsUnavailableWithTheHead) {
  GetBillingAccountRequest request;
  request.set_name(kAcme);
  request.set_min_position(Head() + 1'000);
  const Details details = GetBillingAccount(request).details();
  EXPECT_EQ(details.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(details.reason, "POSITION_NOT_REACHED");
  EXPECT_EQ(details.metadata.at("head"), std::to_string(Head()));
  EXPECT_TRUE(details.retry);
}

TEST_F(Read, MinPositionGivesUpBeforeTheCallersDeadline) {
  grpc::ClientContext context;
  Identify(context, kAlice);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(150));
  GetBillingAccountRequest request;
  request.set_name(kAcme);
  request.set_min_position(Head() + 1);
  GetBillingAccountResponse response;
  const auto status = BillingAccountService_->GetBillingAccount(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
}

}  // namespace
}  // namespace billing::server
