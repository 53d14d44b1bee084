// The history over the wire.
#include <algorithm>

#include "google/protobuf/util/time_util.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

constexpr char kRequestId[] = "0190a1b2-0000-7000-8000-000000000003";

// `acme`: 1 BillingAccountCreated, 2 SubscriptionCreated web, 3 CardAdded visa and
// 4 ActiveCardChanged (one command), 5 CommandRefused (RemoveCard by alice).
class History : public ServiceTest {
 protected:
  History() {
    HaveSubscription("web");
    AddCardRequest add = Card("visa");
    add.set_subscription(SubscriptionName("web"));
    add.set_set_active(true);
    add.set_request_id(kRequestId);
    add.set_reason("first card");
    EXPECT_TRUE(AddCard(add).ok());
    RemoveCardRequest remove;
    remove.set_name(CardName("visa"));
    EXPECT_EQ(RemoveCard(remove).details().reason, "CARD_NOT_REMOVABLE");
    request_.set_parent(kAcme);
  }

  std::vector<uint64_t> Positions(const Who& who = kAlice) {
    const auto listed = ListEvents(request_, who);
    EXPECT_TRUE(listed.ok()) << listed.details().reason << listed.status.error_message();
    std::vector<uint64_t> positions;
    for (const auto& event : listed->events()) positions.push_back(event.position());
    return positions;
  }

  ListEventsRequest request_;
};

using Are = std::vector<uint64_t>;

TEST_F(History, ListsTheAccountInLogOrder) {
  const auto listed = ListEvents(request_);
  ASSERT_TRUE(listed.ok()) << listed.details().reason;
  ASSERT_EQ(listed->events_size(), 5);
  std::vector<std::string> types;
  for (const auto& event : listed->events()) types.push_back(event.type());
  EXPECT_EQ(types, (std::vector<std::string>{"BillingAccountCreated", "SubscriptionCreated",
                                             "CardAdded", "ActiveCardChanged", "CommandRefused"}));
  EXPECT_EQ(listed->position(), 5u);
}

TEST_F(History, AnEventTellsItsWholeCommand) {
  GetEventRequest request;
  request.set_position(4);
  const Event event = GetEvent(request)->event();
  EXPECT_EQ(event.position(), 4u);
  EXPECT_EQ(event.stream(), kAcme);
  EXPECT_EQ(event.stream_revision(), 4u);
  EXPECT_EQ(event.billing_account(), kAcme);
  EXPECT_EQ(event.type(), "ActiveCardChanged");
  EXPECT_EQ(event.principal(), "users/alice");
  EXPECT_EQ(event.request_id(), kRequestId);
  EXPECT_EQ(event.reason(), "first card");
  EXPECT_EQ(event.decided_at_position(), 2u);
  EXPECT_EQ(event.leaf_hash().size(), 32u);
  EXPECT_EQ(event.active_card_changed().card(), CardName("visa"));
  EXPECT_EQ(event.active_card_changed().moves(0).subscription(), SubscriptionName("web"));
  EXPECT_NE(event.event_id(), "");
}

TEST_F(History, NewestFirstTurnsTheOrderRound) {
  request_.set_newest_first(true);
  EXPECT_EQ(Positions(), (Are{5, 4, 3, 2, 1}));
}

TEST_F(History, FiltersBySubject) {
  request_.set_subject(CardName("visa"));
  EXPECT_EQ(Positions(), (Are{3, 4, 5}));
  request_.set_subject(SubscriptionName("web"));
  EXPECT_EQ(Positions(), (Are{2, 3, 4, 5}));
  request_.set_subject(CardName("none"));
  EXPECT_EQ(Positions(), Are{});
}

TEST_F(History, FiltersByType) {
  request_.add_types("CardAdded");
  request_.add_types("CommandRefused");
  EXPECT_EQ(Positions(), (Are{3, 5}));
}

TEST_F(History, FiltersByPrincipalAsCallerOrAsTheOneNamed) {
  CancelSubscriptionRequest cancel;
  cancel.set_name(SubscriptionName("web"));
  ASSERT_TRUE(CancelSubscription(cancel, {.principal = "services/portal",
                                          .roles = "delegate",
                                          .on_behalf_of = "users/alice"})
                  .ok());
  request_.set_principal("users/alice");
  EXPECT_EQ(Positions(), (Are{2, 3, 4, 5, 6}));
  request_.set_principal("services/portal");
  EXPECT_EQ(Positions(), Are{6});
  request_.set_principal("users/olga");
  EXPECT_EQ(Positions(), Are{1});
}

