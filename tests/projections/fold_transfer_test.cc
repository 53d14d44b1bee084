// Transfers in both accounts, and the deadlines of what nobody answers or gives back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aggregates/transfer/transfer.h"
#include "projections/state/state_reader.h"
#include "tests/projections/log.h"
#include "tests/support/payment_facts.h"

namespace billing::projections {
namespace {

using given::SubscriptionCancelled;
using given::SubscriptionCreated;
using given::TransferSent;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr kernel::Instant kFarAway = {INT64_MAX};

kernel::TransferId TransferNamed(const std::string& id) {
  return kernel::TransferId::FromStored(id);
}

// `acme` has `web`, which it offers to `other`.
class FoldTransfers : public testing::Test {
 protected:
  FoldTransfers() {
    log_.Continue(acme_);
    log_.Commit({given::CardAdded("visa"), SubscriptionCreated("web", "visa")});
  }

  transfer::TransferState Offer() const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Transfer(acme_, TransferNamed("offer")).value();
  }
  subscription::SubscriptionState Web() const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Subscription(acme_, SubscriptionNamed("web")).value();
  }
  // `account/name` of everything that is ever due.
  std::vector<std::string> Deadlines() const {
    const MapRows rows = log_.Folded();
    std::vector<std::string> names;
    for (const auto& deadline : StateReader(rows).Due(kFarAway, nullptr, 99)) {
      names.push_back(std::to_string(deadline.account) + "/" + deadline.name);
    }
    return names;
  }

  Log log_;
  const AccountNumber other_ = log_.Open("other");
  const AccountNumber acme_ = log_.Open("acme");
};

TEST_F(FoldTransfers, ANewOneIsPendingForFifteenDays) {
  const uint64_t position = log_.Commit({TransferSent("offer", "web")});
  EXPECT_EQ(Offer().subscription, SubscriptionNamed("web"));
  EXPECT_EQ(Offer().to_account, kernel::AccountId::FromStored("other"));
  EXPECT_EQ(Offer().state, v1::TRANSFER_STATE_PENDING);
  EXPECT_EQ(Offer().send_time, log_.TimeOf(position));
  const kernel::Instant expires = {log_.TimeOf(position).us + 15 * kernel::kMicrosecondsPerDay};
  EXPECT_EQ(Offer().expire_time, expires);
  EXPECT_EQ(Offer().StateAt({expires.us - 1}), v1::TRANSFER_STATE_PENDING);
  EXPECT_EQ(Offer().StateAt(expires), v1::TRANSFER_STATE_EXPIRED);
  EXPECT_EQ(Offer().etag, position);
  EXPECT_EQ(Web().pending_transfer, TransferNamed("offer"));
  EXPECT_EQ(Web().etag, position - 1) << "an offer is no change of the subscription";
}

TEST_F(FoldTransfers, IsDueWhenItExpiresAndNotBefore) {
  log_.Commit({TransferSent("offer", "web")});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const kernel::Instant expires = Offer().expire_time;
  EXPECT_THAT(states.Due({expires.us - 1}, nullptr, 9), IsEmpty());
  const auto due = states.Due(expires, nullptr, 9);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].at, expires);
  EXPECT_EQ(due[0].account, acme_);
  EXPECT_EQ(due[0].name, "transfers/offer");
  EXPECT_THAT(states.Due(expires, &due[0], 9), IsEmpty());
}

TEST_F(FoldTransfers, AnEndedOneIsNotDueAndNotPending) {
  const std::vector<std::pair<v1::Event, v1::TransferState>> ends = {
      {given::TransferDeclined("offer", "web"), v1::TRANSFER_STATE_DECLINED},
      {given::TransferCancelled("offer", "web"), v1::TRANSFER_STATE_CANCELLED},
      {given::TransferExpired("offer", "web"), v1::TRANSFER_STATE_EXPIRED},
      {given::SubscriptionTransferredOut("offer", "web"), v1::TRANSFER_STATE_ACCEPTED}};
  log_.Commit({TransferSent("offer", "web")});
  const Log sent = log_;
  for (const auto& [end, state] : ends) {
    SCOPED_TRACE(end.ShortDebugString());
    log_ = sent;
    const uint64_t position = log_.Commit({end});
    EXPECT_EQ(Offer().state, state);
    EXPECT_EQ(Offer().StateAt(kFarAway), state);
    EXPECT_EQ(Offer().etag, position);
    EXPECT_EQ(Web().pending_transfer, std::nullopt);
    EXPECT_THAT(Deadlines(), IsEmpty());
  }
}

TEST_F(FoldTransfers, TheRecordedEndOfALapsedOfferLeavesTheNextOneStanding) {
  log_.Commit({TransferSent("offer", "web")});
  log_.Commit({TransferSent("second", "web")});
  EXPECT_EQ(Web().pending_transfer, TransferNamed("second"));
  log_.Commit({given::TransferExpired("offer", "web")});
  EXPECT_EQ(Web().pending_transfer, TransferNamed("second"));
  EXPECT_THAT(Deadlines(), ElementsAre("2/transfers/second"));
}

TEST_F(FoldTransfers, WhatLeftIsTransferredWithoutItsCard) {
  log_.Commit({TransferSent("offer", "web")});
  const uint64_t position = log_.Commit({given::SubscriptionTransferredOut("offer", "web")});
  EXPECT_EQ(Web().state, v1::SUBSCRIPTION_STATE_TRANSFERRED);
  EXPECT_EQ(Web().card, std::nullopt);
  EXPECT_EQ(Web().etag, position);
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  EXPECT_EQ(states.Head(acme_).live_subscriptions, 0u);
  EXPECT_THAT(states.LiveSubscriptions(acme_, "", 9), IsEmpty());
  EXPECT_EQ(states.Card(acme_, CardNamed("visa"))->holders.Total(), 0u);
  EXPECT_THAT(states.AllHolders(acme_, CardNamed("visa")), IsEmpty());
}

