// `billingctl import` against a server within the test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <sstream>

#include "billing/v1/bulk_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "tests/billingctl/fake_server.h"
#include "tools/billingctl/bulk_sender.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/import_file.h"

namespace billing::billingctl {
namespace {

using billing::v1::ExecuteCommandsRequest;
using billing::v1::ExecuteCommandsResponse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr char kGivenId[] = "0190a1b2-0000-7000-8000-000000000002";

google::rpc::Status NotFound() {
  google::rpc::ErrorInfo info;
  info.set_reason("CARD_NOT_FOUND");
  info.set_domain("billing");
  google::rpc::Status status;
  status.set_code(grpc::StatusCode::NOT_FOUND);
  status.set_message("There is no such card.");
  status.add_details()->PackFrom(info);
  return status;
}

// Answers each command at once: RemoveCard with CARD_NOT_FOUND, any other with a receipt.
class FakeBulk final : public billing::v1::BulkService::Service {
 public:
  // The first stream breaks once it has answered so many.
  void BreakAfter(int answers) { break_after_ = answers; }
  // Every stream ends so, before it answers anything.
  void RefuseStreams(const grpc::Status& status) { refuse_ = status; }
  void AnswerAsRepeats() { replayed_ = true; }

  std::vector<ExecuteCommandsRequest> Taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  int streams() const { return streams_; }

  grpc::Status ExecuteCommands(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<ExecuteCommandsResponse, ExecuteCommandsRequest>* stream) override {
    const bool first = ++streams_ == 1;
    if (!refuse_.ok()) return refuse_;
    ExecuteCommandsRequest request;
    for (int answered = 0; stream->Read(&request); ++answered) {
      if (first && answered == break_after_) {
        return {grpc::StatusCode::UNAVAILABLE, "the server is stopping"};
      }
      {
        const std::lock_guard lock(mutex_);
        taken_.push_back(request);
      }
      ExecuteCommandsResponse response;
      response.set_sequence(request.sequence());
      if (request.command().has_remove_card()) {
        *response.mutable_status() = NotFound();
      } else {
        response.mutable_receipt()->set_position(request.sequence());
        response.mutable_receipt()->set_replayed(replayed_);
      }
      stream->Write(response);
    }
    return grpc::Status::OK;
  }

 private:
  int break_after_ = -1;
  grpc::Status refuse_;
  bool replayed_ = false;
  std::atomic<int> streams_ = 0;
  mutable std::mutex mutex_;
  std::vector<ExecuteCommandsRequest> taken_;
};

class Import : public testing::Test {
 protected:
  Import() {
    std::string pattern = (std::filesystem::temp_directory_path() / "import-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    grpc::ServerBuilder builder;
    builder.RegisterService(&bulk_);
    server_ = builder.BuildAndStart();
  }
  ~Import() override {
    server_->Shutdown();
    std::filesystem::remove_all(folder_);
  }

  std::string Path(const std::string& name) const { return folder_ / name; }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name)) << text;
    return Path(name);
  }
  std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(Path(name)).rdbuf();
    return text.str();
  }

  std::shared_ptr<grpc::Channel> Channel() {
    return server_->InProcessChannel(grpc::ChannelArguments());
  }

  Printed Run(const std::vector<std::string>& arguments, bool terminal = false) {
    std::ostringstream out;
    std::ostringstream err;
    CommandLine line({.out = out,
                      .err = err,
                      .err_is_terminal = terminal,
                      .local_zone = absl::UTCTimeZone(),
                      .connect = [this](const std::string&) { return Channel(); },
                      .new_request_id = [] { return std::string(kFreshRequestId); }});
    std::vector<std::string> all = {"import"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const ExitCode code = line.Run(all);
    return {code, out.str(), err.str()};
  }

  // `sequence request_id` of what the server took.
  std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    for (const auto& request : bulk_.Taken()) {
      ids.push_back(std::to_string(request.sequence()) + " " + RequestIdIn(request.command()));
    }
    return ids;
  }

  std::filesystem::path folder_;
  FakeBulk bulk_;
  std::unique_ptr<grpc::Server> server_;
};

constexpr char kTwoCards[] =
    "{\"addCard\": {\"parent\": \"billingAccounts/acme\", \"cardId\": \"visa\"}}\n"
    "\n"
    "{\"add_card\": {\"parent\": \"billingAccounts/acme\", \"card_id\": \"amex\"}}";
constexpr char kNoCard[] = "{\"removeCard\":{\"name\":\"billingAccounts/acme/cards/none\"}}\n";

