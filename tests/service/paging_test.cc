// Pages and their tokens.
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

class Paging : public ServiceTest {
 protected:
  void HaveSubscriptions(int count, const std::string& card = "") {
    for (int i = 0; i < count; ++i) HaveSubscription("s" + std::to_string(10 + i), card);
  }

  ListSubscriptionsRequest Pages(int size) {
    ListSubscriptionsRequest request;
    request.set_parent(kAcme);
    request.set_page_size(size);
    return request;
  }
};

TEST_F(Paging, PagesFollowEachOtherWithoutAGap) {
  HaveSubscriptions(5);
  ListSubscriptionsRequest request = Pages(2);
  std::vector<std::string> names;
  std::vector<int> sizes;
  do {
    const auto page = ListSubscriptions(request);
    ASSERT_TRUE(page.ok()) << page.details().reason;
    sizes.push_back(page->subscriptions_size());
    for (const auto& s : page->subscriptions()) names.push_back(s.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(sizes, (std::vector<int>{2, 2, 1}));
  EXPECT_EQ(names, (std::vector<std::string>{SubscriptionName("s10"), SubscriptionName("s11"),
                                             SubscriptionName("s12"), SubscriptionName("s13"),
                                             SubscriptionName("s14")}));
}

TEST_F(Paging, AFullLastPageHasNoToken) {
  HaveSubscriptions(2);
  EXPECT_EQ(ListSubscriptions(Pages(2))->next_page_token(), "");
}

TEST_F(Paging, WithoutASizeAPageHasFifty) {
  HaveSubscriptions(51);
  EXPECT_EQ(ListSubscriptions(Pages(0))->subscriptions_size(), 50);
  EXPECT_EQ(ListSubscriptions(Pages(1'000'000))->subscriptions_size(), 51);
}

TEST_F(Paging, ANegativeSizeIsRefused) {
  EXPECT_EQ(ListSubscriptions(Pages(-1)).details().fields, std::vector<std::string>{"page_size"});
}

TEST_F(Paging, ANegativeSizeHidesNoForeignToken) {
  ListSubscriptionsRequest request = Pages(-1);
  request.set_page_token("garbage");
  EXPECT_EQ(ListSubscriptions(request).details().fields,
            (std::vector<std::string>{"page_size", "page_token"}));
}

TEST_F(Paging, ATokenGoesOnWithAnotherPageSize) {
  HaveSubscriptions(3);
  ListSubscriptionsRequest request = Pages(1);
  request.set_page_token(ListSubscriptions(request)->next_page_token());
  request.set_page_size(7);
  EXPECT_EQ(ListSubscriptions(request)->subscriptions_size(), 2);
}

TEST_F(Paging, ATokenOfAnotherRequestIsRefused) {
  HaveSubscriptions(3);
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/alice"), kOperator).ok());
  ListSubscriptionsRequest request = Pages(1);
  const std::string token = ListSubscriptions(request)->next_page_token();
  request.set_page_token(token);
  request.set_parent("billingAccounts/globex");
  EXPECT_EQ(ListSubscriptions(request).details().fields, std::vector<std::string>{"page_token"});
  ListCardsInUseRequest other;
  other.set_parent(kAcme);
  other.set_page_token(token);
  EXPECT_EQ(ListCardsInUse(other).details().fields, std::vector<std::string>{"page_token"});
}

TEST_F(Paging, AnAlteredTokenIsRefused) {
  HaveSubscriptions(3);
  ListSubscriptionsRequest request = Pages(1);
  const std::string token = ListSubscriptions(request)->next_page_token();
  std::string altered = token;
  altered.back() = altered.back() == 'A' ? 'B' : 'A';
  for (const std::string& bad :
       {altered, token + "A", token + "=", token.substr(1), std::string("garbage")}) {
    request.set_page_token(bad);
    EXPECT_EQ(ListSubscriptions(request).details().fields, std::vector<std::string>{"page_token"})
        << bad;
  }
}

TEST_F(Paging, CheckRemovalPagesBlockersAndThenWhatItAffects) {
  HaveCard("visa");
  HaveSubscriptions(5, "visa");
  for (const char* id : {"s10", "s13"}) {
    CancelSubscriptionRequest cancel;
    cancel.set_name(SubscriptionName(id));
    ASSERT_TRUE(CancelSubscription(cancel).ok());
  }
  for (int size : {1, 2, 3, 4}) {
    CheckRemovalRequest request;
    request.set_name(CardName("visa"));
    request.set_page_size(size);
    std::vector<std::string> told;
    do {
      const auto page = CheckRemoval(request);
      ASSERT_TRUE(page.ok()) << page.details().reason;
      EXPECT_EQ(page->blocker_count(), 3);
      EXPECT_FALSE(page->removable());
      EXPECT_LE(page->blockers_size() + page->affected_subscriptions_size(), size);
      for (const auto& blocker : page->blockers()) told.push_back("b " + blocker.subject());
      for (const auto& name : page->affected_subscriptions()) told.push_back("a " + name);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(told, (std::vector<std::string>{
                        "b " + SubscriptionName("s11"), "b " + SubscriptionName("s12"),
                        "b " + SubscriptionName("s14"), "a " + SubscriptionName("s10"),
                        "a " + SubscriptionName("s13")}))
        << "page size " << size;
  }
}

TEST_F(Paging, CardsInUseOfOneCardArePaged) {
  HaveCard("visa");
  HaveSubscriptions(3, "visa");
  ListCardsInUseRequest request;
  request.set_parent(kAcme);
  request.set_card(CardName("visa"));
  request.set_page_size(2);
  const auto first = ListCardsInUse(request);
  ASSERT_EQ(first->cards_in_use_size(), 2);
  request.set_page_token(first->next_page_token());
  const auto second = ListCardsInUse(request);
  ASSERT_EQ(second->cards_in_use_size(), 1);
  EXPECT_EQ(second->cards_in_use(0).subscription(), SubscriptionName("s12"));
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(Paging, ExpiringCardsArePaged) {
  for (const char* id : {"amex", "visa"}) {
    HaveCard(id);
    HaveSubscription(std::string("for-") + id, id);
  }
  ListExpiringCardsRequest request;
  request.set_parent("-");
  request.mutable_before()->set_year(2031);
  request.mutable_before()->set_month(1);
  request.set_page_size(1);
  const auto first = ListExpiringCards(request, kOperator);
  ASSERT_EQ(first->cards_size(), 1);
  EXPECT_EQ(first->cards(0).name(), CardName("amex"));
  request.set_page_token(first->next_page_token());
  const auto second = ListExpiringCards(request, kOperator);
  ASSERT_EQ(second->cards_size(), 1);
  EXPECT_EQ(second->cards(0).name(), CardName("visa"));
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(Paging, AccountsArePaged) {
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/alice"), kOperator).ok());
  ListBillingAccountsRequest request;
  request.set_page_size(1);
  for (const Who& who : {kAlice, kOperator}) {
    request.clear_page_token();
    const auto first = ListBillingAccounts(request, who);
    ASSERT_EQ(first->billing_accounts_size(), 1);
    EXPECT_EQ(first->billing_accounts(0).name(), kAcme);
    request.set_page_token(first->next_page_token());
    EXPECT_EQ(ListBillingAccounts(request, who)->billing_accounts(0).name(),
              "billingAccounts/globex");
  }
}

TEST_F(Paging, RemovedCardsDoNotCountAsRows) {
  for (const char* id : {"a1", "b2", "c3"}) HaveCard(id);
  for (const char* id : {"a1", "b2"}) {
    RemoveCardRequest remove;
    remove.set_name(CardName(id));
    ASSERT_TRUE(RemoveCard(remove).ok());
  }
  ListCardsRequest request;
  request.set_parent(kAcme);
  request.set_page_size(1);
  const auto page = ListCards(request);
  ASSERT_EQ(page->cards_size(), 1);
  EXPECT_EQ(page->cards(0).name(), CardName("c3"));
  EXPECT_EQ(page->next_page_token(), "");
}

}  // namespace
}  // namespace billing::server
