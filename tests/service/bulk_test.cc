// Many commands over one stream.
#include <chrono>
#include <future>
#include <map>
#include <optional>
#include <thread>
#include <variant>

#include "billing/v1/bulk_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;
using ::testing::ElementsAre;

constexpr char kId[] = "0190a1b2-0000-7000-8000-000000000002";

Details DetailsOf(const google::rpc::Status& status) {
  return server::DetailsOf(grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                                        status.message(), status.SerializeAsString()));
}

class Bulk : public ServiceTest {
 protected:
  // A stream of one caller. Sequences are 1, 2, 3 …
  class Stream {
   public:
    Stream(const std::shared_ptr<grpc::Channel>& channel, const Who& who)
        : stub_(BulkService::NewStub(channel)) {
      Identify(context_, who);
      stream_ = stub_->ExecuteCommands(&context_);
    }

    bool Write(const v1::Command& command) {
      ExecuteCommandsRequest request;
      request.set_sequence(++sequence_);
      *request.mutable_command() = command;
      return stream_->Write(request);
    }
    // Nothing when the stream has ended.
    std::optional<ExecuteCommandsResponse> Read() {
      ExecuteCommandsResponse response;
      if (!stream_->Read(&response)) return std::nullopt;
      return response;
    }
    void HalfClose() { stream_->WritesDone(); }
    void Cancel() { context_.TryCancel(); }
    Details Finish() { return server::DetailsOf(stream_->Finish()); }

    // Sends all, half-closes, and gives the answers by sequence.
    std::map<uint64_t, ExecuteCommandsResponse> Run(const std::vector<v1::Command>& commands) {
      std::thread writing([&] {
        for (const v1::Command& command : commands) EXPECT_TRUE(Write(command));
        HalfClose();
      });
      std::map<uint64_t, ExecuteCommandsResponse> answers;
      while (const auto answer = Read()) {
        EXPECT_TRUE(answers.emplace(answer->sequence(), *answer).second) << "answered twice";
      }
      writing.join();
      const Details end = Finish();
      EXPECT_EQ(end.code, grpc::StatusCode::OK) << end.reason << end.message;
      EXPECT_EQ(answers.size(), commands.size());
      return answers;
    }

   private:
    std::unique_ptr<BulkService::Stub> stub_;
    grpc::ClientContext context_;
    std::unique_ptr<grpc::ClientReaderWriter<ExecuteCommandsRequest, ExecuteCommandsResponse>>
        stream_;
    uint64_t sequence_ = 0;
  };

  std::unique_ptr<Stream> Open(const Who& who = kAlice) {
    return std::make_unique<Stream>(NewChannel(), who);
  }
  std::map<uint64_t, ExecuteCommandsResponse> Run(const std::vector<v1::Command>& commands,
                                                  const Who& who = kAlice) {
    return Open(who)->Run(commands);
  }

  static v1::Command Add(const std::string& card) {
    v1::Command command;
    *command.mutable_add_card() = Card(card);
    return command;
  }
  static v1::Command Subscribe(const std::string& id, const std::string& card = "") {
    v1::Command command;
    *command.mutable_create_subscription() = Subscription(id, card);
    return command;
  }
  static v1::Command Remove(const std::string& card) {
    v1::Command command;
    command.mutable_remove_card()->set_name(CardName(card));
    return command;
  }
  static v1::Command Activate(const std::string& subscription, const std::string& card) {
    v1::Command command;
    command.mutable_set_active()->set_subscription(SubscriptionName(subscription));
    command.mutable_set_active()->set_card(CardName(card));
    return command;
  }
  static std::string Reason(const ExecuteCommandsResponse& answer) {
    return answer.has_status() ? DetailsOf(answer.status()).reason : "";
  }
  // The place of a stream is free a moment after its end has arrived.
  bool AnotherComesIn() {
    for (;;) {
      const auto another = Open();
      another->HalfClose();
      const Details end = another->Finish();
      if (end.reason != "TOO_MANY_STREAMS") return end.code == grpc::StatusCode::OK;
    }
  }
  void RestartWith(const BulkOptions& options, size_t queue_max) {
    server_options_.bulk = options;
    engine_options_.queue_max = queue_max;
    Restart();
  }
};

