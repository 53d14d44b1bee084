#include "server/http_server.h"

#include <httplib.h>

#include <atomic>

#include "gtest/gtest.h"

namespace billing::server {
namespace {

ListenAddress AnyPort() { return {.host = "127.0.0.1", .port = 0}; }

TEST(HttpServer, HealthzFollowsTheServersHealth) {
  std::atomic<bool> healthy = true;
  const auto server = HttpServer::Start(AnyPort(), [&] { return healthy.load(); });
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

TEST(HttpServer, APortInUseIsRefused) {
  const auto first = HttpServer::Start(AnyPort(), [] { return true; });
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = HttpServer::Start((*first)->address(), [] { return true; });
  EXPECT_TRUE(absl::IsAlreadyExists(second.status())) << second.status();
}

TEST(HttpServer, EndsAtOnceWhenItWasNeverAsked) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(HttpServer::Start(AnyPort(), [] { return true; }).ok());
  }
}

}  // namespace
}  // namespace billing::server
