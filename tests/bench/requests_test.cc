#include "tools/bench/requests.h"

#include <map>
#include <set>

#include "billing/v1/bulk_service.pb.h"
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

TEST(Requests, AStreamIsNumberedFromOneAndHoldsTheSameCards) {
  Names names;
  const Openings openings = OpenAccounts(names, AccountsFor(200));
  const Traffic calls = AddCards(names, openings.accounts, 200);
  const Traffic stream = StreamCards(names, openings.accounts, 200);
  ASSERT_EQ(stream.requests.size(), 200u);
  for (size_t i = 0; i < 200; ++i) {
    billing::v1::AddCardRequest call;
    ASSERT_TRUE(call.ParseFromString(calls.requests[i]));
    billing::v1::ExecuteCommandsRequest message;
    ASSERT_TRUE(message.ParseFromString(stream.requests[i]));
    EXPECT_EQ(message.sequence(), i + 1);
    EXPECT_EQ(message.command().add_card().parent(), call.parent());
    EXPECT_EQ(message.command().add_card().card_id(), call.card_id());
  }
}

TEST(Requests, CardsInTurnGoToOneAccountAfterTheOther) {
  Names names;
  const std::vector<std::string> accounts = {"acme", "contoso", "fabrikam"};
  const Traffic traffic = AddCardsInTurn(names, accounts, 8);
  std::map<std::string, std::set<std::string>> cards;
  for (size_t i = 0; i < 8; ++i) {
    billing::v1::AddCardRequest request;
    ASSERT_TRUE(request.ParseFromString(traffic.requests[i]));
    EXPECT_EQ(request.parent(), AccountName(accounts[i % 3]));
    cards[request.parent()].insert(request.card_id());
  }
  EXPECT_EQ(cards[AccountName("acme")].size(), 3u);
  EXPECT_EQ(cards[AccountName("fabrikam")].size(), 2u);
}

TEST(Names, AreNewEachTime) {
  Names names;
  EXPECT_NE(names.NewAccountId(), names.NewAccountId());
  EXPECT_NE(names.NewRequestId(), names.NewRequestId());
}

}  // namespace
}  // namespace billing::bench
