// The state of one account at a position, read by its index, is what a fold of the whole log
// to there says of it.
#include "projections/account_state/account_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <span>
#include <vector>

#include "eventstore/memory/memory_event_log.h"
#include "projections/account_state/account_at.h"
#include "projections/fold/fold.h"
#include "projections/history/history.h"
#include "tests/projections/account_lines.h"
#include "tests/projections/log.h"
#include "tests/projections/random_history.h"
#include "tests/projections/random_payments.h"

namespace billing::projections {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr kernel::Instant kNow = {0};

// The log's records in a store, and the rows of its first `position` records.
class StoredHistory {
 public:
  explicit StoredHistory(const Log& log) : log_(log) {
    for (const auto& record : log.records()) {
      const std::string bytes = record.SerializeAsString();
      const std::string_view view = bytes;
      EXPECT_TRUE(stored_->Append(stored_->Head(), std::span(&view, 1)).ok());
    }
    *all_ = log.Folded();
  }

  absl::StatusOr<AccountState> At(AccountNumber number, uint64_t position,
                                  bool stop = false) const {
    return AccountAt(
        *stored_, [this] { return all_; }, number, position, [stop] { return stop; });
  }

  MapRows FoldedTo(uint64_t position) const {
    MapRows rows;
    Fold(0, position, rows);
    return rows;
  }

  // What comes after `from`, up to `to`.
  void Fold(uint64_t from, uint64_t to, MapRows& rows) const {
    for (uint64_t i = from + 1; i <= to; ++i) {
      EXPECT_TRUE(Apply(log_.record(i), log_.CommandOf(log_.record(i)), rows).ok());
    }
  }

