// The streams of commands that are open, and what they share: their number, each one's part
// of what all may have under way, a thread that works for them, and one that ends idle ones.
#ifndef BILLING_SERVER_CALLS_BULK_STREAMS_H_
#define BILLING_SERVER_CALLS_BULK_STREAMS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "server/calls/bulk_calls.h"
#include "server/calls/ticker.h"
#include "server/executor.h"
#include "server/status.h"

namespace billing::server {

// Thread-safe.
class BulkStreams {
 public:
  class Stream {
   public:
    virtual ~Stream() = default;
    // Takes no more commands, and ends when those that it took are answered.
    virtual void StopTaking() = 0;
    // Ends when nothing has moved for so long. Both are of Clock::SteadyUs.
    virtual void EndIfIdle(int64_t now_us, int64_t idle_us) = 0;
  };

  // `call_parts` outlive it.
  BulkStreams(const BulkOptions& options, const CallParts& call_parts);

  const CallParts& parts() const { return parts_; }

  // Nothing: it is in. Otherwise why it may not come in.
  std::optional<Problem> Enter(const std::shared_ptr<Stream>& stream);
  // Its place is another's: called before its client is told that it has ended, so that whoever
  // was told finds room. Once for each that is in.
  void GiveUpPlace() { count_.fetch_sub(1, std::memory_order_relaxed); }
  // It is over.
  void Leave(const std::shared_ptr<Stream>& stream);
  // Lets nobody in any more, and stops those that are in from taking more.
  void Drain();

  // Each stream's part of what all may have under way.
  size_t Window() const;
  // That hold a place.
  size_t count() const { return count_.load(std::memory_order_relaxed); }
  // Whether a stream may take another command that has taken so many which are not judged yet:
  // streams that came while others had more than their part now is wait until these have less,
  // but for one command each.
  bool MayTake(size_t unjudged) const;
  void Took() { unjudged_.fetch_add(1, std::memory_order_relaxed); }
  // Commands that were judged, answered without, or dropped.
  void Judged(size_t count) { unjudged_.fetch_sub(count, std::memory_order_relaxed); }
  void Submit(std::function<void()> work);

 private:
  std::vector<std::shared_ptr<Stream>> All();
  void EndIdle();

  const BulkOptions options_;
  const CallParts& parts_;
  std::mutex mutex_;
  std::set<std::shared_ptr<Stream>> streams_;
  bool draining_ = false;
  std::atomic<size_t> count_ = 0;
  // Of all streams: taken, and not judged yet.
  std::atomic<size_t> unjudged_ = 0;
  Executor executor_;
  // Last, for its thread uses all the others.
  Ticker ticker_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_BULK_STREAMS_H_
