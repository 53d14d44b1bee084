#include "tools/billingctl/event_stream.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "billing/v1/history_service.grpc.pb.h"

namespace billing::billingctl {
namespace {

using billing::v1::WatchEventsRequest;
using billing::v1::WatchEventsResponse;
using std::chrono::milliseconds;

// The server says every 10 s that the watch lives: after three silences nobody is there.
constexpr milliseconds kSilenceMax{30'000};
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kPauseMax{10'000};

uint64_t PositionOf(const WatchEventsResponse& message) {
  if (message.has_event()) return message.event().position();
  if (message.has_caught_up()) return message.caught_up().position();
  return message.heartbeat().position();
}

// One stream, read with a limit to each silence.
class Reading {
 public:
  Reading(const Context& context, const WatchEventsRequest& request)
      : patience_(std::max(kSilenceMax, context.session.timeout())),
        stub_(context.session.channel()) {
    context.session.Identify(context_);
    reader_ = stub_.AsyncWatchEvents(&context_, request, &queue_, this);
    going_ = Settled();
  }
  ~Reading() {
    if (!finished_) {
      context_.TryCancel();
      Finish();
    }
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  // False at the end of the stream.
  bool Next(WatchEventsResponse& message) {
    if (!going_) return false;
    reader_->Read(&message, this);
    return going_ = Settled();
  }

  Failure Finish() {
    finished_ = true;
    grpc::Status status;
    reader_->Finish(&status, this);
    void* tag = nullptr;
    bool ok = false;
    queue_.Next(&tag, &ok);
    if (silent_ || status.ok()) {
      // A watch does not end by itself.
      Failure failure;
      failure.code = "UNAVAILABLE";
      failure.message = silent_ ? "the server was silent for too long" : "the stream ended";
      failure.exit_code = ExitCode::kUnavailable;
      return failure;
    }
    return FailureOf(status);
  }

 private:
  // Whether what was started has succeeded.
  bool Settled() {
    void* tag = nullptr;
    bool ok = false;
    const auto deadline = std::chrono::system_clock::now() + patience_;
    if (queue_.AsyncNext(&tag, &ok, deadline) == grpc::CompletionQueue::TIMEOUT) {
      silent_ = true;
      context_.TryCancel();
      queue_.Next(&tag, &ok);
    }
    return ok;
  }

  const milliseconds patience_;
  billing::v1::HistoryService::Stub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::ClientAsyncReader<WatchEventsResponse>> reader_;
  bool going_ = false;
  bool silent_ = false;
  bool finished_ = false;
};

}  // namespace

std::optional<Failure> EventStream::Run(WatchEventsRequest request) {
  position_ = request.after_position();
  for (;;) {
    request.set_after_position(position_);
    open_ = false;
    auto failure = RunOnce(request);
    if (!failure || !MayPass(*failure)) return failure;
    const milliseconds pause = NextPause(*failure);
    calls_.lost(*failure, position_, pause);
    context_.waiting.pause(pause);
  }
}

std::optional<Failure> EventStream::RunOnce(const WatchEventsRequest& request) {
  Reading reading(context_, request);
  WatchEventsResponse message;
  while (reading.Next(message)) {
    if (!Take(message)) return std::nullopt;
  }
  return reading.Finish();
}

bool EventStream::Take(const WatchEventsResponse& message) {
  if (ever_ && !open_) calls_.resumed(position_);
  ever_ = true;
  open_ = true;
  pause_ = milliseconds(0);
  position_ = std::max(position_, PositionOf(message));
  return calls_.take(message);
}

// A connection's end of life ends its streams without a word of the server's own.
bool EventStream::MayPass(const Failure& failure) const {
  if (!ever_) return false;
  if (failure.reason.empty()) {
    return failure.code != "UNIMPLEMENTED" && failure.code != "UNAUTHENTICATED";
  }
  return failure.exit_code == ExitCode::kUnavailable || failure.exit_code == ExitCode::kAborted;
}

milliseconds EventStream::NextPause(const Failure& failure) {
  pause_ = std::clamp(2 * pause_, kFirstPause, kPauseMax);
  return std::max(pause_, failure.retry_after.value_or(milliseconds(0)));
}

}  // namespace billing::billingctl
