#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "billing/v1/admin_service.pb.h"
#include "tests/billingctl/fake_server.h"
#include "tools/billingctl/command_line.h"

namespace billing::billingctl {
namespace {

using billing::v1::ListProjectionsResponse;
using billing::v1::RebuildProjectionResponse;
using std::chrono::milliseconds;
using testing::HasSubstr;

ListProjectionsResponse Wallet(billing::v1::ProjectionState state, uint64_t rebuild_position = 0) {
  ListProjectionsResponse response;
  response.set_position(2'000);
  auto& projection = *response.add_projections();
  projection.set_name("wallet");
  projection.set_description("The saved cards");
  projection.set_version(2);
  projection.set_position(2'000);
  projection.set_lag(3);
  projection.set_stored_position(1'990);
  projection.set_state(state);
  projection.set_rebuild_position(rebuild_position);
  return response;
}

TEST(Status, ShowsWhatTheServerIsAndDoes) {
  FakeServer server;
  billing::v1::GetServerStatusResponse response;
  response.set_version("0.1.0");
  response.set_log_id("00112233445566778899aabbccddeeff");
  response.mutable_start_time()->set_seconds(1'772'370'309);
  response.set_commands(12);
  response.set_storage_full(true);
  response.set_position(40);
  server.Answer(response);
  const Printed printed = RunLine(server, {"status"});
  EXPECT_EQ(printed.code, ExitCode::kOk);
  for (const char* line : {"version         0.1.0\n", "position        40\n",
                           "started         2026-03-01 15:05:09 +02:00\n", "commands        12\n",
                           "storage full    yes\n", "clock suspect   no\n"}) {
    EXPECT_THAT(printed.out, HasSubstr(line));
  }
  EXPECT_EQ(server.Calls().front().method, "GetServerStatus");
}

TEST(ProjectionList, ShowsHowFarEachIs) {
  FakeServer server;
  server.Answer(Wallet(billing::v1::PROJECTION_STATE_LIVE));
  EXPECT_EQ(RunLine(server, {"projection", "list"}).out,
            "NAME    STATE  VERSION  POSITION  LAG  STORED  ANSWERS\n"
            "wallet  LIVE   2        2000      3    1990    The saved cards\n");
}

TEST(ProjectionList, GoesThroughAllPages) {
  FakeServer server;
  ListProjectionsResponse first = Wallet(billing::v1::PROJECTION_STATE_LIVE);
  first.mutable_projections(0)->set_name("tree");
  first.set_next_page_token("after-tree");
  server.Answer(first);
  server.Answer(Wallet(billing::v1::PROJECTION_STATE_LIVE));
  EXPECT_EQ(RunLine(server, {"projection", "list", "--columns", "name"}).out,
            "NAME\n"
            "tree\n"
            "wallet\n");
}

TEST(ProjectionList, SaysWhyTheLastRebuildFailed) {
  FakeServer server;
  ListProjectionsResponse response = Wallet(billing::v1::PROJECTION_STATE_REBUILD_FAILED);
  response.mutable_projections(0)->set_rebuild_error("no space");
  server.Answer(response);
  EXPECT_THAT(RunLine(server, {"projection", "list"}).out,
              HasSubstr("the last rebuild failed: no space\n"));
}

TEST(ProjectionRebuild, AsksForItAndReturnsAtOnce) {
  FakeServer server;
  RebuildProjectionResponse begun;
  begun.set_position(2'000);
  server.Answer(begun);
  const Printed printed = RunLine(server, {"projection", "rebuild", "wallet"});
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_EQ(printed.out,
            "all read models are being built anew, from the log up to position 2000; projection "
            "list shows how far\n");
  EXPECT_EQ(server.Asked<billing::v1::RebuildProjectionRequest>(),
            "RebuildProjection name: \"wallet\"\n");
}

TEST(ProjectionRebuild, NeedsAName) {
  FakeServer server;
  EXPECT_EQ(RunLine(server, {"projection", "rebuild"}).code, ExitCode::kUsage);
  EXPECT_TRUE(server.Calls().empty());
}

// A run of `projection rebuild - --wait` whose clock goes on by a second per look.
Printed Wait(FakeServer& server, bool on_terminal, bool json = false) {
  std::ostringstream out;
  std::ostringstream err;
  milliseconds now{1'000};
  CommandLine line({.out = out,
                    .err = err,
                    .err_is_terminal = on_terminal,
                    .local_zone = absl::UTCTimeZone(),
                    .connect = [&](const std::string&) { return server.Channel(); },
                    .new_request_id = [] { return std::string(kFreshRequestId); },
                    .waiting = {.now = [&] { return now; },
                                .pause = [&](milliseconds) { now += milliseconds(1'000); }}});
  std::vector<std::string> arguments = {"projection", "rebuild", "-", "--wait"};
  if (json) arguments.push_back("--json");
  const ExitCode code = line.Run(arguments);
  return {code, out.str(), err.str()};
}

void AnswerLooks(FakeServer& server) {
  server.Answer(RebuildProjectionResponse());
  server.Answer(Wallet(billing::v1::PROJECTION_STATE_REBUILDING, 500));
  server.Answer(Wallet(billing::v1::PROJECTION_STATE_REBUILDING, 1'000));
  server.Answer(Wallet(billing::v1::PROJECTION_STATE_LIVE));
}

TEST(ProjectionRebuild, WaitsUntilItIsDone) {
  FakeServer server;
  AnswerLooks(server);
  const Printed printed = Wait(server, /*on_terminal=*/false);
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_EQ(printed.out, "all read models built anew, at position 2000\n");
  EXPECT_EQ(printed.err, "") << "no progress where nobody looks";
  EXPECT_EQ(server.Calls().size(), 4u);
}

TEST(ProjectionRebuild, ShowsHowFarItIsOnATerminal) {
  FakeServer server;
  AnswerLooks(server);
  const Printed printed = Wait(server, /*on_terminal=*/true);
  EXPECT_EQ(printed.err,
            "\r\x1b[K[#####               ]  25%  500 records"
            "\r\x1b[K[##########          ]  50%  1,000 records  500/s  2 s left"
            "\r\x1b[K");
}

TEST(ProjectionRebuild, InJsonGivesWhatItCameTo) {
  FakeServer server;
  AnswerLooks(server);
  const Printed printed = Wait(server, /*on_terminal=*/true, /*json=*/true);
  EXPECT_EQ(printed.err, "");
  EXPECT_THAT(printed.out, HasSubstr("\"state\": \"PROJECTION_STATE_LIVE\""));
}

TEST(ProjectionRebuild, ThatFailsIsAFailure) {
  FakeServer server;
  server.Answer(RebuildProjectionResponse());
  ListProjectionsResponse failed = Wallet(billing::v1::PROJECTION_STATE_REBUILD_FAILED);
  failed.mutable_projections(0)->set_rebuild_error("no space");
  server.Answer(failed);
  const Printed printed = Wait(server, /*on_terminal=*/true);
  EXPECT_EQ(printed.code, ExitCode::kInternal);
  EXPECT_THAT(printed.err, HasSubstr("REBUILD_FAILED"));
  EXPECT_THAT(printed.err, HasSubstr("no space"));
}

}  // namespace
}  // namespace billing::billingctl
