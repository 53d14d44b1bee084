// The watches of the whole process. Each new record is read from the log once, off the
// writer's thread, and handed by account to whoever watches it: at once after a pause, under
// load a few milliseconds of the log at a time.
//
// A watch is either live, and gets what the hub reads; or it looks at the log itself, page by
// page on threads of their own, until it is where the hub is. A live watch whose reader does
// not keep up looks at the log again, once everything that waited was taken. So nothing is
// skipped and nothing sent twice, and what a slow reader costs is bounded.
//
// One thread, the hub's, decides all of it; others only leave word in its inbox. The writer
// pays the wake-up: one for what comes after a pause, none while the hub gathers.
#ifndef BILLING_SERVER_WATCH_HUB_H_
#define BILLING_SERVER_WATCH_HUB_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <thread>

#include "grpcpp/support/byte_buffer.h"
#include "server/calls/call_parts.h"
#include "server/watch/inbox.h"
#include "server/watch/live_watches.h"
#include "server/watch/watch.h"

namespace billing::server {

struct WatchOptions {
  // Watches at once; one more is answered WATCHER_LIMIT.
  size_t watchers_max = 1'000;
  // A watch that is sent nothing for so long is sent its position.
  int64_t heartbeat_ms = 10'000;
  // Roles are looked up again at least so often.
  int64_t recheck_ms = 60'000;
  // Threads that look at the log for those who are behind.
  size_t look_threads = 2;
};

// Thread-safe.
class WatchHub {
 public:
  // `parts` outlives the hub, the hub every call.
  WatchHub(const CallParts& parts, const WatchOptions& options);
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;
  ~WatchHub();

  // Takes a WatchEvents call. Never blocks.
  void Start(Call& call, const grpc::ByteBuffer& bytes);
  // Ends every watch with STOPPING, also those that come later. Nothing of it reads the log
  // afterwards.
  void Stop();
  // That are being served.
  size_t watchers() const { return parts_.watchers; }

 private:
  void Run();
  void Handle(const Inbox::Word& word);
  void LookFor(Watch& watch);
  void TakeLook(Watch& watch);
  void GoLive(Watch& watch);
  // Live watches only: from `seen` on it looks at the log itself.
  void FallBehind(Watch& watch, uint64_t seen);
  // How long there is nothing to do for the hub unless somebody leaves word.
  int64_t PatienceUs() const;
  // Hands out what is new, once it is time to, or has the engine tell of it.
  void TakeTurn();
  // Hands out what is next, at most a turn of it, to the live watches. True when there is more.
  bool Dispatch();
  void Tend();
  void TendOne(Watch& watch, int64_t now_us);
  // Sends the watch its position, when nothing was sent to it for long. REQUIRES: it is idle, and
  // nobody looks at the log for it.
  void Beat(Watch& watch, int64_t now_us);
  void End(Watch& watch, const Problem& problem);
  void Remove(Watch& watch);
  void Listen();
  uint64_t PositionOf(const Watch& watch) const;

  const CallParts& parts_;
  const WatchOptions options_;
  const std::shared_ptr<Inbox> inbox_;

  // Below: of the hub's thread.
  std::map<const Watch*, std::shared_ptr<Watch>> watches_;
  LiveWatches live_;
  // Every record up to here was handed to the live watches.
  uint64_t dispatched_ = 0;
  // The engine will tell of new records.
  bool listening_ = false;
  // Not before this is anything handed out again: Clock::SteadyUs.
  int64_t next_turn_us_ = 0;
  // When the watches are next looked after: Clock::SteadyUs.
  int64_t next_tend_us_ = 0;

  Executor lookers_;
  std::thread thread_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_WATCH_HUB_H_
