// What a timeline says of an event: who, when, why, and what changed from what to what.
#include "tools/billingctl/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "billing/v1/history_service.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

using billing::v1::Event;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kVisa[] = "billingAccounts/acme/cards/visa";
constexpr char kAmex[] = "billingAccounts/acme/cards/amex";
constexpr char kWeb[] = "billingAccounts/acme/subscriptions/web";

Event At(uint64_t position) {
  Event event;
  event.set_position(position);
  event.set_billing_account("billingAccounts/acme");
  event.set_principal("users/alice");
  event.mutable_commit_time()->set_seconds(1772370309);
  return event;
}

Event Added(uint64_t position, int year) {
  Event event = At(position);
  event.set_type("CardAdded");
  event.mutable_card_added()->mutable_card()->set_name(kVisa);
  event.mutable_card_added()->mutable_card()->mutable_expiry()->set_year(year);
  event.mutable_card_added()->mutable_card()->mutable_expiry()->set_month(4);
  return event;
}

Event Updated(uint64_t position, int year) {
  Event event = At(position);
  event.set_type("CardUpdated");
  event.mutable_card_updated()->mutable_card()->set_name(kVisa);
  event.mutable_card_updated()->mutable_card()->mutable_expiry()->set_year(year);
  event.mutable_card_updated()->mutable_card()->mutable_expiry()->set_month(4);
  event.mutable_card_updated()->mutable_update_mask()->add_paths("expiry");
  return event;
}

Event Moved(uint64_t position) {
  Event event = At(position);
  event.set_type("ActiveCardChanged");
  event.mutable_active_card_changed()->set_card(kAmex);
  auto& move = *event.mutable_active_card_changed()->add_moves();
  move.set_subscription(kWeb);
  move.set_previous_card(kVisa);
  return event;
}

billing::v1::ListEventsResponse PageOf(const std::vector<Event>& events) {
  billing::v1::ListEventsResponse page;
  for (const Event& event : events) *page.add_events() = event;
  return page;
}

std::optional<Event> Nobody(const Changes::Question&) {
  ADD_FAILURE() << "nothing had to be looked up";
  return std::nullopt;
}

TEST(Changes, WhatTheFactItselfSaysNeedsNoLookup) {
  Changes changes(Nobody, /*sees_all=*/false);
  EXPECT_THAT(changes.Of(Moved(5)), ElementsAre("card of web: visa → amex"));
}

TEST(Changes, WhatWasSeenNeedsNoLookup) {
  Changes changes(Nobody, /*sees_all=*/true);
  EXPECT_THAT(changes.Of(Added(2, 2030)), IsEmpty());
  EXPECT_THAT(changes.Of(Updated(3, 2031)), ElementsAre("expiry of visa: 2030-04 → 2031-04"));
  EXPECT_THAT(changes.Of(Updated(4, 2032)), ElementsAre("expiry of visa: 2031-04 → 2032-04"));
}

TEST(Changes, WhatWasNotSeenIsLookedUp) {
  const auto lookup = [](const Changes::Question& question) -> std::optional<Event> {
    EXPECT_EQ(question.subject, kVisa);
    EXPECT_EQ(question.before_position, 9u);
    EXPECT_THAT(question.types, ElementsAre("CardAdded", "CardUpdated"));
    Event renamed = Updated(8, 2035);
    renamed.mutable_card_updated()->mutable_update_mask()->set_paths(0, "holder_name");
    EXPECT_FALSE(question.is(renamed)) << "it says nothing of the expiry";
    const Event added = Added(2, 2030);
    EXPECT_TRUE(question.is(added));
    return added;
  };
  Changes changes(lookup, /*sees_all=*/true);
  EXPECT_THAT(changes.Of(Updated(9, 2031)), ElementsAre("expiry of visa: 2030-04 → 2031-04"));
}

// A filter may have left out what came in between.
TEST(Changes, OfAFilteredHistoryEverythingIsLookedUp) {
  int lookups = 0;
  const auto lookup = [&](const Changes::Question& question) -> std::optional<Event> {
    ++lookups;
    const Event between = Updated(5, 2034);
    question.is(between);
    return between;
  };
  Changes changes(lookup, /*sees_all=*/false);
  changes.Of(Updated(3, 2031));
  EXPECT_THAT(changes.Of(Updated(9, 2032)), ElementsAre("expiry of visa: 2034-04 → 2032-04"));
  EXPECT_EQ(lookups, 2);
}

