#include "server/engine/writer.h"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

#include "aggregates/judge/judge.h"
#include "eventstore/integrity/merkle.h"
#include "projections/state/state_reader.h"
#include "server/engine/judging.h"
#include "server/engine/recovery.h"
#include "server/engine/staging_rows.h"

namespace billing::server {
namespace {

using projections::StateReader;

bool IsRefusalOrNothing(const kernel::Decision& decision) {
  return !std::holds_alternative<kernel::Facts>(decision);
}

}  // namespace

Writer::Writer(const EngineOptions& options, const EngineParts& parts, TimeKeeper& time,
               projections::Follower follower, Listener listener)
    : options_(options),
      parts_(parts),
      time_(time),
      follower_(std::move(follower)),
      listener_(std::move(listener)),
      recorder_(&parts.vault),
      refusal_limit_(options.refusals_per_minute),
      maybe_happened_(follower_.position()),
      append_thread_({.work = [this] { Append(*appending_); }, .ended = listener_.append_ended}) {}

absl::Status Writer::Handle(std::vector<SubmissionPtr> submissions) {
  absl::Status status = GoOn();
  auto next = submissions.begin();
  while (status.ok() && next != submissions.end()) {
    if (open_ == nullptr) {
      listener_.begins();
      open_ = std::make_unique<Batch>();
      open_->began_us = parts_.clock.SteadyUs();
      const auto left = static_cast<size_t>(submissions.end() - next);
      open_->answers.reserve(std::min(left, options_.batch_commands_max));
    }
    Take(std::move(*next++), *open_);
    status = GoOn();
  }
  if (status.ok()) return status;
  status = Fail(std::move(status));
  for (; next != submissions.end(); ++next) (*next)->done(AfterFailure(**next));
  return status;
}

absl::Status Writer::Settle() {
  if (appending_ != nullptr || open_ == nullptr) return absl::OkStatus();
  if (open_->commands() > options_.batch_commands_alone && CanBeAppendedBeside()) {
    BeginAppend();
    return absl::OkStatus();
  }
  absl::Status status = CommitOpen();
  return status.ok() ? status : Fail(std::move(status));
}

absl::Status Writer::Drain() {
  absl::Status status;
  while (status.ok() && !is_drained()) status = appending_ != nullptr ? EndAppend() : CommitOpen();
  return status.ok() ? status : Fail(std::move(status));
}

absl::Status Writer::GoOn() {
  if (!broken_.ok()) return broken_;
  const bool is_full = open_ != nullptr && !HasRoom(*open_);
  if (AppendHasEnded() || (is_full && appending_ != nullptr)) {
    if (absl::Status status = EndAppend(); !status.ok()) return status;
  }
  if (open_ == nullptr || appending_ != nullptr) return absl::OkStatus();
  if (open_->records.empty() ? !HasRoom(*open_) : parts_.rows.border_due()) return CommitOpen();
  if (IsToBeAppended()) BeginAppend();
  return absl::OkStatus();
}

bool Writer::CanBeAppendedBeside() const {
  return broken_.ok() && open_ != nullptr && !open_->records.empty() && !parts_.rows.border_due();
}

bool Writer::IsToBeAppended() const {
  return CanBeAppendedBeside() && (!HasRoom(*open_) || IsDue(*open_));
}

bool Writer::HasRoom(const Batch& batch) const {
  return batch.bytes < options_.batch_bytes_max &&
         batch.records.size() < options_.batch_records_max &&
         batch.commands() < options_.batch_commands_max;
}

bool Writer::IsDue(const Batch& batch) const {
  return batch.commands() >= options_.batch_commands_due ||
         parts_.clock.SteadyUs() - batch.began_us >= options_.batch_us;
}

void Writer::Take(SubmissionPtr submission, Batch& batch) {
  const auto answer = [&](Outcome outcome) {
    batch.answers.emplace_back(std::move(submission), std::move(outcome));
  };
  if (submission->abandoned && submission->abandoned()) {
    return answer(NotDone{NotDone::Kind::kCancelled, ""});
  }
  const auto rows = parts_.rows.Staged();
  const request::Request& request = submission->request;
  if (!request.request_id.empty()) {
    const StateReader states(*rows);
    const auto first =
        states.PositionOfRequest(request.request_id, submission->caller.request_scope());
    if (!states.status().ok()) {
      return answer(NotDone{NotDone::Kind::kReadFailed, states.status().ToString()});
    }
    if (first) {
      batch.repeats.push_back({std::move(submission), *first});
      return;
    }
  }
  if (storage_full()) {
    return answer(NotDone{NotDone::Kind::kStorageFull, ""});
  }
  const auto now = time_.Stamp();
  if (!now) return answer(NotDone{NotDone::Kind::kClockSuspect, ""});
  answer(Decide(*submission, *now, *rows, batch));
}

Outcome Writer::Decide(const Submission& submission, kernel::Instant now,
                       const projections::RowReader& rows, Batch& batch) {
  const kernel::Context context = ContextOf(submission.request, submission.caller, now);
  const StateReader states(rows);
  kernel::Decision decision = judge::Judge(submission.request.command, context, states);
  if (!states.status().ok()) {
    return NotDone{NotDone::Kind::kReadFailed, states.status().ToString()};
  }
  const auto* refusal = std::get_if<kernel::Refusal>(&decision);
  if (refusal != nullptr && !kernel::IsRecorded(refusal->reason)) {
    return Unrecorded(submission.request, *refusal, states, follower_.position());
  }
  if (IsRefusalOrNothing(decision)) {
    const auto stream = judge::StreamOf(submission.request.command, states);
    if (!refusal_limit_.Allow(stream.value_or(0), submission.caller.actor().value(),
                              parts_.clock.SteadyUs())) {
      return NotDone{NotDone::Kind::kRefusalLimit, ""};
    }
  }
  return Keep(submission, context, std::move(decision), rows, batch);
}

Outcome Writer::Keep(const Submission& submission, const kernel::Context& context,
                     kernel::Decision decision, const projections::RowReader& rows, Batch& batch) {
  const bool refused = std::holds_alternative<kernel::Refusal>(decision);
  const uint64_t judged_at = follower_.position();
  // What a command that cannot be recorded has changed goes with it.
  projections::Overlay overlay(rows);
  auto recorded = recorder_.Record({submission.request, context, submission.trace_parent},
                                   std::move(decision), follower_, overlay);
  // Keys that cannot be written are a failed storage: the next step says so to all.
  if (absl::IsAborted(recorded.status())) {
    broken_ = recorded.status();
    return NotDone{NotDone::Kind::kStopping, broken_.ToString()};
  }
  // E.g. a data key or a row that cannot be read: this command fails, the others go on.
  if (!recorded.ok()) {
    return NotDone{NotDone::Kind::kReadFailed, recorded.status().ToString()};
  }
  StageChanges(overlay, follower_.position(), parts_.rows);
  for (std::string& record : recorded->records) {
    batch.bytes += record.size();
    batch.records.push_back(std::move(record));
  }
  if (refused) {
    return Refused{.account_id = std::move(recorded->account_id),
                   .refusal = std::move(recorded->refusal),
                   .position = judged_at,
                   .event_position = follower_.position()};
  }
  Accepted accepted{std::move(recorded->account_id), std::move(recorded->answer), {}};
  ShowPersonal(submission.request, *accepted.answer);
  accepted.receipt = {.position = follower_.position(),
                      .commit_time_us = context.now.us,
                      .leaf_hash = std::string(eventstore::AsBytes(follower_.leaf()))};
  accepted.sight = SightFor(submission.caller, accepted, StateReader(rows));
  return accepted;
}

std::unique_ptr<Writer::Batch> Writer::CloseBatch() {
  assert(appending_ == nullptr && open_ != nullptr);
  if (open_->records.empty()) return std::move(open_);
  open_->reached = AnchorStateOf(follower_, time_.Now().us);
  open_->mark = follower_.Mark();
  parts_.rows.EndBatch(open_->reached.size);
  return std::move(open_);
}

void Writer::Append(Batch& batch) {
  if (batch.records.empty()) return;
  const std::vector<std::string_view> records(batch.records.begin(), batch.records.end());
  const int64_t began_us = parts_.clock.SteadyUs();
  batch.status = parts_.log.Append(batch.reached.size - records.size(), records);
  batch.append_us = parts_.clock.SteadyUs() - began_us;
  batch.maybe_appended = batch.status.ok() || absl::IsUnknown(batch.status);
  if (batch.status.ok()) batch.status = parts_.anchor.Write(batch.reached);
}

void Writer::BeginAppend() {
  appending_ = CloseBatch();
  append_thread_.Begin();
}

absl::Status Writer::EndAppend() {
  append_thread_.Await();
  const std::unique_ptr<Batch> batch = std::move(appending_);
  absl::Status status = Publish(*batch);
  if (status.ok() && IsToBeAppended()) BeginAppend();
  Answer(*batch, status);
  return status;
}

absl::Status Writer::CommitOpen() {
  const std::unique_ptr<Batch> batch = CloseBatch();
  Append(*batch);
  absl::Status status = Publish(*batch);
  Answer(*batch, status);
  return status;
}

absl::Status Writer::Publish(Batch& batch) {
  if (!batch.status.ok() || batch.records.empty()) return batch.status;
  listener_.durable(batch.reached.size, batch.reached.root);
  absl::Status status = parts_.rows.Publish(batch.reached.size, batch.mark);
  listener_.visible();
  if (!status.ok()) return status;
  batches_.fetch_add(1, std::memory_order_relaxed);
  listener_.published(batch.reached.size);
  if (options_.batch_written) {
    options_.batch_written({.commands = batch.commands(),
                            .bytes = batch.bytes,
                            .us = parts_.clock.SteadyUs() - batch.began_us,
                            .append_us = batch.append_us});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Writer::Mark() const {
  if (!broken_.ok()) return broken_;
  return follower_.Mark();
}

absl::Status Writer::Fail(absl::Status failure) {
  broken_ = failure;
  // What was appended before the failure is answered as what it is.
  if (appending_ != nullptr) EndAppend().IgnoreError();
  if (open_ != nullptr) Answer(*std::exchange(open_, nullptr), failure);
  return failure;
}

NotDone Writer::AfterFailure(const Submission& submission) const {
  return {MayRepeat(submission) ? NotDone::Kind::kUnknown : NotDone::Kind::kStopping,
          broken_.ToString()};
}

bool Writer::MayRepeat(const Submission& submission) const {
  const request::Request& request = submission.request;
  if (request.request_id.empty()) return false;
  const auto rows = parts_.rows.Staged();
  const StateReader states(*rows);
  const auto first =
      states.PositionOfRequest(request.request_id, submission.caller.request_scope());
  return !states.status().ok() || (first && *first <= maybe_happened_);
}

void Writer::Answer(Batch& batch, const absl::Status& committed) {
  commands_.fetch_add(batch.commands(), std::memory_order_relaxed);
  // What was judged on the way to a failed append may or may not have happened.
  const auto failed = batch.maybe_appended ? NotDone::Kind::kUnknown : NotDone::Kind::kStopping;
  if (batch.maybe_appended) maybe_happened_ = batch.reached.size;
  for (auto& [submission, outcome] : batch.answers) {
    if (!committed.ok() && !std::holds_alternative<NotDone>(outcome)) {
      outcome = NotDone{failed, committed.ToString()};
    }
    submission->done(std::move(outcome));
  }
  for (Repeat& repeat : batch.repeats) {
    if (committed.ok()) {
      listener_.repeated(std::move(repeat));
    } else {
      // What it repeats has happened, or may have.
      const auto kind = repeat.position <= maybe_happened_ ? NotDone::Kind::kUnknown : failed;
      repeat.submission->done(NotDone{kind, committed.ToString()});
    }
  }
}

}  // namespace billing::server
