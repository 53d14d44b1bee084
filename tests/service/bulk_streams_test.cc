// Streams of many commands: how fast each is read, how many there may be, how they end.
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "tests/service/bulk_fixture.h"

namespace billing::server {
namespace {

class BulkStream : public Bulk {
 protected:
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

TEST_F(BulkStream, AFullQueueFailsNothing) {
  RestartWith({.commands_max = 64}, /*queue_max=*/1);
  std::vector<v1::Command> commands;
  for (int i = 0; i < 2'000; ++i) commands.push_back(Subscribe("s" + std::to_string(i)));
  int accepted = 0;
  for (const auto& [sequence, answer] : Run(commands)) accepted += answer.has_receipt() ? 1 : 0;
  EXPECT_EQ(accepted, 2'000);
}

TEST_F(BulkStream, ManyRepeatsFailNothingEither) {
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

TEST_F(BulkStream, WhoDoesNotReadItsAnswersIsNotReadEither) {
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

TEST_F(BulkStream, StreamsThatComeLaterWaitForWhatTheOthersHaveTaken) {
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

TEST_F(BulkStream, SixteenStreamsAtOnceShareTheWindow) {
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

TEST_F(BulkStream, OneStreamMoreThanThereMayBeIsRefused) {
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

TEST_F(BulkStream, AStreamOnWhichNothingMovesIsEndedAndOneOnWhichSomethingDoesIsNot) {
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

TEST_F(BulkStream, WhoTakesNeitherItsAnswersNorTheEndIsReset) {
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

TEST_F(BulkStream, ADrainAnswersWhatWasTakenAndThenEndsTheStream) {
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

TEST_F(BulkStream, WhatIsQueuedWhenTheCallerGivesUpIsRecordedAllTheSame) {
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
