// GetAccountState over the wire: an account as it was.
#include "google/protobuf/util/time_util.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;
using google::protobuf::util::TimeUtil;
using Part = GetAccountStateResponse;

struct Streamed {
  grpc::Status status;
  std::vector<Part> parts;

  bool ok() const { return status.ok(); }
  Details details() const { return DetailsOf(status); }
};

class AccountStateTest : public ServiceTest {
 protected:
  AccountStateTest() { request_.set_name(kAcme); }

  Streamed State(const GetAccountStateRequest& request, const Who& who = kAlice) {
    grpc::ClientContext context;
    Identify(context, who);
    const auto reader = HistoryService_->GetAccountState(&context, request);
    return Rest(*reader);
  }
  Streamed StateAt(uint64_t position, const Who& who = kAlice) {
    request_.set_at_position(position);
    return State(request_, who);
  }
  Streamed StateAt(const google::protobuf::Timestamp& time, const Who& who = kAlice) {
    *request_.mutable_at_time() = time;
    return State(request_, who);
  }
  // What is left of a stream.
  static Streamed Rest(grpc::ClientReader<Part>& reader) {
    Streamed streamed;
    Part part;
    while (reader.Read(&part)) streamed.parts.push_back(part);
    streamed.status = reader.Finish();
    return streamed;
  }

  google::protobuf::Timestamp TimeOf(uint64_t position) {
    GetEventRequest request;
    request.set_position(position);
    return GetEvent(request, kAuditor)->event().commit_time();
  }

  // The account as the unary reads show it now.
  std::vector<std::string> ReadNow(const Who& who) {
    std::vector<std::string> lines;
    GetBillingAccountRequest account;
    account.set_name(kAcme);
    lines.push_back(GetBillingAccount(account, who)->billing_account().ShortDebugString());
    ListCardsRequest cards;
    cards.set_parent(kAcme);
    cards.set_show_removed(true);
    const auto all_cards = ListCards(cards, who);
    for (const auto& each : all_cards->cards()) lines.push_back(each.ShortDebugString());
    ListSubscriptionsRequest subscriptions;
    subscriptions.set_parent(kAcme);
    const auto all = ListSubscriptions(subscriptions, who);
    for (const auto& each : all->subscriptions()) lines.push_back(each.ShortDebugString());
    ListChargesRequest charges;
    charges.set_parent(kAcme);
    const auto all_charges = ListCharges(charges, who);
    for (const auto& each : all_charges->charges()) lines.push_back(each.ShortDebugString());
    ListTransfersRequest transfers;
    transfers.set_parent(kAcme);
    const auto all_transfers = ListTransfers(transfers, who);
    for (const auto& each : all_transfers->transfers()) lines.push_back(each.ShortDebugString());
    return lines;
  }
  static std::vector<std::string> LinesOf(const Streamed& streamed) {
    std::vector<std::string> lines;
    for (const Part& part : streamed.parts) {
      if (part.has_billing_account()) lines.push_back(part.billing_account().ShortDebugString());
      if (part.has_card()) lines.push_back(part.card().ShortDebugString());
      if (part.has_subscription()) lines.push_back(part.subscription().ShortDebugString());
      if (part.has_billing_profile()) lines.push_back(part.billing_profile().ShortDebugString());
      if (part.has_charge()) lines.push_back(part.charge().ShortDebugString());
      if (part.has_transfer()) lines.push_back(part.transfer().ShortDebugString());
    }
    return lines;
  }

  GetAccountStateRequest request_;
};

TEST_F(AccountStateTest, WithoutAPlaceItIsTheAccountNow) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  const Streamed state = State(request_);
  ASSERT_TRUE(state.ok()) << state.details().reason;
  EXPECT_EQ(LinesOf(state), ReadNow(kAlice));
  for (const Part& part : state.parts) EXPECT_EQ(part.position(), Head());
}