TEST_F(Import, SendsEachLineUnderItsNumberWithARequestId) {
  const Printed printed = Run({Write("cards", kTwoCards)});
  EXPECT_EQ(printed.code, ExitCode::kOk) << printed.err;
  EXPECT_EQ(printed.out, "2 commands: 2 done, 0 failed\n");
  EXPECT_EQ(printed.err, "");
  EXPECT_THAT(Ids(), ElementsAre(MatchesRegex("1 [0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]"
                                              "[0-9a-f]{3}-[0-9a-f]{12}"),
                                 MatchesRegex("3 .*")));
  EXPECT_EQ(bulk_.Taken()[1].command().add_card().card_id(), "amex");
}

TEST_F(Import, TheSameFileIsTheSameRequestsAndAnotherIsNot) {
  Run({Write("cards", kTwoCards)});
  const auto first = Ids();
  Run({Write("again", kTwoCards)});
  Run({Write("more", std::string(kTwoCards) + "\n")});
  const auto all = Ids();
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(first[0], all[2]);
  EXPECT_EQ(first[1], all[3]);
  EXPECT_NE(first[0], all[4]);
  EXPECT_NE(first[0].substr(1), first[1].substr(1));
}

TEST_F(Import, ARequestIdOfTheLinesOwnIsKept) {
  Run({Write("cards", std::string("{\"removeCard\": {\"requestId\": \"") + kGivenId + "\"}}")});
  EXPECT_THAT(Ids(), ElementsAre(std::string("1 ") + kGivenId));
}

TEST_F(Import, SaysHowManyWereDoneByAnEarlierImport) {
  bulk_.AnswerAsRepeats();
  const Printed printed = Run({Write("cards", kTwoCards)});
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_EQ(printed.out, "2 commands: 2 done (2 of them by an earlier import), 0 failed\n");
  EXPECT_THAT(Run({Path("cards"), "--json"}).out,
              MatchesRegex("\\{\"done\":2,\"repeated\":2,\"failed\":0,\"seconds\":[0-9.]+\\}\n"));
}

TEST_F(Import, AFailedLineIsOneJsonLineAndDoesNotStopTheNext) {
  const Printed printed = Run({Write("cards", std::string(kNoCard) + kTwoCards)});
  EXPECT_EQ(printed.code, ExitCode::kSomeFailed);
  EXPECT_EQ(printed.out, "3 commands: 2 done, 1 failed\n");
  EXPECT_EQ(printed.err,
            "{\"code\":\"NOT_FOUND\",\"reason\":\"CARD_NOT_FOUND\",\"message\":\"There is no such "
            "card.\",\"metadata\":{},\"violations\":[],\"blockers\":[],\"line\":1,\"command\":"
            "{\"removeCard\":{\"name\":\"billingAccounts/acme/cards/none\"}}}\n");
}

TEST_F(Import, ALineThatIsNoCommandIsNotSent) {
  const Printed printed = Run({Write("cards", "{\"addCart\": {}}\nhello\n{}\n")});
  EXPECT_EQ(printed.code, ExitCode::kSomeFailed);
  EXPECT_EQ(printed.out, "3 commands: 0 done, 3 failed\n");
  EXPECT_THAT(printed.err, HasSubstr("\"reason\":\"INVALID_REQUEST\""));
  EXPECT_THAT(printed.err, HasSubstr("\"line\":1,\"text\":\"{\\\"addCart\\\": {}}\"}"));
  EXPECT_THAT(printed.err, HasSubstr("the line names no command"));
  EXPECT_THAT(Ids(), ElementsAre());
}

TEST_F(Import, ALineThatIsNoUtf8IsNoCommand) {
  testing::internal::CaptureStderr();
  const Printed printed = Run({Write("cards", "{\"addCard\": {\"cardId\": \"n\xff\"}}\n")});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "what protobuf says by itself";
  EXPECT_EQ(printed.code, ExitCode::kSomeFailed);
  EXPECT_THAT(printed.err, HasSubstr("\"message\":\"the line is not UTF-8\""));
  EXPECT_THAT(printed.err, HasSubstr("n\uFFFD"));
  EXPECT_THAT(Ids(), ElementsAre());
}

TEST_F(Import, FailedLinesCanBeImportedAgainAsNewAttempts) {
  const Printed first = Run({Write("cards", kNoCard), "--failed", Path("failed")});
  EXPECT_EQ(first.err, "");
  EXPECT_THAT(Read("failed"), HasSubstr("CARD_NOT_FOUND"));
  const Printed second = Run({Path("failed")});
  EXPECT_EQ(second.code, ExitCode::kSomeFailed);
  const auto ids = Ids();
  ASSERT_EQ(ids.size(), 2u);
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_EQ(bulk_.Taken()[1].command().remove_card().name(), "billingAccounts/acme/cards/none");
}

