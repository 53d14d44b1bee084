#include "tools/bench/requests.h"

#include <map>
#include <set>

#include "gtest/gtest.h"

namespace billing::bench {
namespace {

TEST(Requests, AddNoCardTwiceAndNoMoreToAnAccountThanItTakes) {
  Names names;
  const Openings openings = OpenAccounts(names, AccountsFor(200));
  ASSERT_EQ(openings.accounts.size(), 3u);
  const Traffic traffic = AddCards(names, openings.accounts, 200);
  std::set<std::string> cards;
  std::set<std::string> request_ids;
  std::map<std::string, size_t> of_account;
  for (const std::string& bytes : traffic.requests) {
    billing::v1::AddCardRequest request;
    ASSERT_TRUE(request.ParseFromString(bytes));
    cards.insert(request.parent() + "/" + request.card_id());
    request_ids.insert(request.request_id());
    ++of_account[request.parent()];
  }
  EXPECT_EQ(cards.size(), 200u);
  EXPECT_EQ(request_ids.size(), 200u);
  for (const auto& [account, count] : of_account) EXPECT_LE(count, kCardsPerAccount) << account;
}

TEST(Names, AreNewEachTime) {
  Names names;
  EXPECT_NE(names.NewAccountId(), names.NewAccountId());
  EXPECT_NE(names.NewRequestId(), names.NewRequestId());
}

}  // namespace
}  // namespace billing::bench
