#include "server/calls/bulk_calls.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/calls/bulk_message.h"
#include "server/calls/bulk_streams.h"
#include "server/calls/messages.h"
#include "server/calls/trace_parent.h"
#include "server/counting.h"

namespace billing::server {
namespace {

CallKind ExecuteCommands() {
  static const CallKind kind = CallOf(billing::v1::ExecuteCommandsRequest::descriptor()->name());
  return kind;
}

// A stream that is not let in.
class Refusal final : public Reactor {
 public:
  Refusal(Call& call, const Problem& problem) : Reactor(call) { Finish(ToGrpcStatus(problem)); }

 private:
  void OnDone() override { delete this; }
};

// The loop's thread reads and writes, the engine's put down outcomes, and the executor's does what
// costs: it parses what came, gives it to the engine, and makes the answers. It is woken when
// there is something to do and never runs twice at once for one stream, which keeps the order.
class Stream final : public Reactor,
                     public BulkStreams::Stream,
                     public std::enable_shared_from_this<Stream> {
 public:
  Stream(BulkStreams& streams, Call& call, kernel::Caller caller)
      : Reactor(call),
        streams_(streams),
        caller_(std::move(caller)),
        trace_parent_(TraceParentIn(call.metadata())),
        start_us_(clock().SteadyUs()),
        moved_us_(start_us_) {}

  // The call holds it from here on. Once, and first of all.
  void Begin() {
    held_by_call_ = shared_from_this();
    const std::lock_guard lock(mutex_);
    // The server stopped between Enter and here.
    if (finished_) return;
    // By themselves: with an answer that is kept back they would be kept back for good.
    StartSendInitialMetadata();
    ReadIfRoom();
  }

  void StopTaking() override {
    {
      const std::lock_guard lock(mutex_);
      draining_ = true;
    }
    WakeUp();
  }

  // Ends it when nothing has moved for so long while it is the client's turn. One that does
  // not even take the end in another so long is reset.
  void EndIfIdle(int64_t now_us, int64_t idle_us) override {
    {
      const std::lock_guard lock(mutex_);
      if (over_ || now_us - moved_us_ < idle_us) return;
      if (finished_) return call().TryCancel();
      if (!IsClientsTurn()) return;
      idle_ = true;
    }
    WakeUp();
  }

 private:
  // What came of the stream.
  struct Taken {
    BulkCommand command;
    size_t bytes = 0;
    int64_t taken_us = 0;
  };
  // A command that was given to the engine.
  struct Judged {
    Taken taken;
    Outcome outcome;
  };
  // An answer that is ready for the wire.
  struct Ready {
    grpc::ByteBuffer bytes;
    size_t command_bytes = 0;
  };

  const CallParts& parts() const { return streams_.parts(); }
  const Clock& clock() const { return parts().engine.clock(); }

  void OnReadDone(bool ok) override {
    {
      const std::lock_guard lock(mutex_);
      reading_ = false;
      if (finished_) return;
      if (ok) {
        Moved();
        ++open_;
        ++unjudged_;
        streams_.Took();
        open_bytes_ += incoming_.Length();
        received_.emplace_back().Swap(&incoming_);
        ReadIfRoom();
      } else {
        half_closed_ = true;
      }
    }
    WakeUp();
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    Moved();
    Close(written_.command_bytes);
    if (!ok) broken_ = true;
    if (broken_) DropAnswers();
    WriteIfReady();
    ReadIfRoom();
    if (MayFinish()) WakeUp();
  }

  void OnCancel() override {
    {
      const std::lock_guard lock(mutex_);
      if (finished_) return;
      broken_ = true;
    }
    WakeUp();
  }

  void OnDone() override {
    const auto self = std::move(held_by_call_);
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
      GiveUpPlace();
    }
    streams_.Leave(self);
  }

  // REQUIRES mutex_, like all that start something at gRPC: it calls back from the loop only.
  void ReadIfRoom() {
    if (reading_ || half_closed_ || draining_ || broken_ || finished_) return;
    if (open_ >= streams_.Window() || open_bytes_ >= kBulkBytesMax) return;
    if (!streams_.MayTake(unjudged_)) return;
    reading_ = true;
    StartRead(&incoming_);
  }

  // REQUIRES mutex_. While more answers wait, gRPC may keep this one back to send them
  // together.
  void WriteIfReady() {
    if (writing_ || ready_.empty()) return;
    writing_ = true;
    Moved();
    written_ = std::move(ready_.front());
    ready_.pop_front();
    grpc::WriteOptions options;
    if (!ready_.empty()) options.set_buffer_hint();
    StartWrite(written_.bytes, options);
  }

  // REQUIRES mutex_. So many commands have an answer, or need none.
  void CountJudged(size_t count) {
    unjudged_ -= count;
    streams_.Judged(count);
  }

