// Rows of billing profiles, charges and transfers.
#include <utility>

#include "projections/state/row_codec.h"
#include "projections/state/row_parts.h"

namespace billing::projections {

std::string Encode(const profile::BillingProfileState& state) {
  auto& row = Blank<views::v1::BillingProfileRow>();
  row.set_display_name(state.display_name);
  row.set_state(state.state);
  row.set_card(TextOf(state.card));
  row.set_pays_by_invoice(state.pays_by_invoice);
  row.set_active_since_us(state.active_since.us);
  row.set_create_time_us(state.create_time.us);
  row.set_update_time_us(state.update_time.us);
  row.set_etag(state.etag);
  SetHolders(state.holders, row);
  SetUnpaid(state.unpaid, row);
  return Serialize(row);
}

profile::BillingProfileState DecodeBillingProfile(std::string_view bytes) {
  auto& row = Parse<views::v1::BillingProfileRow>(bytes);
  return {
      .display_name = std::move(*row.mutable_display_name()),
      .state = row.state(),
      .card = OptionalId<kernel::CardId>(*row.mutable_card()),
      .pays_by_invoice = row.pays_by_invoice(),
      .active_since = {row.active_since_us()},
      .create_time = {row.create_time_us()},
      .update_time = {row.update_time_us()},
      .etag = row.etag(),
      .holders = HoldersIn(row),
      .unpaid = UnpaidIn(row),
  };
}

std::string Encode(const charge::ChargeState& state) {
  auto& row = Blank<views::v1::ChargeRow>();
  row.set_subscription(TextOf(state.subscription));
  row.set_billing_profile(TextOf(state.billing_profile));
  row.set_card(TextOf(state.card));
  row.set_paying_profile(TextOf(state.paying_profile));
  row.set_amount_minor(state.amount_minor);
  if (state.due_time) row.set_due_time_us(state.due_time->us);
  row.set_state(state.state);
  row.set_network_code(state.network_code);
  row.set_advice_code(state.advice_code);
  row.set_reason(state.reason);
  row.set_kind(state.kind);
  row.set_create_time_us(state.create_time.us);
  row.set_update_time_us(state.update_time.us);
  row.set_etag(state.etag);
  return Serialize(row);
}

charge::ChargeState DecodeCharge(std::string_view bytes) {
  auto& row = Parse<views::v1::ChargeRow>(bytes);
  charge::ChargeState state{
      .subscription = OptionalId<kernel::SubscriptionId>(*row.mutable_subscription()),
      .billing_profile = OptionalId<kernel::BillingProfileId>(*row.mutable_billing_profile()),
      .card = OptionalId<kernel::CardId>(*row.mutable_card()),
      .paying_profile = OptionalId<kernel::BillingProfileId>(*row.mutable_paying_profile()),
      .amount_minor = row.amount_minor(),
      .state = row.state(),
      .network_code = std::move(*row.mutable_network_code()),
      .advice_code = std::move(*row.mutable_advice_code()),
      .reason = row.reason(),
      .kind = row.kind(),
      .create_time = {row.create_time_us()},
      .update_time = {row.update_time_us()},
      .etag = row.etag(),
  };
  if (row.due_time_us() != 0) state.due_time = kernel::Instant{row.due_time_us()};
  return state;
}

std::string Encode(const charge::SettlementReport& report) {
  auto& row = Blank<views::v1::SettlementRow>();
  row.set_failed_card(report.failed_card.value());
  row.set_paying_card(report.paying_card.value());
  row.set_amount_minor(report.amount_minor);
  row.set_requested_by(report.requested_by);
  return Serialize(row);
}

charge::SettlementReport DecodeSettlement(std::string_view bytes) {
  auto& row = Parse<views::v1::SettlementRow>(bytes);
  return {
      .failed_card = kernel::CardId::FromStored(std::move(*row.mutable_failed_card())),
      .paying_card = kernel::CardId::FromStored(std::move(*row.mutable_paying_card())),
      .amount_minor = row.amount_minor(),
      .requested_by = std::move(*row.mutable_requested_by()),
  };
}

std::string Encode(const transfer::TransferState& state) {
  auto& row = Blank<views::v1::TransferRow>();
  row.set_subscription(state.subscription.value());
  row.set_to_account(state.to_account.value());
  row.set_state(state.state);
  row.set_send_time_us(state.send_time.us);
  row.set_expire_time_us(state.expire_time.us);
  row.set_etag(state.etag);
  return Serialize(row);
}

transfer::TransferState DecodeTransfer(std::string_view bytes) {
  auto& row = Parse<views::v1::TransferRow>(bytes);
  return {
      .subscription = kernel::SubscriptionId::FromStored(std::move(*row.mutable_subscription())),
      .to_account = kernel::AccountId::FromStored(std::move(*row.mutable_to_account())),
      .state = row.state(),
      .send_time = {row.send_time_us()},
      .expire_time = {row.expire_time_us()},
      .etag = row.etag(),
  };
}

}  // namespace billing::projections
