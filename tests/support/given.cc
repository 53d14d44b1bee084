#include "tests/support/given.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <utility>

#include "aggregates/kernel/names.h"
#include "projections/fold/fold.h"

namespace billing::given {
namespace {

kernel::Caller CallerNamed(const std::string& principal,
                           std::optional<kernel::PlatformRole> role = std::nullopt) {
  kernel::Caller caller{kernel::Principal::FromStored(principal)};
  if (role) caller.roles.Add(*role);
  return caller;
}

// Who gives the command that yields the fact.
kernel::Caller AuthorOf(const v1::Event& fact) {
  static const std::set<v1::Event::DataCase> kOperators = {
      v1::Event::kBillingAccountCreated, v1::Event::kPolicyChanged,
      v1::Event::kBillingAccountUpdated, v1::Event::kInvoicePaymentApproved,
      v1::Event::kInvoicePaymentRejected};
  static const std::set<v1::Event::DataCase> kBillers = {v1::Event::kSubscriptionDisabled,
                                                         v1::Event::kSubscriptionDeleted,
                                                         v1::Event::kSubscriptionBecamePastDue,
                                                         v1::Event::kSubscriptionBecameCurrent,
                                                         v1::Event::kChargeRecorded,
                                                         v1::Event::kPaymentSucceeded,
                                                         v1::Event::kPaymentDeclined,
                                                         v1::Event::kChargeVoided,
                                                         v1::Event::kBalanceSettled};
  if (kOperators.contains(fact.data_case())) return Operator();
  if (kBillers.contains(fact.data_case())) return Biller();
  return fact.has_transfer_expired() ? Scheduler() : Administrator();
}

std::string InWords(const std::vector<v1::Event>& facts) {
  std::string words;
  for (const v1::Event& fact : facts) words += "\n  " + fact.ShortDebugString();
  return words;
}

std::string InWords(const kernel::Refusal& refusal) {
  std::string words = "refused: " + std::string(kernel::NameOf(refusal.reason));
  if (!refusal.bad_field.empty()) words += " " + refusal.bad_field;
  for (const kernel::Blocker& blocker : refusal.blockers) {
    words += "\n  " + blocker.type + " " + blocker.subject;
  }
  return words + "\n  blockers in all: " + std::to_string(refusal.blocker_count);
}

std::string InWords(const kernel::Decision& decision) {
  if (const auto* facts = std::get_if<kernel::Facts>(&decision)) {
    return "facts:" + InWords(*facts);
  }
  if (const auto* refusal = std::get_if<kernel::Refusal>(&decision)) return InWords(*refusal);
  return "nothing to change";
}

void Expect(const std::string& expected, const kernel::Decision& decision,
            const Scenario::Where& where) {
  const std::string actual = InWords(decision);
  if (actual == expected) return;
  ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line()))
      << "expected " << expected << "\nbut was  " << actual;
}

}  // namespace

kernel::Instant At(int year, int month, int day, int hour, int minute, int second) {
  const auto date = std::chrono::year(year) / month / day;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  const int64_t seconds = int64_t{days} * 86'400 + hour * 3'600 + minute * 60 + second;
  return {seconds * kernel::kMicrosecondsPerSecond};
}

kernel::Instant Later(kernel::Instant instant, int64_t days, int64_t microseconds) {
  return {instant.us + days * kernel::kMicrosecondsPerDay + microseconds};
}

kernel::Instant Noon() { return At(2026, 3, 15, 12); }

kernel::Caller Administrator() { return CallerNamed("users/alice"); }
kernel::Caller Stranger() { return CallerNamed("users/mallory"); }
kernel::Caller Operator() { return CallerNamed("users/olga", kernel::PlatformRole::kOperator); }
kernel::Caller Auditor() { return CallerNamed("users/audrey", kernel::PlatformRole::kAuditor); }
kernel::Caller Biller() { return CallerNamed("services/biller", kernel::PlatformRole::kBiller); }
kernel::Caller Scheduler() { return CallerNamed(std::string(kernel::kScheduler)); }
kernel::Caller User(const std::string& name) { return CallerNamed("users/" + name); }

Scenario& Scenario::And(const std::vector<v1::Event>& facts) {
  for (const v1::Event& fact : facts) Fold({fact}, AuthorOf(fact));
  return *this;
}

Scenario& Scenario::By(const kernel::Caller& caller) {
  caller_ = caller;
  return *this;
}

Scenario& Scenario::On(kernel::Instant now) {
  now_ = now;
  return *this;
}

Scenario& Scenario::WithReason() {
  reason_given_ = true;
  return *this;
}

Scenario& Scenario::When(const judge::Command& command) {
  const auto stream = judge::StreamOf(command, states());
  decision_ = judge::Judge(command, {caller_, now_, reason_given_}, states());
  EXPECT_TRUE(states().status().ok());
  if (stream) account_ = *stream;
  if (const auto* facts = std::get_if<kernel::Facts>(&*decision_)) Fold(*facts, caller_);
  return *this;
}

