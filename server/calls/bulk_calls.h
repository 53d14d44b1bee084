// ExecuteCommands: many commands over one stream, each judged and answered like a call of its
// own. Commands are given to the engine in the order of the stream, so those of one account
// are judged in it; answers go out as they come.
//
// Bounds. A stream takes a command only while fewer than its window are taken and not yet
// answered on the wire, and while their bytes are few; else it does not read, and gRPC's flow
// control slows the client: so a full queue, or a client that does not read its answers, fails
// nothing and costs no memory. All streams share `commands_max` of the engine's queue evenly.
// As many streams as `streams_max` may be open; one more is refused.
//
// Ends. When the client has half-closed and all is answered: OK. When it cancels: what was
// given to the engine is still judged and recorded. On Drain: what was taken is answered, then
// UNAVAILABLE. When nothing moves for `idle_ms` though it is the client's turn, who neither sends
// nor takes its answers: UNAVAILABLE, STREAM_IDLE, so that it does not keep others out; time that
// the engine takes does not count. The credential is checked once, when the stream opens.
#ifndef BILLING_SERVER_CALLS_BULK_CALLS_H_
#define BILLING_SERVER_CALLS_BULK_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "server/calls/call_parts.h"
#include "server/rpc/call.h"
#include "server/status.h"

namespace billing::server {

// Of one stream: commands that are taken and not yet answered on the wire.
inline constexpr size_t kBulkWindow = 1'024;
// Of one stream: the bytes of those commands, but for the last one.
inline constexpr size_t kBulkBytesMax = size_t{1} << 20;

struct BulkOptions {
  // Of all streams together, taken and not yet judged; each stream may have one more.
  size_t commands_max = 4'096;
  size_t streams_max = 256;
  // What a client may do nothing for. Long enough for a service that has a quiet moment.
  int64_t idle_ms = 5 * 60'000;
};

class BulkStreams;

// Thread-safe; never blocks.
class BulkCalls {
 public:
  // `parts` outlive it.
  BulkCalls(const BulkOptions& options, const CallParts& parts);
  // REQUIRES: no stream is left.
  ~BulkCalls();

  // Takes an ExecuteCommands call.
  void Start(Call& call);

  // No stream takes another command; each ends when what it took is answered. New streams
  // are refused. Does not wait.
  void Drain();
  // That are open.
  size_t streams() const;

 private:
  void Refuse(Call& call, const Problem& problem) const;

  std::unique_ptr<BulkStreams> streams_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_BULK_CALLS_H_
