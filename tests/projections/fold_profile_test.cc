// Billing profiles: whatever pays through one moves with its card.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/state/state_reader.h"
#include "tests/projections/log.h"
#include "tests/support/payment_facts.h"

namespace billing::projections {
namespace {

using given::BillingProfileChanged;
using given::BillingProfileCreated;
using given::CardAdded;
using given::PaymentMethodDetached;
using given::PaymentMethodReplaced;
using given::SubscriptionCancelled;
using given::SubscriptionCreatedUnder;
using given::SubscriptionDeleted;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kActive = v1::SUBSCRIPTION_STATE_ACTIVE;
constexpr auto kCancelled = v1::SUBSCRIPTION_STATE_CANCELLED;
constexpr auto kConsumption = v1::SUBSCRIPTION_KIND_CONSUMPTION;
constexpr auto kSupportPlan = v1::SUBSCRIPTION_KIND_SUPPORT_PLAN;

kernel::BillingProfileId ProfileNamed(const std::string& id) {
  return kernel::BillingProfileId::FromStored(id);
}

// `acme` with two cards; the profile `main` has `visa`.
class FoldProfiles : public testing::Test {
 protected:
  FoldProfiles() {
    log_.Commit({CardAdded("visa"), CardAdded("amex")});
    created_ = log_.Commit({BillingProfileCreated("main", "visa")});
  }

  profile::BillingProfileState Main() const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).BillingProfile(acme_, ProfileNamed("main")).value();
  }
  card::CardState CardOf(const std::string& id) const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Card(acme_, CardNamed(id)).value();
  }
  std::vector<kernel::SubscriptionId> HoldersOf(const std::string& card) const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).AllHolders(acme_, CardNamed(card));
  }
  std::vector<kernel::SubscriptionId> BilledTo(const std::string& profile) const {
    const MapRows rows = log_.Folded();
    std::vector<kernel::SubscriptionId> ids;
    for (const HolderClass each :
         {HolderClass::kDisabled, HolderClass::kCancelled, HolderClass::kRecurring,
          HolderClass::kReservation, HolderClass::kConsumption}) {
      for (auto& id : StateReader(rows).BilledTo(acme_, ProfileNamed(profile), each, "", 99)) {
        ids.push_back(std::move(id));
      }
    }
    std::ranges::sort(ids);
    return ids;
  }
  std::vector<kernel::BillingProfileId> ProfilesWith(const std::string& card) const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).ProfilesWith(acme_, CardNamed(card), "", 99);
  }
  // Cards that lapse some day, by id.
  std::vector<std::string> Expiring() const {
    const MapRows rows = log_.Folded();
    std::vector<std::string> ids;
    for (const auto& card : StateReader(rows).ExpiringCards(acme_, {9999, 1}, std::nullopt, 99)) {
      ids.push_back(card.card.value());
    }
    return ids;
  }

  Log log_;
  const AccountNumber acme_ = log_.Open("acme");
  uint64_t created_ = 0;
};

TEST_F(FoldProfiles, ANewOneIsActiveWithItsCard) {
  v1::Event named = BillingProfileCreated("east", "amex");
  named.mutable_billing_profile_created()->mutable_billing_profile()->set_display_name("East");
  const uint64_t position = log_.Commit({named});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto east = states.BillingProfile(acme_, ProfileNamed("east")).value();
  EXPECT_EQ(east.display_name, "East");
  EXPECT_TRUE(east.active());
  EXPECT_EQ(east.card, CardNamed("amex"));
  EXPECT_FALSE(east.pays_by_invoice);
  EXPECT_EQ(east.active_since, log_.TimeOf(position));
  EXPECT_EQ(east.create_time, log_.TimeOf(position));
  EXPECT_EQ(east.update_time, log_.TimeOf(position));
  EXPECT_EQ(east.etag, position);
  EXPECT_EQ(east.holders.Total(), 0u);
  EXPECT_EQ(east.unpaid, kernel::Unpaid{});
  EXPECT_EQ(states.Head(acme_).billing_profiles, 2u);
}

TEST_F(FoldProfiles, ACardCountsTheActiveProfilesThatHaveIt) {
  log_.Commit({BillingProfileCreated("east", "visa")});
  EXPECT_EQ(CardOf("visa").active_profiles, 2u);
  EXPECT_THAT(ProfilesWith("visa"), ElementsAre(ProfileNamed("east"), ProfileNamed("main")));
  log_.Commit({PaymentMethodDetached("main", "visa")});
  EXPECT_EQ(CardOf("visa").active_profiles, 1u);
  EXPECT_THAT(ProfilesWith("visa"), ElementsAre(ProfileNamed("east")));
}

TEST_F(FoldProfiles, ArePagedById) {
  log_.Commit({BillingProfileCreated("east", "visa"), BillingProfileCreated("main-2", "visa")});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto page = states.BillingProfiles(acme_, "east", 1);
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].first, ProfileNamed("main"));
  EXPECT_EQ(page[0].second.card, CardNamed("visa"));
  EXPECT_THAT(states.ProfilesWith(acme_, CardNamed("visa"), "east", 1),
              ElementsAre(ProfileNamed("main")));
}

