#include "server/connection.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

namespace billing::server {
namespace {

constexpr uint64_t kPrefaceBytes = 24;
constexpr uint64_t kFrameHeaderBytes = 9;

// Only coalescing is lost when it fails, as on a connection that is gone.
void SetCork(int descriptor, int on) {
  (void)setsockopt(descriptor, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

std::string PeerOf(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return "";
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& peer = *reinterpret_cast<const sockaddr_in*>(&address);
    inet_ntop(AF_INET, &peer.sin_addr, text.data(), text.size());
    return absl::StrCat("ipv4:", text.data(), ":", ntohs(peer.sin_port));
  }
  if (address.ss_family != AF_INET6) return "";
  const auto& peer = *reinterpret_cast<const sockaddr_in6*>(&address);
  if (IN6_IS_ADDR_V4MAPPED(&peer.sin6_addr)) {
    constexpr size_t kIpv4At = 12;
    inet_ntop(AF_INET, &peer.sin6_addr.s6_addr[kIpv4At], text.data(), text.size());
    return absl::StrCat("ipv4:", text.data(), ":", ntohs(peer.sin6_port));
  }
  inet_ntop(AF_INET6, &peer.sin6_addr, text.data(), text.size());
  // The brackets are written as in a URI's path.
  return absl::StrCat("ipv6:%5B", text.data(), "%5D:", ntohs(peer.sin6_port));
}

}  // namespace

Connection::Connection(Descriptor duplicate)
    : duplicate_(std::move(duplicate)), peer_(PeerOf(duplicate_.get())) {}

bool Connection::is_silent() const {
  tcp_info info{};
  socklen_t length = sizeof(info);
  constexpr size_t kTold = offsetof(tcp_info, tcpi_bytes_received) + sizeof(uint64_t);
  return getsockopt(descriptor(), IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && length >= kTold &&
         info.tcpi_bytes_received < kPrefaceBytes + kFrameHeaderBytes;
}

// It fails only when it has ended already.
void Connection::ShutDown() const { (void)shutdown(descriptor(), SHUT_RDWR); }

Connection::Burst::Burst(const Connection* connection) : connection_(connection) {
  if (connection_ != nullptr) SetCork(connection_->descriptor(), 1);
}

Connection::Burst::~Burst() {
  if (connection_ != nullptr) SetCork(connection_->descriptor(), 0);
}

void Connections::Add(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex_);
  std::erase_if(by_peer_, [](const auto& one) { return one.second.expired(); });
  by_peer_[connection->peer()] = connection;
}

std::shared_ptr<Connection> Connections::Find(const std::string& peer) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_peer_.find(peer);
  return found == by_peer_.end() ? nullptr : found->second.lock();
}

}  // namespace billing::server
