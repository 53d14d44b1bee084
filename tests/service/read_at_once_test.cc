// Reads that are answered on the loop's thread, which must not wait: seen where the queue of the
// others takes nothing.
#include <chrono>
#include <future>
#include <string>

#include "aggregates/kernel/names.h"
#include "projections/state/state_reader.h"
#include "server/engine/sealing.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

class ReadAtOnce : public ServiceTest {
 protected:
  // What was written is in the database, and nothing of it in memory; what is written from now
  // on stays in memory.
  void RestartWithoutAQueue() {
    server_options_.read_queue_max = 0;
    rows_options_.idle_ms = 3'600'000;
    Restart();
  }

  // Reads what the lists of `acme` show, as a read before would have.
  void WarmUp() {
    WarmUpRows();
    const auto version = engine_->Current();
    const projections::StateReader states(*version);
    const auto number = states.FindAccount(kernel::AccountId::FromStored("acme"));
    for (const auto& [id, state] : states.Cards(*number, "", 1'000)) {
      const auto& sealed = state.personal;
      const std::string field = HolderNameField(kernel::Relative(id));
      ASSERT_TRUE(vault_->Open(KeyOf(sealed), field, sealed.holder_name()).ok());
    }
  }
  // The rows of it, and no keys.
  void WarmUpRows() {
    const auto version = engine_->Current();
    const projections::StateReader states(*version);
    const auto number = states.FindAccount(kernel::AccountId::FromStored("acme"));
    ASSERT_TRUE(number.has_value());
    ASSERT_TRUE(states.Account(*number).has_value());
    const auto live = states.LiveSubscriptions(*number, "", 1'000);
    ASSERT_EQ(states.SubscriptionPayments(*number, live).size(), live.size());
    for (const auto& [id, state] : states.Subscriptions(*number, "", 1'000)) {
      ASSERT_TRUE(states.Subscription(*number, id).has_value());
    }
    for (const auto& [id, state] : states.Cards(*number, "", 1'000)) {
      ASSERT_TRUE(states.Card(*number, id).has_value());
    }
    ASSERT_TRUE(version->status().ok()) << version->status();
  }

  Result<ListCardsInUseResponse> InUse() {
    ListCardsInUseRequest request;
    request.set_parent(kAcme);
    return ListCardsInUse(request);
  }
  Result<ListCardsResponse> Cards() {
    ListCardsRequest request;
    request.set_parent(kAcme);
    return ListCards(request);
  }
  Result<GetCardResponse> OneCard(const std::string& id) {
    GetCardRequest request;
    request.set_name(CardName(id));
    return GetCard(request);
  }
  Result<ListSubscriptionsResponse> Subscriptions() {
    ListSubscriptionsRequest request;
    request.set_parent(kAcme);
    return ListSubscriptions(request);
  }
};

TEST_F(ReadAtOnce, AShortListThatLiesInMemoryIsTheSameAsFromTheExecutor) {
  HaveCard("amex");
  HaveCard("visa");
  for (int i = 0; i < 10; ++i) HaveSubscription("s" + std::to_string(i), i < 5 ? "amex" : "visa");
  const auto in_use = InUse();
  const auto cards = Cards();
  const auto subscriptions = Subscriptions();
  ASSERT_EQ(in_use->cards_in_use_size(), 10);
  ASSERT_EQ(cards->cards_size(), 2);
  ASSERT_EQ(subscriptions->subscriptions_size(), 10);

  RestartWithoutAQueue();
  WarmUp();
  EXPECT_EQ(InUse()->SerializeAsString(), in_use->SerializeAsString());
  EXPECT_EQ(Cards()->SerializeAsString(), cards->SerializeAsString());
  EXPECT_EQ(Subscriptions()->SerializeAsString(), subscriptions->SerializeAsString());
}

TEST_F(ReadAtOnce, WhatDoesNotLieInMemoryWaitsForTheExecutor) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  RestartWithoutAQueue();
  EXPECT_EQ(InUse().details().reason, "QUEUE_FULL");
  EXPECT_EQ(Cards().details().reason, "QUEUE_FULL");
  EXPECT_EQ(Subscriptions().details().reason, "QUEUE_FULL");
  EXPECT_EQ(OneCard("visa").details().reason, "QUEUE_FULL");
  WarmUp();
  EXPECT_EQ(InUse()->cards_in_use_size(), 1);
  EXPECT_TRUE(OneCard("visa").ok());
}

// What is not there does not lie in memory either.
TEST_F(ReadAtOnce, AReadOfOneThingThatLiesInMemoryPassesAFullQueue) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  GetSubscriptionRequest request;
  request.set_name(SubscriptionName("web"));
  const auto before = GetSubscription(request);
  RestartWithoutAQueue();
  WarmUp();
  request.set_min_position(Head());
  EXPECT_EQ(GetSubscription(request)->SerializeAsString(), before->SerializeAsString());
  EXPECT_EQ(OneCard("amex").details().reason, "QUEUE_FULL");
}

TEST_F(ReadAtOnce, AKeyThatDoesNotLieInMemoryWaitsForTheExecutorToo) {
  HaveCard("visa");
  RestartWithoutAQueue();
  WarmUpRows();
  EXPECT_EQ(OneCard("visa").details().reason, "QUEUE_FULL");
  EXPECT_EQ(Cards().details().reason, "QUEUE_FULL");
  WarmUp();
  EXPECT_EQ(OneCard("visa")->card().holder_name(), "A. Alice");
  EXPECT_EQ(Cards()->cards(0).holder_name(), "A. Alice");
}

// The only answer of a command with something to open that was not given or read just before.
TEST_F(ReadAtOnce, ACommandsAnswerWaitsForAKeyOrDoesWithout) {
  HaveCard("visa");
  UpdateCardRequest request;
  request.mutable_card()->set_name(CardName("visa"));
  request.mutable_card()->mutable_expiry()->set_year(2031);
  request.mutable_card()->mutable_expiry()->set_month(1);
  request.mutable_update_mask()->add_paths("expiry");
  Restart();
  const auto updated = UpdateCard(request);
  ASSERT_TRUE(updated.ok()) << updated.details().reason;
  EXPECT_EQ(updated->card().holder_name(), "A. Alice");

  RestartWithoutAQueue();
  request.mutable_card()->mutable_expiry()->set_month(2);
  const auto without = UpdateCard(request);
  ASSERT_TRUE(without.ok()) << "it has happened: " << without.details().reason;
  EXPECT_EQ(without->card().holder_name(), "");
  EXPECT_EQ(without->card().expiry().month(), 2);
}

TEST_F(ReadAtOnce, AListOfManyRowsWaitsForTheExecutor) {
  HaveCard("visa");
  for (int i = 0; i < 40; ++i) HaveSubscription("s" + std::to_string(10 + i), "visa");
  RestartWithoutAQueue();
  WarmUp();
  EXPECT_EQ(InUse().details().reason, "QUEUE_FULL");
  EXPECT_EQ(Subscriptions().details().reason, "QUEUE_FULL");
  EXPECT_EQ(Cards()->cards_size(), 1);
}

TEST_F(ReadAtOnce, ItShowsWhatWasJustWritten) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  RestartWithoutAQueue();
  WarmUp();
  CancelSubscriptionRequest cancel;
  cancel.set_name(SubscriptionName("web"));
  ASSERT_TRUE(CancelSubscription(cancel).ok());
  const auto page = InUse();
  ASSERT_TRUE(page.ok()) << page.details().reason;
  ASSERT_EQ(page->cards_in_use_size(), 1);
  EXPECT_EQ(page->cards_in_use(0).subscription_state(), SUBSCRIPTION_STATE_CANCELLED);
  EXPECT_EQ(page->position(), Head());
}

TEST_F(ReadAtOnce, AReadThatWaitedForItsPositionIsAnsweredAtOnceToo) {
  HaveCard("visa");
  server_options_.min_position_wait_ms = 30'000;
  RestartWithoutAQueue();
  WarmUp();
  const uint64_t before = Head();
  auto waiting = std::async(std::launch::async, [&] {
    ListCardsRequest request;
    request.set_parent(kAcme);
    request.set_min_position(before + 2);
    return ListCards(request);
  });
  HaveSubscription("mail");
  EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  HaveSubscription("web");
  const auto cards = waiting.get();
  ASSERT_TRUE(cards.ok()) << cards.details().reason;
  EXPECT_EQ(cards->cards_size(), 1);
  EXPECT_EQ(cards->position(), before + 2);
}

TEST_F(ReadAtOnce, RefusalsAreTheSameToo) {
  HaveCard("visa");
  RestartWithoutAQueue();
  WarmUp();
  ListCardsInUseRequest request;
  request.set_parent(kAcme);
  request.set_card("billingAccounts/globex/cards/visa");
  EXPECT_EQ(ListCardsInUse(request).details().reason, "CARD_NOT_FOUND");
}

}  // namespace
}  // namespace billing::server
