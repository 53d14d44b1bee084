#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/state/state_reader.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using given::CardAdded;
using given::SubscriptionCancelled;
using given::SubscriptionCreated;
using given::SubscriptionDeleted;
using given::SubscriptionDisabled;
using given::SubscriptionReactivated;
using given::SubscriptionUpdated;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kActive = v1::SUBSCRIPTION_STATE_ACTIVE;
constexpr auto kDisabled = v1::SUBSCRIPTION_STATE_DISABLED;
constexpr auto kCancelled = v1::SUBSCRIPTION_STATE_CANCELLED;
constexpr auto kConsumption = v1::SUBSCRIPTION_KIND_CONSUMPTION;
constexpr auto kSupportPlan = v1::SUBSCRIPTION_KIND_SUPPORT_PLAN;
constexpr auto kReservation = v1::SUBSCRIPTION_KIND_RESERVATION;
constexpr auto kSavingsPlan = v1::SUBSCRIPTION_KIND_SAVINGS_PLAN;

// `acme` with the card `visa`.
class FoldSubscriptions : public testing::Test {
 protected:
  FoldSubscriptions() { log_.Commit({CardAdded("visa")}); }

  subscription::SubscriptionState Web() const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Subscription(acme_, SubscriptionNamed("web")).value();
  }
  account::HolderCounts HoldersOfVisa() const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Card(acme_, CardNamed("visa"))->holders;
  }
  std::vector<kernel::SubscriptionId> HoldersOfVisa(HolderClass holder_class) const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Holders(acme_, CardNamed("visa"), holder_class, "", 99);
  }

  Log log_;
  const AccountNumber acme_ = log_.Open("acme");
};

TEST_F(FoldSubscriptions, ANewOneIsActiveWithWhatTheFactSays) {
  v1::Event created = SubscriptionCreated("web", "visa", kReservation);
  created.mutable_subscription_created()->mutable_subscription()->set_display_name("Web");
  const uint64_t position = log_.Commit({created});
  const auto web = Web();
  EXPECT_EQ(web.display_name, "Web");
  EXPECT_EQ(web.kind, kReservation);
  EXPECT_EQ(web.state, kActive);
  EXPECT_EQ(web.card, CardNamed("visa"));
  EXPECT_EQ(web.billing_profile, std::nullopt);
  EXPECT_FALSE(web.pays_by_invoice);
  EXPECT_EQ(web.active_since, log_.TimeOf(position));
  EXPECT_EQ(web.create_time, log_.TimeOf(position));
  EXPECT_EQ(web.update_time, log_.TimeOf(position));
  EXPECT_EQ(web.etag, position);
  EXPECT_EQ(web.inactive_since, kernel::Instant{});
  EXPECT_FALSE(web.disabled_by_platform);
}

TEST_F(FoldSubscriptions, ANewOneIsLiveAndHoldsItsCardInTheClassOfItsKind) {
  log_.Commit({SubscriptionCreated("a", "visa", kConsumption),
               SubscriptionCreated("b", "visa", kSupportPlan),
               SubscriptionCreated("c", "visa", kReservation),
               SubscriptionCreated("d", "visa", kSavingsPlan), SubscriptionCreated("e")});
  EXPECT_THAT(HoldersOfVisa(HolderClass::kConsumption), ElementsAre(SubscriptionNamed("a")));
  EXPECT_THAT(HoldersOfVisa(HolderClass::kRecurring),
              ElementsAre(SubscriptionNamed("b"), SubscriptionNamed("d")));
  EXPECT_THAT(HoldersOfVisa(HolderClass::kReservation), ElementsAre(SubscriptionNamed("c")));
  EXPECT_EQ(HoldersOfVisa().At(kActive, kSavingsPlan), 1u);
  EXPECT_EQ(HoldersOfVisa().Total(), 4u);
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  EXPECT_EQ(states.Head(acme_).live_subscriptions, 5u);
  EXPECT_EQ(states.LiveSubscriptions(acme_, "", 99).size(), 5u);
}

