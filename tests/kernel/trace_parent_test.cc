#include "aggregates/kernel/trace_parent.h"

#include <gtest/gtest.h>

#include <string>

namespace billing::kernel {
namespace {

constexpr char kTraceId[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kParentId[] = "b7ad6b7169203331";

std::string With(const std::string& trace_id, const std::string& parent_id) {
  return "00-" + trace_id + "-" + parent_id + "-01";
}

TEST(IsTraceParent, OfTheStandardsShape) {
  EXPECT_TRUE(IsTraceParent(With(kTraceId, kParentId)));
  EXPECT_TRUE(IsTraceParent("fe-00000000000000000000000000000001-0000000000000001-ff"));
  EXPECT_FALSE(IsTraceParent(""));
  EXPECT_FALSE(IsTraceParent(With(kTraceId, "b7ad6b716920333")));
  EXPECT_FALSE(IsTraceParent(With(kTraceId, "B7AD6B7169203331")));
  EXPECT_FALSE(IsTraceParent(With(kTraceId, "0000000000000000")));
  EXPECT_FALSE(IsTraceParent("ff-00000000000000000000000000000001-0000000000000001-ff"));
}

TEST(IsTraceParent, HasNoIdThatIsACardNumber) {
  for (const char* parent_id :
       {"4111111111111111", "378282246310005a", "a4222222222222bb", "0004222222222222"}) {
    EXPECT_FALSE(IsTraceParent(With(kTraceId, parent_id))) << parent_id;
  }
  for (const char* trace_id :
       {"4111111111111111aaaaaaaaaaaaaaaa", "aaaaaaaa4111111111111111aaaaaaaa",
        "00000000000000004111111111111111", "41111111111111110000000000000000"}) {
    EXPECT_FALSE(IsTraceParent(With(trace_id, kParentId))) << trace_id;
  }
}

TEST(IsTraceParent, MayHaveAnIdOfDigitsThatIsNone) {
  for (const char* parent_id : {"4111111111111112", "1111111111111117", "4111a11111111111"}) {
    EXPECT_TRUE(IsTraceParent(With(kTraceId, parent_id))) << parent_id;
  }
  EXPECT_TRUE(IsTraceParent(With("12345678901234567890123456789012", kParentId)));
}

}  // namespace
}  // namespace billing::kernel
