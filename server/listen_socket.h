// Listening addresses and sockets.
#ifndef BILLING_SERVER_LISTEN_SOCKET_H_
#define BILLING_SERVER_LISTEN_SOCKET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace billing::server {

// `127.0.0.1:50051`, `[::1]:0`, `localhost:8080`.
struct ListenAddress {
  std::string host;
  uint16_t port = 0;  // 0: any free one

  // Nothing unless it is `host:port`, the host an address, in brackets for IPv6, or
  // `localhost`.
  static std::optional<ListenAddress> Parse(std::string_view text);
  // 127.0.0.0/8, ::1 or localhost.
  bool is_loopback() const;
  // The host as an address: `localhost` is 127.0.0.1.
  std::string numeric_host() const;
  std::string text() const;
};

// A file descriptor that is closed with it.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { Close(); }

  bool is_open() const { return fd_ >= 0; }
  int get() const { return fd_; }
  // Gives it away.
  int Release() { return std::exchange(fd_, -1); }
  void Close();

 private:
  int fd_ = -1;
};

struct ListenSocket {
  Descriptor descriptor;  // non-blocking
  ListenAddress address;  // with the real port
};

// With SO_REUSEADDR and without SO_REUSEPORT: two servers never share a port.
//   AlreadyExists  the address is in use
//   InvalidArgument, Unavailable  it cannot be listened on
absl::StatusOr<ListenSocket> Listen(const ListenAddress& address);

}  // namespace billing::server

#endif  // BILLING_SERVER_LISTEN_SOCKET_H_
