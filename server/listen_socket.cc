#include "server/listen_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace billing::server {
namespace {

constexpr char kLocalhost[] = "localhost";
constexpr char kLocalhostAddress[] = "127.0.0.1";
constexpr int kBacklog = 512;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::optional<in_addr> Ipv4(const std::string& host) {
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) != 1) return std::nullopt;
  return address;
}

std::optional<in6_addr> Ipv6(const std::string& host) {
  in6_addr address{};
  if (inet_pton(AF_INET6, host.c_str(), &address) != 1) return std::nullopt;
  return address;
}

// REQUIRES: the address was parsed.
SocketAddress SocketAddressOf(const ListenAddress& address) {
  SocketAddress result;
  const std::string host = address.numeric_host();
  if (const auto ipv4 = Ipv4(host)) {
    auto* in = reinterpret_cast<sockaddr_in*>(&result.storage);
    in->sin_family = AF_INET;
    in->sin_addr = *ipv4;
    in->sin_port = htons(address.port);
    result.size = sizeof(*in);
  } else if (const auto ipv6 = Ipv6(host)) {
    auto* in = reinterpret_cast<sockaddr_in6*>(&result.storage);
    in->sin6_family = AF_INET6;
    in->sin6_addr = *ipv6;
    in->sin6_port = htons(address.port);
    result.size = sizeof(*in);
  }
  return result;
}

absl::Status FailureOf(const ListenAddress& address, int error) {
  const std::string message =
      absl::StrCat("cannot listen on ", address.text(), ": ", std::strerror(error));
  if (error == EADDRINUSE) return absl::AlreadyExistsError(message);
  if (error == EADDRNOTAVAIL || error == EACCES) return absl::InvalidArgumentError(message);
  return absl::UnavailableError(message);
}

uint16_t BoundPort(int fd) {
  SocketAddress bound;
  bound.size = sizeof(bound.storage);
  if (getsockname(fd, bound.get(), &bound.size) != 0) return 0;
  // The port stands at the same place in both families.
  return ntohs(reinterpret_cast<sockaddr_in*>(&bound.storage)->sin_port);
}

}  // namespace

std::optional<ListenAddress> ListenAddress::Parse(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  uint32_t port = 0;
  if (port_text.empty() || port_text.find_first_not_of("0123456789") != std::string_view::npos ||
      !absl::SimpleAtoi(std::string(port_text), &port) || port > UINT16_MAX) {
    return std::nullopt;
  }
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  ListenAddress address{.host = std::string(host), .port = static_cast<uint16_t>(port)};
  const bool is_known =
      bracketed ? Ipv6(address.host).has_value() : address.host == kLocalhost || Ipv4(address.host);
  if (!is_known) return std::nullopt;
  return address;
}

bool ListenAddress::is_loopback() const {
  const std::string numeric = numeric_host();
  if (const auto ipv4 = Ipv4(numeric)) return (ntohl(ipv4->s_addr) >> 24) == IN_LOOPBACKNET;
  const auto ipv6 = Ipv6(numeric);
  return ipv6 && IN6_IS_ADDR_LOOPBACK(&*ipv6);
}

std::string ListenAddress::numeric_host() const {
  return host == kLocalhost ? kLocalhostAddress : host;
}

std::string ListenAddress::text() const {
  const std::string numeric = numeric_host();
  const bool is_ipv6 = numeric.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrCat("[", numeric, "]:", port) : absl::StrCat(numeric, ":", port);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void Descriptor::Close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

absl::StatusOr<ListenSocket> Listen(const ListenAddress& address) {
  SocketAddress wanted = SocketAddressOf(address);
  Descriptor socket(
      ::socket(wanted.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return FailureOf(address, errno);
  const int on = 1;
  if (setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(socket.get(), wanted.get(), wanted.size) != 0 || listen(socket.get(), kBacklog) != 0) {
    return FailureOf(address, errno);
  }
  ListenAddress bound = address;
  bound.port = BoundPort(socket.get());
  return ListenSocket{.descriptor = std::move(socket), .address = std::move(bound)};
}

}  // namespace billing::server
