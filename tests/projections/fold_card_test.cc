#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/state/state_reader.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using given::ActiveCardChanged;
using given::CardAdded;
using given::CardRemoved;
using given::SubscriptionCancelled;
using given::SubscriptionCreated;
using testing::ElementsAre;
using testing::IsEmpty;

storage::v1::SealedFields Sealed(uint32_t generation, const std::string& holder_name,
                                 const std::string& billing_address) {
  storage::v1::SealedFields fields;
  fields.set_slot(2);
  fields.set_generation(generation);
  fields.set_holder_name(holder_name);
  fields.set_billing_address(billing_address);
  return fields;
}

// `acme`, opened at position 1: its first card takes key slot 2.
class FoldCards : public testing::Test {
 protected:
  card::CardState Card(const std::string& id) const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Card(acme_, CardNamed(id)).value();
  }
  std::vector<std::string> Expiring(kernel::YearMonth before) const {
    const MapRows rows = log_.Folded();
    std::vector<std::string> ids;
    for (const auto& card : StateReader(rows).ExpiringCards(acme_, before, std::nullopt, 99)) {
      ids.push_back(card.card.value());
    }
    return ids;
  }

  Log log_;
  const AccountNumber acme_ = log_.Open("acme");
};

TEST_F(FoldCards, AnAddedCardIsLiveWithWhatTheFactSays) {
  v1::Event added = CardAdded("visa", {.expiry = {2030, 4}, .fingerprint = "fp-visa"});
  added.mutable_card_added()->mutable_card()->set_virtual_(true);
  const uint64_t position = log_.Commit({added}, {.personal = Sealed(0, "N", "A")});
  const card::CardState card = Card("visa");
  EXPECT_TRUE(card.live());
  EXPECT_EQ(card.token, "tok-visa");
  EXPECT_EQ(card.fingerprint, "fp-visa");
  EXPECT_EQ(card.brand, v1::BRAND_VISA);
  EXPECT_EQ(card.funding, v1::FUNDING_CREDIT);
  EXPECT_TRUE(card.is_virtual);
  EXPECT_EQ(card.last_four, "1111");
  EXPECT_EQ(card.expiry, (kernel::YearMonth{2030, 4}));
  EXPECT_EQ(card.country, "NL");
  EXPECT_EQ(card.create_time, log_.TimeOf(position));
  EXPECT_EQ(card.update_time, log_.TimeOf(position));
  EXPECT_EQ(card.etag, position);
  EXPECT_EQ(card.key_slot, 2u);
  EXPECT_EQ(card.personal.holder_name(), "N");
  EXPECT_EQ(card.personal.billing_address(), "A");
  EXPECT_EQ(card.holders.Total(), 0u);
}

TEST_F(FoldCards, AnAddedCardIsCountedAndFoundByTokenAndFingerprint) {
  log_.Commit({CardAdded("visa", {.token = "tok-1", .fingerprint = "fp-1"})});
  log_.Commit({CardAdded("amex", {.token = "tok-2"})});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  EXPECT_EQ(states.Head(acme_).live_cards, 2u);
  EXPECT_EQ(states.CardWithToken(acme_, "tok-1"), CardNamed("visa"));
  EXPECT_EQ(states.CardWithToken(acme_, "tok-2"), CardNamed("amex"));
  EXPECT_EQ(states.CardWithToken(acme_ + 1, "tok-1"), std::nullopt);
  EXPECT_EQ(states.CardWithFingerprint(acme_, "fp-1"), CardNamed("visa"));
  EXPECT_EQ(states.CardWithFingerprint(acme_, ""), std::nullopt);
}

TEST_F(FoldCards, CardsArePagedById) {
  log_.Commit({CardAdded("visa"), CardAdded("amex"), CardAdded("maestro")});
  log_.Commit({CardRemoved("maestro")});
  const MapRows rows = log_.Folded();
  const auto ids = [&](std::string_view after, size_t limit) {
    std::vector<std::string> page;
    for (const auto& [id, card] : StateReader(rows).Cards(acme_, after, limit)) {
      page.push_back(id.value());
    }
    return page;
  };
  EXPECT_THAT(ids("", 9), ElementsAre("amex", "maestro", "visa"));
  EXPECT_THAT(ids("amex", 1), ElementsAre("maestro"));
  EXPECT_THAT(ids("visa", 9), IsEmpty());
}