TEST_F(FoldTransfers, WhatArrivesIsANewSubscriptionThere) {
  log_.Commit({TransferSent("offer", "web")});
  log_.Continue(other_);
  log_.Commit({given::CardAdded("amex")});
  const uint64_t position = log_.Commit({given::SubscriptionTransferredIn(
      "acme", "offer", SubscriptionCreated("here", "amex", v1::SUBSCRIPTION_KIND_RESERVATION))});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto here = states.Subscription(other_, SubscriptionNamed("here")).value();
  EXPECT_EQ(here.state, v1::SUBSCRIPTION_STATE_ACTIVE);
  EXPECT_EQ(here.kind, v1::SUBSCRIPTION_KIND_RESERVATION);
  EXPECT_EQ(here.card, CardNamed("amex"));
  EXPECT_EQ(here.create_time, log_.TimeOf(position));
  EXPECT_EQ(here.etag, position);
  EXPECT_EQ(states.Head(other_).live_subscriptions, 1u);
  EXPECT_THAT(states.AllHolders(other_, CardNamed("amex")), ElementsAre(SubscriptionNamed("here")));
  const auto received =
      states.Received(kernel::AccountId::FromStored("other"), acme_, TransferNamed("offer"));
  ASSERT_TRUE(received);
  EXPECT_EQ(received->to_subscription, SubscriptionNamed("here"));
}

TEST_F(FoldTransfers, AnAccountFindsWhatWasSentToIt) {
  log_.Commit({TransferSent("offer", "web")});
  log_.Commit({TransferSent("a-third", "web", "others"), TransferSent("b-offer", "web")});
  log_.Open("zeta");
  log_.Commit({SubscriptionCreated("web"), TransferSent("a-offer", "web")});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto other = kernel::AccountId::FromStored("other");
  const auto all = states.ReceivedTransfers(other, nullptr, 99);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].sender, acme_);
  EXPECT_EQ(all[0].transfer, TransferNamed("b-offer"));
  EXPECT_EQ(all[0].to_subscription, std::nullopt);
  EXPECT_EQ(all[1].transfer, TransferNamed("offer"));
  EXPECT_EQ(all[2].transfer, TransferNamed("a-offer"));
  const auto page = states.ReceivedTransfers(other, &all[0], 1);
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].transfer, TransferNamed("offer"));
  EXPECT_FALSE(states.Received(other, acme_, TransferNamed("a-third")));
  EXPECT_FALSE(
      states.Received(kernel::AccountId::FromStored("acme"), acme_, TransferNamed("offer")));
}

TEST_F(FoldTransfers, ThatItDeclinedChangesNothingInTheReceivingAccount) {
  log_.Commit({TransferSent("offer", "web")});
  log_.Continue(other_);
  log_.Commit({given::OfferDeclined("acme", "offer")});
  EXPECT_EQ(Offer().state, v1::TRANSFER_STATE_PENDING) << "the sender's own record ends it";
}

TEST_F(FoldTransfers, ArePagedById) {
  log_.Commit({TransferSent("offer", "web"), TransferSent("a", "web"), TransferSent("z", "web")});
  const MapRows rows = log_.Folded();
  const auto page = StateReader(rows).Transfers(acme_, "a", 1);
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].first, TransferNamed("offer"));
}

TEST_F(FoldTransfers, AStoppedSubscriptionIsDueNinetyDaysLater) {
  const uint64_t cancelled = log_.Commit({SubscriptionCancelled("web")});
  const kernel::Instant end = {log_.TimeOf(cancelled).us + 90 * kernel::kMicrosecondsPerDay};
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  EXPECT_THAT(states.Due({end.us - 1}, nullptr, 9), IsEmpty());
  const auto due = states.Due(end, nullptr, 9);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].name, "subscriptions/web");
  EXPECT_EQ(due[0].at, end);
}

TEST_F(FoldTransfers, CancellingADisabledOneKeepsItsDeadline) {
  const uint64_t disabled = log_.Commit({given::SubscriptionDisabled("web")});
  log_.Commit({SubscriptionCancelled("web")});
  const MapRows rows = log_.Folded();
  const auto due = StateReader(rows).Due(kFarAway, nullptr, 9);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].at.us, log_.TimeOf(disabled).us + 90 * kernel::kMicrosecondsPerDay);
}

TEST_F(FoldTransfers, OneThatLivesAgainOrIsDeletedIsNotDue) {
  log_.Commit({SubscriptionCancelled("web")});
  log_.Commit({given::SubscriptionReactivated("web")});
  EXPECT_THAT(Deadlines(), IsEmpty());
  log_.Commit({SubscriptionCancelled("web")});
  EXPECT_THAT(Deadlines(), ElementsAre("2/subscriptions/web"));
  log_.Commit({given::SubscriptionDeleted("web")});
  EXPECT_THAT(Deadlines(), IsEmpty());
}

TEST_F(FoldTransfers, DeadlinesAreDueByTimeThenAccountThenName) {
  log_.Commit({SubscriptionCreated("b"), SubscriptionCreated("a")});
  log_.Commit({SubscriptionCancelled("b"), SubscriptionCancelled("a")});
  log_.Commit({TransferSent("offer", "web")});
  EXPECT_THAT(Deadlines(),
              ElementsAre("2/transfers/offer", "2/subscriptions/a", "2/subscriptions/b"));
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto first = states.Due(kFarAway, nullptr, 2);
  ASSERT_EQ(first.size(), 2u);
  const auto rest = states.Due(kFarAway, &first[1], 9);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].name, "subscriptions/b");
}

}  // namespace
}  // namespace billing::projections