  // REQUIRES mutex_. A command is done with.
  void Close(size_t bytes) {
    --open_;
    open_bytes_ -= bytes;
  }

  // REQUIRES mutex_.
  void DropAnswers() {
    for (const Ready& answer : ready_) Close(answer.command_bytes);
    ready_.clear();
  }

  // REQUIRES mutex_.
  void Moved() { moved_us_ = clock().SteadyUs(); }

  // REQUIRES mutex_. It has an answer to take, or nothing is open and it may send: what it
  // waits for from us never counts against it.
  bool IsClientsTurn() const { return writing_ || open_ == 0; }

  // REQUIRES mutex_.
  bool MayFinish() const {
    if (finished_) return false;
    if (idle_) return true;
    return open_ == 0 && !writing_ && (half_closed_ || draining_ || broken_);
  }

  void WakeUp() {
    if (awake_.exchange(true)) return;
    streams_.Submit([self = shared_from_this()] { self->Work(); });
  }

  void Work() {
    awake_.store(false);
    for (Judged& judged : TakeOutcomes()) {
      Answer(AnswerTo(judged.taken.command, judged.outcome), judged.taken);
    }
    Send();
    for (const grpc::ByteBuffer& message : TakeReceived()) Take(message);
    Send();
    FinishIfDone();
  }

  std::vector<Judged> TakeOutcomes() {
    const std::lock_guard lock(outcomes_mutex_);
    return std::exchange(outcomes_, {});
  }

  // Nobody waits any more for what was not given to the engine before the stream broke.
  std::vector<grpc::ByteBuffer> TakeReceived() {
    const std::lock_guard lock(mutex_);
    std::vector<grpc::ByteBuffer> received = std::exchange(received_, {});
    if (!broken_) return received;
    CountJudged(received.size());
    for (const grpc::ByteBuffer& message : received) Close(message.Length());
    return {};
  }

  void Take(const grpc::ByteBuffer& message) {
    const int64_t taken_us = clock().SteadyUs();
    BulkRead read = ReadBulkMessage(message, parts().engine.Now());
    Taken taken{std::move(read.command), message.Length(), taken_us};
    if (auto* problem = std::get_if<Problem>(&read.request)) {
      return Answer(AnswerTo(taken.command, std::move(*problem)), taken);
    }
    // Never abandoned: what is queued is judged, whatever becomes of the stream.
    parts().engine.Submit(
        {.request = std::get<request::Request>(std::move(read.request)),
         .caller = caller_,
         .trace_parent = trace_parent_,
         .room_reserved = true,
         .done = [self = shared_from_this(), taken = std::move(taken)](Outcome outcome) mutable {
           self->PutDown({std::move(taken), std::move(outcome)});
         }});
  }

  // From a thread of the engine.
  void PutDown(Judged judged) {
    {
      const std::lock_guard lock(outcomes_mutex_);
      outcomes_.push_back(std::move(judged));
    }
    WakeUp();
  }

  void Answer(const BulkAnswer& answer, const Taken& taken) {
    ++answered_;
    if (answer.problem) ++failed_;
    Count(answer, taken);
    Log(answer, taken.command);
    answers_.push_back({WriteMessage(answer.response), taken.bytes});
  }

  void Count(const BulkAnswer& answer, const Taken& taken) const {
    Metrics& metrics = parts().metrics;
    const CallOutcome outcome = answer.problem ? CountCommandProblem(metrics, *answer.problem)
                                : answer.response.receipt().replayed() ? CallOutcome::kReplayed
                                                                       : CallOutcome::kOk;
    metrics.CommandStreamed(taken.command.kind, outcome, clock().SteadyUs() - taken.taken_us);
  }

  // All answers that were made, together.
  void Send() {
    const std::lock_guard lock(mutex_);
    CountJudged(answers_.size());
    std::ranges::move(answers_, std::back_inserter(ready_));
    answers_.clear();
    if (broken_) DropAnswers();
    WriteIfReady();
    ReadIfRoom();
  }

  // REQUIRES mutex_.
  void GiveUpPlace() {
    if (std::exchange(has_place_, false)) streams_.GiveUpPlace();
  }

  void FinishIfDone() {
    const std::lock_guard lock(mutex_);
    // A command may have come meanwhile.
    if (!IsClientsTurn()) idle_ = false;
    if (!MayFinish()) return;
    finished_ = true;
    Moved();
    // A client on whose stream nothing moved may not even take the end: it keeps its place.
    if (broken_ || !idle_) GiveUpPlace();
    std::optional<Problem> problem;
    if (broken_) {
      problem = ReadCancelled(/*deadline_passed=*/false);
    } else if (idle_) {
      broken_ = true;
      DropAnswers();
      problem = StreamIdle();
    } else if (!half_closed_) {
      problem = StreamStopping();
    }
    Metrics& metrics = parts().metrics;
    metrics.StreamEnded(ExecuteCommands(),
                        problem ? CountProblem(metrics, *problem) : CallOutcome::kOk);
    LogEnd(problem ? problem->code : grpc::StatusCode::OK);
    Finish(problem ? ToGrpcStatus(*problem) : grpc::Status::OK);
  }

