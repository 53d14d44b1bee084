// What a log of random commands tells of its past: an account at any position is the fold of the
// log to there, and each refusal is explained by facts that were there.
//
//   BILLING_SEED  of the log (default 1)
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "eventstore/memory/memory_event_log.h"
#include "projections/account_state/account_at.h"
#include "projections/explain/explain.h"
#include "projections/fold/fold.h"
#include "tests/model/model_fixture.h"
#include "tests/model/trial.h"
#include "tests/projections/account_lines.h"

namespace billing::model {
namespace {

using projections::AccountNumber;
using projections::MapRows;
using projections::StateReader;

constexpr int kCommands = 2'500;
constexpr int kPlaces = 1'000;
constexpr kernel::Instant kNow = {0};

uint64_t Seed() {
  const char* value = std::getenv("BILLING_SEED");
  return value == nullptr ? 1 : std::strtoull(value, nullptr, 10);
}

class Past : public ModelTest {
 protected:
  Past() {
    std::cout << "seed " << Seed() << std::endl;
    Trial trial(vault(), /*steps_per_comparison=*/kCommands);
    Generator generator(Seed(), trial.world());
    for (int i = 0; i < kCommands; ++i) EXPECT_EQ(trial.Take(generator.Next()), "");
    for (const std::string& bytes : trial.system().log()) {
      const std::string_view view = bytes;
      EXPECT_TRUE(log_->Append(log_->Head(), std::span(&view, 1)).ok());
      storage::v1::Record& record = records_.emplace_back();
      EXPECT_TRUE(record.ParseFromString(bytes));
      EXPECT_TRUE(projections::Apply(record, CommandOf(record), *all_).ok());
    }
  }

  const storage::v1::Record& CommandOf(const storage::v1::Record& record) const {
    return records_[record.event().position() - 1 - record.index()];
  }
  // Whether the record is its command's last.
  bool EndsCommand(const storage::v1::Record& record) const {
    return record.index() + 1 == CommandOf(record).command().record_count();
  }

  const std::unique_ptr<eventstore::EventLog> log_ = eventstore::NewMemoryEventLog();
  std::vector<storage::v1::Record> records_;
  // Of the whole log.
  const std::shared_ptr<MapRows> all_ = std::make_shared<MapRows>();
};

TEST_F(Past, AnAccountAtAThousandRandomPlacesIsTheFoldOfTheLogToThere) {
  std::mt19937_64 random(Seed());
  std::vector<uint64_t> places(kPlaces);
  for (uint64_t& place : places) place = 1 + random() % records_.size();
  std::ranges::sort(places);
  MapRows rows;
  std::vector<AccountNumber> accounts;
  size_t folded = 0;
  int compared = 0;
  for (uint64_t place : places) {
    // Of a transfer one half is in each account: between the two records neither fold is whole.
    while (!EndsCommand(records_[place - 1])) ++place;
    for (; folded < place; ++folded) {
      const auto& record = records_[folded];
      EXPECT_TRUE(projections::Apply(record, CommandOf(record), rows).ok());
      if (record.event().has_billing_account_created()) accounts.push_back(record.account());
    }
    if (accounts.empty()) continue;
    const AccountNumber account = accounts[random() % accounts.size()];
    const auto state = projections::AccountAt(
        *log_, [this] { return all_; }, account, place, [] { return false; });
    ASSERT_TRUE(state.ok()) << state.status();
    ASSERT_EQ(LinesOf(*state, kNow), LinesIn(rows, account, kNow))
        << "account " << account << " at " << place;
    ++compared;
  }
  EXPECT_GT(compared, kPlaces * 9 / 10);
}

TEST_F(Past, EveryRefusalRestsOnEarlierFactsAndEveryBlockerOnSome) {
  const StateReader states(*all_);
  int refusals = 0;
  int blockers = 0;
  for (const auto& record : records_) {
    if (!record.event().has_command_refused()) continue;
    ++refusals;
    const uint64_t position = record.event().position();
    projections::IndexedPast past(*log_, states, position);
    const auto explanation = projections::Explain(record, past);
    ASSERT_TRUE(explanation.ok()) << explanation.status();
    std::vector<uint64_t> facts = explanation->facts.positions;
    for (const auto& blocker : explanation->blockers) {
      const std::vector<uint64_t>& of_blocker = blocker.facts.positions;
      EXPECT_FALSE(of_blocker.empty()) << record.ShortDebugString();
      facts.insert(facts.end(), of_blocker.begin(), of_blocker.end());
      ++blockers;
    }
    for (const uint64_t fact : facts) {
      EXPECT_LT(fact, position);
      const auto& event = records_[fact - 1].event();
      EXPECT_FALSE(event.has_command_refused() || event.has_nothing_changed());
    }
  }
  EXPECT_GT(refusals, 500);
  EXPECT_GT(blockers, 20);
}

// ETAG_MISMATCH rests on the fact that set the version which the resource had: the fold's etag.
TEST_F(Past, AVersionIsThatOfTheFactThatSetIt) {
  MapRows rows;
  int checked = 0;
  for (const auto& record : records_) {
    const auto& refused = record.event().command_refused();
    if (refused.reason() == "ETAG_MISMATCH" && refused.request().has_remove_card()) {
      const StateReader states(*all_);
      projections::IndexedPast past(*log_, states, record.event().position());
      const auto explanation = projections::Explain(record, past);
      ASSERT_TRUE(explanation.ok()) << explanation.status();
      const auto card = StateReader(rows).Card(
          record.account(), kernel::CardId::FromStored(
                                std::string(kernel::IdOf(refused.request().remove_card().name()))));
      ASSERT_TRUE(card);
      EXPECT_EQ(explanation->facts.positions, std::vector<uint64_t>{card->etag});
      ++checked;
    }
    EXPECT_TRUE(projections::Apply(record, CommandOf(record), rows).ok());
  }
  EXPECT_GT(checked, 0);
}

}  // namespace
}  // namespace billing::model
