#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "billing/v1/history_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

using billing::v1::GetAccountStateRequest;
using Part = billing::v1::GetAccountStateResponse;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<Part> Acme() {
  std::vector<Part> parts(3);
  for (Part& part : parts) part.set_position(12);
  parts[0].mutable_billing_account()->set_name("billingAccounts/acme");
  parts[1].mutable_card()->set_name("billingAccounts/acme/cards/visa");
  parts[1].mutable_card()->set_state(billing::v1::CARD_STATE_REMOVED);
  parts[2].mutable_charge()->set_name("billingAccounts/acme/charges/may");
  return parts;
}

TEST(State, ShowsTheAccountAndATableOfEachKind) {
  FakeServer server;
  server.Stream(Acme(), grpc::Status::OK);
  const Printed printed = RunLine(server, {"state", "acme", "--at", "12"});
  EXPECT_EQ(printed.code, ExitCode::kOk) << printed.err;
  EXPECT_THAT(printed.out, AllOf(StartsWith("account "), HasSubstr("as of position  12\n"),
                                 HasSubstr("\ncards\nCARD "), HasSubstr("\nvisa "),
                                 HasSubstr("REMOVED"), HasSubstr("\ncharges\nCHARGE ")));
  EXPECT_THAT(printed.out, Not(HasSubstr("subscriptions")));
  EXPECT_EQ(server.Asked<GetAccountStateRequest>(),
            "GetAccountState name: \"billingAccounts/acme\" at_position: 12\n");
}

TEST(State, TakesATimeInTheLocalZone) {
  FakeServer server;
  server.Stream(Acme(), grpc::Status::OK);
  RunLine(server, {"state", "--account", "acme", "--at", "2026-03-01 15:05:09"});
  EXPECT_EQ(server.Asked<GetAccountStateRequest>(),
            "GetAccountState name: \"billingAccounts/acme\" at_time { seconds: 1772370309 }\n");
}

TEST(State, WithoutAPlaceIsNow) {
  FakeServer server;
  server.Stream(Acme(), grpc::Status::OK);
  RunLine(server, {"state", "acme", "--min-position", "12"});
  EXPECT_EQ(server.Asked<GetAccountStateRequest>(),
            "GetAccountState name: \"billingAccounts/acme\" min_position: 12\n");
}

TEST(State, AsJsonIsOneLinePerPart) {
  FakeServer server;
  server.Stream(Acme(), grpc::Status::OK);
  const std::string out = RunLine(server, {"state", "acme", "--json"}).out;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 3);
  EXPECT_THAT(out, StartsWith("{\"position\":\"12\",\"billing_account\":"));
}

TEST(State, BeforeTheAccountWasOpenedIsAFailure) {
  FakeServer server;
  google::rpc::ErrorInfo info;
  info.set_reason("POSITION_BEFORE_ACCOUNT");
  server.Fail(StatusWith(grpc::StatusCode::OUT_OF_RANGE, "not yet", {&info}));
  const Printed printed = RunLine(server, {"state", "acme", "--at", "1"});
  EXPECT_EQ(printed.code, ExitCode::kInvalidRequest);
  EXPECT_THAT(printed.err, StartsWith("error: POSITION_BEFORE_ACCOUNT"));
}

TEST(State, AStreamThatBreaksIsAFailureAfterWhatCame) {
  FakeServer server;
  server.Stream(Acme(), {grpc::StatusCode::UNAVAILABLE, "gone"});
  const Printed printed = RunLine(server, {"state", "acme"});
  EXPECT_EQ(printed.code, ExitCode::kUnavailable);
  EXPECT_THAT(printed.out, HasSubstr("\ncharges\n"));
}

TEST(State, OfNoAccountOrAtNoTimeIsAMistake) {
  FakeServer server;
  EXPECT_EQ(RunLine(server, {"state"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunLine(server, {"state", "acme", "--at", "tomorrow"}).code, ExitCode::kUsage);
  EXPECT_TRUE(server.Calls().empty());
}

TEST(Explain, SaysTheRuleTheFactsAndWhatToDo) {
  FakeServer server;
  billing::v1::ExplainRefusalResponse response;
  auto& event = *response.mutable_event();
  event.set_position(7);
  event.set_decided_at_position(6);
  event.set_principal("users/alice");
  event.set_reason("lost it");
  event.mutable_commit_time()->set_seconds(1772370309);
  auto& refused = *event.mutable_command_refused();
  refused.set_command("RemoveCard");
  refused.mutable_request()->mutable_remove_card()->set_name("billingAccounts/acme/cards/visa");
  refused.set_reason("CARD_NOT_REMOVABLE");
  response.set_rule("A card is removed only when nothing stands in the way.");
  response.set_rule_source("Founding document, rule 6");
  response.set_remedy("Clear every blocker.");
  response.set_blocker_count(22);
  auto& blocker = *response.add_blockers();
  blocker.set_type("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION");
  blocker.set_subject("billingAccounts/acme/subscriptions/web");
  blocker.set_rule("It is the active card of a running subscription.");
  blocker.set_remedy("Use SetActive.");
  auto& fact = *blocker.add_facts();
  fact.set_position(5);
  fact.set_principal("users/bob");
  fact.mutable_commit_time()->set_seconds(1772370300);
  fact.mutable_subscription_cancelled()->set_subscription("billingAccounts/acme/subscriptions/web");
  auto& bare = *blocker.add_facts();
  bare.set_position(6);
  bare.set_type("ActiveCardChanged");
  bare.set_principal("users/bob");
  bare.mutable_commit_time()->set_seconds(1772370300);
  blocker.set_facts_incomplete(true);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"explain", "7"}).out,
            "RemoveCard of visa refused: CARD_NOT_REMOVABLE\n"
            "who: users/alice\n"
            "when: 2026-03-01 15:05:09 +02:00, position 7, judged at 6\n"
            "asked because: lost it\n"
            "rule: A card is removed only when nothing stands in the way.\n"
            "written in: Founding document, rule 6\n"
            "blocked by CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION subscriptions/web\n"
            "  It is the active card of a running subscription.\n"
            "  because of:\n"
            "    5  2026-03-01 15:05:00 +02:00  users/bob  subscription web cancelled\n"
            "    6  2026-03-01 15:05:00 +02:00  users/bob  ActiveCardChanged (billingctl event 6 "
            "shows it)\n"
            "  and of what lies further back than the server looks; billing-replay explain finds "
            "all of it\n"
            "  what to do: Use SetActive.\n"
            "and 21 more blockers\n"
            "what to do: Clear every blocker.\n");
  EXPECT_EQ(server.Asked<billing::v1::ExplainRefusalRequest>(), "ExplainRefusal position: 7\n");
}

}  // namespace
}  // namespace billing::billingctl