TEST_F(FoldCards, AnUpdateChangesOnlyWhatItsMaskNames) {
  const uint64_t added = log_.Commit({CardAdded("visa")}, {.personal = Sealed(0, "N", "A")});
  const uint64_t updated =
      log_.Commit({CardUpdated("visa", {"holder_name"})}, {.personal = Sealed(0, "N2", "ignored")});
  const card::CardState card = Card("visa");
  EXPECT_EQ(card.personal.holder_name(), "N2");
  EXPECT_EQ(card.personal.billing_address(), "A");
  EXPECT_EQ(card.expiry, given::kFarExpiry);
  EXPECT_EQ(card.etag, updated);
  EXPECT_EQ(card.update_time, log_.TimeOf(updated));
  EXPECT_EQ(card.create_time, log_.TimeOf(added));
}

TEST_F(FoldCards, AnUpdateToAnEmptyPersonalFieldClearsIt) {
  log_.Commit({CardAdded("visa")}, {.personal = Sealed(0, "N", "A")});
  log_.Commit({CardUpdated("visa", {"billing_address"})});
  EXPECT_EQ(Card("visa").personal.holder_name(), "N");
  EXPECT_EQ(Card("visa").personal.billing_address(), "");
  EXPECT_EQ(Card("visa").personal.slot(), 2u);
}

TEST_F(FoldCards, AnUpdateUnderANewKeyDropsWhatTheOldOneSealed) {
  log_.Commit({CardAdded("visa")}, {.personal = Sealed(0, "N", "A")});
  log_.Commit({CardUpdated("visa", {"holder_name"})}, {.personal = Sealed(1, "N2", "")});
  EXPECT_EQ(Card("visa").personal.generation(), 1u);
  EXPECT_EQ(Card("visa").personal.holder_name(), "N2");
  EXPECT_EQ(Card("visa").personal.billing_address(), "");
}

TEST_F(FoldCards, ARemovedCardStaysReadableAndIsNoLongerFoundOrCounted) {
  log_.Commit({CardAdded("visa", {.fingerprint = "fp-visa"})});
  const uint64_t removed = log_.Commit({CardRemoved("visa")});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto card = states.Card(acme_, CardNamed("visa"));
  ASSERT_TRUE(card.has_value());
  EXPECT_EQ(card->state, v1::CARD_STATE_REMOVED);
  EXPECT_EQ(card->etag, removed);
  EXPECT_EQ(card->update_time, log_.TimeOf(removed));
  EXPECT_EQ(states.CardWithToken(acme_, "tok-visa"), std::nullopt);
  EXPECT_EQ(states.CardWithFingerprint(acme_, "fp-visa"), std::nullopt);
  EXPECT_EQ(states.Head(acme_).live_cards, 0u);
}

TEST_F(FoldCards, ARemovalLeavesDetachedSubscriptionsWithoutACard) {
  log_.Commit({CardAdded("visa")});
  log_.Commit({SubscriptionCreated("web", "visa")});
  const uint64_t cancelled = log_.Commit({SubscriptionCancelled("web")});
  const uint64_t removed = log_.Commit({CardRemoved("visa", {"web"})});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto web = states.Subscription(acme_, SubscriptionNamed("web"));
  EXPECT_EQ(web->card, std::nullopt);
  EXPECT_EQ(web->active_since, log_.TimeOf(removed));
  EXPECT_EQ(web->inactive_since, log_.TimeOf(cancelled));
  EXPECT_EQ(web->etag, removed);
  EXPECT_TRUE(web->live());
  EXPECT_EQ(states.Card(acme_, CardNamed("visa"))->holders.Total(), 0u);
  EXPECT_THAT(states.AllHolders(acme_, CardNamed("visa")), IsEmpty());
}

TEST_F(FoldCards, AMoveChangesHoldersSubscriptionsAndNoCardsVersion) {
  const uint64_t visa = log_.Commit({CardAdded("visa")});
  const uint64_t amex = log_.Commit({CardAdded("amex")});
  log_.Commit({SubscriptionCreated("web", "visa")});
  log_.Commit({SubscriptionCreated("mail")});
  log_.Commit({SubscriptionCreated("stays", "visa")});
  const uint64_t moved =
      log_.Commit({ActiveCardChanged("web", "amex", {{"mail", ""}, {"web", "visa"}})});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  for (const std::string id : {"web", "mail"}) {
    const auto subscription = states.Subscription(acme_, SubscriptionNamed(id));
    EXPECT_EQ(subscription->card, CardNamed("amex")) << id;
    EXPECT_EQ(subscription->active_since, log_.TimeOf(moved)) << id;
    EXPECT_EQ(subscription->update_time, log_.TimeOf(moved)) << id;
    EXPECT_EQ(subscription->etag, moved) << id;
  }
  EXPECT_EQ(states.Subscription(acme_, SubscriptionNamed("stays"))->etag, moved - 1);
  EXPECT_THAT(states.AllHolders(acme_, CardNamed("amex")),
              ElementsAre(SubscriptionNamed("mail"), SubscriptionNamed("web")));
  EXPECT_THAT(states.AllHolders(acme_, CardNamed("visa")), ElementsAre(SubscriptionNamed("stays")));
  EXPECT_EQ(states.Card(acme_, CardNamed("visa"))->holders.Total(), 1u);
  EXPECT_EQ(states.Card(acme_, CardNamed("amex"))->holders.Total(), 2u);
  EXPECT_EQ(states.Card(acme_, CardNamed("visa"))->etag, visa);
  EXPECT_EQ(states.Card(acme_, CardNamed("amex"))->etag, amex);
}