TEST_F(History, FiltersByRequestId) {
  request_.set_request_id(kRequestId);
  EXPECT_EQ(Positions(), (Are{3, 4}));
}

TEST_F(History, FiltersByPositions) {
  request_.set_after_position(1);
  request_.set_until_position(3);
  EXPECT_EQ(Positions(), (Are{2, 3}));
  request_.set_newest_first(true);
  EXPECT_EQ(Positions(), (Are{3, 2}));
}

TEST_F(History, FiltersByTimeFromStartUpToEnd) {
  GetEventRequest third;
  third.set_position(3);
  const auto time = GetEvent(third)->event().commit_time();
  *request_.mutable_start_time() = time;
  EXPECT_EQ(Positions(), (Are{3, 4, 5}));
  request_.clear_start_time();
  *request_.mutable_end_time() = time;
  EXPECT_EQ(Positions(), (Are{1, 2}));
  *request_.mutable_start_time() = time;
  EXPECT_EQ(Positions(), Are{});
}

TEST_F(History, PagesInBothDirections) {
  for (const bool newest_first : {false, true}) {
    request_.clear_page_token();
    request_.set_newest_first(newest_first);
    request_.set_page_size(2);
    std::vector<uint64_t> positions;
    do {
      const auto page = ListEvents(request_);
      ASSERT_TRUE(page.ok()) << page.details().reason;
      for (const auto& event : page->events()) positions.push_back(event.position());
      request_.set_page_token(page->next_page_token());
    } while (!request_.page_token().empty());
    EXPECT_EQ(positions, newest_first ? (Are{5, 4, 3, 2, 1}) : (Are{1, 2, 3, 4, 5}));
  }
}

TEST_F(History, APageStaysWhereItWasWhileTheLogGrows) {
  request_.set_page_size(2);
  request_.set_newest_first(true);
  request_.set_page_token(ListEvents(request_)->next_page_token());
  HaveCard("amex");
  EXPECT_EQ(Positions(), (Are{3, 2}));
}

