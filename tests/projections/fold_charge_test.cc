// Charges: what is owed, by account, card and profile, and what was reported.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/state/state_reader.h"
#include "tests/projections/log.h"
#include "tests/support/payment_facts.h"

namespace billing::projections {
namespace {

using given::BalanceSettled;
using given::CardAdded;
using given::ChargeRecorded;
using given::ChargeVoided;
using given::PaymentDeclined;
using given::PaymentSucceeded;
using given::SubscriptionCreated;
using kernel::Unpaid;
using testing::ElementsAre;
using testing::IsEmpty;

kernel::ChargeId ChargeNamed(const std::string& id) { return kernel::ChargeId::FromStored(id); }

// `acme` has `web`, which pays with `visa`, and the profile `main` with `amex`, to which
// `shop` is billed.
class FoldCharges : public testing::Test {
 protected:
  FoldCharges() {
    log_.Commit({CardAdded("visa"), CardAdded("amex"), SubscriptionCreated("web", "visa"),
                 given::BillingProfileCreated("main", "amex"),
                 given::SubscriptionCreatedUnder("main", "shop")});
  }

  charge::ChargeState May() const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Charge(acme_, ChargeNamed("may")).value();
  }
  Unpaid OfAccount() const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Head(acme_).unpaid;
  }
  Unpaid OfCard(const std::string& id) const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Card(acme_, CardNamed(id))->unpaid;
  }
  Unpaid OfMain() const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).BillingProfile(acme_, kMain)->unpaid;
  }
  std::vector<kernel::ChargeId> Listed(const std::string& scope, ChargeClass charge_class) const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).UnpaidCharges(acme_, scope, charge_class, "", 99);
  }
  uint32_t PastDueOf(const std::string& subscription) const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Subscription(acme_, SubscriptionNamed(subscription))->past_due_charges;
  }

  const kernel::BillingProfileId kMain = kernel::BillingProfileId::FromStored("main");
  Log log_;
  const AccountNumber acme_ = log_.Open("acme");
};

