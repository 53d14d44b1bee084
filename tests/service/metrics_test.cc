// What calls leave in the metrics, over the wire.
#include "billing/v1/bulk_service.grpc.pb.h"
#include "tests/metrics/metric_values.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

constexpr char kId[] = "0190a1b2-0000-7000-8000-000000000001";

class MetricsTest : public ServiceTest {
 protected:
  double Value(const std::string& series) const { return ValueOf(metrics_, series); }
  double Commands(const std::string& command, const std::string& outcome) const {
    return Value("billingd_commands_total{command=\"" + command + "\",outcome=\"" + outcome +
                 "\"}");
  }
  double Calls(const std::string& rpc, const std::string& outcome) const {
    return Value("billingd_calls_total{rpc=\"" + rpc + "\",outcome=\"" + outcome + "\"}");
  }
  double Refusals(const std::string& reason) const {
    return Value("billingd_refusals_total{reason=\"" + reason + "\"}");
  }
  double Rejections(const std::string& reason) const {
    return Value("billingd_rejections_total{reason=\"" + reason + "\"}");
  }
};

TEST_F(MetricsTest, EveryEndOfACommandIsCountedOnce) {
  AddCardRequest card = Card("visa");
  card.set_request_id(kId);
  ASSERT_TRUE(AddCard(card).ok());
  EXPECT_EQ(Commands("AddCard", "ok"), 1);
  ASSERT_TRUE(AddCard(card).ok());
  EXPECT_EQ(Commands("AddCard", "replayed"), 1);

  AddCardRequest validated = Card("amex");
  validated.set_validate_only(true);
  ASSERT_TRUE(AddCard(validated).ok());
  EXPECT_EQ(Commands("AddCard", "validated"), 1);

  AddCardRequest again = Card("visa");
  EXPECT_EQ(AddCard(again).details().reason, "CARD_ALREADY_EXISTS");
  EXPECT_EQ(Commands("AddCard", "refused"), 1);
  EXPECT_EQ(Refusals("CARD_ALREADY_EXISTS"), 1);
  EXPECT_EQ(AddCard(again, kStranger).details().reason, "ROLE_REQUIRED");
  EXPECT_EQ(Commands("AddCard", "refused"), 2);
  EXPECT_EQ(Refusals("ROLE_REQUIRED"), 1);

  AddCardRequest malformed = Card("bad");
  malformed.mutable_card()->mutable_expiry()->set_month(13);
  EXPECT_FALSE(AddCard(malformed).ok());
  EXPECT_EQ(Commands("AddCard", "invalid"), 1);

  EXPECT_FALSE(AddCard(Card("amex"), {}).ok());
  EXPECT_EQ(Commands("AddCard", "unauthenticated"), 1);

  EXPECT_EQ(Commands("AddCard", "ok"), 1);
  EXPECT_EQ(Value(R"(billingd_command_duration_seconds{command="AddCard"})"), 7);
  EXPECT_EQ(Value(R"(billingd_command_duration_seconds{command="RemoveCard"})"), 0);
}

TEST_F(MetricsTest, ARepeatedRefusalIsAReplay) {
  RemoveCardRequest remove;
  remove.set_name(CardName("none"));
  remove.set_request_id(kId);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(RemoveCard(remove).details().reason, "CARD_NOT_FOUND");
  EXPECT_EQ(Commands("RemoveCard", "refused"), 1);
  EXPECT_EQ(Commands("RemoveCard", "replayed"), 1);
  EXPECT_EQ(Refusals("CARD_NOT_FOUND"), 1);
}

TEST_F(MetricsTest, WhatALimitTurnsAwayIsRejected) {
  engine_options_.refusals_per_minute = 1;
  Restart();
  RemoveCardRequest remove;
  remove.set_name(CardName("none"));
  EXPECT_EQ(RemoveCard(remove).details().reason, "CARD_NOT_FOUND");
  EXPECT_EQ(RemoveCard(remove).details().reason, "REFUSAL_LIMIT");
  EXPECT_EQ(Commands("RemoveCard", "refused"), 1);
  EXPECT_EQ(Commands("RemoveCard", "rejected"), 1);
  EXPECT_EQ(Rejections("REFUSAL_LIMIT"), 1);
}