TEST_F(FoldSubscriptions, ArePagedById) {
  log_.Commit({SubscriptionCreated("web", "visa"), SubscriptionCreated("web-2", "visa"),
               SubscriptionCreated("mail", "visa")});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto mail = SubscriptionNamed("mail");
  const auto web = SubscriptionNamed("web");
  const auto web_2 = SubscriptionNamed("web-2");
  EXPECT_THAT(states.LiveSubscriptions(acme_, "", 2), ElementsAre(mail, web));
  EXPECT_THAT(states.LiveSubscriptions(acme_, "web", 2), ElementsAre(web_2));
  const auto visa = CardNamed("visa");
  EXPECT_THAT(states.Holders(acme_, visa, HolderClass::kConsumption, "mail", 1), ElementsAre(web));
  EXPECT_THAT(states.AllHolders(acme_, visa), ElementsAre(mail, web, web_2));
  const auto page = states.Subscriptions(acme_, "mail", 1);
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].first, web);
  EXPECT_EQ(page[0].second.card, visa);
}

TEST_F(FoldSubscriptions, AllHoldersAreByIdWhateverTheirClass) {
  log_.Commit({SubscriptionCreated("a", "visa"), SubscriptionCreated("b", "visa", kSupportPlan),
               SubscriptionCreated("c", "visa")});
  log_.Commit({SubscriptionDisabled("c")});
  const MapRows rows = log_.Folded();
  EXPECT_THAT(StateReader(rows).AllHolders(acme_, CardNamed("visa")),
              ElementsAre(SubscriptionNamed("a"), SubscriptionNamed("b"), SubscriptionNamed("c")));
}

TEST_F(FoldSubscriptions, AnUpdateChangesTheNameAndNotThePaymentMethod) {
  const uint64_t created = log_.Commit({SubscriptionCreated("web", "visa")});
  const uint64_t updated = log_.Commit({SubscriptionUpdated("web", "Shop")});
  EXPECT_EQ(Web().display_name, "Shop");
  EXPECT_EQ(Web().etag, updated);
  EXPECT_EQ(Web().update_time, log_.TimeOf(updated));
  EXPECT_EQ(Web().active_since, log_.TimeOf(created));
  EXPECT_EQ(HoldersOfVisa().Total(), 1u);
}

TEST_F(FoldSubscriptions, AnotherProfileIsAnotherPaymentMethod) {
  log_.Commit({given::BillingProfileCreated("east", "visa"),
               given::BillingProfileCreated("west", "visa"),
               given::SubscriptionCreatedUnder("east", "web")});
  EXPECT_EQ(Web().billing_profile->value(), "east");
  const uint64_t changed = log_.Commit({given::BillingProfileChanged("web", "west", "east")});
  EXPECT_EQ(Web().billing_profile->value(), "west");
  EXPECT_EQ(Web().active_since, log_.TimeOf(changed));
  EXPECT_EQ(Web().etag, changed);
}

TEST_F(FoldSubscriptions, ADisabledOneKeepsItsCardInAnotherClass) {
  const uint64_t created = log_.Commit({SubscriptionCreated("web", "visa", kSupportPlan)});
  const uint64_t disabled =
      log_.Commit({SubscriptionDisabled("web")}, {.principal = "services/biller"});
  EXPECT_EQ(Web().state, kDisabled);
  EXPECT_EQ(Web().card, CardNamed("visa"));
  EXPECT_EQ(Web().active_since, log_.TimeOf(created));
  EXPECT_EQ(Web().inactive_since, log_.TimeOf(disabled));
  EXPECT_EQ(Web().etag, disabled);
  EXPECT_TRUE(Web().disabled_by_platform);
  EXPECT_THAT(HoldersOfVisa(HolderClass::kRecurring), IsEmpty());
  EXPECT_THAT(HoldersOfVisa(HolderClass::kDisabled), ElementsAre(SubscriptionNamed("web")));
  EXPECT_EQ(HoldersOfVisa().At(kActive, kSupportPlan), 0u);
  EXPECT_EQ(HoldersOfVisa().At(kDisabled, kSupportPlan), 1u);
  const MapRows rows = log_.Folded();
  EXPECT_EQ(StateReader(rows).Head(acme_).live_subscriptions, 1u);
}

