#include "tools/billingctl/bulk_sender.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

namespace billing::billingctl {
namespace {

using billing::v1::BulkService;
using billing::v1::ExecuteCommandsRequest;
using billing::v1::ExecuteCommandsResponse;

constexpr std::chrono::milliseconds kTick(100);

// Whether another stream may fare better.
bool MayPass(const Failure& failure) {
  return failure.never_sent || OutcomeIsUncertain(failure) || failure.code == "RESOURCE_EXHAUSTED";
}

}  // namespace

BulkSender::BulkSender(const Session& session, const Options& options, Calls calls)
    : session_(session), options_(options), calls_(std::move(calls)) {}

std::optional<Failure> BulkSender::Run() {
  for (;;) {
    std::optional<Failure> failure = RunStream();
    int attempt = 0;
    {
      const std::lock_guard lock(mutex_);
      if (!failure && all_sent_ && unanswered_.empty()) return std::nullopt;
      attempt = ++attempts_;
    }
    if (!failure) {
      failure = FailureOf({grpc::StatusCode::INTERNAL,
                           "the server ended the stream before everything was answered"});
    }
    if (!MayPass(*failure) || attempt >= kStreamAttemptsMax) return failure;
    WaitBefore(attempt, *failure);
  }
}

std::optional<Failure> BulkSender::RunStream() {
  grpc::ClientContext context;
  session_.Identify(context);
  const auto stub = BulkService::NewStub(session_.channel());
  const auto stream = stub->ExecuteCommands(&context);
  {
    const std::lock_guard lock(mutex_);
    stream_ended_ = false;
    moved_ = Clock::now();
  }
  std::thread receiving([&] { Receive(*stream); });
  std::thread sending([&] { Send(*stream); });
  Watch(context);
  sending.join();
  receiving.join();
  const grpc::Status status = stream->Finish();
  if (status.ok()) return std::nullopt;
  return FailureOf(status);
}

void BulkSender::Send(Reactor& stream) {
  std::vector<ImportLine> again;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, line] : unanswered_) again.push_back(line);
  }
  for (const ImportLine& line : again) {
    if (!WriteLine(stream, line)) return;
  }
  while (const auto line = NextInTurn()) {
    if (!WriteLine(stream, *line)) return;
  }
  stream.WritesDone();
}

bool BulkSender::WriteLine(Reactor& stream, const ImportLine& line) {
  ExecuteCommandsRequest request;
  request.set_sequence(line.number);
  *request.mutable_command() = line.command;
  if (!stream.Write(request)) return false;
  const std::lock_guard lock(mutex_);
  moved_ = Clock::now();
  return true;
}

std::optional<ImportLine> BulkSender::NextInTurn() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stream_ended_ || unanswered_.size() < options_.window; });
    if (stream_ended_ || all_sent_) return std::nullopt;
  }
  std::optional<ImportLine> line = calls_.next();
  const std::lock_guard lock(mutex_);
  if (line) {
    unanswered_.emplace(line->number, *line);
  } else {
    all_sent_ = true;
  }
  return line;
}

void BulkSender::Receive(Reactor& stream) {
  ExecuteCommandsResponse answer;
  while (stream.Read(&answer)) Take(answer);
  {
    const std::lock_guard lock(mutex_);
    stream_ended_ = true;
  }
  changed_.notify_all();
}

void BulkSender::Take(const ExecuteCommandsResponse& answer) {
  std::map<uint64_t, ImportLine>::node_type line;
  {
    const std::lock_guard lock(mutex_);
    moved_ = Clock::now();
    line = unanswered_.extract(answer.sequence());
    if (line.empty()) return;  // answered before
    attempts_ = 0;
  }
  changed_.notify_all();
  calls_.answered(line.mapped(), answer);
}

void BulkSender::Watch(grpc::ClientContext& context) {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kTick, [this] { return stream_ended_; })) {
    if (!unanswered_.empty() && Clock::now() - moved_ > options_.patience) context.TryCancel();
    lock.unlock();
    calls_.tick();
    lock.lock();
  }
}

void BulkSender::WaitBefore(int attempt, const Failure& failure) {
  const auto wait = std::max(options_.retry_after * (1 << (attempt - 1)),
                             failure.retry_after.value_or(options_.retry_after));
  const auto until = Clock::now() + wait;
  while (Clock::now() < until) {
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(kTick, until - Clock::now()));
    calls_.tick();
  }
}

}  // namespace billing::billingctl