TEST_F(Bulk, ASuccessHasItsReceiptAndTheNameOfWhatItMadeOrChanged) {
  auto answers = Run({Add("visa"), Subscribe("web", "visa"), Add(""), Activate("web", "visa"),
                      Add("old"), Remove("old")});
  EXPECT_EQ(answers[1].name(), CardName("visa"));
  EXPECT_EQ(answers[1].receipt().position(), 2u);
  EXPECT_EQ(answers[1].receipt().leaf_hash().size(), 32u);
  EXPECT_GT(answers[1].receipt().commit_time().seconds(), 0);
  EXPECT_EQ(answers[2].name(), SubscriptionName("web"));
  EXPECT_EQ(answers[3].name().size(), CardName("").size() + 36) << "an id that the server made";
  EXPECT_EQ(answers[4].name(), SubscriptionName("web")) << "nothing to change";
  EXPECT_EQ(answers[6].name(), CardName("old"));
  EXPECT_EQ(answers[6].receipt().position(), Head());
}

TEST_F(Bulk, AFailureIsTheStatusThatACallWouldHaveAndDoesNotStopTheNext) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  v1::Command malformed = Add("bad");
  malformed.mutable_add_card()->mutable_card()->mutable_expiry()->set_month(13);
  auto answers = Run({Remove("visa"), malformed, v1::Command(), Add("fine")});

  const Details refused = DetailsOf(answers[1].status());
  RemoveCardRequest call;
  call.set_name(CardName("visa"));
  const Details called = RemoveCard(call).details();
  EXPECT_EQ(refused.code, called.code);
  EXPECT_EQ(refused.reason, "CARD_NOT_REMOVABLE");
  EXPECT_EQ(refused.message, called.message);
  EXPECT_EQ(refused.blockers, called.blockers);
  EXPECT_EQ(refused.remedies, called.remedies);
  EXPECT_EQ(refused.metadata.at("position"), "3");
  EXPECT_EQ(answers[1].name(), "");

  EXPECT_THAT(DetailsOf(answers[2].status()).fields, ElementsAre("card.expiry.month"));
  EXPECT_THAT(DetailsOf(answers[3].status()).fields, ElementsAre("command"));
  EXPECT_TRUE(answers[4].has_receipt());
}

TEST_F(Bulk, CommandsOfAnAccountAreJudgedInTheOrderOfTheStream) {
  HaveSubscription("web");
  HaveCard("card-0");
  std::vector<v1::Command> commands;
  for (int i = 1; i <= 500; ++i) {
    const std::string card = "card-" + std::to_string(i);
    commands.push_back(Add(card));
    commands.push_back(Activate("web", card));
    commands.push_back(Remove("card-" + std::to_string(i - 1)));
  }
  uint64_t last = Head();
  for (const auto& [sequence, answer] : Run(commands)) {
    ASSERT_TRUE(answer.has_receipt()) << sequence << Reason(answer);
    ASSERT_EQ(answer.receipt().position(), last + 1) << sequence;
    last = answer.receipt().position();
  }
}

TEST_F(Bulk, ARepeatAndATwinGetTheFirstAnswer) {
  v1::Command add = Add("visa");
  add.mutable_add_card()->set_request_id(kId);
  auto answers = Run({add, add});
  EXPECT_FALSE(answers[1].receipt().replayed());
  EXPECT_TRUE(answers[2].receipt().replayed());
  EXPECT_EQ(answers[2].receipt().position(), answers[1].receipt().position());
  EXPECT_EQ(answers[2].name(), CardName("visa"));
  v1::Command other = Add("master");
  other.mutable_add_card()->set_request_id(kId);
  answers = Run({add, other});
  EXPECT_TRUE(answers[1].receipt().replayed());
  EXPECT_EQ(Reason(answers[2]), "REQUEST_ID_REUSED");
  const auto called = AddCard(add.add_card());
  EXPECT_TRUE(called->receipt().replayed()) << "a call repeats a stream's command";
}

