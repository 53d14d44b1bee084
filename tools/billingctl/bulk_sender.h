// Commands over a stream to billingd, many under way at once.
#ifndef BILLING_TOOLS_BILLINGCTL_BULK_SENDER_H_
#define BILLING_TOOLS_BILLINGCTL_BULK_SENDER_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "billing/v1/bulk_service.grpc.pb.h"
#include "tools/billingctl/failure.h"
#include "tools/billingctl/import_file.h"
#include "tools/billingctl/session.h"

namespace billing::billingctl {

// How often in a row a stream may break, or not open, before an answer comes.
inline constexpr int kStreamAttemptsMax = 6;

// When a stream breaks, another is opened and what is not answered is sent again, in its
// order: every command has a request id, so nothing happens twice. Use one object for one Run.
class BulkSender {
 public:
  struct Options {
    // Commands that are sent and not answered.
    size_t window = 1'000;
    // How long nothing may move while answers are due.
    std::chrono::milliseconds patience = std::chrono::seconds(10);
    // Before the second attempt to open a stream; twice as long before each further one.
    std::chrono::milliseconds retry_after = std::chrono::milliseconds(200);
  };
  struct Calls {
    // The next line, with a command; nothing at the end. On a thread of its own.
    std::function<std::optional<ImportLine>()> next;
    // A line's answer, each line once. On another thread of its own.
    std::function<void(const ImportLine&, const billing::v1::ExecuteCommandsResponse&)> answered;
    // About ten times a second, on the caller's thread.
    std::function<void()> tick;
  };

  BulkSender(const Session& session, const Options& options, Calls calls);

  // Returns when everything is answered: nothing; or when it gives up: why.
  std::optional<Failure> Run();

 private:
  using Reactor = grpc::ClientReaderWriter<billing::v1::ExecuteCommandsRequest,
                                           billing::v1::ExecuteCommandsResponse>;
  using Clock = std::chrono::steady_clock;

  std::optional<Failure> RunStream();
  void Send(Reactor& stream);
  bool WriteLine(Reactor& stream, const ImportLine& line);
  // The next line once there is room for it; nothing at the end, or when the stream ended.
  std::optional<ImportLine> NextInTurn();
  void Receive(Reactor& stream);
  void Take(const billing::v1::ExecuteCommandsResponse& answer);
  // Ticks until the stream has ended; gives it up when nothing moves any more.
  void Watch(grpc::ClientContext& context);
  void WaitBefore(int attempt, const Failure& failure);

  const Session& session_;
  const Options options_;
  const Calls calls_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, ImportLine> unanswered_;
  Clock::time_point moved_;
  int attempts_ = 0;  // since the last answer
  bool stream_ended_ = false;
  bool all_sent_ = false;
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_BULK_SENDER_H_
