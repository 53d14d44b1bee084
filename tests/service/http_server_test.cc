#include "server/http_server.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <string_view>
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

// The first line of a request, and nothing after it.
Descriptor BeginRequest(uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  EXPECT_EQ(connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  constexpr std::string_view kLine = "GET /healthz HTTP/1.1\r\n";
  EXPECT_EQ(send(socket.get(), kLine.data(), kLine.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(kLine.size()));
  return socket;
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
