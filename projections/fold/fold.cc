#include "projections/fold/fold.h"

#include <cassert>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/names.h"
#include "projections/fold/effects.h"
#include "projections/fold/subject_views.h"
#include "projections/state/keys.h"
#include "projections/state/row_codec.h"

namespace billing::projections {

using billing::v1::Event;

absl::Status Apply(const storage::v1::Record& record, const storage::v1::Record& command,
                   RowWriter& rows) {
  Effects effects(record, command, rows);
  effects.Apply();
  effects.Index();
  return effects.status();
}

absl::Status ApplyToState(const storage::v1::Record& record, const storage::v1::Record& command,
                          RowWriter& rows) {
  Effects effects(record, command, rows);
  effects.Apply();
  return effects.status();
}

storage::v1::Record SharedOf(const storage::v1::Record& first) {
  storage::v1::Record shared;
  shared.set_account(first.account());
  Event& caller = *shared.mutable_event();
  caller.set_position(first.event().position());
  caller.set_stream_revision(first.event().stream_revision());
  caller.set_principal(first.event().principal());
  caller.set_on_behalf_of(first.event().on_behalf_of());
  *caller.mutable_roles() = first.event().roles();
  caller.set_trace_parent(first.event().trace_parent());
  caller.set_rules_version(first.event().rules_version());
  storage::v1::CommandHeader& header = *shared.mutable_command();
  header.set_record_count(first.command().record_count());
  header.set_commit_time_us(first.command().commit_time_us());
  header.set_request_id(first.command().request_id());
  return shared;
}

Effects::Effects(const storage::v1::Record& record, const storage::v1::Record& command,
                 RowWriter& rows)
    : record_(record),
      command_(command),
      rows_(rows),
      states_(rows),
      number_(record.account()),
      position_(record.event().position()),
      now_{command.command().commit_time_us()},
      head_(states_.Head(number_)),
      cards_(number_, rows),
      profiles_(number_, rows) {
  assert(command_.has_command());
}

absl::Status Effects::status() const {
  if (contradiction_.empty()) return absl::OkStatus();
  // What could not be read looks like what is not there.
  if (!rows_.status().ok()) return rows_.status();
  return absl::DataLossError(
      absl::StrCat("the record at position ", position_, " ", contradiction_));
}

void Effects::Contradict(std::string_view what) {
  if (contradiction_.empty()) contradiction_ = what;
}

card::CardState* Effects::FindCard(const kernel::CardId& id) {
  card::CardState* card = cards_.Find(id);
  if (card == nullptr) Contradict("names a card that no record added");
  return card;
}

profile::BillingProfileState* Effects::FindProfile(const kernel::BillingProfileId& id) {
  profile::BillingProfileState* profile = profiles_.Find(id);
  if (profile == nullptr) Contradict("names a billing profile that no record created");
  return profile;
}

void Effects::Apply() {
  ApplyFact();
  cards_.Store();
  profiles_.Store();
  head_.stream_revision = record_.event().stream_revision();
  rows_.Put(keys::AccountHead(number_), Encode(head_));
}

void Effects::ApplyFact() {
  const Event& event = record_.event();
  switch (event.data_case()) {
    case Event::kBillingAccountCreated:
      return On(event.billing_account_created());
    case Event::kPolicyChanged:
      return On(event.policy_changed());
    case Event::kBillingAccountUpdated:
      return On(event.billing_account_updated());
    case Event::kRoleGranted:
      return On(event.role_granted());
    case Event::kRoleRevoked:
      return On(event.role_revoked());
    case Event::kAdministratorChanged:
      return On(event.administrator_changed());
    case Event::kCardAdded:
      return On(event.card_added());
    case Event::kCardUpdated:
      return On(event.card_updated());
    case Event::kActiveCardChanged:
      return On(event.active_card_changed());
    case Event::kCardRemoved:
      return On(event.card_removed());
    case Event::kSubscriptionCreated:
      return On(event.subscription_created());
    case Event::kSubscriptionUpdated:
      return On(event.subscription_updated());
    case Event::kBillingProfileChanged:
      return On(event.billing_profile_changed());
    case Event::kSubscriptionDisabled:
      return On(event.subscription_disabled());
    case Event::kSubscriptionCancelled:
      return On(event.subscription_cancelled());
    case Event::kSubscriptionReactivated:
      return On(event.subscription_reactivated());
    case Event::kSubscriptionDeleted:
      return On(event.subscription_deleted());
    case Event::kSubscriptionBecamePastDue:
      return On(event.subscription_became_past_due());
    case Event::kSubscriptionBecameCurrent:
      return On(event.subscription_became_current());
    case Event::kBillingProfileCreated:
      return On(event.billing_profile_created());
    case Event::kPaymentMethodReplaced:
      return On(event.payment_method_replaced());
    case Event::kPaymentMethodDetached:
      return On(event.payment_method_detached());
    case Event::kChargeRecorded:
      return On(event.charge_recorded());
    case Event::kPaymentSucceeded:
      return On(event.payment_succeeded());
    case Event::kPaymentDeclined:
      return On(event.payment_declined());
    case Event::kChargeVoided:
      return On(event.charge_voided());
    case Event::kBalanceSettled:
      return On(event.balance_settled());
    case Event::kInvoicePaymentRequested:
      return On(event.invoice_payment_requested());
    case Event::kInvoicePaymentApproved:
      return On(event.invoice_payment_approved());
    case Event::kInvoicePaymentRejected:
      return On(event.invoice_payment_rejected());
    case Event::kSwitchedToInvoice:
      return On(event.switched_to_invoice());
    case Event::kTransferSent:
      return On(event.transfer_sent());
    case Event::kSubscriptionTransferredIn:
      return On(event.subscription_transferred_in());
    case Event::kSubscriptionTransferredOut:
      return On(event.subscription_transferred_out());
    case Event::kTransferDeclined:
      return On(event.transfer_declined());
    case Event::kTransferCancelled:
      return On(event.transfer_cancelled());
    case Event::kTransferExpired:
      return On(event.transfer_expired());
    case Event::kCommandRefused:
      return On(event.command_refused());
    case Event::kNothingChanged:
      return On(event.nothing_changed());
    case Event::DATA_NOT_SET:
      break;
  }
  assert(false && "a record without a fact");
}

void Effects::Index() {
  rows_.Put(keys::Subject(number_, "", position_), "");
  const auto account_id = [this] {
    const auto account = states_.Account(number_);
    // None: a contradiction, or unreadable rows.
    return account ? account->id.value() : std::string();
  };
  for (const std::string_view subject : SubjectViewsOf(record_.event(), account_id)) {
    rows_.Put(keys::Subject(number_, subject, position_), "");
  }
  const std::string& request_id = command_.command().request_id();
  if (record_.index() == 0 && !request_id.empty()) {
    rows_.Put(keys::Request(request_id, CallerOf().request_scope()),
              keys::PositionValue(position_));
  }
}

// Refused and empty commands change nothing but the history.
void Effects::On(const billing::v1::CommandRefused&) {}
void Effects::On(const billing::v1::NothingChanged&) {}

kernel::Caller Effects::CallerOf() const {
  const Event& event = command_.event();
  kernel::Caller caller{kernel::Principal::FromStored(event.principal())};
  if (!event.on_behalf_of().empty()) {
    caller.on_behalf_of = kernel::Principal::FromStored(event.on_behalf_of());
  }
  return caller;
}

}  // namespace billing::projections
