#include "projections/fold/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/state/state_reader.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using given::CardAdded;
using given::PolicyChanged;
using testing::ElementsAre;
using testing::IsEmpty;

const auto kAlice = kernel::Principal::FromStored("users/alice");

TEST(BillingAccountCreated, MakesTheAccountsRow) {
  Log log;
  log.Open("other");
  const AccountNumber number = log.Open("acme");
  const MapRows rows = log.Folded();
  const auto account = StateReader(rows).Account(number);
  ASSERT_TRUE(account.has_value());
  EXPECT_EQ(account->id.value(), "acme");
  EXPECT_EQ(account->agreement, v1::AGREEMENT_PAY_AS_YOU_GO);
  EXPECT_EQ(account->administrator, kAlice);
  EXPECT_EQ(account->country, "NL");
  EXPECT_EQ(account->currency, "EUR");
  EXPECT_EQ(account->policy, account::Policy());
  EXPECT_EQ(account->invoice_payment, v1::INVOICE_PAYMENT_STATE_NONE);
  EXPECT_EQ(account->create_time, log.TimeOf(2));
  EXPECT_EQ(account->etag, 2u);
  EXPECT_EQ(account->key_slot, 2u);
}

TEST(BillingAccountCreated, IsFoundByIdAndByItsAdministrator) {
  Log log;
  const AccountNumber zeta = log.Open("zeta");
  const AccountNumber acme = log.Open("acme");
  const MapRows rows = log.Folded();
  const StateReader states(rows);
  EXPECT_EQ(states.FindAccount(kernel::AccountId::FromStored("acme")), acme);
  EXPECT_EQ(states.FindAccount(kernel::AccountId::FromStored("acm")), std::nullopt);
  const auto acme_entry = std::pair(kernel::AccountId::FromStored("acme"), acme);
  const auto zeta_entry = std::pair(kernel::AccountId::FromStored("zeta"), zeta);
  EXPECT_THAT(states.Accounts("", 9), ElementsAre(acme_entry, zeta_entry));
  EXPECT_THAT(states.Accounts("acme", 9), ElementsAre(zeta_entry));
  EXPECT_THAT(states.Accounts("", 1), ElementsAre(acme_entry));
  EXPECT_THAT(states.Accounts("", 0), IsEmpty());
  EXPECT_THAT(states.AccountsOf(kAlice, "", 9), ElementsAre(acme_entry, zeta_entry));
  EXPECT_THAT(states.AccountsOf(kAlice, "acme", 9), ElementsAre(zeta_entry));
  EXPECT_THAT(states.AccountsOf(kernel::Principal::FromStored("users/ali"), "", 9), IsEmpty());
}

TEST(PolicyChanged, ReplacesThePolicyAndTheEtag) {
  Log log;
  const AccountNumber number = log.Open("acme");
  const account::Policy strict{.disabled_holds = true, .cancelled_holds = true, .max_cards = 3};
  const uint64_t changed = log.Commit({PolicyChanged(strict)});
  const MapRows rows = log.Folded();
  const auto account = StateReader(rows).Account(number);
  EXPECT_EQ(account->policy, strict);
  EXPECT_EQ(account->etag, changed);
  EXPECT_EQ(account->create_time, log.TimeOf(number));
}

TEST(SharedAccount, IsTheSameAsTheAccountWhicheverWasLookedAtBefore) {
  Log log;
  const AccountNumber acme = log.Open("acme");
  const AccountNumber other = log.Open("other");
  const MapRows before = log.Folded();
  log.Continue(acme);
  log.Commit({PolicyChanged({.max_cards = 3})});
  const MapRows after = log.Folded();
  for (const AccountNumber number : {acme, other, acme}) {
    for (const MapRows* rows : {&before, &after}) {
      const StateReader states(*rows);
      const auto shared = states.SharedAccount(number);
      ASSERT_NE(shared, nullptr);
      EXPECT_EQ(shared->id, states.Account(number)->id);
      EXPECT_EQ(shared->policy, states.Account(number)->policy);
      EXPECT_EQ(shared->etag, states.Account(number)->etag);
      EXPECT_EQ(states.SharedAccount(number), shared) << "decoded once";
    }
  }
  EXPECT_EQ(StateReader(after).SharedAccount(other + 1), nullptr);
}