TEST_F(FoldSubscriptions, ADisabledOneIsThePlatformsUntilItIsReactivated) {
  log_.Commit({SubscriptionCreated("web", "visa")});
  // The operator who disables it may be the administrator too.
  log_.Commit({SubscriptionDisabled("web")}, {.principal = "users/alice"});
  EXPECT_TRUE(Web().disabled_by_platform);
  log_.Commit({SubscriptionCancelled("web")});
  EXPECT_TRUE(Web().disabled_by_platform);
  log_.Commit({SubscriptionReactivated("web")}, {.principal = "users/olga"});
  EXPECT_FALSE(Web().disabled_by_platform);
  log_.Commit({SubscriptionCancelled("web")});
  EXPECT_FALSE(Web().disabled_by_platform) << "the administrator's own cancellation";
}

TEST_F(FoldSubscriptions, RetentionStartsWhenItLastLeftActive) {
  log_.Commit({SubscriptionCreated("web", "visa")});
  const uint64_t disabled = log_.Commit({SubscriptionDisabled("web")});
  log_.Commit({SubscriptionCancelled("web")});
  EXPECT_EQ(Web().state, kCancelled);
  EXPECT_EQ(Web().inactive_since, log_.TimeOf(disabled));
  log_.Commit({SubscriptionReactivated("web")});
  EXPECT_EQ(Web().inactive_since, log_.TimeOf(disabled));
  const uint64_t cancelled = log_.Commit({SubscriptionCancelled("web")});
  EXPECT_EQ(Web().inactive_since, log_.TimeOf(cancelled));
}

TEST_F(FoldSubscriptions, AReactivatedOneHoldsItsCardAsBefore) {
  const uint64_t created = log_.Commit({SubscriptionCreated("web", "visa")});
  log_.Commit({SubscriptionCancelled("web")});
  EXPECT_THAT(HoldersOfVisa(HolderClass::kCancelled), ElementsAre(SubscriptionNamed("web")));
  const uint64_t reactivated = log_.Commit({SubscriptionReactivated("web")});
  EXPECT_EQ(Web().state, kActive);
  EXPECT_EQ(Web().etag, reactivated);
  EXPECT_EQ(Web().active_since, log_.TimeOf(created));
  EXPECT_THAT(HoldersOfVisa(HolderClass::kCancelled), IsEmpty());
  EXPECT_THAT(HoldersOfVisa(HolderClass::kConsumption), ElementsAre(SubscriptionNamed("web")));
}

TEST_F(FoldSubscriptions, ADeletedOneStaysReadableWithoutItsCard) {
  log_.Commit({SubscriptionCreated("web", "visa")});
  const uint64_t cancelled = log_.Commit({SubscriptionCancelled("web")});
  const uint64_t deleted = log_.Commit({SubscriptionDeleted("web")});
  EXPECT_EQ(Web().state, v1::SUBSCRIPTION_STATE_DELETED);
  EXPECT_EQ(Web().card, std::nullopt);
  EXPECT_EQ(Web().active_since, log_.TimeOf(deleted));
  EXPECT_EQ(Web().inactive_since, log_.TimeOf(cancelled));
  EXPECT_EQ(Web().etag, deleted);
  EXPECT_EQ(HoldersOfVisa().Total(), 0u);
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  EXPECT_EQ(states.Head(acme_).live_subscriptions, 0u);
  EXPECT_THAT(states.LiveSubscriptions(acme_, "", 9), IsEmpty());
  EXPECT_THAT(states.AllHolders(acme_, CardNamed("visa")), IsEmpty());
}

}  // namespace
}  // namespace billing::projections