TEST_F(Bulk, NothingIsOnlyValidated) {
  v1::Command add = Add("visa");
  add.mutable_add_card()->set_validate_only(true);
  const uint64_t head = Head();
  auto answers = Run({add});
  EXPECT_THAT(DetailsOf(answers[1].status()).fields, ElementsAre("validate_only"));
  EXPECT_EQ(Head(), head);
}

TEST_F(Bulk, ACallerIsWhoTheStreamsCredentialSays) {
  EXPECT_EQ(Reason(Run({Add("visa")}, kStranger)[1]), "ROLE_REQUIRED");
  const Who delegate = {
      .principal = "services/shop", .roles = "delegate", .on_behalf_of = "users/alice"};
  EXPECT_TRUE(Run({Add("visa")}, delegate)[1].has_receipt());
  EXPECT_EQ(Open({})->Finish().reason, "CREDENTIAL_REQUIRED");
}

TEST_F(Bulk, AFullQueueFailsNothing) {
  RestartWith({.commands_max = 64}, /*queue_max=*/1);
  std::vector<v1::Command> commands;
  for (int i = 0; i < 2'000; ++i) commands.push_back(Subscribe("s" + std::to_string(i)));
  int accepted = 0;
  for (const auto& [sequence, answer] : Run(commands)) accepted += answer.has_receipt() ? 1 : 0;
  EXPECT_EQ(accepted, 2'000);
}

TEST_F(Bulk, ManyRepeatsFailNothingEither) {
  RestartWith({.commands_max = 64}, /*queue_max=*/1);
  std::vector<v1::Command> commands;
  for (int i = 0; i < 500; ++i) {
    commands.push_back(Subscribe("s" + std::to_string(i)));
    std::string id = "00000000-0000-4000-8000-000000000000";
    const std::string number = std::to_string(i);
    id.replace(id.size() - number.size(), number.size(), number);
    commands.back().mutable_create_subscription()->set_request_id(id);
  }
  const auto first = Run(commands);
  const uint64_t head = Head();
  for (const auto& [sequence, answer] : Run(commands)) {
    ASSERT_TRUE(answer.receipt().replayed()) << sequence << Reason(answer);
    ASSERT_EQ(answer.receipt().position(), first.at(sequence).receipt().position());
  }
  EXPECT_EQ(Head(), head);
}

TEST_F(Bulk, WhoDoesNotReadItsAnswersIsNotReadEither) {
  constexpr int kCommands = 20'000;
  v1::Command malformed;  // far more bytes, over the stream, than transports hold
  malformed.mutable_remove_card()->set_name(std::string(2'000, 'x'));
  grpc::ChannelArguments little;
  little.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  little.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 65'535);
  const auto stream = std::make_unique<Stream>(NewChannel(little), kAlice);
  auto writing = std::async(std::launch::async, [&] {
    for (int i = 0; i < kCommands; ++i) EXPECT_TRUE(stream->Write(malformed));
    stream->HalfClose();
  });
  EXPECT_EQ(writing.wait_for(std::chrono::seconds(1)), std::future_status::timeout);
  int answers = 0;
  while (stream->Read()) ++answers;
  EXPECT_EQ(answers, kCommands);
  EXPECT_EQ(stream->Finish().code, grpc::StatusCode::OK);
}

TEST_F(Bulk, ACommandOnAnAccountHasItsName) {
  v1::Command open;
  auto& account = *open.mutable_create_billing_account()->mutable_billing_account();
  account.set_agreement(v1::AGREEMENT_PAY_AS_YOU_GO);
  account.set_administrator("users/alice");
  account.set_country("NL");
  account.set_currency("EUR");
  auto answers = Run({open}, kOperator);
  const std::string name = answers[1].name();
  EXPECT_EQ(name.size(), std::string("billingAccounts/").size() + 36) << "an id that it made";
  v1::Command grant;
  grant.mutable_grant_role()->set_name(name);
  grant.mutable_grant_role()->set_principal("users/bob");
  grant.mutable_grant_role()->set_role(v1::ROLE_READER);
  v1::Command hand_over;
  hand_over.mutable_hand_over_administrator()->set_name(name);
  hand_over.mutable_hand_over_administrator()->set_principal("users/carol");
  answers = Run({grant, hand_over});
  EXPECT_EQ(answers[1].name(), name);
  EXPECT_EQ(answers[2].name(), name);
}

TEST_F(Bulk, TheRefusalLimitHoldsBackWhatIsRefusedAndNothingElse) {
  engine_options_.refusals_per_minute = 2;
  Restart();
  auto answers = Run({Remove("a"), Remove("b"), Remove("c"), Remove("d"), Add("visa")});
  EXPECT_EQ(Reason(answers[1]), "CARD_NOT_FOUND");
  EXPECT_EQ(Reason(answers[2]), "CARD_NOT_FOUND");
  EXPECT_EQ(Reason(answers[3]), "REFUSAL_LIMIT");
  EXPECT_EQ(Reason(answers[4]), "REFUSAL_LIMIT");
  EXPECT_TRUE(DetailsOf(answers[4].status()).retry);
  EXPECT_TRUE(answers[5].has_receipt());
}

TEST_F(Bulk, StreamsThatComeLaterWaitForWhatTheOthersHaveTaken) {
  RestartWith({.commands_max = 8}, /*queue_max=*/1);
  std::promise<void> stuck;
  std::promise<void> go_on;
  const auto held = request::Parse(Add("held"), "held", engine_->Now());
  engine_->Submit({.request = std::get<request::Request>(held),
                   .caller = kernel::Caller{*kernel::Principal::Parse("users/alice")},
                   .abandoned =
                       [&] {
                         stuck.set_value();
                         go_on.get_future().wait();
                         return true;
                       },
                   .done = [](Outcome) {}});
  stuck.get_future().wait();
  const auto await_queued = [this](size_t count) {
    while (engine_->GetStatus().queued < count) std::this_thread::yield();
    EXPECT_EQ(engine_->GetStatus().queued, count);
  };
  std::vector<std::unique_ptr<Stream>> streams;
  // The first takes all there is; each that comes later, one.
  for (const size_t queued : {8u, 9u, 10u, 11u}) {
    streams.push_back(Open());
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(
          streams.back()->Write(Subscribe("s" + std::to_string(queued) + "-" + std::to_string(i))));
    }
    await_queued(queued);
  }
  go_on.set_value();
  for (const auto& stream : streams) {
    stream->HalfClose();
    int answers = 0;
    while (const auto answer = stream->Read()) answers += answer->has_receipt() ? 1 : 0;
    EXPECT_EQ(answers, 20);
  }
}

TEST_F(Bulk, SixteenStreamsAtOnceShareTheWindow) {
  RestartWith({.commands_max = 32}, /*queue_max=*/1);
  std::vector<std::future<size_t>> streams;
  for (int stream = 0; stream < 16; ++stream) {
    streams.push_back(std::async(std::launch::async, [this, stream] {
      std::vector<v1::Command> commands;
      for (int i = 0; i < 100; ++i) {
        commands.push_back(Subscribe("s" + std::to_string(stream) + "-" + std::to_string(i)));
      }
      size_t accepted = 0;
      for (const auto& [sequence, answer] : Run(commands)) accepted += answer.has_receipt() ? 1 : 0;
      return accepted;
    }));
  }
  for (auto& accepted : streams) EXPECT_EQ(accepted.get(), 100u);
}

TEST_F(Bulk, OneStreamMoreThanThereMayBeIsRefused) {
  RestartWith({.streams_max = 1}, /*queue_max=*/8);
  const auto first = Open();
  ASSERT_TRUE(first->Write(Add("visa")));
  ASSERT_TRUE(first->Read());
  const Details refused = Open()->Finish();
  EXPECT_EQ(refused.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(refused.reason, "TOO_MANY_STREAMS");
  EXPECT_TRUE(refused.retry);
  first->HalfClose();
  EXPECT_FALSE(first->Read());
  EXPECT_EQ(first->Finish().code, grpc::StatusCode::OK);
  EXPECT_TRUE(Run({Add("master")})[1].has_receipt());
}

TEST_F(Bulk, AStreamOnWhichNothingMovesIsEndedAndOneOnWhichSomethingDoesIsNot) {
  constexpr int64_t kIdleMs = 60'000;
  RestartWith({.streams_max = 2, .idle_ms = kIdleMs}, /*queue_max=*/8);
  const auto quiet = Open();
  const auto busy = Open();
  ASSERT_TRUE(quiet->Write(Add("visa")));
  ASSERT_TRUE(quiet->Read());
  auto end_of_quiet = std::async(std::launch::async, [&quiet] {
    EXPECT_FALSE(quiet->Read());
    return quiet->Finish();
  });
  // On the busy one something moves ten times in that time.
  for (int i = 0; end_of_quiet.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready;
       ++i) {
    ASSERT_TRUE(busy->Write(Subscribe("s" + std::to_string(i))));
    ASSERT_TRUE(busy->Read());
    clock_.Advance(kIdleMs * 1'000 / 10);
  }
  const Details end = end_of_quiet.get();
  EXPECT_EQ(end.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(end.reason, "STREAM_IDLE");
  EXPECT_TRUE(end.retry);
  ASSERT_TRUE(busy->Write(Add("amex")));
  EXPECT_TRUE(busy->Read());
  EXPECT_TRUE(AnotherComesIn());
}

TEST_F(Bulk, WhoTakesNeitherItsAnswersNorTheEndIsReset) {
  constexpr int64_t kIdleMs = 60'000;
  RestartWith({.streams_max = 1, .idle_ms = kIdleMs}, /*queue_max=*/8);
  v1::Command malformed;  // its answers are far more bytes than transports hold
  malformed.mutable_remove_card()->set_name(std::string(2'000, 'x'));
  auto stream = Open();
  auto writing = std::async(std::launch::async, [&] {
    while (stream->Write(malformed)) {
    }
  });
  // Quiet only once the transports are full, so it may take more than one such time.
  while (writing.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout) {
    clock_.Advance(kIdleMs * 1'000);
  }
  while (stream->Read()) {
  }
  EXPECT_NE(stream->Finish().code, grpc::StatusCode::OK);
  EXPECT_TRUE(AnotherComesIn());
}

TEST_F(Bulk, ADrainAnswersWhatWasTakenAndThenEndsTheStream) {
  const auto stream = Open();
  for (int i = 1; i <= 300; ++i) ASSERT_TRUE(stream->Write(Subscribe("s" + std::to_string(i))));
  std::thread drain([&] { grpc_->Drain(20'000); });
  uint64_t answered = 0;
  while (const auto answer = stream->Read()) {
    EXPECT_TRUE(answer->has_receipt()) << Reason(*answer);
    EXPECT_EQ(answer->sequence(), ++answered);
  }
  drain.join();
  const Details end = stream->Finish();
  EXPECT_EQ(end.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(end.reason, "STOPPING");
  EXPECT_TRUE(end.retry);
  EXPECT_EQ(Head(), 1 + answered) << "the account's opening, and nothing but what was answered";
}

TEST_F(Bulk, WhatIsQueuedWhenTheCallerGivesUpIsRecordedAllTheSame) {
  const auto stream = Open();
  std::thread writing([&] {
    for (int i = 0; stream->Write(Subscribe("s" + std::to_string(i))); ++i) {
    }
  });
  uint64_t answered = 0;
  while (answered < 500) {
    const auto answer = stream->Read();
    ASSERT_TRUE(answer);
    answered = answer->sequence();
  }
  stream->Cancel();
  while (const auto answer = stream->Read()) answered = answer->sequence();
  writing.join();
  EXPECT_EQ(stream->Finish().code, grpc::StatusCode::CANCELLED);
  grpc_->Drain(20'000);  // returns when the stream is gone
  EXPECT_GE(Head(), answered + 1);
}

}  // namespace
}  // namespace billing::server