TEST_F(FoldProfiles, ACardOfAProfileIsListedByMonthEvenWhenNobodyIsBilledToIt) {
  EXPECT_THAT(Expiring(), ElementsAre("visa"));
  log_.Commit({PaymentMethodReplaced("main", "amex", "visa")});
  EXPECT_THAT(Expiring(), ElementsAre("amex"));
  log_.Commit({PaymentMethodDetached("main", "amex")});
  EXPECT_THAT(Expiring(), IsEmpty());
}

TEST_F(FoldProfiles, ASubscriptionHoldsItsProfileAndTheProfilesCard) {
  log_.Commit({SubscriptionCreatedUnder("main", "web"),
               SubscriptionCreatedUnder("main", "plan", kSupportPlan)});
  EXPECT_THAT(BilledTo("main"), ElementsAre(SubscriptionNamed("plan"), SubscriptionNamed("web")));
  EXPECT_THAT(HoldersOf("visa"), ElementsAre(SubscriptionNamed("plan"), SubscriptionNamed("web")));
  EXPECT_EQ(Main().holders.At(kActive, kConsumption), 1u);
  EXPECT_EQ(Main().holders.At(kActive, kSupportPlan), 1u);
  EXPECT_EQ(CardOf("visa").holders, Main().holders);
  EXPECT_EQ(Main().etag, created_) << "being billed to is no change of the profile";
}

TEST_F(FoldProfiles, AStateChangesTheClassInBoth) {
  log_.Commit({SubscriptionCreatedUnder("main", "web")});
  log_.Commit({SubscriptionCancelled("web")});
  EXPECT_EQ(Main().holders.At(kCancelled, kConsumption), 1u);
  EXPECT_EQ(Main().holders.Total(), 1u);
  EXPECT_EQ(CardOf("visa").holders, Main().holders);
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  EXPECT_THAT(states.BilledTo(acme_, ProfileNamed("main"), HolderClass::kCancelled, "", 9),
              ElementsAre(SubscriptionNamed("web")));
  EXPECT_THAT(states.BilledTo(acme_, ProfileNamed("main"), HolderClass::kConsumption, "", 9),
              IsEmpty());
  EXPECT_THAT(states.Holders(acme_, CardNamed("visa"), HolderClass::kCancelled, "", 9),
              ElementsAre(SubscriptionNamed("web")));
  log_.Commit({SubscriptionDeleted("web")});
  EXPECT_EQ(Main().holders.Total(), 0u);
  EXPECT_EQ(CardOf("visa").holders.Total(), 0u);
  EXPECT_THAT(BilledTo("main"), IsEmpty());
  EXPECT_THAT(HoldersOf("visa"), IsEmpty());
}

TEST_F(FoldProfiles, AnotherCardTakesTheHoldersAlong) {
  log_.Commit({SubscriptionCreatedUnder("main", "web"), SubscriptionCreatedUnder("main", "gone"),
               SubscriptionCreatedUnder("main", "plan", kSupportPlan)});
  log_.Commit({SubscriptionCancelled("gone")});
  const auto holders = Main().holders;
  const uint64_t replaced = log_.Commit({PaymentMethodReplaced("main", "amex", "visa")});
  EXPECT_EQ(Main().card, CardNamed("amex"));
  EXPECT_EQ(Main().active_since, log_.TimeOf(replaced));
  EXPECT_EQ(Main().update_time, log_.TimeOf(replaced));
  EXPECT_EQ(Main().create_time, log_.TimeOf(created_));
  EXPECT_EQ(Main().etag, replaced);
  EXPECT_EQ(Main().holders, holders);
  EXPECT_EQ(CardOf("amex").holders, holders);
  EXPECT_EQ(CardOf("visa").holders.Total(), 0u);
  EXPECT_EQ(CardOf("visa").active_profiles, 0u);
  EXPECT_EQ(CardOf("amex").active_profiles, 1u);
  EXPECT_THAT(HoldersOf("visa"), IsEmpty());
  EXPECT_THAT(HoldersOf("amex"), ElementsAre(SubscriptionNamed("gone"), SubscriptionNamed("plan"),
                                             SubscriptionNamed("web")));
  const MapRows rows = log_.Folded();
  EXPECT_THAT(StateReader(rows).Holders(acme_, CardNamed("amex"), HolderClass::kCancelled, "", 9),
              ElementsAre(SubscriptionNamed("gone")));
}

TEST_F(FoldProfiles, AnotherCardLeavesTheOtherProfilesOfTheCardAlone) {
  log_.Commit({BillingProfileCreated("east", "visa"), SubscriptionCreatedUnder("main", "web"),
               SubscriptionCreatedUnder("east", "mail")});
  log_.Commit({PaymentMethodReplaced("main", "amex", "visa")});
  EXPECT_THAT(HoldersOf("visa"), ElementsAre(SubscriptionNamed("mail")));
  EXPECT_THAT(HoldersOf("amex"), ElementsAre(SubscriptionNamed("web")));
  EXPECT_EQ(CardOf("visa").holders.Total(), 1u);
}