TEST_F(FoldCharges, ANewOneIsPendingWithWhatTheFactSays) {
  v1::Event fact = ChargeRecorded("may", {.subscription = "web", .card = "visa", .cents = 1'234});
  fact.mutable_charge_recorded()->mutable_charge()->mutable_due_time()->set_seconds(7);
  const uint64_t position = log_.Commit({fact});
  EXPECT_EQ(May().subscription, SubscriptionNamed("web"));
  EXPECT_EQ(May().billing_profile, std::nullopt);
  EXPECT_EQ(May().paying_profile, std::nullopt);
  EXPECT_EQ(May().card, CardNamed("visa"));
  EXPECT_EQ(May().amount_minor, 1'234);
  EXPECT_EQ(May().due_time, kernel::Instant{7'000'000});
  EXPECT_EQ(May().state, v1::CHARGE_STATE_PENDING);
  EXPECT_EQ(May().create_time, log_.TimeOf(position));
  EXPECT_EQ(May().update_time, log_.TimeOf(position));
  EXPECT_EQ(May().etag, position);
}

TEST_F(FoldCharges, ThePayingProfileIsTheNamedOneOrTheSubscriptionsAtTheTime) {
  log_.Commit({ChargeRecorded("own", {.profile = "main", .card = "amex"}),
               ChargeRecorded("may", {.subscription = "shop", .card = "amex"})});
  EXPECT_EQ(May().paying_profile, kMain);
  EXPECT_EQ(May().billing_profile, std::nullopt);
  log_.Commit({given::BillingProfileCreated("east", "visa"),
               given::BillingProfileChanged("shop", "east", "main")});
  EXPECT_EQ(May().paying_profile, kMain);
  EXPECT_EQ(OfMain().pending_count, 2u);
}

TEST_F(FoldCharges, WhatIsPendingIsSummedAndListedWhereItIsOwed) {
  log_.Commit({ChargeRecorded("b", {.subscription = "web", .card = "visa", .cents = 100}),
               ChargeRecorded("a", {.subscription = "shop", .card = "amex", .cents = 20}),
               ChargeRecorded("c", {.profile = "main", .cents = 3})});
  EXPECT_EQ(OfAccount(), (Unpaid{.pending_count = 3, .pending_minor = 123}));
  EXPECT_EQ(OfCard("visa"), (Unpaid{.pending_count = 1, .pending_minor = 100}));
  EXPECT_EQ(OfCard("amex"), (Unpaid{.pending_count = 1, .pending_minor = 20}));
  EXPECT_EQ(OfMain(), (Unpaid{.pending_count = 2, .pending_minor = 23}));
  constexpr auto kPending = ChargeClass::kPending;
  EXPECT_THAT(Listed("", kPending),
              ElementsAre(ChargeNamed("a"), ChargeNamed("b"), ChargeNamed("c")));
  EXPECT_THAT(Listed("cards/visa", kPending), ElementsAre(ChargeNamed("b")));
  EXPECT_THAT(Listed("cards/amex", kPending), ElementsAre(ChargeNamed("a")));
  EXPECT_THAT(Listed("billingProfiles/main", kPending),
              ElementsAre(ChargeNamed("a"), ChargeNamed("c")));
  EXPECT_THAT(Listed("", ChargeClass::kPastDue), IsEmpty());
}

TEST_F(FoldCharges, ADeclineMovesItToWhatIsPastDueEverywhere) {
  log_.Commit({ChargeRecorded("may", {.subscription = "shop", .card = "amex", .cents = 100}),
               ChargeRecorded("june", {.subscription = "shop", .card = "amex", .cents = 20})});
  const uint64_t declined = log_.Commit({PaymentDeclined("may", "first")});
  const Unpaid expected = {
      .pending_count = 1, .past_due_count = 1, .pending_minor = 20, .past_due_minor = 100};
  EXPECT_EQ(OfAccount(), expected);
  EXPECT_EQ(OfCard("amex"), expected);
  EXPECT_EQ(OfMain(), expected);
  for (const char* scope : {"", "cards/amex", "billingProfiles/main"}) {
    EXPECT_THAT(Listed(scope, ChargeClass::kPastDue), ElementsAre(ChargeNamed("may"))) << scope;
    EXPECT_THAT(Listed(scope, ChargeClass::kPending), ElementsAre(ChargeNamed("june"))) << scope;
  }
  EXPECT_EQ(PastDueOf("shop"), 1u);
  EXPECT_EQ(May().state, v1::CHARGE_STATE_PAST_DUE);
  EXPECT_EQ(May().network_code, "51");
  EXPECT_EQ(May().reason, v1::DECLINE_REASON_INSUFFICIENT_CREDIT);
  EXPECT_EQ(May().kind, v1::DECLINE_KIND_SOFT);
  EXPECT_EQ(May().etag, declined);
  EXPECT_EQ(May().update_time, log_.TimeOf(declined));
}

TEST_F(FoldCharges, ASecondDeclineCountsNothingTwiceAndReplacesTheCodes) {
  v1::Event again = PaymentDeclined("may", "second");
  again.mutable_payment_declined()->set_network_code("54");
  again.mutable_payment_declined()->set_advice_code("01");
  again.mutable_payment_declined()->set_reason(v1::DECLINE_REASON_CARD_EXPIRED);
  again.mutable_payment_declined()->set_kind(v1::DECLINE_KIND_CUSTOMER_ACTION);
  log_.Commit({ChargeRecorded("may", {.subscription = "web", .card = "visa"})});
  log_.Commit({PaymentDeclined("may", "first")});
  log_.Commit({again});
  EXPECT_EQ(OfAccount(), (Unpaid{.past_due_count = 1, .past_due_minor = 1'000}));
  EXPECT_EQ(PastDueOf("web"), 1u);
  EXPECT_EQ(May().network_code, "54");
  EXPECT_EQ(May().advice_code, "01");
  EXPECT_EQ(May().reason, v1::DECLINE_REASON_CARD_EXPIRED);
  EXPECT_EQ(May().kind, v1::DECLINE_KIND_CUSTOMER_ACTION);
}

TEST_F(FoldCharges, WhatIsPaidOrVoidedIsOwedNoMore) {
  for (const bool declined_first : {false, true}) {
    for (const auto& end : {PaymentSucceeded("may", "second"), ChargeVoided("may")}) {
      SCOPED_TRACE(end.ShortDebugString());
      Log log;
      const AccountNumber acme = log.Open("acme");
      log.Commit({CardAdded("visa"), given::BillingProfileCreated("main", "visa"),
                  given::SubscriptionCreatedUnder("main", "web"),
                  ChargeRecorded("may", {.subscription = "web", .card = "visa"})});
      if (declined_first) log.Commit({PaymentDeclined("may")});
      log.Commit({end});
      const MapRows rows = log.Folded();
      const StateReader states(rows);
      EXPECT_EQ(states.Head(acme).unpaid, Unpaid{});
      EXPECT_EQ(states.Card(acme, CardNamed("visa"))->unpaid, Unpaid{});
      EXPECT_EQ(states.BillingProfile(acme, kMain)->unpaid, Unpaid{});
      EXPECT_EQ(states.Subscription(acme, SubscriptionNamed("web"))->past_due_charges, 0u);
      for (const auto charge_class : {ChargeClass::kPastDue, ChargeClass::kPending}) {
        for (const char* scope : {"", "cards/visa", "billingProfiles/main"}) {
          EXPECT_THAT(states.UnpaidCharges(acme, scope, charge_class, "", 9), IsEmpty());
        }
      }
      EXPECT_EQ(states.Charge(acme, ChargeNamed("may"))->state,
                end.has_charge_voided() ? v1::CHARGE_STATE_VOIDED : v1::CHARGE_STATE_PAID);
    }
  }
}

TEST_F(FoldCharges, ChangeNeitherTheSubscriptionsVersionNorTheCards) {
  const MapRows before = log_.Folded();
  log_.Commit(
      {ChargeRecorded("may", {.subscription = "web", .card = "visa"}), PaymentDeclined("may")});
  const MapRows rows = log_.Folded();
  const auto web = SubscriptionNamed("web");
  EXPECT_EQ(StateReader(rows).Subscription(acme_, web)->etag,
            StateReader(before).Subscription(acme_, web)->etag);
  EXPECT_EQ(StateReader(rows).Subscription(acme_, web)->update_time,
            StateReader(before).Subscription(acme_, web)->update_time);
  EXPECT_EQ(StateReader(rows).Card(acme_, CardNamed("visa"))->etag,
            StateReader(before).Card(acme_, CardNamed("visa"))->etag);
}

TEST_F(FoldCharges, ReportsAreKnownByChargeAndReference) {
  log_.Commit({ChargeRecorded("may", {.subscription = "web"}),
               ChargeRecorded("june", {.subscription = "web"})});
  log_.Commit({PaymentDeclined("may", "first")});
  log_.Commit({PaymentSucceeded("may", "second")});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto reported = [&](const char* charge, const char* reference, v1::PaymentOutcome outcome) {
    return states.Reported(acme_, ChargeNamed(charge), reference, outcome);
  };
  EXPECT_TRUE(reported("may", "first", v1::PAYMENT_OUTCOME_DECLINED));
  EXPECT_FALSE(reported("may", "first", v1::PAYMENT_OUTCOME_SUCCEEDED));
  EXPECT_TRUE(reported("may", "second", v1::PAYMENT_OUTCOME_SUCCEEDED));
  EXPECT_FALSE(reported("may", "firs", v1::PAYMENT_OUTCOME_DECLINED));
  EXPECT_FALSE(reported("june", "first", v1::PAYMENT_OUTCOME_DECLINED));
  EXPECT_EQ(states.Settlement(acme_, "first"), std::nullopt);
}

TEST_F(FoldCharges, ASettlementPaysEveryChargeItNames) {
  log_.Commit({ChargeRecorded("a", {.subscription = "web", .card = "visa", .cents = 100}),
               ChargeRecorded("b", {.subscription = "web", .card = "visa", .cents = 20}),
               ChargeRecorded("c", {.subscription = "shop", .card = "amex", .cents = 3}),
               ChargeRecorded("d", {.subscription = "web", .card = "visa", .cents = 4}),
               PaymentDeclined("a"), PaymentDeclined("b"), PaymentDeclined("c")});
  log_.Commit({BalanceSettled("visa", "amex", 123, {"a", "b", "c"})});
  EXPECT_EQ(OfAccount(), (Unpaid{.pending_count = 1, .pending_minor = 4}));
  EXPECT_EQ(OfCard("visa"), (Unpaid{.pending_count = 1, .pending_minor = 4}));
  EXPECT_EQ(OfCard("amex"), Unpaid{});
  EXPECT_EQ(OfMain(), Unpaid{});
  EXPECT_EQ(PastDueOf("web"), 0u);
  EXPECT_EQ(PastDueOf("shop"), 0u);
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  EXPECT_EQ(states.Charge(acme_, ChargeNamed("b"))->state, v1::CHARGE_STATE_PAID);
  const auto settlement = states.Settlement(acme_, "ref-settle");
  ASSERT_TRUE(settlement);
  EXPECT_EQ(*settlement, (charge::SettlementReport{.failed_card = CardNamed("visa"),
                                                   .paying_card = CardNamed("amex"),
                                                   .amount_minor = 123,
                                                   .requested_by = ""}));
  EXPECT_EQ(states.Settlement(acme_, "ref-settl"), std::nullopt);
}

TEST_F(FoldCharges, ArePagedById) {
  log_.Commit({ChargeRecorded("may", {.subscription = "web"}),
               ChargeRecorded("june", {.subscription = "web"}),
               ChargeRecorded("may-2", {.subscription = "web"})});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto page = states.Charges(acme_, "june", 1);
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].first, ChargeNamed("may"));
  EXPECT_THAT(states.UnpaidCharges(acme_, "", ChargeClass::kPending, "june", 1),
              ElementsAre(ChargeNamed("may")));
}

TEST_F(FoldCharges, BecomingPastDueAndCurrentChangesTheClassOfTheHolder) {
  const uint64_t past_due = log_.Commit({given::SubscriptionBecamePastDue("web")});
  {
    const MapRows rows = log_.Folded();
    const StateReader states(rows);
    const auto web = states.Subscription(acme_, SubscriptionNamed("web")).value();
    EXPECT_EQ(web.state, v1::SUBSCRIPTION_STATE_PAST_DUE);
    EXPECT_EQ(web.etag, past_due);
    EXPECT_EQ(web.inactive_since, kernel::Instant{}) << "it still runs";
    const auto holders = states.Card(acme_, CardNamed("visa"))->holders;
    EXPECT_EQ(holders.At(v1::SUBSCRIPTION_STATE_PAST_DUE, v1::SUBSCRIPTION_KIND_CONSUMPTION), 1u);
    EXPECT_EQ(holders.Total(), 1u);
    EXPECT_THAT(states.Holders(acme_, CardNamed("visa"), HolderClass::kConsumption, "", 9),
                ElementsAre(SubscriptionNamed("web")));
  }
  log_.Commit({given::SubscriptionBecameCurrent("web")});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  EXPECT_EQ(states.Subscription(acme_, SubscriptionNamed("web"))->state,
            v1::SUBSCRIPTION_STATE_ACTIVE);
  EXPECT_EQ(states.Card(acme_, CardNamed("visa"))
                ->holders.At(v1::SUBSCRIPTION_STATE_ACTIVE, v1::SUBSCRIPTION_KIND_CONSUMPTION),
            1u);
}

}  // namespace
}  // namespace billing::projections
