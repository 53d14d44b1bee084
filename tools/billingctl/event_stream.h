// A watch that goes on by itself when its stream is lost.
#ifndef BILLING_TOOLS_BILLINGCTL_EVENT_STREAM_H_
#define BILLING_TOOLS_BILLINGCTL_EVENT_STREAM_H_

#include <chrono>
#include <functional>
#include <optional>

#include "billing/v1/history_service.pb.h"
#include "tools/billingctl/context.h"

namespace billing::billingctl {

// Not thread-safe.
class EventStream {
 public:
  struct Calls {
    // Gets every message. False ends the watch.
    std::function<bool(const billing::v1::WatchEventsResponse&)> take;
    // The stream was lost, and is opened again behind this position after so long.
    std::function<void(const Failure&, uint64_t position, std::chrono::milliseconds pause)> lost;
    // It is open again.
    std::function<void(uint64_t position)> resumed;
  };

  EventStream(const Context& context, Calls calls) : context_(context), calls_(std::move(calls)) {}

  // Watches until `take` ends it, or until a failure that another attempt does not mend. A
  // server that cannot be reached at first is such a failure, so that a wrong address is told
  // at once; after that it is waited for, however long: 0.1 s, twice that each time, at most
  // 10 s.
  std::optional<Failure> Run(billing::v1::WatchEventsRequest request);

 private:
  // Why the stream ended; nothing when `take` ended it.
  std::optional<Failure> RunOnce(const billing::v1::WatchEventsRequest& request);
  // False when `take` ends the watch.
  bool Take(const billing::v1::WatchEventsResponse& message);
  bool MayPass(const Failure& failure) const;
  std::chrono::milliseconds NextPause(const Failure& failure);

  const Context& context_;
  const Calls calls_;
  // Everything up to here was received, or looked at and left out.
  uint64_t position_ = 0;
  // A message has come, ever; and since the stream was opened.
  bool ever_ = false;
  bool open_ = false;
  std::chrono::milliseconds pause_{0};
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_EVENT_STREAM_H_
