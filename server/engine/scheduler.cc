#include "server/engine/scheduler.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/names.h"
#include "aggregates/kernel/uuid.h"
#include "eventstore/integrity/merkle.h"

namespace billing::server {
namespace {

using projections::StateReader;

// Part of the request that a repeat is compared with.
constexpr char kRetentionOver[] = "The retention period is over.";
constexpr char kNotAnswered[] = "The transfer was not answered in time.";

// From the resource and the deadline alone.
std::string RequestIdOf(const std::string& name, kernel::Instant deadline) {
  const eventstore::Hash hash = eventstore::Sha256(absl::StrCat(name, "\n", deadline.us));
  std::array<uint8_t, kernel::kUuidBytes> bits{};
  std::copy_n(hash.begin(), bits.size(), bits.begin());
  return kernel::UuidV8Text(bits);
}

template <class Wire>
void Fill(const std::string& name, kernel::Instant deadline, const char* reason, Wire& wire) {
  wire.set_name(name);
  wire.set_request_id(RequestIdOf(name, deadline));
  wire.set_reason(reason);
}

// Whether no other command would fare better now.
bool ConcernsAll(NotDone::Kind kind) {
  switch (kind) {
    case NotDone::Kind::kOverloaded:
    case NotDone::Kind::kStorageFull:
    case NotDone::Kind::kStopping:
    case NotDone::Kind::kClockSuspect:
    case NotDone::Kind::kUnknown:
      return true;
    case NotDone::Kind::kRefusalLimit:
    case NotDone::Kind::kCancelled:
    case NotDone::Kind::kRequestIdReused:
    case NotDone::Kind::kReadFailed:
      return false;
  }
  assert(false);
  std::abort();
}

}  // namespace

absl::StatusOr<request::Request> RequestAt(const kernel::AccountId& account,
                                           const StateReader::Deadline& deadline) {
  const std::string name = kernel::FullName(account.value(), deadline.name);
  const auto resource = kernel::ParseName(name);
  billing::v1::Command wire;
  if (resource && resource->collection == kernel::kSubscriptions) {
    Fill(name, deadline.at, kRetentionOver, *wire.mutable_delete_subscription());
  } else if (resource && resource->collection == kernel::kTransfers) {
    Fill(name, deadline.at, kNotAnswered, *wire.mutable_expire_transfer());
  } else {
    return absl::InternalError(absl::StrCat(name, " has no deadline"));
  }
  // Through the same checks as a caller's. Neither command makes an id.
  auto parsed = request::Parse(wire, /*fresh_id=*/"", deadline.at);
  if (const auto* violations = std::get_if<std::vector<request::Violation>>(&parsed)) {
    return absl::InternalError(absl::StrCat(name, ": ", violations->front().description));
  }
  return std::get<request::Request>(std::move(parsed));
}

Scheduler::Scheduler(Engine& engine, SchedulerListener listener)
    : engine_(engine),
      listener_(std::move(listener)),
      offset_us_(engine.clock().WallUs() - engine.clock().SteadyUs()),
      steady_since_us_(engine.clock().SteadyUs()) {}

Scheduler::~Scheduler() { Stop(); }

void Scheduler::Run(int64_t interval_ms) {
  thread_ = std::thread([this, interval_ms] { Loop(interval_ms); });
}

void Scheduler::Loop(int64_t interval_ms) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    Step();
    lock.lock();
    changed_.wait_for(lock, std::chrono::milliseconds(interval_ms),
                      [this] { return stopping_ || (more_ && outstanding_ == 0); });
  }
}

void Scheduler::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  AwaitAnswers();
}

void Scheduler::AwaitAnswers() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return outstanding_ == 0; });
}

size_t Scheduler::Step() {
  // The time first, the look second: a clock that is set in between is seen.
  const auto now = engine_.Tick();
  if (!MayAct(ClockIsSteady() && now.has_value())) return 0;
  // All that was answered shows in it: what succeeded is not due any more.
  const auto version = engine_.Current();
  const StateReader states(*version);
  const std::vector<StateReader::Deadline> due =
      states.Due(*now, after_ ? &*after_ : nullptr, kScheduledAtOnceMax);
  if (!states.status().ok()) {
    listener_.failed(states.status());
    TryAgainLater(/*all=*/true);
    return 0;
  }
  {
    std::lock_guard lock(mutex_);
    outstanding_ = due.size();
    more_ = due.size() == kScheduledAtOnceMax;
    // Everything was gone through, and nothing is left to be tried again.
    if (due.empty() && !retry_at_us_) retry_after_us_ = kRetryFirstUs;
  }
  for (const StateReader::Deadline& deadline : due) Submit(deadline, states);
  if (!due.empty()) after_ = due.back();
  return due.size();
}

bool Scheduler::ClockIsSteady() {
  const int64_t wall_us = engine_.clock().WallUs();
  const int64_t steady_us = engine_.clock().SteadyUs();
  const int64_t offset_us = wall_us - steady_us;
  if (std::abs(offset_us - offset_us_) > kClockSetUs) steady_since_us_ = steady_us;
  offset_us_ = offset_us;
  return steady_us - steady_since_us_ >= kSteadyUs;
}

bool Scheduler::MayAct(bool clock_is_sure) {
  std::lock_guard lock(mutex_);
  // A look at the wrong time: what the last step left is still due once all is answered.
  if (outstanding_ > 0) return false;
  more_ = false;
  if (stopping_ || !clock_is_sure) return false;
  if (retry_at_us_ && engine_.clock().SteadyUs() >= *retry_at_us_) {
    retry_at_us_.reset();
    paused_ = false;
    after_.reset();
  }
  return !paused_;
}

void Scheduler::Submit(const StateReader::Deadline& deadline, const StateReader& states) {
  const auto account = states.Account(deadline.account);
  auto request = account ? RequestAt(account->id, deadline)
                         : absl::InternalError(absl::StrCat(deadline.name, " has no account"));
  if (!request.ok()) {
    listener_.failed(states.status().ok() ? request.status() : states.status());
    TryAgainLater(/*all=*/false);
    return Settled();
  }
  ScheduledCommand command{.rpc = request::NameOf(request->decided),
                           .name = kernel::FullName(account->id.value(), deadline.name),
                           .request_id = request->request_id,
                           .deadline = deadline.at};
  engine_.Submit(
      {.request = *std::move(request),
       .caller = {.principal = kernel::Principal::FromStored(std::string(kernel::kScheduler))},
       .done = [this, command = std::move(command)](Outcome outcome) {
         Answered(command, outcome);
       }});
}

void Scheduler::Answered(const ScheduledCommand& command, const Outcome& outcome) {
  listener_.done(command, outcome);
  if (const auto* not_done = std::get_if<NotDone>(&outcome)) {
    TryAgainLater(ConcernsAll(not_done->kind));
  } else if (std::holds_alternative<Refused>(outcome)) {
    TryAgainLater(/*all=*/false);
  }
  Settled();
}

void Scheduler::Settled() {
  // Told with the lock held: once it is given back, Stop may return and all this be gone.
  std::lock_guard lock(mutex_);
  if (--outstanding_ == 0) changed_.notify_all();
}

void Scheduler::TryAgainLater(bool all) {
  std::lock_guard lock(mutex_);
  paused_ = paused_ || all;
  if (retry_at_us_) return;
  retry_at_us_ = engine_.clock().SteadyUs() + retry_after_us_;
  retry_after_us_ = std::min(2 * retry_after_us_, kRetryMaxUs);
}

}  // namespace billing::server
