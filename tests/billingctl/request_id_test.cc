#include "tools/billingctl/request_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace billing::billingctl {
namespace {

TEST(RequestId, IsAUuidOfVersionSeven) {
  EXPECT_THAT(NewRequestId(),
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                    "[0-9a-f]{12}"));
}

TEST(RequestId, IsNeverTheSame) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(NewRequestId());
  EXPECT_EQ(ids.size(), 10'000u);
}

TEST(RequestId, LaterOnesDoNotSortBeforeEarlierMilliseconds) {
  const std::string earlier = NewRequestId().substr(0, 13);
  EXPECT_LE(earlier, NewRequestId().substr(0, 13));
}

}  // namespace
}  // namespace billing::billingctl
