#include "server/calls/trace_parent.h"

#include "gtest/gtest.h"

namespace billing::server {
namespace {

std::string Kept(const std::string& header) {
  CallMetadata metadata;
  metadata.emplace("traceparent", header);
  return TraceParentIn(metadata);
}

TEST(TraceParent, IsKeptWhenItIsWellFormed) {
  for (const std::string header : {
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
           "fe-00000000000000000000000000000001-0000000000000001-ff",
       }) {
    EXPECT_EQ(Kept(header), header);
  }
}

TEST(TraceParent, IsIgnoredWhenItIsNot) {
  for (const char* header : {
           "",
           "4111111111111111",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
           "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
           "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
           "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
           "00-00000000000000000000000000000000-b7ad6b7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
           "00-0af7651916cd43dd8448eb211c80319c-4111111111111111-01",
           "00-4111111111111111aaaaaaaaaaaaaaaa-b7ad6b7169203331-01",
       }) {
    EXPECT_EQ(Kept(header), "") << header;
  }
}

TEST(TraceParent, IsIgnoredWhenItIsMissingOrGivenTwice) {
  CallMetadata metadata;
  EXPECT_EQ(TraceParentIn(metadata), "");
  for (int i = 0; i < 2; ++i) {
    metadata.emplace("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }
  EXPECT_EQ(TraceParentIn(metadata), "");
}

}  // namespace
}  // namespace billing::server