 private:
  const Log& log_;
  const std::unique_ptr<eventstore::EventLog> stored_ = eventstore::NewMemoryEventLog();
  const std::shared_ptr<MapRows> all_ = std::make_shared<MapRows>();
};

class StateOfARandomHistory : public testing::TestWithParam<uint32_t> {};

TEST_P(StateOfARandomHistory, AtAnyPositionIsTheFoldOfTheLogToThere) {
  const RandomHistory history(GetParam(), 300);
  const StoredHistory stored(history.log());
  for (const auto& [number, account] : history.accounts()) {
    for (uint64_t position = number; position <= history.log().records().size(); position += 7) {
      const auto state = stored.At(number, position);
      ASSERT_TRUE(state.ok()) << state.status();
      EXPECT_EQ(LinesOf(*state, kNow), LinesIn(stored.FoldedTo(position), number, kNow))
          << "account " << number << " at " << position;
    }
  }
}

// The fold goes on from position to position, so a long log costs little.
TEST(StateOfALongHistory, AtAThousandRandomPositionsIsTheFoldOfTheLogToThere) {
  constexpr uint32_t kSeed = 11;
  constexpr size_t kPositions = 1'000;
  const RandomHistory history(kSeed, 3'000);
  const StoredHistory stored(history.log());
  std::vector<AccountNumber> accounts;
  for (const auto& [number, account] : history.accounts()) accounts.push_back(number);
  std::mt19937 random(kSeed);
  std::multimap<uint64_t, AccountNumber> places;
  while (places.size() < kPositions) {
    const AccountNumber number = accounts[random() % accounts.size()];
    const uint64_t position = 1 + random() % history.log().records().size();
    if (position >= number) places.emplace(position, number);
  }

  MapRows rows;
  uint64_t folded_to = 0;
  for (const auto& [position, number] : places) {
    stored.Fold(folded_to, position, rows);
    folded_to = position;
    const auto state = stored.At(number, position);
    ASSERT_TRUE(state.ok()) << state.status();
    ASSERT_EQ(LinesOf(*state, kNow), LinesIn(rows, number, kNow))
        << "account " << number << " at " << position;
  }
}

TEST_P(StateOfARandomHistory, OfPaymentsToo) {
  const RandomPayments history(GetParam(), 300);
  const StoredHistory stored(history.log());
  for (uint64_t position = history.account(); position <= history.log().records().size();
       position += 7) {
    const auto state = stored.At(history.account(), position);
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_EQ(LinesOf(*state, kNow), LinesIn(stored.FoldedTo(position), history.account(), kNow))
        << "at " << position;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, StateOfARandomHistory, testing::Range(1u, 4u));

// `acme` offers `web` and `app` to `other`, which accepts one and declines the other.
class StateWithTransfers : public testing::Test {
 protected:
  StateWithTransfers() {
    acme_ = log_.Open("acme");
    other_ = log_.Open("other");
    log_.Continue(acme_);
    log_.Commit({given::SubscriptionCreated("web"), given::SubscriptionCreated("app")});
    offered_ = log_.Commit(
                   {given::TransferSent("a-offer", "web"), given::TransferSent("b-offer", "app")}) +
               1;
    log_.Continue(other_);
    log_.Commit(
        {given::SubscriptionTransferredIn("acme", "a-offer", given::SubscriptionCreated("web-2"))});
    log_.Commit({given::OfferDeclined("acme", "b-offer")});
    log_.Continue(acme_);
    log_.Commit({given::SubscriptionTransferredOut("a-offer", "web")});
    ended_ = log_.Commit({given::TransferDeclined("b-offer", "app")});
  }

  // Names and states of the transfers among the parts of `number` at a position.
  std::vector<std::string> Transfers(AccountNumber number, uint64_t position) const {
    const StoredHistory stored(log_);
    const auto state = stored.At(number, position);
    EXPECT_TRUE(state.ok()) << state.status();
    std::vector<std::string> shown;
    AccountParts parts(*state, kNow);
    for (auto part = parts.Next(); part.ok() && *part; part = parts.Next()) {
      if (!(*part)->message.has_transfer()) continue;
      billing::v1::Transfer transfer = (*part)->message.transfer();
      ExpandNames(transfer, (*part)->owner.value());
      shown.push_back(transfer.name() + " " + TransferState_Name(transfer.state()) + " " +
                      transfer.to_subscription());
    }
    return shown;
  }

  Log log_;
  AccountNumber acme_ = 0;
  AccountNumber other_ = 0;
  uint64_t offered_ = 0;
  uint64_t ended_ = 0;
};

TEST_F(StateWithTransfers, TheSenderHasThoseItSent) {
  EXPECT_THAT(Transfers(acme_, offered_ - 2), IsEmpty());
  EXPECT_THAT(Transfers(acme_, offered_),
              ElementsAre("billingAccounts/acme/transfers/a-offer TRANSFER_STATE_PENDING ",
                          "billingAccounts/acme/transfers/b-offer TRANSFER_STATE_PENDING "));
  EXPECT_THAT(Transfers(acme_, ended_),
              ElementsAre("billingAccounts/acme/transfers/a-offer TRANSFER_STATE_ACCEPTED ",
                          "billingAccounts/acme/transfers/b-offer TRANSFER_STATE_DECLINED "));
}

TEST_F(StateWithTransfers, TheReceiverHasThoseItAcceptedOrDeclined) {
  EXPECT_THAT(Transfers(other_, offered_), IsEmpty()) << "an offer is nothing of the receiver";
  EXPECT_THAT(Transfers(other_, ended_),
              ElementsAre("billingAccounts/acme/transfers/a-offer TRANSFER_STATE_ACCEPTED "
                          "billingAccounts/other/subscriptions/web-2",
                          "billingAccounts/acme/transfers/b-offer TRANSFER_STATE_DECLINED "));
}

TEST_F(StateWithTransfers, AnOfferOfNobodyIsALostRecord) {
  AccountState state(other_);
  const auto nobody = [](const kernel::AccountId&) { return std::optional<AccountNumber>(); };
  absl::Status status;
  for (const auto& record : log_.records()) {
    if (record.account() != other_) continue;
    status.Update(state.Take(record, log_.CommandOf(record), nobody));
  }
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
}

TEST_F(StateWithTransfers, EndsWhenNobodyWaits) {
  const StoredHistory stored(log_);
  EXPECT_TRUE(absl::IsCancelled(stored.At(acme_, ended_, /*stop=*/true).status()));
}

// Derived fields are as of the moment that is asked about.
TEST(StateOfAnAccount, TellsExpiryAsOfThatMoment) {
  Log log;
  const AccountNumber acme = log.Open("acme");
  const uint64_t last = log.Commit({given::CardAdded("visa", {.expiry = {2030, 4}})});
  const StoredHistory stored(log);
  const auto state = stored.At(acme, last);
  ASSERT_TRUE(state.ok());
  const auto expired = [&](kernel::Instant now) {
    AccountParts parts(*state, now);
    for (auto part = parts.Next(); part.ok() && *part; part = parts.Next()) {
      if ((*part)->message.has_card()) return (*part)->message.card().expired();
    }
    ADD_FAILURE() << "no card";
    return false;
  };
  const kernel::Instant end = kernel::ExpiryOf({2030, 4});
  EXPECT_FALSE(expired({end.us - 1}));
  EXPECT_TRUE(expired(end));
}

}  // namespace
}  // namespace billing::projections
