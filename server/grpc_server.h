// The gRPC side: services, health, reflection, limits, and how it drains.
#ifndef BILLING_SERVER_GRPC_SERVER_H_
#define BILLING_SERVER_GRPC_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "server/caller.h"
#include "server/calls/bulk_calls.h"
#include "server/engine/engine.h"
#include "server/listen_socket.h"
#include "server/log.h"
#include "server/metrics/readings.h"
#include "server/watch/hub.h"

namespace billing::server {

// A larger request is answered RESOURCE_EXHAUSTED by gRPC itself, without our details; one
// up to this, but over kMessageBytesMax, gets an answer of ours that names what is too
// large. A call holds its request until it is whole: calls that stop halfway hold this times
// the concurrent calls of a connection, 1.6 GiB, times the connections. Against that there
// is only gRPC's memory quota, which cancels calls, but after they have taken the memory.
inline constexpr int kReceiveBytesMax = 16 * 1'024 * 1'024;
inline constexpr int kMetadataBytesMax = 8 * 1'024;

struct GrpcServerOptions {
  size_t connections_max = 512;
  // Threads and waiting calls of the reads; commands do not pass here.
  size_t read_threads = 2;
  size_t read_queue_max = 1'024;
  // Reads that stream, answered at once and waiting.
  size_t stream_threads = 4;
  size_t stream_queue_max = 256;
  // A reader that takes nothing of a stream for so long is let go.
  int64_t reader_patience_ms = 30'000;
  WatchOptions watch;
  // How long a read waits for its min_position.
  int64_t min_position_wait_ms = 2'000;
  BulkOptions bulk = {};
  // Serves grpc.channelz.v1 too.
  bool channelz = false;
};

// All outlive the server.
struct GrpcServerParts {
  Engine& engine;
  const CredentialChecker& credentials;
  Logger& logger;
  Metrics& metrics;
};

// Thread-safe.
class GrpcServer {
 public:
  // Serves on a socket that listens. Plaintext: what may listen where is the caller's
  // business.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const GrpcServerOptions& options,
                                                           const GrpcServerParts& parts,
                                                           ListenSocket socket);
  // Drains without patience when Drain was not called.
  virtual ~GrpcServer() = default;

  virtual const ListenAddress& address() const = 0;
  // Also after Drain.
  virtual ServerLoad GetLoad() const = 0;

  // Says NOT_SERVING, takes no more connections, and for a moment calls only to tell their callers
  // that the server stops; lets those under way finish (a stream of commands: what it took; a read
  // that waits for its min_position: not reached), all in at most `patience_ms`, cancels the rest,
  // and returns when none is left: engine and stores are read no more. The engine must still run.
  // Once.
  virtual void Drain(int64_t patience_ms) = 0;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_GRPC_SERVER_H_
