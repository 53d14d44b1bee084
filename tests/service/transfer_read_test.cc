// Transfers over the wire, and who sees what of them on either side.
#include <gmock/gmock.h>

#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kGlobex[] = "billingAccounts/globex";
constexpr char kRequestId[] = "0190a1b2-0000-7000-8000-000000000009";
const Who kBob = {.principal = "users/bob"};

std::string TransferName(const std::string& id) { return std::string(kAcme) + "/transfers/" + id; }

// `acme` of users/alice offers its subscriptions to `globex` of users/bob.
class Transfers : public ServiceTest {
 protected:
  Transfers() {
    EXPECT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
    HaveSubscription("mail");
    HaveSubscription("web");
  }

  void Send(const std::string& subscription, const std::string& transfer) {
    SendTransferRequest request;
    request.set_subscription(SubscriptionName(subscription));
    request.set_to_billing_account(kGlobex);
    request.set_transfer_id(transfer);
    const auto sent = SendTransfer(request);
    ASSERT_TRUE(sent.ok()) << sent.details().reason << sent.status.error_message();
    EXPECT_EQ(sent->transfer().name(), TransferName(transfer));
  }

  Result<AcceptTransferResponse> Accept(const std::string& transfer) {
    AcceptTransferRequest request;
    request.set_name(TransferName(transfer));
    request.set_subscription_id("moved");
    request.set_reason("as agreed by telephone");
    request.set_request_id(kRequestId);
    return AcceptTransfer(request, kBob);
  }

  Result<GetTransferResponse> Get(const std::string& transfer, const Who& who) {
    GetTransferRequest request;
    request.set_name(TransferName(transfer));
    return GetTransfer(request, who);
  }

  void Grant(const std::string& account, const std::string& principal, const Who& by) {
    GrantRoleRequest request;
    request.set_name(account);
    request.set_principal(principal);
    request.set_role(ROLE_READER);
    ASSERT_TRUE(GrantRole(request, by).ok());
  }

