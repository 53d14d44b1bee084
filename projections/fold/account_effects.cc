#include "aggregates/kernel/names.h"
#include "projections/fold/effects.h"
#include "projections/state/keys.h"
#include "projections/state/row_codec.h"

namespace billing::projections {

void Effects::On(const billing::v1::BillingAccountCreated& fact) {
  if (number_ != position_) return Contradict("opens an account that is not its stream");
  const auto& message = fact.billing_account();
  const account::AccountState state{
      .id = NewIdIn<kernel::AccountId>(message.name()),
      .display_name = message.display_name(),
      .agreement = message.agreement(),
      .administrator = kernel::Principal::FromStored(message.administrator()),
      .business = message.business(),
      .country = message.country(),
      .currency = message.currency(),
      .policy = account::PolicyFrom(message.policy()),
      .invoice_payment = billing::v1::INVOICE_PAYMENT_STATE_NONE,
      .create_time = now_,
      .etag = position_,
      .key_slot = record_.key_slot(),
  };
  const std::string& id = state.id.value();
  rows_.Put(keys::Account(number_), Encode(state));
  rows_.Put(keys::AccountById(id), keys::NumberValue(number_));
  rows_.Put(keys::AccountByPrincipal(state.administrator, id), keys::NumberValue(number_));
}

void Effects::ChangeAccount(absl::FunctionRef<void(account::AccountState&)> change) {
  auto state = states_.Account(number_);
  if (!state) return Contradict("is about an account that no record created");
  change(*state);
  state->etag = position_;
  rows_.Put(keys::Account(number_), Encode(*state));
}

void Effects::On(const billing::v1::PolicyChanged& fact) {
  ChangeAccount(
      [&fact](account::AccountState& state) { state.policy = account::PolicyFrom(fact.policy()); });
}

void Effects::On(const billing::v1::BillingAccountUpdated& fact) {
  ChangeAccount([&](account::AccountState& state) {
    for (const std::string& path : fact.update_mask().paths()) {
      if (path == "display_name") {
        state.display_name = fact.billing_account().display_name();
      } else if (path == "business") {
        state.business = fact.billing_account().business();
      } else {
        Contradict("changes a field of an account that no command can change");
      }
    }
  });
}

void Effects::On(const billing::v1::InvoicePaymentRequested&) {
  ChangeAccount([](account::AccountState& state) {
    state.invoice_payment = billing::v1::INVOICE_PAYMENT_STATE_REQUESTED;
  });
}

void Effects::On(const billing::v1::InvoicePaymentApproved&) {
  ChangeAccount([](account::AccountState& state) {
    state.invoice_payment = billing::v1::INVOICE_PAYMENT_STATE_APPROVED;
  });
}

void Effects::On(const billing::v1::InvoicePaymentRejected&) {
  ChangeAccount([](account::AccountState& state) {
    state.invoice_payment = billing::v1::INVOICE_PAYMENT_STATE_REJECTED;
  });
}

}  // namespace billing::projections