TEST_F(AccountStateTest, AtAnyPositionItIsWhatTheReadsShowedThen) {
  std::map<uint64_t, std::vector<std::string>> as_alice;
  std::map<uint64_t, std::vector<std::string>> as_biller;
  const auto remember = [&] {
    as_alice[Head()] = ReadNow(kAlice);
    as_biller[Head()] = ReadNow(kBiller);
  };
  remember();
  HaveCard("visa");
  remember();
  HaveSubscription("web", "visa");
  remember();
  HaveCharge("april", "web");
  remember();
  Decline("april", "51");
  remember();
  HaveCard("amex");
  SetActiveRequest set_active;
  set_active.set_subscription(SubscriptionName("web"));
  set_active.set_card(CardName("amex"));
  ASSERT_TRUE(SetActive(set_active).ok());
  remember();
  VoidChargeRequest void_charge;
  void_charge.set_name(ChargeName("april"));
  ASSERT_TRUE(VoidCharge(void_charge, kBiller).ok());
  RemoveCardRequest remove;
  remove.set_name(CardName("visa"));
  ASSERT_TRUE(RemoveCard(remove).ok());
  remember();
  SendTransferRequest send;
  send.set_subscription(SubscriptionName("web"));
  send.set_to_billing_account("billingAccounts/elsewhere");
  ASSERT_TRUE(SendTransfer(send).ok());
  remember();
  ASSERT_EQ(as_alice.size(), 8u);
  for (const auto& [position, lines] : as_alice) {
    EXPECT_EQ(LinesOf(StateAt(position)), lines) << "at " << position;
  }
  for (const auto& [position, lines] : as_biller) {
    EXPECT_EQ(LinesOf(StateAt(position, kBiller)), lines) << "at " << position;
  }
}

TEST_F(AccountStateTest, AtATimeThatInstantIsIncluded) {
  HaveCard("visa");
  const uint64_t added = Head();
  HaveCard("amex");
  const auto state = StateAt(TimeOf(added));
  ASSERT_TRUE(state.ok()) << state.details().reason;
  EXPECT_EQ(state.parts.front().position(), added);
  ASSERT_EQ(state.parts.size(), 2u);
  EXPECT_EQ(state.parts.back().card().name(), CardName("visa"));
  const auto before = StateAt(TimeOf(added) - TimeUtil::MicrosecondsToDuration(1));
  ASSERT_TRUE(before.ok()) << before.details().reason;
  EXPECT_EQ(before.parts.front().position(), added - 1);
  EXPECT_EQ(before.parts.size(), 1u);
}

TEST_F(AccountStateTest, DerivedFieldsAreAsOfTheInstant) {
  HaveCard("visa");  // expires 2030-04
  const auto expired_at = [this](const char* time) {
    google::protobuf::Timestamp timestamp;
    EXPECT_TRUE(TimeUtil::FromString(time, &timestamp));
    const auto state = StateAt(timestamp);
    EXPECT_EQ(state.parts.size(), 2u) << state.details().reason;
    return !state.parts.empty() && state.parts.back().card().expired();
  };
  EXPECT_FALSE(expired_at("2030-05-01T11:59:59Z"));
  EXPECT_TRUE(expired_at("2030-05-01T12:00:00Z"));
}

TEST_F(AccountStateTest, IsRedactedByTheRolesOfToday) {
  HaveCard("visa");
  const uint64_t added = Head();
  GrantRoleRequest grant;
  grant.set_name(kAcme);
  grant.set_principal("users/rita");
  grant.set_role(ROLE_READER);
  ASSERT_TRUE(GrantRole(grant).ok());
  const Who rita = {.principal = "users/rita"};
  const auto seen = StateAt(added, rita);
  ASSERT_EQ(seen.parts.size(), 2u) << seen.details().reason;
  const v1::Card& card = seen.parts.back().card();
  EXPECT_EQ(card.holder_name(), "");
  EXPECT_EQ(card.token(), "");
  EXPECT_EQ(std::set<std::string>(card.redacted_fields().begin(), card.redacted_fields().end()),
            (std::set<std::string>{"billing_address", "holder_name", "token"}));
  EXPECT_EQ(StateAt(added).parts.back().card().holder_name(), "A. Alice");
  EXPECT_EQ(StateAt(added, kBiller).parts.back().card().token(), "tok_visa_token");
}

