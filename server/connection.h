// The connections that peers have open, beside what gRPC does with them: it tells of a call no
// more than its peer's name.
#ifndef BILLING_SERVER_CONNECTION_H_
#define BILLING_SERVER_CONNECTION_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "server/listen_socket.h"

namespace billing::server {

// Thread-safe.
class Connection {
 public:
  // `duplicate` of the connection's descriptor.
  explicit Connection(Descriptor duplicate);

  // As gRPC names the other end of a call: `ipv4:127.0.0.1:40312`. Empty: there is none.
  const std::string& peer() const { return peer_; }
  int descriptor() const { return duplicate_.get(); }

  // The peer has not even said that it speaks HTTP/2: its preface and a first frame's header
  // (RFC 9113, 3.4 and 4.1). False where the kernel does not tell.
  bool is_silent() const;
  // Both ends see its end at once.
  void ShutDown() const;

  // While it lives, what is written to the connection waits in the kernel, at most 200 ms
  // (tcp(7), TCP_CORK); then all of it leaves at once. Each small message by itself would cost
  // both ends a packet and a wake-up. Two at once: what waits leaves when the first of them ends.
  class Burst {
   public:
    // Null: of no connection, which does nothing. Outlived by it.
    explicit Burst(const Connection* connection);
    ~Burst();
    Burst(const Burst&) = delete;
    Burst& operator=(const Burst&) = delete;

   private:
    const Connection* const connection_;
  };

 private:
  const Descriptor duplicate_;
  const std::string peer_;
};

// Finds them by their peers. Holds none of them. Thread-safe.
class Connections {
 public:
  void Add(const std::shared_ptr<Connection>& connection);
  // Null when there is none any more.
  std::shared_ptr<Connection> Find(const std::string& peer) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Connection>> by_peer_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CONNECTION_H_