// In one command: the second fact sees what the first one did.
TEST_F(FoldCards, ACardThatIsAddedAndMadeActiveAtOncePaysFromThere) {
  log_.Commit({SubscriptionCreated("web")});
  const uint64_t added = log_.Commit({CardAdded("visa", {.subscription = "web"}),
                                      ActiveCardChanged("web", "visa", {{"web", ""}})});
  EXPECT_EQ(Card("visa").holders.Total(), 1u);
  EXPECT_EQ(Card("visa").etag, added);
  const MapRows rows = log_.Folded();
  EXPECT_EQ(StateReader(rows).Subscription(acme_, SubscriptionNamed("web"))->etag, added + 1);
}

TEST_F(FoldCards, ExpiringCardsAreThoseThatPayForALiveSubscription) {
  log_.Commit({CardAdded("visa", {.expiry = {2027, 5}}), CardAdded("amex", {.expiry = {2027, 4}})});
  EXPECT_THAT(Expiring({2028, 1}), IsEmpty()) << "nobody uses them";
  log_.Commit({SubscriptionCreated("web", "visa")});
  EXPECT_THAT(Expiring({2028, 1}), ElementsAre("visa"));
  EXPECT_THAT(Expiring({2027, 6}), ElementsAre("visa"));
  EXPECT_THAT(Expiring({2027, 5}), IsEmpty()) << "earlier than the month, not in it";
  log_.Commit({SubscriptionCreated("mail", "amex")});
  EXPECT_THAT(Expiring({2028, 1}), ElementsAre("amex", "visa"));
  log_.Commit({CardUpdated("amex", {"expiry"}, {2029, 1})});
  EXPECT_THAT(Expiring({2028, 1}), ElementsAre("visa"));
  EXPECT_THAT(Expiring({2030, 1}), ElementsAre("visa", "amex"));
  log_.Commit({ActiveCardChanged("web", "amex", {{"web", "visa"}})});
  EXPECT_THAT(Expiring({2030, 1}), ElementsAre("amex"));
  log_.Commit({SubscriptionCancelled("web")});
  log_.Commit({SubscriptionCancelled("mail")});
  EXPECT_THAT(Expiring({2030, 1}), ElementsAre("amex")) << "a cancelled subscription is live";
  log_.Commit({CardRemoved("amex", {"mail", "web"})});
  EXPECT_THAT(Expiring({2030, 1}), IsEmpty());
}

TEST_F(FoldCards, ExpiringCardsOfAllAccountsArePagedByMonthAccountAndCard) {
  log_.Commit(
      {CardAdded("visa", {.expiry = {2027, 5}}), CardAdded("amex", {.expiry = {2026, 12}})});
  log_.Commit({SubscriptionCreated("web", "visa"), SubscriptionCreated("mail", "amex")});
  const AccountNumber other = log_.Open("other");
  log_.Commit({CardAdded("visa", {.expiry = {2026, 12}})});
  log_.Commit({SubscriptionCreated("web", "visa")});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto all = states.ExpiringCards(std::nullopt, {2028, 1}, std::nullopt, 9);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].account, acme_);
  EXPECT_EQ(all[0].card, CardNamed("amex"));
  EXPECT_EQ(all[0].month, (kernel::YearMonth{2026, 12}));
  EXPECT_EQ(all[1].account, other);
  EXPECT_EQ(all[2].card, CardNamed("visa"));
  EXPECT_EQ(all[2].account, acme_);
  const auto second = states.ExpiringCards(std::nullopt, {2028, 1}, all[0], 1);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].account, other);
  const auto of_other = states.ExpiringCards(other, {2028, 1}, std::nullopt, 9);
  ASSERT_EQ(of_other.size(), 1u);
  EXPECT_EQ(of_other[0].account, other);
  EXPECT_THAT(states.ExpiringCards(other, {2028, 1}, of_other[0], 9), IsEmpty());
  EXPECT_THAT(states.ExpiringCards(other, {2026, 1}, of_other[0], 9), IsEmpty());
}

}  // namespace
}  // namespace billing::projections
