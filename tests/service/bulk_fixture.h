// A stream of commands as its client holds it, and commands to send over it.
#ifndef BILLING_TESTS_SERVICE_BULK_FIXTURE_H_
#define BILLING_TESTS_SERVICE_BULK_FIXTURE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "billing/v1/bulk_service.grpc.pb.h"
#include "tests/service/service_fixture.h"

namespace billing::server {

// Of the status in an answer.
inline Details DetailsOf(const google::rpc::Status& status) {
  return DetailsOf(grpc::Status(static_cast<grpc::StatusCode>(status.code()), status.message(),
                                status.SerializeAsString()));
}

class Bulk : public ServiceTest {
 protected:
  // A stream of one caller. Sequences are 1, 2, 3 …
  class Stream {
   public:
    Stream(const std::shared_ptr<grpc::Channel>& channel, const Who& who)
        : stub_(billing::v1::BulkService::NewStub(channel)) {
      Identify(context_, who);
      stream_ = stub_->ExecuteCommands(&context_);
    }

    bool Write(const billing::v1::Command& command) {
      billing::v1::ExecuteCommandsRequest request;
      request.set_sequence(++sequence_);
      *request.mutable_command() = command;
      return stream_->Write(request);
    }
    // Nothing when the stream has ended.
    std::optional<billing::v1::ExecuteCommandsResponse> Read() {
      billing::v1::ExecuteCommandsResponse response;
      if (!stream_->Read(&response)) return std::nullopt;
      return response;
    }
    void HalfClose() { stream_->WritesDone(); }
    void Cancel() { context_.TryCancel(); }
    Details Finish() { return DetailsOf(stream_->Finish()); }

    // Sends all, half-closes, and gives the answers by sequence.
    std::map<uint64_t, billing::v1::ExecuteCommandsResponse> Run(
        const std::vector<billing::v1::Command>& commands) {
      std::thread writing([&] {
        for (const billing::v1::Command& command : commands) EXPECT_TRUE(Write(command));
        HalfClose();
      });
      std::map<uint64_t, billing::v1::ExecuteCommandsResponse> answers;
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
    std::unique_ptr<billing::v1::BulkService::Stub> stub_;
    grpc::ClientContext context_;
    std::unique_ptr<grpc::ClientReaderWriter<billing::v1::ExecuteCommandsRequest,
                                             billing::v1::ExecuteCommandsResponse>>
        stream_;
    uint64_t sequence_ = 0;
  };

  std::unique_ptr<Stream> Open(const Who& who = kAlice) {
    return std::make_unique<Stream>(NewChannel(), who);
  }
  std::map<uint64_t, billing::v1::ExecuteCommandsResponse> Run(
      const std::vector<billing::v1::Command>& commands, const Who& who = kAlice) {
    return Open(who)->Run(commands);
  }

  static billing::v1::Command Add(const std::string& card) {
    billing::v1::Command command;
    *command.mutable_add_card() = Card(card);
    return command;
  }
  static billing::v1::Command Subscribe(const std::string& id, const std::string& card = "") {
    billing::v1::Command command;
    *command.mutable_create_subscription() = Subscription(id, card);
    return command;
  }
  static billing::v1::Command Remove(const std::string& card) {
    billing::v1::Command command;
    command.mutable_remove_card()->set_name(CardName(card));
    return command;
  }
  static billing::v1::Command Activate(const std::string& subscription, const std::string& card) {
    billing::v1::Command command;
    command.mutable_set_active()->set_subscription(SubscriptionName(subscription));
    command.mutable_set_active()->set_card(CardName(card));
    return command;
  }
  static std::string Reason(const billing::v1::ExecuteCommandsResponse& answer) {
    return answer.has_status() ? DetailsOf(answer.status()).reason : "";
  }
};

}  // namespace billing::server

#endif  // BILLING_TESTS_SERVICE_BULK_FIXTURE_H_
