#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "billing/v1/history_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

using billing::v1::WatchEventsRequest;
using billing::v1::WatchEventsResponse;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

WatchEventsResponse Removed(uint64_t position) {
  WatchEventsResponse message;
  auto& event = *message.mutable_event();
  event.set_position(position);
  event.set_billing_account("billingAccounts/acme");
  event.set_type("CardRemoved");
  event.set_principal("users/alice");
  event.mutable_card_removed()->set_card("billingAccounts/acme/cards/visa");
  return message;
}

WatchEventsResponse CaughtUp(uint64_t position) {
  WatchEventsResponse message;
  message.mutable_caught_up()->set_position(position);
  return message;
}

grpc::Status Ours(grpc::StatusCode code, const std::string& reason) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("billing");
  return StatusWith(code, "said so", {&info});
}

// As gRPC itself ends the streams of a connection that is too old.
const grpc::Status kTooOld(grpc::StatusCode::UNAVAILABLE, "max_age");

const std::vector<std::string> kWatch = {"watch", "--account", "acme", "--after",
                                         "0",     "--limit",   "2"};

TEST(Watch, ShowsEventsUntilTheLimit) {
  FakeServer server;
  server.Stream<WatchEventsResponse>({Removed(3), CaughtUp(3), Removed(4), Removed(5)}, kTooOld);
  const Printed printed = RunLine(server, kWatch);
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_THAT(printed.out, AllOf(StartsWith("3  "), HasSubstr("\n4  "), Not(HasSubstr("\n5  "))));
  EXPECT_EQ(printed.err, "");
}

TEST(Watch, GoesOnByItselfWhereTheConnectionWasLost) {
  FakeServer server;
  server.Stream<WatchEventsResponse>({Removed(3), CaughtUp(7)}, kTooOld);
  server.Fail({grpc::StatusCode::UNAVAILABLE, "connection refused"});
  server.Fail(Ours(grpc::StatusCode::UNAVAILABLE, "STOPPING"));
  server.Stream<WatchEventsResponse>({Removed(8)}, kTooOld);
  const Printed printed = RunLine(server, kWatch);
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_THAT(printed.out, AllOf(StartsWith("3  "), HasSubstr("\n8  ")));
  EXPECT_EQ(printed.err,
            "watch lost: max_age; goes on after position 7 in 0.1 s\n"
            "watch lost: connection refused; goes on after position 7 in 0.2 s\n"
            "watch lost: STOPPING; goes on after position 7 in 0.4 s\n"
            "watch resumed after position 7\n");
  EXPECT_EQ(server.Asked<WatchEventsRequest>(),
            "WatchEvents parent: \"billingAccounts/acme\"\n"
            "WatchEvents parent: \"billingAccounts/acme\" after_position: 7\n"
            "WatchEvents parent: \"billingAccounts/acme\" after_position: 7\n"
            "WatchEvents parent: \"billingAccounts/acme\" after_position: 7\n");
}

TEST(Watch, GoesOnAfterItWasCutForBeingSlow) {
  FakeServer server;
  server.Stream<WatchEventsResponse>({Removed(3)},
                                     Ours(grpc::StatusCode::ABORTED, "WATCHER_TOO_SLOW"));
  server.Stream<WatchEventsResponse>({Removed(4)}, kTooOld);
  EXPECT_EQ(RunLine(server, kWatch).code, ExitCode::kOk);
}

TEST(Watch, EndsWhenTheRoleIsGone) {
  FakeServer server;
  server.Stream<WatchEventsResponse>({Removed(3)},
                                     Ours(grpc::StatusCode::PERMISSION_DENIED, "ROLE_REQUIRED"));
  const Printed printed = RunLine(server, kWatch);
  EXPECT_EQ(printed.code, ExitCode::kNotAllowed);
  EXPECT_THAT(printed.err, StartsWith("error: ROLE_REQUIRED"));
}

TEST(Watch, AServerThatWasNeverReachedIsToldAtOnce) {
  FakeServer server;
  server.Fail({grpc::StatusCode::UNAVAILABLE, "connection refused"});
  EXPECT_EQ(RunLine(server, kWatch).code, ExitCode::kUnavailable);
  EXPECT_EQ(server.Calls().size(), 1u);
}

TEST(Watch, BeginsNowUnlessToldWhere) {
  FakeServer server;
  billing::v1::ListEventsResponse head;
  head.set_position(41);
  server.Answer(head);
  server.Stream<WatchEventsResponse>({Removed(42)}, kTooOld);
  const Printed printed = RunLine(server, {"watch", "--subject", "billingAccounts/acme/cards/visa",
                                           "--type", "CardRemoved", "--limit", "1"});
  EXPECT_EQ(printed.code, ExitCode::kOk) << printed.err;
  EXPECT_THAT(server.Asked<WatchEventsRequest>(),
              EndsWith("WatchEvents parent: \"billingAccounts/acme\" subject: "
                       "\"billingAccounts/acme/cards/visa\" types: \"CardRemoved\" "
                       "after_position: 41\n"));
}

TEST(Watch, AsJsonIsOneLinePerMessageAndSaysWhatWasLost) {
  FakeServer server;
  server.Stream<WatchEventsResponse>({Removed(3), CaughtUp(3)}, kTooOld);
  server.Stream<WatchEventsResponse>({Removed(4)}, kTooOld);
  std::vector<std::string> arguments = kWatch;
  arguments.push_back("--json");
  const Printed printed = RunLine(server, arguments);
  EXPECT_EQ(std::count(printed.out.begin(), printed.out.end(), '\n'), 3);
  EXPECT_THAT(printed.out, AllOf(StartsWith("{\"event\":{\"position\":\"3\""),
                                 HasSubstr("\n{\"caught_up\":{\"position\":\"3\"")));
  EXPECT_THAT(printed.err, AllOf(HasSubstr("\"watch\":\"lost\",\"position\":\"3\"}\n"),
                                 EndsWith("{\"watch\":\"resumed\",\"position\":\"3\"}\n")));
}

}  // namespace
}  // namespace billing::billingctl
