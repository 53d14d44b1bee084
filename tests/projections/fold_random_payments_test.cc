// Whatever happened: every count and every index agrees with a recount of the things' own
// rows, and how the records were batched shows nowhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "aggregates/kernel/names.h"
#include "projections/fold/fold.h"
#include "projections/state/keys.h"
#include "projections/state/state_reader.h"
#include "tests/projections/random_payments.h"

namespace billing::projections {
namespace {

constexpr int kCommands = 800;
constexpr size_t kAll = 100'000;

class FoldOfRandomPayments : public testing::TestWithParam<uint32_t> {
 protected:
  // What pays for a live subscription, by its profile's own row.
  std::optional<kernel::CardId> PayerOf(const subscription::SubscriptionState& state) const {
    return profiles_.at(*state.billing_profile).card;
  }
  // Rows of the view whose keys begin like `key`.
  size_t RowsOfView(const std::string& key) const {
    return static_cast<size_t>(std::ranges::count_if(
        rows_.rows(), [&key](const auto& row) { return row.first.starts_with(key.substr(0, 2)); }));
  }

  const RandomPayments history_{GetParam(), kCommands};
  const AccountNumber acme_ = history_.account();
  const MapRows rows_ = history_.log().Folded();
  const StateReader states_{rows_};
  const std::map<kernel::BillingProfileId, profile::BillingProfileState> profiles_ = [this] {
    std::map<kernel::BillingProfileId, profile::BillingProfileState> profiles;
    for (auto& [id, state] : states_.BillingProfiles(acme_, "", kAll)) profiles.emplace(id, state);
    return profiles;
  }();
};

TEST_P(FoldOfRandomPayments, HoldersAreThoseThatPayWithTheCardThroughTheirProfile) {
  std::map<kernel::CardId, account::HolderCounts> of_cards;
  std::map<kernel::BillingProfileId, account::HolderCounts> of_profiles;
  std::map<std::pair<kernel::CardId, HolderClass>, std::set<kernel::SubscriptionId>> holders;
  std::map<std::pair<kernel::BillingProfileId, HolderClass>, std::set<kernel::SubscriptionId>>
      billed;
  size_t holder_rows = 0;
  size_t billed_rows = 0;
  for (const auto& [id, state] : states_.Subscriptions(acme_, "", kAll)) {
    if (!state.live()) continue;
    const HolderClass holder_class = ClassOf(state.state, state.kind);
    ++of_profiles[*state.billing_profile].At(state.state, state.kind);
    billed[{*state.billing_profile, holder_class}].insert(id);
    ++billed_rows;
    const auto payer = PayerOf(state);
    if (!payer) continue;
    ++of_cards[*payer].At(state.state, state.kind);
    holders[{*payer, holder_class}].insert(id);
    ++holder_rows;
  }
  for (const auto& [id, state] : states_.Cards(acme_, "", kAll)) {
    EXPECT_EQ(state.holders, of_cards[id]) << id.value();
  }
  for (const auto& [id, state] : profiles_) EXPECT_EQ(state.holders, of_profiles[id]) << id.value();
  for (const auto& [key, ids] : holders) {
    EXPECT_THAT(states_.Holders(acme_, key.first, key.second, "", kAll),
                testing::ElementsAreArray(ids));
  }
  for (const auto& [key, ids] : billed) {
    EXPECT_THAT(states_.BilledTo(acme_, key.first, key.second, "", kAll),
                testing::ElementsAreArray(ids));
  }
  EXPECT_GT(holder_rows, 0u);
  EXPECT_EQ(RowsOfView(keys::HoldersPrefix(acme_, CardNamed("any"))), holder_rows);
  EXPECT_EQ(RowsOfView(keys::BilledToPrefix(acme_, kernel::BillingProfileId::FromStored("any"))),
            billed_rows);
}

TEST_P(FoldOfRandomPayments, CardsKnowTheActiveProfilesThatHaveThem) {
  std::map<kernel::CardId, std::set<kernel::BillingProfileId>> expected;
  size_t index_rows = 0;
  for (const auto& [id, state] : profiles_) {
    if (!state.active() || !state.card) continue;
    expected[*state.card].insert(id);
    ++index_rows;
  }
  for (const auto& [id, state] : states_.Cards(acme_, "", kAll)) {
    EXPECT_EQ(state.active_profiles, expected[id].size()) << id.value();
    EXPECT_THAT(states_.ProfilesWith(acme_, id, "", kAll), testing::ElementsAreArray(expected[id]));
  }
  EXPECT_GT(index_rows, 0u);
  EXPECT_EQ(RowsOfView(keys::ProfileByCard(acme_, CardNamed("any"), "")), index_rows);
  EXPECT_EQ(states_.Head(acme_).billing_profiles, profiles_.size());
}

TEST_P(FoldOfRandomPayments, WhatIsOwedIsTheSumOfTheUnpaidCharges) {
  // By scope: the account, a card, a profile.
  std::map<std::string, kernel::Unpaid> expected;
  std::map<std::pair<std::string, ChargeClass>, std::set<kernel::ChargeId>> listed;
  std::map<kernel::SubscriptionId, uint32_t> past_due;
  for (const auto& [id, charge] : states_.Charges(acme_, "", kAll)) {
    if (charge.past_due() && charge.subscription) ++past_due[*charge.subscription];
    if (!charge.unpaid()) continue;
    std::vector<std::string> scopes = {""};
    if (charge.card) scopes.push_back(kernel::Relative(*charge.card));
    if (charge.paying_profile) scopes.push_back(kernel::Relative(*charge.paying_profile));
    for (const std::string& scope : scopes) {
      kernel::Unpaid& unpaid = expected[scope];
      (charge.past_due() ? unpaid.past_due_count : unpaid.pending_count) += 1;
      (charge.past_due() ? unpaid.past_due_minor : unpaid.pending_minor) += charge.amount_minor;
      listed[{scope, ClassOf(charge.state)}].insert(id);
    }
  }
  EXPECT_GT(expected[""].count(), 0u);
  EXPECT_EQ(states_.Head(acme_).unpaid, expected[""]);
  for (const auto& [id, state] : states_.Cards(acme_, "", kAll)) {
    EXPECT_EQ(state.unpaid, expected[kernel::Relative(id)]) << id.value();
  }
  for (const auto& [id, state] : profiles_) {
    EXPECT_EQ(state.unpaid, expected[kernel::Relative(id)]) << id.value();
  }
  for (const auto& [id, state] : states_.Subscriptions(acme_, "", kAll)) {
    EXPECT_EQ(state.past_due_charges, past_due[id]) << id.value();
  }
  size_t index_rows = 0;
  for (const auto& [key, ids] : listed) {
    EXPECT_THAT(states_.UnpaidCharges(acme_, key.first, key.second, "", kAll),
                testing::ElementsAreArray(ids));
    index_rows += ids.size();
  }
  EXPECT_EQ(RowsOfView(keys::UnpaidCharge(acme_, "", ChargeClass::kPending, "")), index_rows);
}

TEST_P(FoldOfRandomPayments, DueIsWhatHasStopped) {
  std::set<std::string> expected;
  for (const auto& [id, state] : states_.Subscriptions(acme_, "", kAll)) {
    const bool stopped = state.state == v1::SUBSCRIPTION_STATE_DISABLED ||
                         state.state == v1::SUBSCRIPTION_STATE_CANCELLED;
    if (stopped) expected.insert(kernel::Relative(id));
  }
  std::set<std::string> due;
  for (const auto& deadline : states_.Due({INT64_MAX}, nullptr, kAll)) due.insert(deadline.name);
  EXPECT_EQ(due, expected);
}

TEST_P(FoldOfRandomPayments, IsTheSameHoweverRecordsAreBatched) {
  for (const size_t batch : {size_t{1}, size_t{2}, size_t{7}, size_t{100}}) {
    EXPECT_EQ(history_.log().FoldedInBatches(batch).rows(), rows_.rows())
        << "in batches of " << batch;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, FoldOfRandomPayments, testing::Range(1u, 11u));

}  // namespace
}  // namespace billing::projections
