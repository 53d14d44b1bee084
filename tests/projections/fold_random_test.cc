// Whatever happened: the rows agree with the plain model of what happened, every derived
// row agrees with the subscriptions' own rows, and how the records were batched shows
// nowhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "projections/fold/fold.h"
#include "projections/state/keys.h"
#include "projections/state/state_reader.h"
#include "tests/projections/random_history.h"

namespace billing::projections {
namespace {

constexpr int kCommands = 600;
constexpr size_t kAll = 100'000;

class FoldOfARandomHistory : public testing::TestWithParam<uint32_t> {
 protected:
  const RandomHistory history_{GetParam(), kCommands};
  const MapRows rows_ = history_.log().Folded();
  const StateReader states_{rows_};
};

// Rows of the view whose keys begin like `key`.
size_t RowsOfView(const MapRows& rows, const std::string& key) {
  return static_cast<size_t>(
      std::count_if(rows.rows().begin(), rows.rows().end(),
                    [&key](const auto& row) { return row.first.starts_with(key.substr(0, 2)); }));
}

TEST_P(FoldOfARandomHistory, GivesTheStatesOfTheModel) {
  for (const auto& [number, account] : history_.accounts()) {
    const auto subscriptions = states_.Subscriptions(number, "", kAll);
    ASSERT_EQ(subscriptions.size(), account.subscriptions.size());
    for (const auto& [id, state] : subscriptions) {
      const auto& expected = account.subscriptions.at(id.value());
      EXPECT_EQ(state.state, expected.state) << id.value();
      EXPECT_EQ(state.kind, expected.kind) << id.value();
      EXPECT_EQ(state.card ? state.card->value() : "", expected.card) << id.value();
    }
    const auto cards = states_.Cards(number, "", kAll);
    ASSERT_EQ(cards.size(), account.cards.size());
    for (const auto& [id, state] : cards) {
      EXPECT_EQ(state.live(), account.cards.at(id.value()).live) << id.value();
      EXPECT_EQ(state.expiry, account.cards.at(id.value()).expiry) << id.value();
    }
  }
}

TEST_P(FoldOfARandomHistory, CountsAndListsHoldersAsTheSubscriptionsSay) {
  size_t holder_rows = 0;
  for (const auto& [number, account] : history_.accounts()) {
    std::map<kernel::CardId, account::HolderCounts> counts;
    std::map<std::pair<kernel::CardId, HolderClass>, std::set<kernel::SubscriptionId>> holders;
    for (const auto& [id, state] : states_.Subscriptions(number, "", kAll)) {
      if (!state.live() || !state.card) continue;
      ++counts[*state.card].At(state.state, state.kind);
      holders[{*state.card, ClassOf(state.state, state.kind)}].insert(id);
      ++holder_rows;
    }
    for (const auto& [id, state] : states_.Cards(number, "", kAll)) {
      EXPECT_EQ(state.holders, counts[id]) << id.value();
      EXPECT_EQ(states_.AllHolders(number, id).size(), counts[id].Total()) << id.value();
    }
    for (const auto& [key, ids] : holders) {
      EXPECT_THAT(states_.Holders(number, key.first, key.second, "", kAll),
                  testing::ElementsAreArray(ids));
    }
  }
  EXPECT_GT(holder_rows, 0u);
  EXPECT_EQ(RowsOfView(rows_, keys::HoldersPrefix(1, CardNamed("any"))), holder_rows);
}

TEST_P(FoldOfARandomHistory, IndexesLiveThingsAndNothingElse) {
  size_t live_cards = 0;
  size_t with_fingerprint = 0;
  size_t live_subscriptions = 0;
  for (const auto& [number, account] : history_.accounts()) {
    const account::AccountHead head = states_.Head(number);
    std::vector<kernel::SubscriptionId> live;
    for (const auto& [id, state] : states_.Subscriptions(number, "", kAll)) {
      if (state.live()) live.push_back(id);
    }
    EXPECT_EQ(states_.LiveSubscriptions(number, "", kAll), live);
    EXPECT_EQ(head.live_subscriptions, live.size());
    size_t cards = 0;
    for (const auto& [id, state] : states_.Cards(number, "", kAll)) {
      const auto found = states_.CardWithToken(number, state.token);
      EXPECT_EQ(found, state.live() ? std::optional(id) : std::nullopt);
      if (!state.live()) continue;
      ++cards;
      if (state.fingerprint.empty()) continue;
      ++with_fingerprint;
      EXPECT_EQ(states_.CardWithFingerprint(number, state.fingerprint), id);
    }
    EXPECT_EQ(head.live_cards, cards);
    live_cards += cards;
    live_subscriptions += live.size();
  }
  EXPECT_EQ(RowsOfView(rows_, keys::CardByToken(1, "")), live_cards);
  EXPECT_EQ(RowsOfView(rows_, keys::CardByFingerprint(1, "")), with_fingerprint);
  EXPECT_EQ(RowsOfView(rows_, keys::LiveSubscription(1, "")), live_subscriptions);
}

TEST_P(FoldOfARandomHistory, ListsTheCardsThatPayByMonth) {
  using Entry = std::tuple<kernel::YearMonth, AccountNumber, std::string>;
  std::set<Entry> expected;
  for (const auto& [number, account] : history_.accounts()) {
    for (const auto& [id, subscription] : account.subscriptions) {
      if (!subscription.live() || subscription.card.empty()) continue;
      expected.emplace(account.cards.at(subscription.card).expiry, number, subscription.card);
    }
  }
  const auto entries = [this](std::optional<AccountNumber> account) {
    std::vector<Entry> listed;
    for (const auto& card : states_.ExpiringCards(account, {9999, 1}, std::nullopt, kAll)) {
      listed.emplace_back(card.month, card.account, card.card.value());
    }
    return listed;
  };
  EXPECT_THAT(entries(std::nullopt), testing::ElementsAreArray(expected));
  std::erase_if(expected, [](const Entry& entry) { return std::get<1>(entry) != 2; });
  EXPECT_THAT(entries(2), testing::ElementsAreArray(expected));
}

TEST_P(FoldOfARandomHistory, IndexesEveryRecordUnderEverySubject) {
  std::map<std::pair<AccountNumber, std::string>, std::vector<uint64_t>> expected;
  for (const auto& record : history_.log().records()) {
    const uint64_t position = record.event().position();
    expected[{record.account(), ""}].push_back(position);
    const std::string id = states_.Account(record.account())->id.value();
    for (const auto& subject : SubjectsOf(record.event(), id)) {
      expected[{record.account(), subject}].push_back(position);
    }
  }
  size_t index_rows = 0;
  for (const auto& [key, positions] : expected) {
    EXPECT_EQ(states_.PositionsOf(key.first, key.second, {}, Order::kAscending, kAll), positions);
    index_rows += positions.size();
  }
  EXPECT_EQ(RowsOfView(rows_, keys::SubjectPrefix(1, "")), index_rows);
}

TEST_P(FoldOfARandomHistory, IsTheSameAgain) {
  EXPECT_EQ(history_.log().Folded().rows(), rows_.rows());
}

TEST_P(FoldOfARandomHistory, IsTheSameHoweverRecordsAreBatched) {
  for (const size_t batch : {size_t{1}, size_t{2}, size_t{7}, size_t{100}}) {
    EXPECT_EQ(history_.log().FoldedInBatches(batch).rows(), rows_.rows())
        << "in batches of " << batch;
  }
}

TEST_P(FoldOfARandomHistory, NeedsOfACommandsFirstRecordNoMoreThanIsShared) {
  MapRows rows;
  for (const auto& record : history_.log().records()) {
    const auto& first = history_.log().CommandOf(record);
    ASSERT_TRUE(Apply(record, record.index() == 0 ? record : SharedOf(first), rows).ok());
  }
  EXPECT_EQ(rows.rows(), rows_.rows());
}

INSTANTIATE_TEST_SUITE_P(Seeds, FoldOfARandomHistory, testing::Range(1u, 11u));

}  // namespace
}  // namespace billing::projections