TEST_F(FoldProfiles, TwoProfilesInOneCommandMoveTogether) {
  log_.Commit({BillingProfileCreated("east", "visa"), SubscriptionCreatedUnder("main", "web"),
               SubscriptionCreatedUnder("east", "mail")});
  log_.Commit({PaymentMethodReplaced("east", "amex", "visa"),
               PaymentMethodReplaced("main", "amex", "visa")});
  EXPECT_EQ(CardOf("amex").active_profiles, 2u);
  EXPECT_EQ(CardOf("amex").holders.Total(), 2u);
  EXPECT_EQ(CardOf("visa").holders.Total(), 0u);
  EXPECT_THAT(HoldersOf("amex"), ElementsAre(SubscriptionNamed("mail"), SubscriptionNamed("web")));
}

TEST_F(FoldProfiles, AnotherProfileMovesTheSubscriptionToItsCard) {
  log_.Commit({BillingProfileCreated("east", "amex"), SubscriptionCreatedUnder("main", "web")});
  const uint64_t changed = log_.Commit({BillingProfileChanged("web", "east", "main")});
  EXPECT_THAT(BilledTo("main"), IsEmpty());
  EXPECT_THAT(BilledTo("east"), ElementsAre(SubscriptionNamed("web")));
  EXPECT_THAT(HoldersOf("visa"), IsEmpty());
  EXPECT_THAT(HoldersOf("amex"), ElementsAre(SubscriptionNamed("web")));
  EXPECT_EQ(Main().holders.Total(), 0u);
  EXPECT_EQ(CardOf("visa").holders.Total(), 0u);
  EXPECT_EQ(CardOf("amex").holders.Total(), 1u);
  const MapRows rows = log_.Folded();
  const auto web = StateReader(rows).Subscription(acme_, SubscriptionNamed("web")).value();
  EXPECT_EQ(web.billing_profile, ProfileNamed("east"));
  EXPECT_EQ(web.active_since, log_.TimeOf(changed));
  EXPECT_EQ(web.etag, changed);
}

TEST_F(FoldProfiles, ADetachedOneIsInactiveWithoutACardAndKeepsWhoIsBilledToIt) {
  log_.Commit({SubscriptionCreatedUnder("main", "web")});
  log_.Commit({SubscriptionCancelled("web")});
  const uint64_t detached = log_.Commit({PaymentMethodDetached("main", "visa")});
  EXPECT_FALSE(Main().active());
  EXPECT_EQ(Main().card, std::nullopt);
  EXPECT_EQ(Main().etag, detached);
  EXPECT_EQ(Main().active_since, log_.TimeOf(detached));
  EXPECT_EQ(Main().holders.Total(), 1u);
  EXPECT_THAT(BilledTo("main"), ElementsAre(SubscriptionNamed("web")));
  EXPECT_THAT(HoldersOf("visa"), IsEmpty());
  EXPECT_EQ(CardOf("visa").holders.Total(), 0u);
  const MapRows rows = log_.Folded();
  EXPECT_EQ(StateReader(rows).Head(acme_).billing_profiles, 1u) << "all that were ever made";
}

TEST_F(FoldProfiles, ByInvoiceItHasNoCardUntilItGetsOneAgain) {
  log_.Commit({SubscriptionCreatedUnder("main", "web")});
  const uint64_t switched = log_.Commit({given::ProfileSwitchedToInvoice("main", "visa")});
  EXPECT_TRUE(Main().pays_by_invoice);
  EXPECT_TRUE(Main().active());
  EXPECT_EQ(Main().card, std::nullopt);
  EXPECT_EQ(Main().active_since, log_.TimeOf(switched));
  EXPECT_THAT(HoldersOf("visa"), IsEmpty());
  EXPECT_THAT(ProfilesWith("visa"), IsEmpty());
  log_.Commit({PaymentMethodReplaced("main", "amex")});
  EXPECT_FALSE(Main().pays_by_invoice);
  EXPECT_EQ(Main().card, CardNamed("amex"));
  EXPECT_THAT(HoldersOf("amex"), ElementsAre(SubscriptionNamed("web")));
  EXPECT_EQ(CardOf("amex").active_profiles, 1u);
}

TEST_F(FoldProfiles, ASubscriptionByInvoiceHasNoCardAndStaysLive) {
  log_.Commit({given::SubscriptionCreated("web", "visa")});
  const uint64_t switched = log_.Commit({given::SwitchedToInvoice("web", "visa")});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto web = states.Subscription(acme_, SubscriptionNamed("web")).value();
  EXPECT_TRUE(web.pays_by_invoice);
  EXPECT_EQ(web.card, std::nullopt);
  EXPECT_EQ(web.active_since, log_.TimeOf(switched));
  EXPECT_EQ(web.etag, switched);
  EXPECT_EQ(states.Head(acme_).live_subscriptions, 1u);
  EXPECT_THAT(states.AllHolders(acme_, CardNamed("visa")), IsEmpty());
}

}  // namespace
}  // namespace billing::projections