TEST(EveryRecord, CountsTheStreamsRevision) {
  Log log;
  const AccountNumber acme = log.Open("acme");
  const AccountNumber other = log.Open("other");
  log.Continue(acme);
  log.Commit({CardAdded("visa"), CardAdded("amex")});
  log.Commit({RemovalRefused("visa", {})});
  const MapRows rows = log.Folded();
  EXPECT_EQ(StateReader(rows).Head(acme).stream_revision, 4u);
  EXPECT_EQ(StateReader(rows).Head(other).stream_revision, 1u);
}

TEST(EveryRecord, IsIndexedUnderItsAccountAndItsSubjects) {
  Log log;
  const AccountNumber acme = log.Open("acme");
  const uint64_t visa = log.Commit({CardAdded("visa", {.subscription = "web"})});
  log.Commit({CardAdded("visa-2")});
  const uint64_t refused = log.Commit({RemovalRefused("visa", {"mail"})});
  const uint64_t nothing = log.Commit({SetActiveChangedNothing("mail", "visa")});
  const MapRows rows = log.Folded();
  const StateReader states(rows);
  const auto positions = [&](std::string_view subject) {
    return states.PositionsOf(acme, subject, {}, Order::kAscending, 99);
  };
  EXPECT_THAT(positions(""), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(positions("cards/visa"), ElementsAre(visa, refused, nothing));
  EXPECT_THAT(positions("subscriptions/web"), ElementsAre(visa));
  EXPECT_THAT(positions("subscriptions/mail"), ElementsAre(refused, nothing));
  EXPECT_THAT(positions("cards/vis"), IsEmpty());
}

TEST(PositionsOf, GivesWhatLiesStrictlyBetweenTheBoundsInEitherOrder) {
  Log log;
  const AccountNumber acme = log.Open("acme");
  for (int i = 0; i < 5; ++i) log.Commit({RemovalRefused("visa", {})});
  const MapRows rows = log.Folded();
  const auto positions = [&](StateReader::PositionRange range, Order order, size_t limit) {
    return StateReader(rows).PositionsOf(acme, "cards/visa", range, order, limit);
  };
  EXPECT_THAT(positions({2, 5}, Order::kAscending, 9), ElementsAre(3, 4));
  EXPECT_THAT(positions({.after = 3}, Order::kDescending, 9), ElementsAre(6, 5, 4));
  EXPECT_THAT(positions({.before = 5}, Order::kDescending, 2), ElementsAre(4, 3));
  EXPECT_THAT(positions({}, Order::kAscending, 0), IsEmpty());
  EXPECT_THAT(positions({3, 4}, Order::kAscending, 9), IsEmpty());
  EXPECT_THAT(positions({UINT64_MAX, UINT64_MAX}, Order::kAscending, 9), IsEmpty());
}

TEST(RequestId, LeadsToTheFirstRecordOfItsCommandInItsScope) {
  Log log;
  log.Open("acme");
  const uint64_t added =
      log.Commit({CardAdded("visa"), CardAdded("amex")}, {.request_id = RequestId(1)});
  const uint64_t refused = log.Commit(
      {RemovalRefused("visa", {})},
      {.principal = "services/shop", .on_behalf_of = "users/alice", .request_id = RequestId(1)});
  const MapRows rows = log.Folded();
  const StateReader states(rows);
  const kernel::Caller alice{kAlice};
  const kernel::Caller shop{kernel::Principal::FromStored("services/shop")};
  const kernel::Caller shop_for_alice{shop.principal, {}, kAlice};
  EXPECT_EQ(states.PositionOfRequest(RequestId(1), alice.request_scope()), added);
  EXPECT_EQ(states.PositionOfRequest(RequestId(1), shop_for_alice.request_scope()), refused);
  EXPECT_EQ(states.PositionOfRequest(RequestId(1), shop.request_scope()), std::nullopt);
  EXPECT_EQ(states.PositionOfRequest(RequestId(2), alice.request_scope()), std::nullopt);
}

TEST(SharedOf, KeepsWhoCalledAndWhenAndNothingLarge) {
  storage::v1::Record first;
  first.mutable_event()->set_position(7);
  first.mutable_event()->set_principal("services/biller");
  first.mutable_event()->add_roles("biller");
  first.mutable_event()->mutable_active_card_changed()->add_moves();
  first.mutable_command()->set_record_count(2);
  first.mutable_command()->set_commit_time_us(12);
  first.mutable_command()->set_request_id(RequestId(1));
  storage::v1::Record shared = first;
  first.mutable_command()->mutable_request()->mutable_add_card();
  first.mutable_command()->mutable_answer()->add_moved_subscriptions("subscriptions/web");
  shared.mutable_event()->clear_data();
  EXPECT_EQ(SharedOf(first).ShortDebugString(), shared.ShortDebugString());
}

// A later record of a command has its caller from the first one.
TEST(SharedOf, IsEnoughForALaterRecord) {
  Log log;
  const AccountNumber acme = log.Open("acme");
  log.Commit({given::SubscriptionCreated("web"), given::SubscriptionDisabled("web")},
             {.request_id = RequestId(1)});
  MapRows rows;
  for (const auto& record : log.records()) {
    const auto& command = log.CommandOf(record);
    ASSERT_TRUE(Apply(record, record.index() == 0 ? record : SharedOf(command), rows).ok());
  }
  EXPECT_EQ(rows.rows(), log.Folded().rows());
  const auto web = StateReader(rows).Subscription(acme, SubscriptionNamed("web"));
  EXPECT_EQ(web->state, v1::SUBSCRIPTION_STATE_DISABLED);
  EXPECT_TRUE(web->disabled_by_platform);
  EXPECT_EQ(web->update_time, log.TimeOf(2));
}

// Refusals and empty successes leave the history behind, and nothing else.
TEST(CommandRefusedAndNothingChanged, LeaveEveryStateAsItWas) {
  Log log;
  const AccountNumber acme = log.Open("acme");
  log.Commit({CardAdded("visa")});
  log.Commit({given::SubscriptionCreated("web", "visa")});
  const MapRows before = log.Folded();
  log.Commit({RemovalRefused("visa", {"web"})});
  log.Commit({SetActiveChangedNothing("web", "visa")});
  const MapRows after = log.Folded();
  // Two records, each with the account's subject and two more: the card and "web".
  EXPECT_EQ(after.rows().size(), before.rows().size() + 6);
  size_t changed = 0;
  for (const auto& [key, value] : before.rows()) changed += after.Get(key) == value ? 0 : 1;
  EXPECT_EQ(changed, 1u) << "only the account's head, for its revision";
  EXPECT_EQ(StateReader(after).Head(acme).live_cards, 1u);
}

// No writer of ours records such a fact; whoever reads a log is told where it is.
TEST(Fold, NamesAFactThatCannotFollowThoseBeforeIt) {
  Log log;
  log.Open("acme");
  log.Commit({CardAdded("visa")});
  log.Commit({given::CardRemoved("amex", {})});
  MapRows rows;
  std::vector<absl::Status> applied;
  for (const auto& record : log.records()) {
    applied.push_back(Apply(record, log.CommandOf(record), rows));
  }
  ASSERT_EQ(applied.size(), 3u);
  EXPECT_TRUE(applied[0].ok() && applied[1].ok());
  EXPECT_EQ(applied[2], absl::DataLossError("the record at position 3 names a card that no "
                                            "record added"));
}

// A row that cannot be read, as after a damaged block.
class UnreadableRows final : public RowWriter {
 public:
  std::optional<std::string> Get(std::string_view) const override { return std::nullopt; }
  void Scan(const KeyRange&, Order,
            absl::FunctionRef<bool(std::string_view, std::string_view)>) const override {}
  absl::Status status() const override { return absl::DataLossError("a block is damaged"); }
  void Put(std::string_view, std::string_view) override {}
  void Delete(std::string_view) override {}
};

TEST(Fold, LeavesUnreadableRowsToTheirStatus) {
  Log log;
  log.Open("acme");
  for (const auto& fact : OneOfEachFact()) {
    if (!fact.has_billing_account_created()) log.Commit({fact});
  }
  UnreadableRows rows;
  for (const auto& record : log.records()) {
    const absl::Status applied = Apply(record, log.CommandOf(record), rows);
    EXPECT_TRUE(applied.ok() || applied == rows.status()) << applied;
  }
  EXPECT_FALSE(rows.status().ok());
}

}  // namespace
}  // namespace billing::projections
