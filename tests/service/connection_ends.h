// Both ends of a connection over loopback, and what the kernel holds back of it.
#ifndef BILLING_TESTS_SERVICE_CONNECTION_ENDS_H_
#define BILLING_TESTS_SERVICE_CONNECTION_ENDS_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "server/connection.h"
#include "server/listen_socket.h"

namespace billing::server {

struct Ends {
  explicit Ends(const std::string& host) {
    const auto listening = Listen({.host = host, .port = 0});
    EXPECT_TRUE(listening.ok()) << listening.status();
    sockaddr_storage address{};
    socklen_t length = sizeof(address);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(getsockname(listening->descriptor.get(), raw, &length), 0);
    far = Descriptor(socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(connect(far.get(), raw, length), 0);
    pollfd arrives = {.fd = listening->descriptor.get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(poll(&arrives, 1, -1), 1);
    near = Descriptor(
        accept4(listening->descriptor.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    EXPECT_TRUE(near.is_open());
  }
  std::shared_ptr<Connection> Duplicate() const {
    return std::make_shared<Connection>(Descriptor(fcntl(near.get(), F_DUPFD_CLOEXEC, 0)));
  }
  bool IsHeld() const {
    int held = 0;
    socklen_t length = sizeof(held);
    EXPECT_EQ(getsockopt(near.get(), IPPROTO_TCP, TCP_CORK, &held, &length), 0);
    return held != 0;
  }
  void Send(const std::string& text) const {
    ASSERT_EQ(send(near.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  std::string Receive() const {
    std::string text(100, '\0');
    const ssize_t size = recv(far.get(), text.data(), text.size(), 0);
    text.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return text;
  }

  Descriptor near;
  Descriptor far;
};

}  // namespace billing::server

#endif  // BILLING_TESTS_SERVICE_CONNECTION_ENDS_H_