  // Every page of a list: the transfers' names.
  std::vector<std::string> List(const std::string& account, const Who& who, int page_size) {
    ListTransfersRequest request;
    request.set_parent(account);
    request.set_page_size(page_size);
    std::vector<std::string> names;
    do {
      const auto page = ListTransfers(request, who);
      EXPECT_TRUE(page.ok()) << page.details().reason;
      for (const auto& transfer : page->transfers()) names.push_back(transfer.name());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return names;
  }
};

TEST_F(Transfers, ATransferIsForTheSendersReadersAndTheReceivingAdministrator) {
  Send("web", "t1");
  Grant(kAcme, "users/rita", kAlice);
  Grant(kGlobex, "users/gina", kBob);
  for (const Who& who : {kAlice, kBob, kOperator, Who{.principal = "users/rita"}}) {
    const auto got = Get("t1", who);
    ASSERT_TRUE(got.ok()) << who.principal << got.details().reason;
    EXPECT_EQ(got->transfer().name(), TransferName("t1"));
    EXPECT_EQ(got->transfer().subscription(), SubscriptionName("web"));
    EXPECT_EQ(got->transfer().to_billing_account(), kGlobex);
    EXPECT_EQ(got->transfer().state(), TRANSFER_STATE_PENDING);
    EXPECT_EQ(got->transfer().expire_time().seconds() - got->transfer().send_time().seconds(),
              15 * 86'400);
  }
  for (const Who& who : {kStranger, Who{.principal = "users/gina"}}) {
    EXPECT_EQ(Get("t1", who).details().reason, "ROLE_REQUIRED") << who.principal;
  }
  EXPECT_EQ(Get("none", kAlice).details().reason, "TRANSFER_NOT_FOUND");
  EXPECT_EQ(Get("none", kBob).details().reason, "ROLE_REQUIRED");
}

TEST_F(Transfers, AcceptingAnswersTheNewSubscriptionAndTheTransfer) {
  Send("web", "t1");
  const auto accepted = Accept("t1");
  ASSERT_TRUE(accepted.ok()) << accepted.details().reason << accepted.status.error_message();
  EXPECT_EQ(accepted->subscription().name(), "billingAccounts/globex/subscriptions/moved");
  EXPECT_EQ(accepted->transfer().name(), TransferName("t1"));
  EXPECT_EQ(accepted->transfer().subscription(), SubscriptionName("web"));
  EXPECT_EQ(accepted->transfer().state(), TRANSFER_STATE_ACCEPTED);
}

TEST_F(Transfers, OnlyReadersOfTheReceivingAccountSeeWhatItBecameThere) {
  Send("web", "t1");
  ASSERT_TRUE(Accept("t1").ok());
  EXPECT_EQ(Get("t1", kBob)->transfer().to_subscription(),
            "billingAccounts/globex/subscriptions/moved");
  EXPECT_EQ(Get("t1", kAuditor)->transfer().to_subscription(),
            "billingAccounts/globex/subscriptions/moved");
  EXPECT_THAT(Get("t1", kBob)->transfer().redacted_fields(), IsEmpty());
  EXPECT_EQ(Get("t1", kAlice)->transfer().to_subscription(), "");
  EXPECT_THAT(Get("t1", kAlice)->transfer().redacted_fields(), ElementsAre("to_subscription"));
  ListTransfersRequest sent;
  sent.set_parent(kAcme);
  EXPECT_EQ(ListTransfers(sent)->transfers(0).to_subscription(), "");
  EXPECT_THAT(ListTransfers(sent)->transfers(0).redacted_fields(), ElementsAre("to_subscription"));
  EXPECT_NE(ListTransfers(sent, kAuditor)->transfers(0).to_subscription(), "");
  EXPECT_THAT(ListTransfers(sent, kAuditor)->transfers(0).redacted_fields(), IsEmpty());
  ListTransfersRequest received;
  received.set_parent(kGlobex);
  EXPECT_EQ(ListTransfers(received, kBob)->transfers(0).to_subscription(),
            "billingAccounts/globex/subscriptions/moved");
  // Now she reads it there.
  Grant(kGlobex, "users/alice", kBob);
  EXPECT_EQ(Get("t1", kAlice)->transfer().to_subscription(),
            "billingAccounts/globex/subscriptions/moved");
  EXPECT_THAT(Get("t1", kAlice)->transfer().redacted_fields(), IsEmpty());
}

TEST_F(Transfers, OfOneThatBecameNothingNothingIsRedacted) {
  Send("web", "t1");
  EXPECT_THAT(Get("t1", kAlice)->transfer().redacted_fields(), IsEmpty());
  CancelTransferRequest cancel;
  cancel.set_name(TransferName("t1"));
  const auto cancelled = CancelTransfer(cancel);
  ASSERT_TRUE(cancelled.ok()) << cancelled.details().reason;
  EXPECT_THAT(cancelled->transfer().redacted_fields(), IsEmpty());
  EXPECT_THAT(Get("t1", kAlice)->transfer().redacted_fields(), IsEmpty());
}

TEST_F(Transfers, ARepeatedAcceptanceIsRedactedByTodaysRoles) {
  Send("web", "t1");
  const auto accepted = Accept("t1");
  ASSERT_TRUE(accepted.ok()) << accepted.details().reason;
  EXPECT_EQ(accepted->transfer().to_subscription(), "billingAccounts/globex/subscriptions/moved");
  EXPECT_THAT(accepted->transfer().redacted_fields(), IsEmpty());
  HandOverAdministratorRequest hand_over;
  hand_over.set_name(kGlobex);
  hand_over.set_principal("users/gina");
  ASSERT_TRUE(HandOverAdministrator(hand_over, kBob).ok());
  const auto repeated = Accept("t1");
  ASSERT_TRUE(repeated.ok()) << repeated.details().reason;
  EXPECT_TRUE(repeated->receipt().replayed());
  EXPECT_EQ(repeated->transfer().to_subscription(), "");
  EXPECT_THAT(repeated->transfer().redacted_fields(), ElementsAre("to_subscription"));
}

TEST_F(Transfers, AnAccountListsWhatItSentAndThenWhatItReceived) {
  Send("web", "t2");
  Send("mail", "t1");
  ASSERT_TRUE(Accept("t2").ok());
  SendTransferRequest back;
  back.set_subscription("billingAccounts/globex/subscriptions/moved");
  back.set_to_billing_account(kAcme);
  back.set_transfer_id("a-back");
  ASSERT_TRUE(SendTransfer(back, kBob).ok());
  const std::string returned = "billingAccounts/globex/transfers/a-back";
  for (const int size : {1, 2, 3, 50}) {
    EXPECT_EQ(List(kAcme, kAlice, size),
              (std::vector<std::string>{TransferName("t1"), TransferName("t2"), returned}))
        << size;
    EXPECT_EQ(List(kGlobex, kBob, size),
              (std::vector<std::string>{returned, TransferName("t1"), TransferName("t2")}))
        << size;
  }
  ListTransfersRequest request;
  request.set_parent(kAcme);
  EXPECT_EQ(ListTransfers(request, kBob).details().reason, "ROLE_REQUIRED");
}

// `acme`'s record of a transfer that `globex` accepted.
class AcceptedTransfer : public Transfers {
 protected:
  AcceptedTransfer() {
    Send("web", "t1");
    const auto accepted = Accept("t1");
    EXPECT_TRUE(accepted.ok()) << accepted.details().reason;
    request_.set_parent(kAcme);
    request_.add_types("SubscriptionTransferredOut");
  }

  Event OutAsSeenBy(const Who& who) {
    const auto listed = ListEvents(request_, who);
    EXPECT_TRUE(listed.ok()) << listed.details().reason;
    EXPECT_EQ(listed->events_size(), 1) << who.principal;
    return listed->events_size() == 1 ? listed->events(0) : Event();
  }

  ListEventsRequest request_;
};

TEST_F(AcceptedTransfer, TheSendersReadersDoNotSeeWhoAcceptedAndWhy) {
  const Event event = OutAsSeenBy(kAlice);
  EXPECT_EQ(event.stream(), kAcme);
  EXPECT_EQ(event.subscription_transferred_out().subscription(), SubscriptionName("web"));
  EXPECT_EQ(event.subscription_transferred_out().transfer(), TransferName("t1"));
  EXPECT_EQ(event.subscription_transferred_out().position(), event.position() - 1);
  EXPECT_EQ(event.principal(), "");
  EXPECT_EQ(event.request_id(), "");
  EXPECT_EQ(event.reason(), "");
  EXPECT_EQ(
      (std::vector<std::string>{event.redacted_fields().begin(), event.redacted_fields().end()}),
      (std::vector<std::string>{"principal", "request_id", "reason"}));
  GetEventRequest get;
  get.set_position(event.position());
  EXPECT_EQ(GetEvent(get)->event().principal(), "");
  get.set_position(event.position() - 1);
  EXPECT_EQ(GetEvent(get).details().reason, "ROLE_REQUIRED");
}

TEST_F(AcceptedTransfer, ReadersOfBothAccountsSeeThem) {
  Grant(kGlobex, "users/alice", kBob);
  EXPECT_EQ(OutAsSeenBy(kAlice).principal(), "users/bob");
  EXPECT_EQ(OutAsSeenBy(kAlice).request_id(), kRequestId);
  // A reader of the account where it was said does not see it in clear.
  EXPECT_EQ(OutAsSeenBy(kAlice).reason(), "");
  EXPECT_EQ(OutAsSeenBy(kOperator).reason(), "as agreed by telephone");
  EXPECT_EQ(OutAsSeenBy(kAuditor).principal(), "users/bob");
}

TEST_F(AcceptedTransfer, FiltersDoNotFindWhatIsNotShown) {
  request_.set_principal("users/bob");
  EXPECT_EQ(ListEvents(request_)->events_size(), 0);
  EXPECT_EQ(ListEvents(request_, kAuditor)->events_size(), 1);
  request_.clear_principal();
  request_.set_request_id(kRequestId);
  EXPECT_EQ(ListEvents(request_)->events_size(), 0);
  EXPECT_EQ(ListEvents(request_, kAuditor)->events_size(), 1);
}

TEST_F(AcceptedTransfer, TheReceivingAccountSeesItsOwnRecordWhole) {
  ListEventsRequest request;
  request.set_parent(kGlobex);
  request.add_types("SubscriptionTransferredIn");
  request.set_principal("users/bob");
  const auto listed = ListEvents(request, kBob);
  ASSERT_EQ(listed->events_size(), 1);
  const Event& event = listed->events(0);
  EXPECT_EQ(event.reason(), "as agreed by telephone");
  EXPECT_EQ(event.subscription_transferred_in().transfer(), TransferName("t1"));
  EXPECT_EQ(event.subscription_transferred_in().subscription().name(),
            "billingAccounts/globex/subscriptions/moved");
}

TEST_F(Transfers, ARefusedAcceptanceIsRecordedAtTheRecipient) {
  Send("web", "t1");
  CancelTransferRequest cancel;
  cancel.set_name(TransferName("t1"));
  ASSERT_TRUE(CancelTransfer(cancel).ok());
  const Details details = Accept("t1").details();
  EXPECT_EQ(details.reason, "TRANSFER_NOT_PENDING");
  GetEventRequest get;
  get.set_position(std::stoull(details.metadata.at("event_position")));
  const auto event = GetEvent(get, kBob);
  ASSERT_TRUE(event.ok()) << event.details().reason;
  EXPECT_EQ(event->event().stream(), kGlobex);
  EXPECT_EQ(event->event().command_refused().request().accept_transfer().name(),
            TransferName("t1"));
  EXPECT_EQ(GetEvent(get, kAlice).details().reason, "ROLE_REQUIRED");
}

TEST_F(Transfers, ValidatingAnAcceptanceMakesNoNameAndKeepsTheTransfers) {
  Send("web", "t1");
  AcceptTransferRequest request;
  request.set_name(TransferName("t1"));
  request.set_validate_only(true);
  const auto validated = AcceptTransfer(request, kBob);
  ASSERT_TRUE(validated.ok()) << validated.details().reason;
  EXPECT_EQ(validated->subscription().name(), "");
  EXPECT_EQ(validated->transfer().to_subscription(), "");
  EXPECT_EQ(validated->transfer().name(), TransferName("t1"));
  SendTransferRequest send;
  send.set_subscription(SubscriptionName("mail"));
  send.set_to_billing_account(kGlobex);
  send.set_validate_only(true);
  const auto sent = SendTransfer(send);
  ASSERT_TRUE(sent.ok()) << sent.details().reason;
  EXPECT_EQ(sent->transfer().name(), "");
  EXPECT_EQ(sent->transfer().subscription(), SubscriptionName("mail"));
}

}  // namespace
}  // namespace billing::server