TEST_F(Import, AnEarlierListOfFailedLinesStaysWhenTheImportGetsNowhere) {
  bulk_.RefuseStreams({grpc::StatusCode::UNAUTHENTICATED, "Send a credential."});
  Write("failed", "an earlier list\n");
  Run({Write("cards", kNoCard), "--failed", Path("failed")});
  EXPECT_EQ(Read("failed"), "an earlier list\n");
  const std::filesystem::directory_iterator files(folder_);
  EXPECT_EQ(std::distance(begin(files), end(files)), 2) << "nothing unfinished is left";
}

TEST_F(Import, FailedLinesAreTheirOwnersAlone) {
  Write("failed", "an earlier list\n");
  std::filesystem::permissions(Path("failed"), std::filesystem::perms(0644));
  Run({Write("cards", kNoCard), "--failed", Path("failed")});
  EXPECT_THAT(Read("failed"), HasSubstr("CARD_NOT_FOUND"));
  EXPECT_EQ(std::filesystem::status(Path("failed")).permissions(), std::filesystem::perms(0600));
}

TEST_F(Import, FailedLinesGoWhereNoFileIsToo) {
  EXPECT_EQ(Run({Write("cards", kNoCard), "--failed", "/dev/null"}).code, ExitCode::kSomeFailed);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(Run({Path("cards"), "--failed", Path("none/failed")}).code, ExitCode::kUsage);
}

TEST_F(Import, TheFileItselfIsNoPlaceForFailedLines) {
  const Printed printed = Run({Write("cards", kNoCard), "--failed", Path("cards")});
  EXPECT_EQ(printed.code, ExitCode::kUsage);
  EXPECT_EQ(Read("cards"), kNoCard);
}

TEST_F(Import, WhatAStreamLeftUnansweredIsSentAgainUnderTheSameIds) {
  bulk_.BreakAfter(2);
  std::string lines;
  for (int i = 1; i <= 50; ++i) {
    lines += "{\"addCard\": {\"cardId\": \"c" + std::to_string(i) + "\"}}\n";
  }
  const Printed printed = Run({Write("cards", lines), "--window", "10"});
  EXPECT_EQ(printed.code, ExitCode::kOk) << printed.err;
  EXPECT_EQ(printed.out, "50 commands: 50 done, 0 failed\n");
  EXPECT_EQ(bulk_.streams(), 2);
  uint64_t sequence = 0;
  for (const auto& request : bulk_.Taken()) {
    EXPECT_EQ(request.sequence(), ++sequence);
    EXPECT_EQ(request.command().add_card().card_id(), "c" + std::to_string(sequence));
  }
  EXPECT_EQ(sequence, 50u);
}

TEST_F(Import, AStreamThatIsRefusedEndsIt) {
  bulk_.RefuseStreams({grpc::StatusCode::UNAUTHENTICATED, "Send a credential."});
  const Printed printed = Run({Write("cards", kTwoCards)});
  EXPECT_EQ(printed.code, ExitCode::kNotAllowed);
  EXPECT_EQ(bulk_.streams(), 1);
  EXPECT_THAT(printed.err, HasSubstr("run it again with the same file"));
  bulk_.RefuseStreams({grpc::StatusCode::UNAUTHENTICATED, "no credential"});
  EXPECT_THAT(Run({Path("cards")}).err, HasSubstr("no credential. The import stopped;"));
}

TEST_F(Import, GivesUpWhenNoStreamGetsAnywhere) {
  bulk_.RefuseStreams({grpc::StatusCode::UNAVAILABLE, "not now"});
  const Session session(Channel(), {});
  uint64_t lines = 0;
  BulkSender sender(session, {.retry_after = std::chrono::milliseconds(1)},
                    {.next = [&]() -> std::optional<ImportLine> {
                       if (++lines > 3) return std::nullopt;
                       return ImportLine{.number = lines};
                     },
                     .answered = [](const auto&, const auto&) { FAIL(); },
                     .tick = [] {}});
  const auto failure = sender.Run();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, "UNAVAILABLE");
  EXPECT_EQ(bulk_.streams(), kStreamAttemptsMax);
}

TEST_F(Import, DrawsItsProgressOnATerminalOnly) {
  EXPECT_THAT(Run({Write("cards", kTwoCards)}, /*terminal=*/true).err,
              HasSubstr("\r\x1b[K[                    ]   0%"));
  EXPECT_THAT(Run({Path("cards")}).err, Not(HasSubstr("\r")));
  EXPECT_THAT(Run({Path("cards"), "--json"}, /*terminal=*/true).err, Not(HasSubstr("\r")));
}

TEST_F(Import, AFileThatCannotBeReadIsWrongUsage) {
  const Printed printed = Run({Path("nowhere")});
  EXPECT_EQ(printed.code, ExitCode::kUsage);
  EXPECT_THAT(printed.err, HasSubstr("nowhere"));
  EXPECT_EQ(Run({Write("empty", "")}).out, "0 commands: 0 done, 0 failed\n");
  EXPECT_EQ(Run({Path("empty"), "--window", "0"}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace billing::billingctl
