#include "server/reads/page.h"

#include "billing/v1/payment_method_service.pb.h"
#include "gtest/gtest.h"

namespace billing::server {
namespace {

using Parts = std::vector<std::string>;

TEST(PageToken, GivesItsCursorBackForTheSameRequestOnly) {
  const std::string token = TokenOf("visa", "digest");
  EXPECT_EQ(CursorIn(token, "digest"), "visa");
  EXPECT_EQ(CursorIn(token, "other"), std::nullopt);
}

TEST(PageToken, EveryByteOfItCounts) {
  const std::string token = TokenOf("subscriptions/web", "digest");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(CursorIn(altered, "digest"), std::nullopt) << i;
    EXPECT_EQ(CursorIn(token.substr(0, i), "digest"), std::nullopt) << i;
  }
}

TEST(PageToken, IsSafeInAUrl) {
  const std::string token = TokenOf(std::string("\xff\xfe\x00\x7f", 4), "digest");
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                    "0123456789-_"),
            std::string::npos);
  EXPECT_EQ(CursorIn(token, "digest"), std::string("\xff\xfe\x00\x7f", 4));
}

TEST(RequestDigest, CoversEveryFieldButThoseOfThePage) {
  billing::v1::ListCardsInUseRequest request;
  request.set_parent("billingAccounts/acme");
  const std::string digest = DigestOf(request);
  billing::v1::ListCardsInUseRequest other_page = request;
  other_page.set_page_size(7);
  other_page.set_page_token("x");
  other_page.set_min_position(3);
  EXPECT_EQ(DigestOf(other_page), digest);
  billing::v1::ListCardsInUseRequest other_filter = request;
  other_filter.set_card("billingAccounts/acme/cards/visa");
  EXPECT_NE(DigestOf(other_filter), digest);
  billing::v1::ListCardsRequest other_rpc;
  other_rpc.set_parent("billingAccounts/acme");
  EXPECT_NE(DigestOf(other_rpc), digest);
}

TEST(Cursor, SplitsIntoThePartsItWasJoinedFrom) {
  for (const Parts& parts : {Parts{"a", "b"}, Parts{"", ""}, Parts{"1:x", ":"}}) {
    EXPECT_EQ(SplitCursor(JoinCursor(parts), 2), parts);
  }
  EXPECT_EQ(SplitCursor(JoinCursor({"a"}), 2), std::nullopt);
  for (const char* bad : {"x", "9:a", ":a", "-1:a", "1a"}) {
    EXPECT_EQ(SplitCursor(bad, 1), std::nullopt) << bad;
  }
}

TEST(PageMeter, IsFullByRowsOrByBytes) {
  PageMeter rows(2);
  rows.Count(size_t{1});
  EXPECT_FALSE(rows.full());
  rows.Count(size_t{1});
  EXPECT_TRUE(rows.full());
  PageMeter bytes(500);
  bytes.Count(kPageBytes - 1);
  EXPECT_FALSE(bytes.full());
  bytes.Count(size_t{1});
  EXPECT_TRUE(bytes.full());
}

TEST(PageMeter, OnlyAFirstRowMayBeLargerThanAPage) {
  PageMeter meter(500);
  EXPECT_TRUE(meter.Fits(4 * kPageBytes));
  meter.Count(kPageBytes - 10);
  EXPECT_TRUE(meter.Fits(10));
  EXPECT_FALSE(meter.Fits(11)) << "it would be more than a client takes";
}

}  // namespace
}  // namespace billing::server
