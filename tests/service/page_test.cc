#include "server/reads/page.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "billing/v1/payment_method_service.pb.h"
#include "gtest/gtest.h"
#include "server/reads/row_page.h"

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

using Rows = google::protobuf::RepeatedPtrField<std::string>;

TEST(PageMeter, IsFullByRowsOrByBytes) {
  Rows rows;
  PageMeter two(2);
  EXPECT_TRUE(two.Add(std::string("a"), rows));
  EXPECT_FALSE(two.full());
  EXPECT_TRUE(two.Add(std::string("b"), rows));
  EXPECT_TRUE(two.full());
  EXPECT_FALSE(two.Add(std::string("c"), rows));
  EXPECT_EQ(rows.size(), 2);
  PageMeter bytes(500);
  bytes.Count(kPageBytes - 1);
  EXPECT_FALSE(bytes.full());
  EXPECT_TRUE(bytes.Add(std::string("d"), rows));
  EXPECT_TRUE(bytes.full());
  EXPECT_FALSE(bytes.left_one());
}

TEST(PageMeter, OnlyAFirstRowMayBeLargerThanAPage) {
  Rows rows;
  PageMeter large(500);
  EXPECT_TRUE(large.Add(std::string(4 * kPageBytes, 'x'), rows));
  PageMeter meter(500);
  meter.Count(kPageBytes - 10);
  EXPECT_FALSE(meter.Add(std::string(11, 'x'), rows)) << "it would be more than a client takes";
  EXPECT_TRUE(meter.left_one());
  EXPECT_TRUE(meter.full()) << "rows keep their order: what would fit comes after what does not";
  EXPECT_EQ(rows.size(), 1);
}

struct RowId {
  const std::string& value() const { return id; }
  std::string id;
};

TEST(FillPage, LeavesARowThatWouldMakeThePageTooLargeToTheNext) {
  // Two of them fit into a page, three do not; one alone is larger than a page.
  const std::map<std::string, size_t> sizes = {{"a", kPageBytes / 5 * 2},
                                               {"b", kPageBytes / 5 * 2},
                                               {"c", kPageBytes / 5 * 2},
                                               {"d", 2 * kPageBytes},
                                               {"e", 1}};
  using Response = billing::v1::ListCardsResponse;
  const billing::v1::ListCardsRequest request;
  PageQuery page{.size = 500, .request = &request};
  const auto read = [&](const std::string& after, size_t limit) {
    std::vector<std::pair<RowId, size_t>> rows;
    for (auto row = sizes.upper_bound(after); row != sizes.end() && rows.size() < limit; ++row) {
      rows.emplace_back(RowId{row->first}, row->second);
    }
    return rows;
  };
  const auto show = [](const RowId& id, size_t size, Response& response,
                       PageMeter& meter) -> std::optional<Problem> {
    billing::v1::Card card;
    card.set_name(id.value());
    card.set_holder_name(std::string(size, 'x'));
    meter.Add(std::move(card), *response.mutable_cards());
    return std::nullopt;
  };
  std::vector<std::string> pages;
  do {
    const auto filled = FillPage<Response>(page, read, show);
    const auto& response = std::get<Response>(filled);
    std::string& ids = pages.emplace_back();
    for (const auto& card : response.cards()) ids += card.name();
    page.after = CursorIn(response.next_page_token(), DigestOf(request));
  } while (page.after);
  EXPECT_EQ(pages, (std::vector<std::string>{"ab", "c", "d", "e"}));
}

}  // namespace
}  // namespace billing::server
