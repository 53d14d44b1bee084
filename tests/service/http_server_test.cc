#include "server/http_server.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gmock/gmock.h"

namespace billing::server {
namespace {

using ::testing::HasSubstr;

ListenAddress AnyPort() { return {.host = "127.0.0.1", .port = 0}; }

std::optional<std::string> NoMetrics() { return std::nullopt; }

HttpPages Pages() {
  return {.healthy = [] { return true; }, .metrics = NoMetrics};
}

Descriptor Connect(uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  EXPECT_EQ(connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  return socket;
}

// False: the server has closed the connection, or takes nothing for five seconds.
bool Send(const Descriptor& socket, std::string_view text) {
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  (void)setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  return send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(text.size());
}

// The first line of a request, and nothing after it.
Descriptor BeginRequest(uint16_t port) {
  Descriptor socket = Connect(port);
  EXPECT_TRUE(Send(socket, "GET /healthz HTTP/1.1\r\n"));
  return socket;
}

// Answered or closed.
bool HearsOfServer(const Descriptor& socket, std::chrono::milliseconds patience) {
  pollfd awaited{.fd = socket.get(), .events = POLLIN, .revents = 0};
  return poll(&awaited, 1, static_cast<int>(patience.count())) > 0;
}

size_t OpenDescriptors() {
  using Files = std::filesystem::directory_iterator;
  return static_cast<size_t>(std::distance(Files("/proc/self/fd"), Files()));
}

TEST(HttpServer, HealthzFollowsTheServersHealth) {
  std::atomic<bool> healthy = true;
  const auto server = HttpServer::Start(
      AnyPort(), {.healthy = [&] { return healthy.load(); }, .metrics = NoMetrics});
  ASSERT_TRUE(server.ok()) << server.status();
  httplib::Client client("127.0.0.1", (*server)->address().port);
  auto answer = client.Get("/healthz");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "ok\n");
  healthy = false;
  answer = client.Get("/healthz");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  answer = client.Get("/etc/passwd");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
}

TEST(HttpServer, MetricsAreTextForPrometheusOnceThereAreAny) {
  std::optional<std::string> text;
  const auto server = HttpServer::Start(
      AnyPort(), {.healthy = [] { return true; }, .metrics = [&] { return text; }});
  ASSERT_TRUE(server.ok()) << server.status();
  httplib::Client client("127.0.0.1", (*server)->address().port);
  auto answer = client.Get("/metrics");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  text = "billingd_watches 3\n";
  answer = client.Get("/metrics");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "billingd_watches 3\n");
  EXPECT_EQ(answer->get_header_value("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST(HttpServer, PagesAreOnlyRead) {
  const auto server = HttpServer::Start(AnyPort(), Pages());
  ASSERT_TRUE(server.ok()) << server.status();
  httplib::Client client("127.0.0.1", (*server)->address().port);
  auto answer = client.Post("/healthz", "", "text/plain");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 405);
  EXPECT_EQ(answer->get_header_value("Allow"), "GET, HEAD");
  answer = client.Delete("/metrics");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 405);
  answer = client.Post("/etc/passwd", "", "text/plain");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
  answer = client.Head("/healthz");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

// There are few threads, and an open connection takes one.
TEST(HttpServer, ClosesAConnectionOnceItHasAnswered) {
  const auto server = HttpServer::Start(AnyPort(), Pages());
  ASSERT_TRUE(server.ok()) << server.status();
  httplib::Client client("127.0.0.1", (*server)->address().port);
  client.set_keep_alive(true);
  const auto answer = client.Get("/healthz");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->get_header_value("Connection"), "close");
}

// Clients that do not go on with their requests, one fewer than there are threads.
TEST(HttpServer, AnswersBesideFifteenSlowClients) {
  const auto server = HttpServer::Start(AnyPort(), Pages());
  ASSERT_TRUE(server.ok()) << server.status();
  const uint16_t port = (*server)->address().port;
  std::vector<Descriptor> slow;
  for (int i = 0; i < 15; ++i) slow.push_back(BeginRequest(port));
  httplib::Client client("127.0.0.1", port);
  client.set_read_timeout(5);
  const auto answer = client.Get("/healthz");
  ASSERT_TRUE(answer) << "they were waited for, one after the other";
  EXPECT_EQ(answer->status, 200);
}

// Sixteen at a time are waited for, a second each: three hundred in a queue would take 19.
TEST(HttpServer, HoldsNoMoreThanSixtyFourConnections) {
  constexpr size_t kIdle = 300;
  const auto server = HttpServer::Start(AnyPort(), Pages());
  ASSERT_TRUE(server.ok()) << server.status();
  const uint16_t port = (*server)->address().port;
  const size_t before = OpenDescriptors();
  std::vector<Descriptor> idle;
  for (size_t i = 0; i < kIdle; ++i) idle.push_back(Connect(port));
  EXPECT_TRUE(HearsOfServer(idle.back(), std::chrono::seconds(10)));
  EXPECT_LE(OpenDescriptors(), before + kIdle + 64);

  idle.clear();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  bool answered = false;
  while (!answered && std::chrono::steady_clock::now() < end) {
    httplib::Client client("127.0.0.1", port);
    const auto answer = client.Get("/healthz");
    answered = answer && answer->status == 200;
  }
  EXPECT_TRUE(answered);
}

TEST(HttpServer, CutsOffARequestThatIsTooLong) {
  constexpr size_t kBytesMax = 64 << 20;
  const auto server = HttpServer::Start(AnyPort(), Pages());
  ASSERT_TRUE(server.ok()) << server.status();
  const Descriptor client = BeginRequest((*server)->address().port);
  std::string lines;
  while (lines.size() < 64 * 1024) lines += "x: " + std::string(1000, 'x') + "\r\n";
  size_t sent = 0;
  while (sent < kBytesMax && Send(client, lines)) sent += lines.size();
  // What the system keeps on the way counts as sent.
  EXPECT_LT(sent, kBytesMax / 2);
}

TEST(HttpServer, ALongRequestIsAnswered) {
  const auto server = HttpServer::Start(AnyPort(), Pages());
  ASSERT_TRUE(server.ok()) << server.status();
  httplib::Client client("127.0.0.1", (*server)->address().port);
  httplib::Headers headers;
  for (int i = 0; i < 7; ++i) headers.emplace("x-" + std::to_string(i), std::string(2'000, 'x'));
  const auto answer = client.Get("/healthz", headers);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST(HttpServer, CutsOffARequestThatTakesTooLong) {
  const auto server = HttpServer::Start(AnyPort(), Pages());
  ASSERT_TRUE(server.ok()) << server.status();
  const Descriptor client = BeginRequest((*server)->address().port);
  int lines = 0;
  while (lines < 50 && Send(client, "x: y\r\n")) {
    ++lines;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  EXPECT_LT(lines, 50) << "it kept a thread for ten seconds";
}

TEST(HttpServer, ALargePageArrivesWhole) {
  const std::string text(8 << 20, 'x');
  const auto server = HttpServer::Start(
      AnyPort(), {.healthy = [] { return true; }, .metrics = [&] { return std::optional(text); }});
  ASSERT_TRUE(server.ok()) << server.status();
  httplib::Client client("127.0.0.1", (*server)->address().port);
  const auto answer = client.Get("/metrics", {{"Accept-Encoding", "identity"}});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->body == text) << answer->body.size();
}

TEST(HttpServer, APortInUseIsRefused) {
  const auto first = HttpServer::Start(AnyPort(), Pages());
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = HttpServer::Start((*first)->address(), Pages());
  EXPECT_TRUE(absl::IsAlreadyExists(second.status())) << second.status();
  EXPECT_THAT(second.status().message(), HasSubstr("Address already in use"));
}

// One for documentation (RFC 5737), which no machine has.
TEST(HttpServer, AnAddressOfAnotherMachineIsRefusedWithTheCause) {
  const auto server = HttpServer::Start({.host = "192.0.2.1", .port = 0}, Pages());
  EXPECT_TRUE(absl::IsInvalidArgument(server.status())) << server.status();
  EXPECT_THAT(server.status().message(), HasSubstr("Cannot assign requested address"));
}

TEST(HttpServer, EndsAtOnceWhenItWasNeverAsked) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(HttpServer::Start(AnyPort(), Pages()).ok());
  }
}

}  // namespace
}  // namespace billing::server
