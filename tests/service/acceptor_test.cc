#include "server/acceptor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace billing::server {
namespace {

constexpr int kPatienceMs = 10'000;

Descriptor Connect(const ListenAddress& address) {
  Descriptor client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(address.port);
  inet_pton(AF_INET, address.host.c_str(), &to.sin_addr);
  EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  return client;
}

// Whether the peer has closed the connection, within the patience.
bool IsClosedByPeer(const Descriptor& client) {
  pollfd wait = {.fd = client.get(), .events = POLLIN, .revents = 0};
  if (poll(&wait, 1, kPatienceMs) <= 0) return false;
  char byte = 0;
  return recv(client.get(), &byte, 1, 0) <= 0;
}

// Holds what the acceptor takes, as gRPC would.
class Acceptance : public ::testing::Test {
 protected:
  void Start(size_t connections_max) {
    auto socket = Listen({.host = "127.0.0.1", .port = 0});
    ASSERT_TRUE(socket.ok()) << socket.status();
    address_ = socket->address;
    auto acceptor =
        Acceptor::Start(*std::move(socket),
                        {.connections_max = connections_max,
                         .take = [this](Descriptor fd, const auto&) { Take(std::move(fd)); }},
                        logger_);
    ASSERT_TRUE(acceptor.ok()) << acceptor.status();
    acceptor_ = *std::move(acceptor);
  }

  void Take(Descriptor connection) {
    std::lock_guard lock(mutex_);
    taken_.push_back(std::move(connection));
    changed_.notify_all();
  }

  bool WaitForTaken(size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(kPatienceMs),
                             [&] { return taken_.size() >= count; });
  }

  // As gRPC ends a connection.
  void EndFirst() {
    std::lock_guard lock(mutex_);
    shutdown(taken_.front().get(), SHUT_RDWR);
    taken_.erase(taken_.begin());
  }

  Logger logger_{LogLevel::kOff};
  ListenAddress address_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Descriptor> taken_;
  std::unique_ptr<Acceptor> acceptor_;
};

TEST_F(Acceptance, HandsConnectionsOver) {
  Start(2);
  const Descriptor client = Connect(address_);
  EXPECT_TRUE(WaitForTaken(1));
}

TEST_F(Acceptance, ClosesWhatIsOverTheCapAtOnce) {
  Start(1);
  const Descriptor first = Connect(address_);
  ASSERT_TRUE(WaitForTaken(1));
  const Descriptor second = Connect(address_);
  EXPECT_TRUE(IsClosedByPeer(second));
}

TEST_F(Acceptance, CountsWhatIsOpenAndWhatItRefused) {
  Start(1);
  const auto counts = acceptor_->counts();
  const Descriptor first = Connect(address_);
  ASSERT_TRUE(WaitForTaken(1));
  EXPECT_EQ(counts->open, 1u);
  EXPECT_EQ(counts->refused, 0u);
  for (uint64_t refused = 1; refused <= 3; ++refused) {
    const Descriptor next = Connect(address_);
    EXPECT_TRUE(IsClosedByPeer(next));
  }
  acceptor_.reset();
  EXPECT_EQ(counts->refused, 3u);
  EXPECT_EQ(counts->open, 1u);
}

TEST_F(Acceptance, TakesNewOnesWhenOneHasEnded) {
  Start(1);
  const Descriptor first = Connect(address_);
  ASSERT_TRUE(WaitForTaken(1));
  EndFirst();
  EXPECT_TRUE(IsClosedByPeer(first));
  for (int i = 0; i < 1'000; ++i) {
    const Descriptor next = Connect(address_);
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, std::chrono::milliseconds(10), [&] { return !taken_.empty(); })) {
      return;
    }
  }
  FAIL() << "the end of the first connection was never noticed";
}

// gRPC shuts a connection down some time before it closes the descriptor.
TEST_F(Acceptance, AConnectionThatEndsTakesNoOtherOneWithIt) {
  Start(100);
  for (size_t round = 1; round <= 50; ++round) {
    const Descriptor ending = Connect(address_);
    ASSERT_TRUE(WaitForTaken(2 * round - 1));
    {
      std::lock_guard lock(mutex_);
      shutdown(taken_.back().get(), SHUT_RDWR);
    }
    ASSERT_TRUE(IsClosedByPeer(ending));
    const Descriptor staying = Connect(address_);
    ASSERT_TRUE(WaitForTaken(2 * round));
    std::lock_guard lock(mutex_);
    ASSERT_EQ(send(taken_.back().get(), "x", 1, MSG_NOSIGNAL), 1) << "round " << round;
    char byte = 0;
    ASSERT_EQ(recv(staying.get(), &byte, 1, 0), 1) << "round " << round;
  }
}

TEST_F(Acceptance, EndsWithThoseConnectionsWhosePeersHaveSaidTooLittle) {
  Start(100);
  // HTTP/2's preface and the header of an empty SETTINGS frame.
  const std::string words("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
  const Descriptor silent = Connect(address_);
  const Descriptor halting = Connect(address_);
  const Descriptor speaking = Connect(address_);
  ASSERT_TRUE(WaitForTaken(3));
  ASSERT_EQ(send(halting.get(), words.data(), 32, 0), 32);
  ASSERT_EQ(send(speaking.get(), words.data(), 33, 0), 33);
  pollfd arrives = {.fd = taken_.back().get(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(poll(&arrives, 1, kPatienceMs), 1);
  acceptor_.reset();
  EXPECT_TRUE(IsClosedByPeer(silent));
  EXPECT_TRUE(IsClosedByPeer(halting));
  const std::lock_guard lock(mutex_);
  ASSERT_EQ(send(taken_.back().get(), "x", 1, MSG_NOSIGNAL), 1);
  char byte = 0;
  EXPECT_EQ(recv(speaking.get(), &byte, 1, 0), 1);
}

TEST_F(Acceptance, SurvivesRunningOutOfDescriptors) {
  Start(100);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  // Clients first, then no descriptor is left for the acceptor's side.
  std::vector<Descriptor> unconnected;
  for (int i = 0; i < 5; ++i) {
    unconnected.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  }
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(unconnected.back().get()) + 1;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  std::vector<Descriptor> fillers;
  while (fillers.empty() || fillers.back().is_open()) {
    fillers.emplace_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
  }
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(address_.port);
  inet_pton(AF_INET, address_.host.c_str(), &to.sin_addr);
  for (const Descriptor& client : unconnected) {
    EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  }
  for (const Descriptor& client : unconnected) EXPECT_TRUE(IsClosedByPeer(client));
  fillers.clear();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  const Descriptor client = Connect(address_);
  EXPECT_TRUE(WaitForTaken(1));
}

TEST(ConnectionsFor, TwoDescriptorsEachOfSixtyPercentAndAtMost512) {
  EXPECT_EQ(ConnectionsFor(1'000), 300u);
  EXPECT_EQ(ConnectionsFor(1'000'000), 512u);
  EXPECT_EQ(ConnectionsFor(0), 1u);
  EXPECT_EQ(ConnectionsFor(UINT64_MAX), 512u);
}

}  // namespace
}  // namespace billing::server
