// Tests that read as sentences:
//
//   Given({CardAdded("visa"), SubscriptionCreated("web", "visa")})
//       .When(RemoveCard("visa"))
//       .ThenBlockedBy({{"CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", "subscriptions/web"}});
//
// The past is folded by projections::Apply into rows in memory; a command is judged by
// judge::Judge, and what it yields becomes part of the past, so that a story goes on.
#ifndef BILLING_TESTS_SUPPORT_GIVEN_H_
#define BILLING_TESTS_SUPPORT_GIVEN_H_

#include <map>
#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include "aggregates/judge/judge.h"
#include "aggregates/kernel/context.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/time.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"
#include "tests/support/commands.h"
#include "tests/support/facts.h"
#include "tests/support/payment_commands.h"
#include "tests/support/payment_facts.h"

namespace billing::given {

// UTC.
kernel::Instant At(int year, int month, int day, int hour = 0, int minute = 0, int second = 0);
kernel::Instant Later(kernel::Instant instant, int64_t days, int64_t microseconds = 0);

// When everything happens unless a test says otherwise: 2026-03-15 12:00 UTC.
kernel::Instant Noon();

kernel::Caller Administrator();  // users/alice
kernel::Caller Stranger();       // users/mallory
kernel::Caller Operator();       // users/olga
kernel::Caller Auditor();        // users/audrey
kernel::Caller Biller();         // services/biller
kernel::Caller Scheduler();      // services/scheduler
// Somebody without a platform role.
kernel::Caller User(const std::string& name);  // users/<name>

class Scenario {
 public:
  using Where = std::source_location;

  // Folds facts, each as a command of its own, into the account that the last
  // BillingAccountCreated opened, or that Of names. Each is given by somebody who may.
  Scenario& And(const std::vector<v1::Event>& facts);

  // Who and when, from here on.
  Scenario& By(const kernel::Caller& caller);
  Scenario& On(kernel::Instant now);
  // With the words that an operator needs for a handover.
  Scenario& WithReason();

  Scenario& When(const judge::Command& command);

  Scenario& Then(const std::vector<v1::Event>& facts, Where where = Where::current());
  Scenario& ThenNothingChanges(Where where = Where::current());
  Scenario& ThenRefused(kernel::Reason reason, Where where = Where::current());
  // CARD_NOT_REMOVABLE with exactly these blockers; `count` in all, when there are more.
  Scenario& ThenBlockedBy(const std::vector<kernel::Blocker>& blockers,
                          std::optional<int> count = std::nullopt, Where where = Where::current());
  // The same of PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH.
  Scenario& ThenNotDetachable(const std::vector<kernel::Blocker>& blockers,
                              std::optional<int> count = std::nullopt,
                              Where where = Where::current());
  // INVALID_REQUEST about this field.
  Scenario& ThenInvalid(const std::string& field, Where where = Where::current());
  // The stream that the last command was recorded in, by account id.
  Scenario& ThenRecordedIn(const std::string& account, Where where = Where::current());

  // What the last command yielded.
  const kernel::Decision& decision() const { return *decision_; }
  projections::StateReader states() const { return projections::StateReader(rows_); }
  projections::AccountNumber number(const std::string& account = "acme") const;
  // The version of a thing of the last account, as it is now.
  uint64_t VersionOf(const kernel::CardId& id) const;
  uint64_t VersionOf(const kernel::SubscriptionId& id) const;
  uint64_t VersionOf(const kernel::BillingProfileId& id) const;
  uint64_t VersionOf(const kernel::ChargeId& id) const;
  uint64_t VersionOf(const kernel::TransferId& id) const;
  uint64_t VersionOfAccount() const;

 private:
  void Fold(const std::vector<v1::Event>& facts, const kernel::Caller& caller);
  // The stream that a fact belongs to: its own account's, else `account_`.
  projections::AccountNumber StreamOf(const v1::Event& fact);

  projections::MapRows rows_;
  uint64_t head_ = 0;
  projections::AccountNumber account_ = 0;
  std::map<projections::AccountNumber, uint64_t> revisions_;
  kernel::Caller caller_ = Administrator();
  kernel::Instant now_ = Noon();
  bool reason_given_ = false;
  std::optional<kernel::Decision> decision_;
};

// A past that begins with the account `acme` and goes on with these facts. It starts with
// no account when they open one themselves.
Scenario Given(const std::vector<v1::Event>& facts);
// Nothing happened yet.
Scenario GivenNothing();

}  // namespace billing::given

#endif  // BILLING_TESTS_SUPPORT_GIVEN_H_
