// Rows of billing profiles, charges and transfers.
#include "projections/state/row_codec.h"
#include "projections/state/row_parts.h"

namespace billing::projections {
namespace {

constexpr auto kBillingProfileFields = [](auto& row, auto& state) {
  row.Field(1, state.display_name);
  row.Field(2, state.state);
  row.Field(3, state.card);
  row.Field(4, state.pays_by_invoice);
  row.Field(5, state.active_since);
  row.Field(6, state.create_time);
  row.Field(7, state.update_time);
  row.Field(8, state.etag);
  HoldersField(row, 9, state.holders);
  UnpaidField(row, 10, state.unpaid);
};

constexpr auto kChargeFields = [](auto& row, auto& state) {
  row.Field(1, state.subscription);
  row.Field(2, state.billing_profile);
  row.Field(3, state.card);
  row.Field(4, state.paying_profile);
  row.Field(5, state.amount_minor);
  row.Field(6, state.due_time);
  row.Field(7, state.state);
  row.Field(8, state.network_code);
  row.Field(9, state.advice_code);
  row.Field(10, state.reason);
  row.Field(11, state.kind);
  row.Field(12, state.create_time);
  row.Field(13, state.update_time);
  row.Field(14, state.etag);
};

constexpr auto kSettlementFields = [](auto& row, auto& report) {
  row.Field(1, report.failed_card);
  row.Field(2, report.paying_card);
  row.Field(3, report.amount_minor);
  row.Field(4, report.requested_by);
};

constexpr auto kTransferFields = [](auto& row, auto& state) {
  row.Field(1, state.subscription);
  row.Field(2, state.to_account);
  row.Field(3, state.state);
  row.Field(4, state.send_time);
  row.Field(5, state.expire_time);
  row.Field(6, state.etag);
};

}  // namespace

std::string Encode(const profile::BillingProfileState& state) {
  return Written(state, kBillingProfileFields);
}

profile::BillingProfileState DecodeBillingProfile(std::string_view bytes) {
  return Read(bytes, profile::BillingProfileState(), kBillingProfileFields);
}

std::string Encode(const charge::ChargeState& state) { return Written(state, kChargeFields); }

charge::ChargeState DecodeCharge(std::string_view bytes) {
  return Read(bytes, charge::ChargeState(), kChargeFields);
}

std::string Encode(const charge::SettlementReport& report) {
  return Written(report, kSettlementFields);
}

charge::SettlementReport DecodeSettlement(std::string_view bytes) {
  return Read(bytes,
              charge::SettlementReport{.failed_card = kernel::CardId::FromStored(""),
                                       .paying_card = kernel::CardId::FromStored("")},
              kSettlementFields);
}

std::string Encode(const transfer::TransferState& state) { return Written(state, kTransferFields); }

transfer::TransferState DecodeTransfer(std::string_view bytes) {
  return Read(bytes,
              transfer::TransferState{.subscription = kernel::SubscriptionId::FromStored(""),
                                      .to_account = kernel::AccountId::FromStored("")},
              kTransferFields);
}

}  // namespace billing::projections
