#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "billing/v1/history_service.pb.h"
#include "grpc/health/v1/health.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

billing::v1::Event Removed(uint64_t position) {
  billing::v1::Event event;
  event.set_position(position);
  event.set_billing_account("billingAccounts/acme");
  event.set_type("CardRemoved");
  event.set_principal("services/portal");
  event.set_on_behalf_of("users/alice");
  event.mutable_commit_time()->set_seconds(1772370309);
  event.mutable_card_removed()->set_card("billingAccounts/acme/cards/visa");
  return event;
}

billing::v1::ListEventsResponse PageOf(const std::vector<billing::v1::Event>& events) {
  billing::v1::ListEventsResponse page;
  for (const billing::v1::Event& event : events) *page.add_events() = event;
  return page;
}

TEST(History, TellsWhoDidWhat) {
  FakeServer server;
  server.Answer(PageOf({Removed(9)}));
  EXPECT_EQ(RunLine(server, {"history", "--account", "acme"}).out,
            "9  2026-03-01 15:05:09 +02:00  services/portal for users/alice  CardRemoved\n"
            "    card visa removed\n");
}

TEST(History, ShowsTheColumnsAskedFor) {
  FakeServer server;
  server.Answer(PageOf({Removed(9)}));
  EXPECT_EQ(
      RunLine(server, {"history", "--account", "acme", "--columns", "position,type,who,what"}).out,
      "POSITION  TYPE         WHO                              WHAT\n"
      "9         CardRemoved  services/portal for users/alice  card visa removed\n");
}

TEST(History, OfAllAccountsShowsTheAccount) {
  FakeServer server;
  server.Answer(PageOf({Removed(9)}));
  EXPECT_THAT(RunLine(server, {"history", "--account", "-"}).out,
              testing::HasSubstr("+02:00  acme  services/portal"));
}

TEST(History, SendsEveryFilter) {
  FakeServer server;
  server.Answer(PageOf({}));
  const Printed printed = RunLine(server, {"history",
                                           "--account",
                                           "acme",
                                           "--subject",
                                           "cards/visa",
                                           "--type",
                                           "CardAdded",
                                           "--type",
                                           "CardRemoved",
                                           "--by",
                                           "users/alice",
                                           "--request-id",
                                           "r-1",
                                           "--after",
                                           "5",
                                           "--until",
                                           "90",
                                           "--since",
                                           "2026-03-01",
                                           "--before",
                                           "2026-03-02T00:00:00Z",
                                           "--newest-first",
                                           "--limit",
                                           "10",
                                           "--principal",
                                           "users/bob"});
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_EQ(server.Asked<billing::v1::ListEventsRequest>(),
            "ListEvents parent: \"billingAccounts/acme\" subject: "
            "\"billingAccounts/acme/cards/visa\" types: \"CardAdded\" types: \"CardRemoved\" "
            "principal: \"users/alice\" request_id: \"r-1\" after_position: 5 until_position: 90 "
            "page_size: 10 start_time { seconds: 1772316000 } end_time { seconds: 1772409600 } "
            "newest_first: true\n");
  EXPECT_EQ(server.Calls().front().metadata.at("x-principal"), "users/bob");
}

TEST(History, ASubjectsFullNameSaysTheAccount) {
  FakeServer server;
  server.Answer(PageOf({}));
  EXPECT_EQ(RunLine(server, {"history", "--subject", "billingAccounts/acme/cards/visa"}).code,
            ExitCode::kOk);
  EXPECT_THAT(server.Asked<billing::v1::ListEventsRequest>(),
              testing::HasSubstr("parent: \"billingAccounts/acme\""));
}

TEST(History, OfNoAccountIsAMistakeNotEverything) {
  FakeServer server;
  EXPECT_EQ(RunLine(server, {"history"}).code, ExitCode::kUsage);
  EXPECT_TRUE(server.Calls().empty());
}

TEST(History, RefusesAFactOrATimeThatIsNone) {
  FakeServer server;
  EXPECT_THAT(RunLine(server, {"history", "--account", "acme", "--type", "CardEaten"}).err,
              testing::StartsWith("error: USAGE: --type: 'CardEaten' is not one of "
                                  "BillingAccountCreated, "));
  EXPECT_THAT(RunLine(server, {"history", "--account", "acme", "--since", "tomorrow"}).err,
              testing::StartsWith("error: USAGE: --since: a time, e.g. 2026-03-01"));
}