TEST(Changes, NewestFirstWhatCameLaterIsNotTakenForEarlier) {
  const auto lookup = [](const Changes::Question& question) -> std::optional<Event> {
    if (question.before_position == 3) question.is(Added(2, 2030));
    if (question.before_position == 4) question.is(Updated(3, 2031));
    return std::nullopt;
  };
  Changes changes(lookup, /*sees_all=*/true);
  EXPECT_THAT(changes.Of(Updated(4, 2032)), ElementsAre("expiry of visa: 2031-04 → 2032-04"));
  EXPECT_THAT(changes.Of(Updated(3, 2031)), ElementsAre("expiry of visa: 2030-04 → 2031-04"));
}

TEST(Changes, WhatCannotBeHadIsSaidSo) {
  Changes changes([](const auto&) { return std::nullopt; }, /*sees_all=*/true);
  EXPECT_THAT(changes.Of(Updated(9, 2031)), ElementsAre("expiry of visa: ? → 2031-04"));
}

TEST(Changes, OfAPolicyOnlyWhatDiffers) {
  Changes changes(Nobody, /*sees_all=*/true);
  Event opened = At(1);
  auto& account = *opened.mutable_billing_account_created()->mutable_billing_account();
  account.set_name("billingAccounts/acme");
  account.mutable_policy()->set_max_cards(100);
  changes.Of(opened);
  Event changed = At(2);
  changed.mutable_policy_changed()->set_billing_account("billingAccounts/acme");
  *changed.mutable_policy_changed()->mutable_policy() = account.policy();
  changed.mutable_policy_changed()->mutable_policy()->set_max_cards(2);
  EXPECT_THAT(changes.Of(changed), ElementsAre("policy max_cards of acme: 100 → 2"));
}

TEST(Timeline, TellsWhoWhenWhyAndWhatChanged) {
  FakeServer server;
  Event moved = Moved(12);
  moved.set_reason("the old one was stolen");
  server.Answer(PageOf({moved}));
  EXPECT_EQ(RunLine(server, {"history", "--account", "acme"}).out,
            "12  2026-03-01 15:05:09 +02:00  users/alice  ActiveCardChanged\n"
            "    card amex active on web (was visa)\n"
            "    card of web: visa → amex\n"
            "    why: the old one was stolen\n");
}

TEST(Timeline, AsksTheServerForWhatWasBefore) {
  FakeServer server;
  server.Answer(PageOf({Updated(9, 2031)}));
  server.Answer(PageOf({Added(2, 2030)}));
  EXPECT_THAT(RunLine(server, {"history", "--account", "acme", "--utc"}).out,
              EndsWith("    expiry of visa: 2030-04 → 2031-04\n"));
  EXPECT_THAT(server.Asked<billing::v1::ListEventsRequest>(),
              EndsWith("ListEvents parent: \"billingAccounts/acme\" subject: "
                       "\"billingAccounts/acme/cards/visa\" types: \"CardAdded\" types: "
                       "\"CardUpdated\" until_position: 8 page_size: 20 newest_first: true\n"));
}

TEST(Timeline, ARefusalShowsWhatStoodInTheWay) {
  FakeServer server;
  Event refused = At(7);
  refused.set_type("CommandRefused");
  refused.mutable_command_refused()->set_command("RemoveCard");
  refused.mutable_command_refused()->set_reason("CARD_NOT_REMOVABLE");
  auto& blocker = *refused.mutable_command_refused()->add_blockers();
  blocker.set_type("RECURRING_CHARGES");
  blocker.set_subject(kWeb);
  server.Answer(PageOf({refused}));
  EXPECT_THAT(RunLine(server, {"history", "--account", "acme"}).out,
              HasSubstr("    blocked by RECURRING_CHARGES subscriptions/web\n"));
}

TEST(Timeline, NobodysWordsReachTheTerminalAsCommands) {
  FakeServer server;
  Event moved = Moved(12);
  moved.set_reason("\x1b[31mred");
  server.Answer(PageOf({moved}));
  const std::string out = RunLine(server, {"history", "--account", "acme"}).out;
  EXPECT_EQ(out.find('\x1b'), std::string::npos) << out;
}

}  // namespace
}  // namespace billing::billingctl