TEST_F(MetricsTest, EveryEndOfAReadIsCountedOnce) {
  HaveCard("visa");
  GetCardRequest get;
  get.set_name(CardName("visa"));
  ASSERT_TRUE(GetCard(get).ok());
  EXPECT_FALSE(GetCard(get, kStranger).ok());
  EXPECT_FALSE(GetCard(get, {}).ok());
  get.set_min_position(Head() + 1);
  EXPECT_EQ(GetCard(get).details().reason, "POSITION_NOT_REACHED");
  get.set_name("no card");
  EXPECT_FALSE(GetCard(get).ok());
  for (const char* outcome : {"ok", "refused", "unauthenticated", "rejected", "invalid"}) {
    EXPECT_EQ(Calls("GetCard", outcome), 1) << outcome;
  }
  EXPECT_EQ(Rejections("POSITION_NOT_REACHED"), 1);
  EXPECT_EQ(Value(R"(billingd_call_duration_seconds{rpc="GetCard"})"), 5);
  EXPECT_EQ(Refusals("ROLE_REQUIRED"), 0) << "refusals are of commands";
}

TEST_F(MetricsTest, AStreamedAnswerIsCountedWhenItEnds) {
  GetAccountStateRequest request;
  request.set_name(kAcme);
  for (const Who& who : {kAlice, kStranger}) {
    grpc::ClientContext context;
    Identify(context, who);
    const auto parts = HistoryService_->GetAccountState(&context, request);
    GetAccountStateResponse part;
    while (parts->Read(&part)) {
    }
    EXPECT_EQ(parts->Finish().ok(), who.principal == kAlice.principal);
  }
  EXPECT_EQ(Calls("GetAccountState", "ok"), 1);
  EXPECT_EQ(Calls("GetAccountState", "refused"), 1);
}

TEST_F(MetricsTest, AStreamOfCommandsIsCountedAndEachCommandInIt) {
  const auto stub = BulkService::NewStub(NewChannel());
  grpc::ClientContext context;
  Identify(context, kAlice);
  const auto stream = stub->ExecuteCommands(&context);
  ExecuteCommandsRequest request;
  ExecuteCommandsResponse response;
  *request.mutable_command()->mutable_add_card() = Card("visa");
  request.mutable_command()->mutable_add_card()->set_request_id(kId);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(stream->Write(request));
    ASSERT_TRUE(stream->Read(&response));
  }
  EXPECT_EQ(grpc_->GetLoad().bulk_streams, 1u);
  EXPECT_GE(grpc_->GetLoad().connections, 1u);
  request.mutable_command()->mutable_remove_card()->set_name(CardName("none"));
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));
  request.clear_command();
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());

  EXPECT_EQ(Commands("AddCard", "ok"), 1);
  EXPECT_EQ(Commands("AddCard", "replayed"), 1);
  EXPECT_EQ(Commands("RemoveCard", "refused"), 1);
  EXPECT_EQ(Commands("unknown", "invalid"), 1);
  EXPECT_EQ(Refusals("CARD_NOT_FOUND"), 1);
  EXPECT_EQ(Value("billingd_bulk_command_duration_seconds"), 4);
  EXPECT_EQ(Value(R"(billingd_command_duration_seconds{command="AddCard"})"), 0);
  EXPECT_EQ(Calls("ExecuteCommands", "ok"), 1);
}

TEST_F(MetricsTest, AStreamOfCommandsThatIsNotLetInIsCounted) {
  server_options_.bulk.streams_max = 0;
  Restart();
  const auto stub = BulkService::NewStub(NewChannel());
  for (const Who& who : {kAlice, Who{}}) {
    grpc::ClientContext context;
    Identify(context, who);
    EXPECT_FALSE(stub->ExecuteCommands(&context)->Finish().ok());
  }
  EXPECT_EQ(Calls("ExecuteCommands", "rejected"), 1);
  EXPECT_EQ(Calls("ExecuteCommands", "unauthenticated"), 1);
  EXPECT_EQ(Rejections("TOO_MANY_STREAMS"), 1);
}

TEST_F(MetricsTest, AWatchIsSeenWhileItLastsAndCountedWhenItEnds) {
  WatchEventsRequest request;
  request.set_parent(kAcme);
  grpc::ClientContext context;
  Identify(context, kAlice);
  const auto watch = HistoryService_->WatchEvents(&context, request);
  WatchEventsResponse message;
  ASSERT_TRUE(watch->Read(&message));
  EXPECT_EQ(grpc_->GetLoad().watches, 1u);
  EXPECT_EQ(Calls("WatchEvents", "rejected"), 0);
  grpc_->Drain(0);
  while (watch->Read(&message)) {
  }
  EXPECT_FALSE(watch->Finish().ok());
  EXPECT_EQ(Calls("WatchEvents", "rejected"), 1);
  EXPECT_EQ(Rejections("STOPPING"), 1);
}

}  // namespace
}  // namespace billing::server