TEST(History, GoesOnAfterAPageWithoutRows) {
  FakeServer server;
  billing::v1::ListEventsResponse empty;
  empty.set_next_page_token("further");
  server.Answer(empty);
  server.Answer(PageOf({Removed(9)}));
  EXPECT_EQ(RunLine(server, {"history", "--account", "acme", "--columns", "position"}).out,
            "POSITION\n9\n");
}

TEST(History, AsJsonIsOneLinePerEvent) {
  FakeServer server;
  server.Answer(PageOf({Removed(8), Removed(9)}));
  const std::string out = RunLine(server, {"history", "--account", "acme", "--json"}).out;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2);
  EXPECT_THAT(out, testing::StartsWith("{\"position\":\"8\","));
  EXPECT_THAT(out, testing::HasSubstr("\n{\"position\":\"9\","));
  EXPECT_THAT(out, testing::HasSubstr("\"card_removed\":{\"card\":\"billingAccounts/acme/cards/"
                                      "visa\",\"detached_subscriptions\":[]}"));
}

TEST(Event, ShowsARefusalWithItsBlockersAndRemedies) {
  FakeServer server;
  billing::v1::GetEventResponse response;
  billing::v1::Event& event = *response.mutable_event();
  event = Removed(8);
  event.set_type("CommandRefused");
  event.set_leaf_hash("\x01\xab");
  event.set_reason("lost");
  auto& refused = *event.mutable_command_refused();
  refused.set_command("RemoveCard");
  refused.set_reason("CARD_NOT_REMOVABLE");
  auto* blocker = refused.add_blockers();
  blocker->set_type("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION");
  blocker->set_subject("billingAccounts/acme/subscriptions/web");
  blocker->set_remedy("SetActive puts another card on it");
  server.Answer(response);
  const Printed printed = RunLine(server, {"event", "8"});
  EXPECT_EQ(server.Asked<billing::v1::GetEventRequest>(), "GetEvent position: 8\n");
  EXPECT_THAT(printed.out, testing::HasSubstr("what           RemoveCard refused: "
                                              "CARD_NOT_REMOVABLE, blocked by web\n"));
  EXPECT_THAT(printed.out, testing::HasSubstr("reason         lost\n"));
  EXPECT_THAT(printed.out, testing::HasSubstr("leaf hash      01ab\n"));
  EXPECT_THAT(printed.out,
              testing::EndsWith("  blocked by CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION "
                                "billingAccounts/acme/subscriptions/web: SetActive puts another "
                                "card on it\n"));
}

TEST(Event, NeedsAPosition) {
  FakeServer server;
  EXPECT_EQ(RunLine(server, {"event"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunLine(server, {"event", "0"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunLine(server, {"event", "last"}).code, ExitCode::kUsage);
}

TEST(Event, BeyondTheHeadIsNotFound) {
  FakeServer server;
  server.Fail(grpc::Status(grpc::StatusCode::NOT_FOUND, "the log ends before"));
  EXPECT_EQ(RunLine(server, {"event", "99"}).code, ExitCode::kNotFound);
}

TEST(Health, ExitsWithNineWhenTheServerDoesNotServe) {
  using grpc::health::v1::HealthCheckResponse;
  FakeServer server;
  HealthCheckResponse response;
  response.set_status(HealthCheckResponse::SERVING);
  server.Answer(response);
  const Printed serving = RunLine(server, {"health", "billing.v1.HistoryService"});
  EXPECT_EQ(serving.code, ExitCode::kOk);
  EXPECT_EQ(serving.out, "SERVING\n");
  EXPECT_EQ(server.Asked<grpc::health::v1::HealthCheckRequest>(),
            "Check service: \"billing.v1.HistoryService\"\n");
  response.set_status(HealthCheckResponse::NOT_SERVING);
  server.Answer(response);
  const Printed stopping = RunLine(server, {"health"});
  EXPECT_EQ(stopping.code, ExitCode::kUnavailable);
  EXPECT_EQ(stopping.out, "NOT_SERVING\n");
}

}  // namespace
}  // namespace billing::billingctl