Scenario& Scenario::Then(const std::vector<v1::Event>& facts, Where where) {
  Expect("facts:" + InWords(facts), *decision_, where);
  return *this;
}

Scenario& Scenario::ThenNothingChanges(Where where) {
  Expect("nothing to change", *decision_, where);
  return *this;
}

Scenario& Scenario::ThenRefused(kernel::Reason reason, Where where) {
  Expect(InWords(kernel::Refusal{reason}), *decision_, where);
  return *this;
}

Scenario& Scenario::ThenBlockedBy(const std::vector<kernel::Blocker>& blockers,
                                  std::optional<int> count, Where where) {
  const kernel::Refusal refusal{.reason = kernel::Reason::kCardNotRemovable,
                                .blockers = blockers,
                                .blocker_count = count.value_or(static_cast<int>(blockers.size()))};
  Expect(InWords(refusal), *decision_, where);
  return *this;
}

Scenario& Scenario::ThenNotDetachable(const std::vector<kernel::Blocker>& blockers,
                                      std::optional<int> count, Where where) {
  const kernel::Refusal refusal{.reason = kernel::Reason::kPaymentMethodNotEligibleForDetach,
                                .blockers = blockers,
                                .blocker_count = count.value_or(static_cast<int>(blockers.size()))};
  Expect(InWords(refusal), *decision_, where);
  return *this;
}

Scenario& Scenario::ThenInvalid(const std::string& field, Where where) {
  const kernel::Refusal refusal{.reason = kernel::Reason::kInvalidRequest, .bad_field = field};
  Expect(InWords(refusal), *decision_, where);
  return *this;
}

Scenario& Scenario::ThenRecordedIn(const std::string& account, Where where) {
  if (account_ != number(account)) {
    ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line()))
        << "recorded in the stream of " << states().Account(account_)->id.value();
  }
  return *this;
}

projections::AccountNumber Scenario::number(const std::string& account) const {
  return states().FindAccount(Account(account)).value();
}

uint64_t Scenario::VersionOf(const kernel::CardId& id) const {
  return states().Card(account_, id).value().etag;
}

uint64_t Scenario::VersionOf(const kernel::SubscriptionId& id) const {
  return states().Subscription(account_, id).value().etag;
}

uint64_t Scenario::VersionOf(const kernel::BillingProfileId& id) const {
  return states().BillingProfile(account_, id).value().etag;
}

uint64_t Scenario::VersionOf(const kernel::ChargeId& id) const {
  return states().Charge(account_, id).value().etag;
}

uint64_t Scenario::VersionOf(const kernel::TransferId& id) const {
  return states().Transfer(account_, id).value().etag;
}

uint64_t Scenario::VersionOfAccount() const { return states().Account(account_).value().etag; }

projections::AccountNumber Scenario::StreamOf(const v1::Event& fact) {
  if (fact.has_billing_account_created()) account_ = head_;
  if (fact.billing_account().empty()) return account_;
  return states().FindAccount(*kernel::ParseAccountName(fact.billing_account())).value();
}

void Scenario::Fold(const std::vector<v1::Event>& facts, const kernel::Caller& caller) {
  storage::v1::Record first;
  for (size_t index = 0; index < facts.size(); ++index) {
    storage::v1::Record record;
    *record.mutable_event() = facts[index];
    record.mutable_event()->set_position(++head_);
    const projections::AccountNumber stream = StreamOf(facts[index]);
    // As stored: the stream says which account it is.
    record.mutable_event()->clear_billing_account();
    record.mutable_event()->set_stream_revision(++revisions_[stream]);
    record.set_account(stream);
    record.set_index(static_cast<uint32_t>(index));
    if (facts[index].has_billing_account_created() || facts[index].has_card_added()) {
      record.set_key_slot(head_);
    }
    if (index == 0) {
      record.mutable_event()->set_principal(caller.principal.value());
      if (caller.on_behalf_of) {
        record.mutable_event()->set_on_behalf_of(caller.on_behalf_of->value());
      }
      record.mutable_command()->set_record_count(static_cast<uint32_t>(facts.size()));
      record.mutable_command()->set_commit_time_us(now_.us);
      first = record;
    }
    const absl::Status applied = projections::Apply(record, first, rows_);
    EXPECT_TRUE(applied.ok()) << applied;
  }
}

Scenario Given(const std::vector<v1::Event>& facts) {
  Scenario scenario;
  if (facts.empty() || !facts.front().has_billing_account_created()) {
    scenario.And({BillingAccountCreated()});
  }
  scenario.And(facts);
  return scenario;
}

Scenario GivenNothing() { return Scenario(); }

}  // namespace billing::given
