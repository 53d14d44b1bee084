// What an event shows of a thing that it makes is what a read shows of it at that position.
#include <gtest/gtest.h>

#include "google/protobuf/util/message_differencer.h"
#include "google/protobuf/util/time_util.h"
#include "projections/resources/resources.h"
#include "projections/state/state_reader.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using google::protobuf::util::MessageDifferencer;
using google::protobuf::util::TimeUtil;

// The event of the last command, completed.
v1::Event Completed(const Log& log, uint64_t position) {
  v1::Event event = log.record(position).event();
  CompleteNewThing(TimeUtil::MicrosecondsToTimestamp(log.TimeOf(position).us), event);
  return event;
}

void ExpectSame(const google::protobuf::Message& shown, const google::protobuf::Message& read) {
  EXPECT_TRUE(MessageDifferencer::Equals(shown, read))
      << shown.ShortDebugString() << "\nis read as\n"
      << read.ShortDebugString();
}

class NewThings : public testing::Test {
 protected:
  NewThings() { log_.Commit({given::CardAdded("amex"), given::SubscriptionCreated("mail")}); }

  kernel::Instant now() const { return log_.TimeOf(log_.records().size()); }

  Log log_;
  const AccountNumber acme_ = log_.Open("acme");
};

TEST_F(NewThings, ACardIsLive) {
  const uint64_t position = log_.Commit({given::CardAdded("visa")});
  const MapRows rows = log_.Folded();
  ExpectSame(
      Completed(log_, position).card_added().card(),
      ToMessage(CardNamed("visa"), *StateReader(rows).Card(acme_, CardNamed("visa")), {}, now()));
}

TEST_F(NewThings, ASubscriptionIsActive) {
  const uint64_t position = log_.Commit({given::SubscriptionCreated("web", "amex")});
  const MapRows rows = log_.Folded();
  const auto web = SubscriptionNamed("web");
  ExpectSame(Completed(log_, position).subscription_created().subscription(),
             ToMessage(web, *StateReader(rows).Subscription(acme_, web)));
}

TEST_F(NewThings, ASubscriptionThatArrivesIsActive) {
  const uint64_t position = log_.Commit(
      {given::SubscriptionTransferredIn("acme", "offer", given::SubscriptionCreated("web"))});
  const MapRows rows = log_.Folded();
  const auto web = SubscriptionNamed("web");
  ExpectSame(Completed(log_, position).subscription_transferred_in().subscription(),
             ToMessage(web, *StateReader(rows).Subscription(acme_, web)));
}

TEST_F(NewThings, ABillingProfileIsActive) {
  const uint64_t position = log_.Commit({given::BillingProfileCreated("main", "amex")});
  const MapRows rows = log_.Folded();
  const auto main = kernel::BillingProfileId::FromStored("main");
  ExpectSame(Completed(log_, position).billing_profile_created().billing_profile(),
             ToMessage(main, *StateReader(rows).BillingProfile(acme_, main)));
}

TEST_F(NewThings, AChargeIsPending) {
  v1::Event fact = given::ChargeRecorded("may", {.subscription = "mail", .card = "amex"});
  fact.mutable_charge_recorded()->mutable_charge()->mutable_due_time()->set_seconds(99);
  const uint64_t position = log_.Commit({fact});
  const MapRows rows = log_.Folded();
  const auto may = kernel::ChargeId::FromStored("may");
  ExpectSame(Completed(log_, position).charge_recorded().charge(),
             ToMessage(may, *StateReader(rows).Charge(acme_, may), "EUR"));
}

TEST_F(NewThings, ATransferIsPendingForFifteenDays) {
  const uint64_t position = log_.Commit({given::TransferSent("offer", "mail")});
  const MapRows rows = log_.Folded();
  const auto offer = kernel::TransferId::FromStored("offer");
  ExpectSame(Completed(log_, position).transfer_sent().transfer(),
             ToMessage(offer, *StateReader(rows).Transfer(acme_, offer), now()));
}

TEST_F(NewThings, OtherFactsStayAsTheyAre) {
  for (const v1::Event& event : OneOfEachFact()) {
    v1::Event completed = event;
    CompleteNewThing(TimeUtil::SecondsToTimestamp(1), completed);
    const bool makes = event.has_billing_account_created() || event.has_card_added() ||
                       event.has_subscription_created() ||
                       event.has_subscription_transferred_in() ||
                       event.has_billing_profile_created() || event.has_charge_recorded() ||
                       event.has_transfer_sent();
    EXPECT_EQ(MessageDifferencer::Equals(completed, event), !makes) << event.ShortDebugString();
  }
}

}  // namespace
}  // namespace billing::projections