TEST_F(AccountStateTest, ATransferIsShownToBothSidesOnceItEnded) {
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
  HaveSubscription("web");
  SendTransferRequest send;
  send.set_subscription(SubscriptionName("web"));
  send.set_to_billing_account("billingAccounts/globex");
  const auto sent = SendTransfer(send);
  ASSERT_TRUE(sent.ok()) << sent.details().reason;
  const uint64_t offered = Head();
  const Who bob = {.principal = "users/bob"};
  AcceptTransferRequest accept;
  accept.set_name(sent->transfer().name());
  accept.set_subscription_id("site");
  ASSERT_TRUE(AcceptTransfer(accept, bob).ok());
  const auto transfer_of = [](const Streamed& state) {
    const bool last = !state.parts.empty() && state.parts.back().has_transfer();
    return last ? state.parts.back().transfer() : Transfer();
  };
  EXPECT_EQ(transfer_of(StateAt(offered)).state(), TRANSFER_STATE_PENDING);
  const Transfer left = transfer_of(StateAt(Head()));
  EXPECT_EQ(left.state(), TRANSFER_STATE_ACCEPTED);
  EXPECT_EQ(left.to_subscription(), "") << "alice may not read globex";
  ASSERT_EQ(left.redacted_fields_size(), 1);
  EXPECT_EQ(left.redacted_fields(0), "to_subscription");
  const Transfer seen = transfer_of(StateAt(Head(), kAuditor));
  EXPECT_EQ(seen.to_subscription(), "billingAccounts/globex/subscriptions/site");
  EXPECT_EQ(seen.redacted_fields_size(), 0);

  request_.set_name("billingAccounts/globex");
  EXPECT_EQ(transfer_of(StateAt(offered, bob)).name(), "");
  const Transfer received = transfer_of(StateAt(Head(), bob));
  EXPECT_EQ(received.name(), sent->transfer().name());
  EXPECT_EQ(received.state(), TRANSFER_STATE_ACCEPTED);
  EXPECT_EQ(received.to_subscription(), "billingAccounts/globex/subscriptions/site");
}

TEST_F(AccountStateTest, PlacesThatTheLogDoesNotHaveAreNamed) {
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
  const auto beyond = StateAt(Head() + 1).details();
  EXPECT_EQ(beyond.code, grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(beyond.reason, "POSITION_BEYOND_HEAD");
  EXPECT_EQ(beyond.metadata.at("head"), std::to_string(Head()));
  google::protobuf::Timestamp before_everything;
  before_everything.set_seconds(1);
  EXPECT_EQ(StateAt(before_everything).details().reason, "POSITION_BEFORE_ACCOUNT");
  request_.set_name("billingAccounts/globex");
  const auto before = StateAt(1, kAuditor).details();
  EXPECT_EQ(before.code, grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(before.reason, "POSITION_BEFORE_ACCOUNT");
  EXPECT_EQ(before.metadata.at("created_position"), "2");
}

TEST_F(AccountStateTest, IsForThoseWhoMayReadTheAccount) {
  EXPECT_EQ(StateAt(1, kStranger).details().reason, "ROLE_REQUIRED");
  EXPECT_EQ(StateAt(999, kStranger).details().reason, "ROLE_REQUIRED");
  request_.set_name("billingAccounts/nowhere");
  EXPECT_EQ(StateAt(1, kAlice).details().reason, "ROLE_REQUIRED");
  EXPECT_EQ(StateAt(1, kAuditor).details().reason, "BILLING_ACCOUNT_NOT_FOUND");
}

TEST_F(AccountStateTest, MalformedFieldsAreNamed) {
  request_.set_name("acme");
  EXPECT_EQ(StateAt(0).details().fields, (std::vector<std::string>{"name", "at_position"}));
  google::protobuf::Timestamp bad;
  bad.set_nanos(-1);
  EXPECT_EQ(StateAt(bad).details().fields, (std::vector<std::string>{"name", "at_time"}));
}

TEST_F(AccountStateTest, WaitsForItsMinPosition) {
  request_.set_min_position(Head() + 1);
  EXPECT_EQ(State(request_).details().reason, "POSITION_NOT_REACHED");
}

// A reader that takes nothing holds the only thread: whoever comes after it is answered as
// soon as it is let go, and it is told when it looks again.
TEST_F(AccountStateTest, AReaderThatTakesNothingIsLetGo) {
  server_options_.stream_threads = 1;
  server_options_.reader_patience_ms = 200;
  Restart();
  for (int i = 0; i < 300; ++i) {
    CreateSubscriptionRequest create = Subscription("s" + std::to_string(i));
    create.mutable_subscription()->set_display_name(std::string(150, 'x'));
    ASSERT_TRUE(CreateSubscription(create).ok());
  }
  grpc::ChannelArguments small;
  small.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 4'096);
  small.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  const auto stub = billing::v1::HistoryService::NewStub(NewChannel(small));
  grpc::ClientContext context;
  Identify(context, kAlice);
  const auto lazy = stub->GetAccountState(&context, request_);
  Part first;
  ASSERT_TRUE(lazy->Read(&first));
  EXPECT_EQ(State(request_).parts.size(), 301u);
  const Streamed rest = Rest(*lazy);
  EXPECT_LT(rest.parts.size(), 300u);
  EXPECT_EQ(rest.details().code, grpc::StatusCode::ABORTED);
  EXPECT_EQ(rest.details().reason, "READER_TOO_SLOW");
}

}  // namespace
}  // namespace billing::server