  // One line for each command would cost more than the command: only for those who ask, and
  // for what went wrong on our side.
  void Log(const BulkAnswer& answer, const BulkCommand& command) const {
    const grpc::StatusCode code = answer.problem ? answer.problem->code : grpc::StatusCode::OK;
    const bool ours = code == grpc::StatusCode::INTERNAL || code == grpc::StatusCode::UNKNOWN;
    const LogLevel level = ours ? LogLevel::kError : LogLevel::kDebug;
    if (!parts().logger.Wants(level)) return;
    LogLine line("bulk_command");
    line.Add("rpc", command.rpc).Add("sequence", command.sequence).Add("code", NameOf(code));
    if (!command.request_id.empty()) line.Add("request_id", command.request_id);
    AddCaller(line);
    if (!answer.problem) {
      line.Add("position", answer.response.receipt().position());
    } else {
      line.Add("reason", answer.problem->reason);
      if (!answer.problem->detail.empty()) line.Add("detail", answer.problem->detail);
    }
    parts().logger.Write(level, line);
  }

  void LogEnd(grpc::StatusCode code) const {
    if (!parts().logger.Wants(LogLevel::kInfo)) return;
    LogLine line("bulk_stream");
    line.Add("code", NameOf(code)).Add("commands", answered_).Add("failed", failed_);
    AddCaller(line);
    line.Add("duration_us", clock().SteadyUs() - start_us_);
    parts().logger.Write(LogLevel::kInfo, line);
  }

  void AddCaller(LogLine& line) const {
    line.Add("principal", caller_.principal.value());
    if (caller_.on_behalf_of) line.Add("on_behalf_of", caller_.on_behalf_of->value());
    if (!trace_parent_.empty()) line.Add("trace_parent", trace_parent_);
  }

  BulkStreams& streams_;
  std::shared_ptr<Stream> held_by_call_;
  const kernel::Caller caller_;
  const std::string trace_parent_;
  const int64_t start_us_;
  // Work is queued.
  std::atomic<bool> awake_ = false;

  // A mutex of its own: the engine's threads must not wait for gRPC.
  std::mutex outcomes_mutex_;
  std::vector<Judged> outcomes_;

  std::mutex mutex_;
  // The call has gone.
  bool over_ = false;
  // Of as many as there may be.
  bool has_place_ = true;
  // When a message last came or went, or began to go: Clock::SteadyUs.
  int64_t moved_us_;
  std::vector<grpc::ByteBuffer> received_;
  std::deque<Ready> ready_;
  // What gRPC reads into and writes from.
  grpc::ByteBuffer incoming_;
  Ready written_;
  // Commands that came and whose answers are not written, and their bytes.
  size_t open_ = 0;
  // Of these, those that are not judged yet.
  size_t unjudged_ = 0;
  size_t open_bytes_ = 0;
  bool reading_ = false;
  bool writing_ = false;
  bool half_closed_ = false;
  bool draining_ = false;
  bool idle_ = false;
  bool broken_ = false;  // nobody reads the answers
  bool finished_ = false;

  // Of Work alone.
  std::vector<Ready> answers_;
  uint64_t answered_ = 0;
  uint64_t failed_ = 0;
};

}  // namespace

BulkCalls::BulkCalls(const BulkOptions& options, const CallParts& parts)
    : streams_(std::make_unique<BulkStreams>(options, parts)) {}

BulkCalls::~BulkCalls() = default;

void BulkCalls::Start(Call& call) {
  auto checked = streams_->parts().credentials.Check(call.metadata());
  if (const auto* problem = std::get_if<Problem>(&checked)) return Refuse(call, *problem);
  const auto stream =
      std::make_shared<Stream>(*streams_, call, std::get<kernel::Caller>(std::move(checked)));
  if (const auto problem = streams_->Enter(stream)) return Refuse(call, *problem);
  stream->Begin();
}

void BulkCalls::Refuse(Call& call, const Problem& problem) const {
  Metrics& metrics = streams_->parts().metrics;
  metrics.StreamEnded(ExecuteCommands(), CountProblem(metrics, problem));
  new Refusal(call, problem);
}

size_t BulkCalls::streams() const { return streams_->count(); }

void BulkCalls::Drain() { streams_->Drain(); }

}  // namespace billing::server
