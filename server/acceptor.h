// Our own accept loop in front of gRPC: gRPC 1.51 stops accepting for good once the
// process has run out of file descriptors, which any peer can bring about. This one caps
// the connections and goes on.
#ifndef BILLING_SERVER_ACCEPTOR_H_
#define BILLING_SERVER_ACCEPTOR_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <thread>

#include "absl/status/statusor.h"
#include "server/connection.h"
#include "server/listen_socket.h"
#include "server/log.h"

namespace billing::server {

// Of one acceptor; read from any thread.
struct ConnectionCounts {
  std::atomic<size_t> open = 0;
  std::atomic<uint64_t> refused = 0;  // since the start
};

class Acceptor {
 public:
  struct Options {
    // More are accepted and closed at once, so that callers fail fast.
    size_t connections_max = 512;
    // Takes over a connection's descriptor. `connection` is held here until it has ended.
    // Called from the acceptor's thread.
    std::function<void(Descriptor descriptor, const std::shared_ptr<Connection>& connection)> take;
  };
  // Starts accepting. `logger` outlives the acceptor.
  static absl::StatusOr<std::unique_ptr<Acceptor>> Start(ListenSocket socket, Options options,
                                                         Logger& logger);
  // Outlives the acceptor, whose last words it then holds.
  std::shared_ptr<const ConnectionCounts> counts() const { return counts_; }
  // Stops accepting. Connections that were taken live on, but for the silent ones: gRPC's end
  // would wait for their first words.
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

 private:
  Acceptor(ListenSocket socket, Options options, Logger& logger);
  absl::Status Open();
  absl::Status Watch(int fd, uint32_t events);
  void Run();
  void AcceptAll();
  bool AcceptOne();
  void Take(Descriptor connection);
  void Shed();
  void Forget(int watched);
  void Refused(const char* why);

  const Options options_;
  Logger& logger_;
  Descriptor listening_;
  Descriptor epoll_;
  Descriptor stop_;
  // Given up for a moment when there are no descriptors left, so that the connection
  // that waits can be accepted and closed instead of waking us for ever.
  Descriptor reserve_;
  // By their duplicates of the descriptors: the kernel reports on these when gRPC, or both
  // ends, have shut the connection down.
  std::map<int, std::shared_ptr<Connection>> watched_;
  const std::shared_ptr<ConnectionCounts> counts_ = std::make_shared<ConnectionCounts>();
  std::thread thread_;
};

// How many connections a process may take that can open `descriptors_max` files: each
// needs two, and the stores and threads need theirs.
size_t ConnectionsFor(uint64_t descriptors_max);

}  // namespace billing::server

#endif  // BILLING_SERVER_ACCEPTOR_H_
