#include "server/calls/bulk_streams.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <limits>
#include <utility>

namespace billing::server {
namespace {

// Idle streams are looked for so often; more often where little patience is asked for.
std::chrono::milliseconds TickFor(int64_t idle_ms) {
  constexpr int64_t kTickMsMax = 1'000;
  return std::chrono::milliseconds(std::clamp<int64_t>(idle_ms / 10, 1, kTickMsMax));
}

}  // namespace

// One thread works: what a command costs here is less than what it costs the writer. Its queue
// needs no bound of its own, for a stream has at most one piece of work in it.
BulkStreams::BulkStreams(const BulkOptions& options, const CallParts& call_parts)
    : options_(options),
      parts_(call_parts),
      executor_({.threads = 1, .queue_max = std::numeric_limits<size_t>::max()}),
      ticker_(TickFor(options.idle_ms), [this] { EndIdle(); }) {}

std::optional<Problem> BulkStreams::Enter(const std::shared_ptr<Stream>& stream) {
  const std::lock_guard lock(mutex_);
  if (draining_) return StreamStopping();
  if (count() >= options_.streams_max) return TooManyStreams();
  streams_.insert(stream);
  count_.fetch_add(1, std::memory_order_relaxed);
  return std::nullopt;
}

void BulkStreams::Leave(const std::shared_ptr<Stream>& stream) {
  const std::lock_guard lock(mutex_);
  streams_.erase(stream);
}

void BulkStreams::Drain() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
  }
  for (const auto& stream : All()) stream->StopTaking();
}

size_t BulkStreams::Window() const {
  const size_t streams = std::max<size_t>(1, count());
  return std::clamp<size_t>(options_.commands_max / streams, 1, kBulkWindow);
}

bool BulkStreams::MayTake(size_t unjudged) const {
  return unjudged == 0 || unjudged_.load(std::memory_order_relaxed) < options_.commands_max;
}

void BulkStreams::Submit(std::function<void()> work) {
  const bool queued = executor_.Submit(std::move(work));
  assert(queued);
  static_cast<void>(queued);
}

std::vector<std::shared_ptr<BulkStreams::Stream>> BulkStreams::All() {
  const std::lock_guard lock(mutex_);
  return {streams_.begin(), streams_.end()};
}

void BulkStreams::EndIdle() {
  const int64_t now_us = parts_.engine.clock().SteadyUs();
  for (const auto& stream : All()) stream->EndIfIdle(now_us, options_.idle_ms * 1'000);
}

}  // namespace billing::server
