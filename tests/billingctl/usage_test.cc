// The command line itself: who is calling, what is wrong usage, what help says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ostream>

#include "billing/v1/history_service.pb.h"
#include "billing/v1/payment_method_service.pb.h"
#include "tests/billingctl/fake_server.h"
#include "tools/billingctl/command_line.h"

namespace billing::billingctl {
namespace {

using testing::HasSubstr;

TEST(Caller, IsSentWithEveryCall) {
  FakeServer server;
  server.Answer(billing::v1::RemoveCardResponse());
  RunLine(server, {"--principal", "services/portal", "--roles", "delegate", "card", "remove",
                   "visa", "--account", "acme", "--on-behalf-of", "users/alice"});
  ASSERT_EQ(server.Calls().size(), 1u);
  const FakeServer::Call call = server.Calls().front();
  EXPECT_EQ(call.metadata.at("x-principal"), "services/portal");
  EXPECT_EQ(call.metadata.at("x-roles"), "delegate");
  EXPECT_EQ(call.metadata.at("x-on-behalf-of"), "users/alice");
  EXPECT_TRUE(call.has_deadline);
}

TEST(Caller, IsNotSentWhenNobodyIsNamed) {
  FakeServer server;
  server.Answer(billing::v1::RemoveCardResponse());
  RunLine(server, {"card", "remove", "visa", "--account", "acme"});
  ASSERT_EQ(server.Calls().size(), 1u);
  for (const char* header : {"x-principal", "x-roles", "x-on-behalf-of"}) {
    EXPECT_EQ(server.Calls().front().metadata.count(header), 0u) << header;
  }
}

TEST(Caller, ComesFromTheEnvironmentUnlessAFlagSaysOtherwise) {
  ::setenv("BILLINGCTL_PRINCIPAL", "users/carol", 1);
  FakeServer server;
  server.Answer(billing::v1::RemoveCardResponse());
  server.Answer(billing::v1::RemoveCardResponse());
  RunLine(server, {"card", "remove", "visa", "--account", "acme"});
  RunLine(server, {"card", "remove", "visa", "--account", "acme", "--principal", "users/dave"});
  ::unsetenv("BILLINGCTL_PRINCIPAL");
  ASSERT_EQ(server.Calls().size(), 2u);
  EXPECT_EQ(server.Calls()[0].metadata.at("x-principal"), "users/carol");
  EXPECT_EQ(server.Calls()[1].metadata.at("x-principal"), "users/dave");
}

TEST(Caller, IsRefusedWhereNoHeaderCouldHoldIt) {
  FakeServer server;
  for (const char* flag : {"--principal", "--roles", "--on-behalf-of"}) {
    for (const char* value : {"users/jos\xC3\xA9", "users/a\nb", "users/a\tb"}) {
      const Printed printed = RunLine(server, {flag, value, "health"});
      EXPECT_EQ(printed.code, ExitCode::kUsage) << flag;
      EXPECT_THAT(printed.err, HasSubstr(std::string(flag) + ": may only hold printable ASCII"));
    }
  }
  EXPECT_TRUE(server.Calls().empty());
}

TEST(Usage, NamesWhatItDoesNotKnow) {
  FakeServer server;
  EXPECT_THAT(RunLine(server, {"eat"}).err, HasSubstr("'eat' is not known here"));
  EXPECT_THAT(RunLine(server, {"card", "eat"}).err, HasSubstr("'eat' is not known here"));
  EXPECT_THAT(RunLine(server, {"card"}).err, HasSubstr("is required"));
  EXPECT_THAT(RunLine(server, {"event", "0"}).err,
              HasSubstr("'0' is not a whole number from 1 on"));
}

TEST(Usage, MistakesNeverReachTheServer) {
  const std::vector<std::vector<std::string>> mistakes = {
      {},
      {"card"},
      {"cards"},
      {"card", "eat", "visa"},
      {"card", "remove"},
      {"card", "remove", "visa"},
      {"card", "remove", "visa", "--account", "-"},
      {"card", "remove", "visa", "more", "--account", "acme"},
      {"card", "remove", "visa", "--account", "acme", "--colour"},
      {"card", "remove", "visa", "--account", "acme", "--timeout", "never"},
      {"card", "list", "--account", "acme", "--reason", "no write has happened"},
      {"card", "list", "--account", "acme", "--limit", "0"},
      {"card", "list", "--account", "acme", "--columns", "card,size"},
      {"card", "expiring", "--account", "acme", "--before", "April"},
      {"card", "set-active", "visa", "--account", "acme"},
      {"card", "update", "visa", "--account", "acme", "--no-address", "--city", "Delft"},
      {"account", "update", "acme"},
      {"account", "update", "acme", "--business", "--no-business"},
      {"account", "set-policy", "acme", "--max-cards", "0"},
      {"account", "set-policy", "acme", "--max-cards", "1001"},
      {"account", "grant-role", "acme", "--role", "owner"},
      {"account", "grant-role", "acme", "--to", "users/bob", "--role", "king"},
      {"account", "decide-invoice", "acme"},
      {"account", "decide-invoice", "acme", "--approve", "--reject"},
      {"profile", "create", "main", "--account", "acme"},
      {"profile", "detach", "cards/visa", "--account", "acme"},
      {"charge", "record", "c1", "--account", "acme", "--amount", "1 EUR"},
      {"charge", "record", "c1", "--account", "acme", "--amount", "1 EUR", "--subscription", "web",
       "--billing-profile", "main"},
      {"charge", "record", "c1", "--account", "acme", "--subscription", "web", "--amount", "1,5"},
      {"charge", "record", "c1", "--account", "acme", "--subscription", "web", "--amount", "1 EUR",
       "--due", "soon"},
      {"charge", "record-payment", "c1", "--account", "acme", "--outcome", "declined"},
      {"charge", "record-payment", "c1", "--account", "acme", "--processor-reference", "p1"},
      {"settle", "--account", "acme", "--failed-card", "visa", "--paying-card", "amex"},
      {"guidance", "visa", "--account", "acme"},
      {"transfer", "send", "--account", "acme", "--subscription", "web"},
      {"transfer", "accept", "offer", "--account", "beta", "--card", "amex"},
      {"transfer", "accept", "offer", "--from", "acme", "--card", "amex"},
  };
  for (const std::vector<std::string>& arguments : mistakes) {
    FakeServer server;
    const Printed printed = RunLine(server, arguments);
    EXPECT_EQ(printed.code, ExitCode::kUsage) << testing::PrintToString(arguments);
    EXPECT_EQ(printed.out, "");
    EXPECT_THAT(printed.err, testing::StartsWith("error: USAGE: "));
    EXPECT_TRUE(server.Calls().empty());
  }
}

// As of a script's variable that is not set: each would pass for a flag that was not given.
TEST(Usage, AnEmptyValueSwitchesNothingOff) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> mistakes = {
      {"--since", {"verify", "--since", ""}},
      {"--save", {"verify", "--save", ""}},
      {"--key", {"verify", "--key", ""}},
      {"--request-id", {"card", "remove", "visa", "--account", "acme", "--request-id", ""}},
      {"--etag", {"card", "remove", "visa", "--account", "acme", "--etag", ""}},
      {"--etag", {"card", "remove", "visa", "--account", "acme", "--etag=", "--validate-only"}},
      {"--reason", {"card", "remove", "visa", "--account", "acme", "--reason", ""}},
      {"--expected-current-card",
       {"card", "set-active", "visa", "--account", "acme", "--subscription", "web",
        "--expected-current-card", ""}},
      {"--at", {"state", "acme", "--at", ""}},
      {"--since", {"history", "--account", "acme", "--since", ""}},
      {"--before", {"history", "--account", "acme", "--before", ""}},
      {"--by", {"history", "--account", "acme", "--by", ""}},
      {"--subject", {"history", "--account", "acme", "--subject", ""}},
      {"--type", {"history", "--account", "acme", "--type", ""}},
      {"--request-id", {"history", "--account", "acme", "--request-id", ""}},
      {"--failed", {"import", "-", "--failed", ""}},
      {"--due",
       {"charge", "record", "--account", "acme", "--subscription", "web", "--amount", "1 EUR",
        "--due", ""}},
      {"id", {"subscription", "create", "", "--account", "acme"}},
      {"card", {"card", "remove", "", "--account", "acme"}},
      {"--principal", {"health", "--principal", ""}},
      {"--address", {"health", "--address", ""}},
  };
  for (const auto& [name, arguments] : mistakes) {
    FakeServer server;
    const Printed printed = RunLine(server, arguments);
    EXPECT_EQ(printed.code, ExitCode::kUsage) << testing::PrintToString(arguments);
    EXPECT_THAT(printed.err, testing::StartsWith("error: USAGE: " + name + ": "));
    EXPECT_TRUE(server.Calls().empty());
  }
}

TEST(Usage, AnAddressIsAHostAndAPort) {
  for (const char* address :
       {"foo", "127.0.0.1", "127.0.0.1:111836", "127.0.0.1:0", "localhost:-1",
        "localhost:", ":50051", "::1:50051", "[::1]", "[foo]:1", "256.0.0.1:1", "-foo:1",
        "https://billing:50051", "unix:/tmp/billing"}) {
    FakeServer server;
    const Printed printed = RunLine(server, {"health", "--address", address});
    EXPECT_EQ(printed.code, ExitCode::kUsage) << address;
    EXPECT_THAT(printed.err,
                HasSubstr(std::string("--address: '") + address + "' is not HOST:PORT"));
    EXPECT_TRUE(server.Calls().empty());
  }
  for (const char* address : {"127.0.0.1:1", "localhost:65535", "billing-1.example.org:50051",
                              "[::1]:50051", "[fe80::1%eth0]:50051"}) {
    FakeServer server;
    RunLine(server, {"health", "--address", address});
    EXPECT_EQ(server.Calls().size(), 1u) << address;
  }
}

TEST(Usage, AnAddressOfTheEnvironmentIsCheckedToo) {
  ::setenv("BILLINGCTL_ADDRESS", "foo", 1);
  FakeServer server;
  EXPECT_EQ(RunLine(server, {"health"}).code, ExitCode::kUsage);
  EXPECT_TRUE(server.Calls().empty());
  ::unsetenv("BILLINGCTL_ADDRESS");
}

// Each would pass for another number: -1 for 2^64 - 1, 0x10 for 16.
TEST(Usage, ANumberIsAWholeOne) {
  const std::vector<std::vector<std::string>> mistakes = {
      {"history", "--account", "acme", "--after", "-1"},
      {"history", "--account", "acme", "--until", "-1"},
      {"history", "--account", "acme", "--until", "0x10"},
      {"history", "--account", "acme", "--until", "18446744073709551616"},
      {"watch", "--account", "acme", "--after", "-1"},
      {"status", "--min-position", "-1"},
      {"status", "--min-position", "+1"},
      {"event", "-1"},
      {"card", "list", "--account", "acme", "--limit", "-1"},
  };
  for (const std::vector<std::string>& arguments : mistakes) {
    FakeServer server;
    const Printed printed = RunLine(server, arguments);
    EXPECT_EQ(printed.code, ExitCode::kUsage) << testing::PrintToString(arguments);
    EXPECT_THAT(printed.err, HasSubstr("'" + arguments.back() + "' is not a whole number"));
    EXPECT_TRUE(server.Calls().empty());
  }
}

TEST(Usage, LeadingZerosMakeNoOtherNumber) {
  FakeServer server;
  RunLine(server, {"event", "010"});
  EXPECT_EQ(server.Asked<billing::v1::GetEventRequest>(), "GetEvent position: 10\n");
}

TEST(Usage, AnEmptyNameClearsTheField) {
  const std::vector<std::vector<std::string>> updates = {
      {"account", "update", "acme", "--display-name", ""},
      {"subscription", "update", "web", "--account", "acme", "--display-name", ""},
      {"card", "update", "visa", "--account", "acme", "--holder-name", ""}};
  for (const std::vector<std::string>& arguments : updates) {
    FakeServer server;
    RunLine(server, arguments);
    EXPECT_EQ(server.Calls().size(), 1u) << testing::PrintToString(arguments);
  }
}

TEST(Usage, AMistakeNamesTheHelpToRead) {
  FakeServer server;
  EXPECT_EQ(RunLine(server, {"card", "remove", "visa"}).err,
            "error: USAGE: --account is required\n"
            "  see billingctl card remove --help\n");
  EXPECT_EQ(RunLine(server, {"card", "list", "--account", "acme", "--columns", "size"}).err,
            "error: USAGE: --columns: 'size' is not one of account, card, brand, number, expires, "
            "funding, country, holder, state, in-use, address, virtual, token, created, updated, "
            "etag, redacted\n"
            "  see billingctl card list --help\n");
}

TEST(Usage, AMistakeIsJsonWhereJsonIsAskedFor) {
  FakeServer server;
  EXPECT_EQ(RunLine(server, {"card", "remove", "visa", "--json"}).err,
            R"({"code":"USAGE","reason":"USAGE","message":"--account is required","metadata":{},)"
            R"("violations":[],"blockers":[]})"
            "\n");
}

TEST(Usage, AResourceMayBeCalledLikeANounOrVerb) {
  FakeServer server;
  server.Answer(billing::v1::RemoveCardResponse());
  const Printed printed = RunLine(server, {"card", "remove", "list", "--account", "card"});
  EXPECT_EQ(printed.code, ExitCode::kOk) << printed.err;
  EXPECT_THAT(server.Asked<billing::v1::RemoveCardRequest>(),
              HasSubstr("name: \"billingAccounts/card/cards/list\""));
}

TEST(Help, GoesToStandardOutputAndNamesTheExitCodes) {
  FakeServer server;
  const Printed printed = RunLine(server, {"--help"});
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_EQ(printed.err, "");
  EXPECT_THAT(printed.out, HasSubstr("10 outcome unknown"));
  EXPECT_THAT(printed.out, HasSubstr("BILLINGCTL_ADDRESS"));
  for (const char* noun : {"account", "card", "subscription", "profile", "charge", "settle",
                           "balance", "guidance", "transfer", "in-use", "history", "event", "watch",
                           "state", "explain", "health", "completion"}) {
    EXPECT_THAT(printed.out, HasSubstr(noun));
  }
}

TEST(Help, OfAVerbListsItsFlagsAndTheWordsTheyTake) {
  FakeServer server;
  const std::string out = RunLine(server, {"card", "add", "--help"}).out;
  EXPECT_THAT(out, HasSubstr("--brand visa|mastercard|amex"));
  EXPECT_THAT(out, HasSubstr("--validate-only"));
}

TEST(Version, IsPrinted) {
  FakeServer server;
  const Printed printed = RunLine(server, {"--version"});
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_EQ(printed.out, "billingctl 0.1.0\n");
}

// A full disk or a closed pipe: nothing can be written.
class BrokenBuffer : public std::streambuf {};

// A line whose output goes there: its exit code, and what it says of it.
Printed RunUnwritable(FakeServer& server, const std::vector<std::string>& arguments) {
  BrokenBuffer buffer;
  std::ostream out(&buffer);
  std::ostringstream err;
  CommandLine line({.out = out,
                    .err = err,
                    .local_zone = absl::UTCTimeZone(),
                    .connect = [&](const std::string&) { return server.Channel(); },
                    .new_request_id = [] { return std::string(kFreshRequestId); }});
  const ExitCode code = line.Run(arguments);
  return {.code = code, .out = "", .err = err.str()};
}

TEST(Output, ThatCannotBeWrittenIsAFailure) {
  FakeServer server;
  server.Answer(billing::v1::RemoveCardResponse());
  const Printed printed = RunUnwritable(server, {"card", "remove", "visa", "--account", "acme"});
  EXPECT_EQ(printed.code, ExitCode::kInternal);
  EXPECT_EQ(printed.err, "error: the output could not be written\n");
}

TEST(Output, HelpThatCannotBeWrittenIsAFailure) {
  FakeServer server;
  const Printed printed = RunUnwritable(server, {"--help"});
  EXPECT_EQ(printed.code, ExitCode::kInternal);
  EXPECT_EQ(printed.err, "error: the output could not be written\n");
}

}  // namespace
}  // namespace billing::billingctl
