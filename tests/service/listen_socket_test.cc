#include "server/listen_socket.h"

#include "gtest/gtest.h"

namespace billing::server {
namespace {

std::string Parsed(std::string_view text) {
  const auto address = ListenAddress::Parse(text);
  return address ? address->text() : "nothing";
}

TEST(ListenAddress, IsAnAddressAndAPort) {
  EXPECT_EQ(Parsed("127.0.0.1:50051"), "127.0.0.1:50051");
  EXPECT_EQ(Parsed("0.0.0.0:0"), "0.0.0.0:0");
  EXPECT_EQ(Parsed("[::1]:65535"), "[::1]:65535");
  EXPECT_EQ(Parsed("localhost:1"), "127.0.0.1:1");
}

TEST(ListenAddress, IsNothingElse) {
  for (const char* text : {"", ":", ":1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                           "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1:x", "::1:1", "[::1]",
                           "[127.0.0.1]:1", "[]:1", "example.org:1", "127.0.0.1:1 "}) {
    EXPECT_EQ(Parsed(text), "nothing") << text;
  }
}

TEST(ListenAddress, KnowsLoopback) {
  for (const char* text : {"127.0.0.1:1", "127.255.0.9:1", "[::1]:1", "localhost:1"}) {
    EXPECT_TRUE(ListenAddress::Parse(text)->is_loopback()) << text;
  }
  for (const char* text : {"0.0.0.0:1", "128.0.0.1:1", "[::]:1", "[2001:db8::1]:1"}) {
    EXPECT_FALSE(ListenAddress::Parse(text)->is_loopback()) << text;
  }
}

TEST(Listen, TellsTheRealPortAndRefusesToShareIt) {
  const auto first = Listen({.host = "127.0.0.1", .port = 0});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_NE(first->address.port, 0);
  const auto second = Listen(first->address);
  EXPECT_TRUE(absl::IsAlreadyExists(second.status())) << second.status();
}

TEST(Listen, AnAddressThatIsNotOursIsInvalid) {
  EXPECT_TRUE(absl::IsInvalidArgument(Listen({.host = "192.0.2.1", .port = 0}).status()));
}

}  // namespace
}  // namespace billing::server