TEST_F(History, AllAccountsIsForThoseWhoMayReadThemAll) {
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
  request_.set_parent("-");
  EXPECT_EQ(Positions(kAuditor), (Are{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(ListEvents(request_, kAlice).details().reason, "ROLE_REQUIRED");
  request_.set_subject("billingAccounts/globex");
  EXPECT_EQ(Positions(kAuditor), Are{6});
  request_.set_subject("billingAccounts/nowhere");
  EXPECT_EQ(ListEvents(request_, kAuditor).details().reason, "BILLING_ACCOUNT_NOT_FOUND");
  request_.set_newest_first(true);
  request_.clear_subject();
  EXPECT_EQ(Positions(kAuditor), (Are{6, 5, 4, 3, 2, 1}));
}

TEST_F(History, OfAllAccountsATransferHasWhatBothOfItsAccountsHave) {
  constexpr char kGlobex[] = "billingAccounts/globex";
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
  SendTransferRequest send;
  send.set_subscription(SubscriptionName("web"));
  send.set_to_billing_account(kGlobex);
  send.set_transfer_id("t1");
  ASSERT_TRUE(SendTransfer(send).ok());
  DeclineTransferRequest decline;
  decline.set_name(std::string(kAcme) + "/transfers/t1");
  ASSERT_TRUE(DeclineTransfer(decline, {.principal = "users/bob"}).ok());
  request_.set_subject(decline.name());
  Are both = Positions(kAuditor);
  EXPECT_FALSE(both.empty());
  request_.set_parent(kGlobex);
  const Are received = Positions(kAuditor);
  EXPECT_FALSE(received.empty());
  both.insert(both.end(), received.begin(), received.end());
  std::ranges::sort(both);
  request_.set_parent("-");
  EXPECT_EQ(Positions(kAuditor), both);
  request_.set_newest_first(true);
  std::ranges::reverse(both);
  EXPECT_EQ(Positions(kAuditor), both);
}

TEST_F(History, NothingInAnAccountConcernsWhatBelongsToAnother) {
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
  for (const char* subject : {"billingAccounts/globex", "billingAccounts/globex/cards/visa",
                              "billingAccounts/nowhere/cards/visa"}) {
    request_.set_subject(subject);
    EXPECT_EQ(Positions(), Are{}) << subject;
    EXPECT_EQ(ListEvents(request_).response.position(), Head());
    EXPECT_EQ(ListEvents(request_, kStranger).details().reason, "ROLE_REQUIRED");
  }
}

TEST_F(History, EveryFactOfTheOneofIsAType) {
  const auto* facts = Event::descriptor()->FindOneofByName("data");
  for (int i = 0; i < facts->field_count(); ++i) {
    request_.add_types(facts->field(i)->message_type()->name());
  }
  EXPECT_EQ(Positions(), (Are{1, 2, 3, 4, 5}));
}

TEST_F(History, MalformedFiltersAreNamed) {
  request_.set_subject("cards/visa");
  request_.add_types("CardAdded");
  request_.add_types("CardEaten");
  request_.set_principal("alice");
  request_.set_request_id("42");
  request_.mutable_start_time()->set_nanos(-1);
  EXPECT_EQ(
      ListEvents(request_).details().fields,
      (std::vector<std::string>{"subject", "types[1]", "principal", "request_id", "start_time"}));
}

TEST_F(History, MoreTypesThanAHundredAreMalformed) {
  for (int i = 0; i < 100; ++i) request_.add_types("CardAdded");
  EXPECT_TRUE(ListEvents(request_).ok());
  for (int i = 0; i < 100; ++i) request_.add_types("CardEaten");
  EXPECT_EQ(ListEvents(request_).details().fields, std::vector<std::string>{"types"});
}

TEST_F(History, ARangeThatEndsBeforeItBeginsIsMalformed) {
  request_.set_after_position(3);
  request_.set_until_position(2);
  request_.mutable_start_time()->set_seconds(2);
  request_.mutable_end_time()->set_seconds(1);
  EXPECT_EQ(ListEvents(request_).details().fields,
            (std::vector<std::string>{"until_position", "end_time"}));
  request_.set_until_position(3);
  request_.mutable_end_time()->set_seconds(2);
  EXPECT_EQ(Positions(), Are{}) << "one that ends where it begins is empty";
}

TEST_F(History, BeyondTheHeadThereIsNothing) {
  request_.set_after_position(1'000);
  EXPECT_EQ(Positions(), Are{});
  request_.set_newest_first(true);
  EXPECT_EQ(Positions(), Are{});
  request_.set_after_position(UINT64_MAX);
  EXPECT_EQ(Positions(), Are{});
  request_.set_after_position(4);
  request_.set_until_position(1'000);
  EXPECT_EQ(Positions(), Are{5});
}

TEST_F(History, ATokenOfAnotherRequestIsMalformed) {
  request_.set_page_size(2);
  const std::string token = ListEvents(request_)->next_page_token();
  ASSERT_NE(token, "");
  request_.set_page_token(token);
  request_.set_newest_first(true);
  EXPECT_EQ(ListEvents(request_).details().fields, std::vector<std::string>{"page_token"});
  request_.set_newest_first(false);
  request_.set_subject(SubscriptionName("web"));
  EXPECT_EQ(ListEvents(request_).details().fields, std::vector<std::string>{"page_token"});
}

TEST_F(History, AnEventIsForThoseWhoMayReadItsAccount) {
  GetEventRequest request;
  request.set_position(3);
  EXPECT_EQ(GetEvent(request, kStranger).details().reason, "ROLE_REQUIRED");
  EXPECT_TRUE(GetEvent(request, kBiller).ok());
  request.set_position(0);
  EXPECT_EQ(GetEvent(request).details().fields, std::vector<std::string>{"position"});
}

TEST_F(History, ATraceParentOfTheStandardsShapeIsKept) {
  constexpr char kTrace[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  for (const std::string& sent : {std::string(kTrace), std::string("4111111111111111")}) {
    grpc::ClientContext context;
    Identify(context, kAlice);
    context.AddMetadata("traceparent", sent);
    CancelSubscriptionRequest cancel;
    cancel.set_name(SubscriptionName("web"));
    CancelSubscriptionResponse response;
    ASSERT_TRUE(SubscriptionService_->CancelSubscription(&context, cancel, &response).ok());
    GetEventRequest request;
    request.set_position(response.receipt().position());
    EXPECT_EQ(GetEvent(request)->event().trace_parent(), sent == kTrace ? kTrace : "");
  }
}

}  // namespace
}  // namespace billing::server
