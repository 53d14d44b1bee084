#include "projections/history/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/integrity/merkle.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A command of two facts by a delegate, after two records of the account.
class EventOfARecord : public testing::Test {
 protected:
  EventOfARecord() {
    log_.Open("acme");
    log_.Commit({given::SubscriptionCreated("web")});
    first_ = log_.Commit({given::CardAdded("visa", {.subscription = "web"}),
                          given::ActiveCardChanged("web", "visa", {{"web", ""}})},
                         {.principal = "services/shop",
                          .on_behalf_of = "users/alice",
                          .request_id = RequestId(0xab)});
    command_ = log_.record(first_);
    command_.mutable_event()->add_roles("delegate");
    command_.mutable_event()->set_trace_parent("00-trace-01");
    command_.mutable_command()->set_commit_time_us(1'000'001);
  }

  v1::Event EventAt(uint64_t position, std::string_view bytes) const {
    return EventOf(position == first_ ? command_ : log_.record(position), command_, bytes, "acme");
  }

  Log log_;
  uint64_t first_ = 0;
  storage::v1::Record command_;
};

TEST_F(EventOfARecord, HasItsOwnPlaceAndFact) {
  const v1::Event event = EventAt(first_ + 1, "bytes");
  EXPECT_EQ(event.position(), first_ + 1);
  EXPECT_EQ(event.stream(), "billingAccounts/acme");
  EXPECT_EQ(event.stream_revision(), 4u);
  EXPECT_EQ(event.billing_account(), "billingAccounts/acme");
  EXPECT_EQ(event.type(), "ActiveCardChanged");
  EXPECT_THAT(event.subjects(), ElementsAre("billingAccounts/acme/cards/visa",
                                            "billingAccounts/acme/subscriptions/web"));
  EXPECT_EQ(event.active_card_changed().card(), "billingAccounts/acme/cards/visa");
}

TEST_F(EventOfARecord, TakesWhatIsKnownOfTheCommandFromItsFirstRecord) {
  for (const uint64_t position : {first_, first_ + 1}) {
    const v1::Event event = EventAt(position, "bytes");
    EXPECT_EQ(event.principal(), "services/shop");
    EXPECT_EQ(event.on_behalf_of(), "users/alice");
    EXPECT_THAT(event.roles(), ElementsAre("delegate"));
    EXPECT_EQ(event.request_id(), "00000000-0000-0000-0000-0000000000ab");
    EXPECT_EQ(event.trace_parent(), "00-trace-01");
    EXPECT_EQ(event.rules_version(), 1u);
    EXPECT_EQ(event.commit_time().seconds(), 1);
    EXPECT_EQ(event.commit_time().nanos(), 1'000);
    EXPECT_EQ(event.decided_at_position(), first_ - 1);
  }
}

TEST_F(EventOfARecord, ShowsTheWholeThingThatAFactMakes) {
  const v1::Event event = EventAt(first_, "bytes");
  const v1::Card& card = event.card_added().card();
  EXPECT_EQ(card.name(), "billingAccounts/acme/cards/visa");
  EXPECT_EQ(card.state(), v1::CARD_STATE_LIVE);
  EXPECT_EQ(card.create_time().seconds(), 1);
  EXPECT_EQ(card.update_time().seconds(), 1);
  EXPECT_EQ(card.etag(), "\"" + std::to_string(first_) + "\"");
}

TEST_F(EventOfARecord, IsAboutTheAccountWhenItNamesNothingInIt) {
  const v1::Event event = EventOf(log_.record(1), log_.record(1), "bytes", "acme");
  EXPECT_EQ(event.type(), "BillingAccountCreated");
  EXPECT_THAT(event.subjects(), ElementsAre("billingAccounts/acme"));
  EXPECT_EQ(event.billing_account_created().billing_account().etag(), "\"1\"");
}

TEST_F(EventOfARecord, IsNamedByTheHashOfItsBytes) {
  const v1::Event event = EventAt(first_, "bytes");
  EXPECT_EQ(event.leaf_hash(), eventstore::AsBytes(eventstore::LeafHash("bytes")));
  EXPECT_EQ(event.event_id(), EventIdOf(event.leaf_hash()));
  EXPECT_NE(event.event_id(), EventAt(first_, "other bytes").event_id());
}

TEST_F(EventOfARecord, KeepsSealedFieldsOut) {
  command_.mutable_personal()->set_holder_name("sealed");
  command_.mutable_command()->mutable_reason()->set_reason("sealed");
  const v1::Event event = EventAt(first_, "bytes");
  EXPECT_EQ(event.reason(), "");
  EXPECT_EQ(event.card_added().card().holder_name(), "");
  EXPECT_EQ(event.card_added().card().token(), "tok-visa");
  EXPECT_THAT(event.redacted_fields(), IsEmpty());
}

TEST_F(EventOfARecord, SaysWhatARefusalNeverKept) {
  storage::v1::Record refusal = log_.record(log_.Commit({RemovalRefused("visa", {"web"})}));
  refusal.mutable_event()->add_redacted_fields("command_refused.request.add_card.card.holder_name");
  const v1::Event event = EventOf(refusal, refusal, "bytes", "acme");
  EXPECT_THAT(event.redacted_fields(),
              ElementsAre("command_refused.request.add_card.card.holder_name"));
  EXPECT_EQ(event.request_id(), "");
  EXPECT_EQ(event.command_refused().blockers(0).subject(),
            "billingAccounts/acme/subscriptions/web");
  EXPECT_NE(event.command_refused().blockers(0).remedy(), "");
}

TEST(EventId, IsAUuidOfVersion8) {
  EXPECT_EQ(EventIdOf(std::string(32, '\xff')), "ffffffff-ffff-8fff-bfff-ffffffffffff");
  EXPECT_EQ(EventIdOf(std::string(32, '\0')), "00000000-0000-8000-8000-000000000000");
}

}  // namespace
}  // namespace billing::projections
