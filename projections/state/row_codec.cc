#include "projections/state/row_codec.h"

#include <utility>

#include "projections/state/row_parts.h"

namespace billing::projections {
namespace {

// Field by field: what a newer program's record may hold besides stays out of the row.
void CopySealed(const storage::v1::SealedFields& from, storage::v1::SealedFields& to) {
  to.set_slot(from.slot());
  to.set_generation(from.generation());
  to.set_holder_name(from.holder_name());
  to.set_billing_address(from.billing_address());
}

bool HasSealed(const storage::v1::SealedFields& fields) {
  return !fields.holder_name().empty() || !fields.billing_address().empty();
}

}  // namespace

std::string Encode(const account::AccountState& state) {
  auto& row = Blank<views::v1::AccountRow>();
  row.set_id(state.id.value());
  row.set_display_name(state.display_name);
  row.set_agreement(state.agreement);
  row.set_administrator(state.administrator.value());
  row.set_business(state.business);
  row.set_country(state.country);
  row.set_currency(state.currency);
  *row.mutable_policy() = account::ToMessage(state.policy);
  row.set_invoice_payment(state.invoice_payment);
  row.set_create_time_us(state.create_time.us);
  row.set_etag(state.etag);
  row.set_key_slot(state.key_slot);
  row.set_key_generation(state.key_generation);
  return Serialize(row);
}

account::AccountState DecodeAccount(std::string_view bytes) {
  auto& row = Parse<views::v1::AccountRow>(bytes);
  return {
      .id = kernel::AccountId::FromStored(std::move(*row.mutable_id())),
      .display_name = std::move(*row.mutable_display_name()),
      .agreement = row.agreement(),
      .administrator = kernel::Principal::FromStored(std::move(*row.mutable_administrator())),
      .business = row.business(),
      .country = std::move(*row.mutable_country()),
      .currency = std::move(*row.mutable_currency()),
      .policy = account::PolicyFrom(row.policy()),
      .invoice_payment = row.invoice_payment(),
      .create_time = {row.create_time_us()},
      .etag = row.etag(),
      .key_slot = row.key_slot(),
      .key_generation = row.key_generation(),
  };
}

std::string Encode(const account::AccountHead& head) {
  auto& row = Blank<views::v1::AccountHeadRow>();
  row.set_stream_revision(head.stream_revision);
  row.set_live_cards(head.live_cards);
  row.set_live_subscriptions(head.live_subscriptions);
  row.set_billing_profiles(head.billing_profiles);
  row.set_role_bindings(head.role_bindings);
  SetUnpaid(head.unpaid, row);
  return Serialize(row);
}

account::AccountHead DecodeAccountHead(std::string_view bytes) {
  const auto& row = Parse<views::v1::AccountHeadRow>(bytes);
  return {.stream_revision = row.stream_revision(),
          .live_cards = row.live_cards(),
          .live_subscriptions = row.live_subscriptions(),
          .billing_profiles = row.billing_profiles(),
          .role_bindings = row.role_bindings(),
          .unpaid = UnpaidIn(row)};
}

std::string Encode(const card::CardState& state) {
  auto& row = Blank<views::v1::CardRow>();
  row.set_token(state.token);
  row.set_fingerprint(state.fingerprint);
  row.set_brand(state.brand);
  row.set_funding(state.funding);
  row.set_virtual_(state.is_virtual);
  row.set_last_four(state.last_four);
  row.mutable_expiry()->set_year(state.expiry.year);
  row.mutable_expiry()->set_month(state.expiry.month);
  row.set_country(state.country);
  row.set_state(state.state);
  row.set_create_time_us(state.create_time.us);
  row.set_update_time_us(state.update_time.us);
  row.set_etag(state.etag);
  row.set_key_slot(state.key_slot);
  row.set_key_generation(state.key_generation);
  if (HasSealed(state.personal)) CopySealed(state.personal, *row.mutable_personal());
  SetHolders(state.holders, row);
  row.set_active_profiles(state.active_profiles);
  SetUnpaid(state.unpaid, row);
  return Serialize(row);
}

card::CardState DecodeCard(std::string_view bytes) {
  auto& row = Parse<views::v1::CardRow>(bytes);
  card::CardState state{
      .token = std::move(*row.mutable_token()),
      .fingerprint = std::move(*row.mutable_fingerprint()),
      .brand = row.brand(),
      .funding = row.funding(),
      .is_virtual = row.virtual_(),
      .last_four = std::move(*row.mutable_last_four()),
      .expiry = {row.expiry().year(), row.expiry().month()},
      .country = std::move(*row.mutable_country()),
      .state = row.state(),
      .create_time = {row.create_time_us()},
      .update_time = {row.update_time_us()},
      .etag = row.etag(),
      .key_slot = row.key_slot(),
      .key_generation = row.key_generation(),
  };
  if (row.has_personal()) state.personal = std::move(*row.mutable_personal());
  state.holders = HoldersIn(row);
  state.active_profiles = row.active_profiles();
  state.unpaid = UnpaidIn(row);
  return state;
}

std::string Encode(const subscription::SubscriptionState& state) {
  auto& row = Blank<views::v1::SubscriptionRow>();
  row.set_display_name(state.display_name);
  row.set_kind(state.kind);
  row.set_state(state.state);
  row.set_card(TextOf(state.card));
  row.set_billing_profile(TextOf(state.billing_profile));
  row.set_pays_by_invoice(state.pays_by_invoice);
  row.set_active_since_us(state.active_since.us);
  row.set_create_time_us(state.create_time.us);
  row.set_update_time_us(state.update_time.us);
  row.set_etag(state.etag);
  row.set_inactive_since_us(state.inactive_since.us);
  row.set_disabled_by_platform(state.disabled_by_platform);
  row.set_past_due_charges(state.past_due_charges);
  row.set_pending_transfer(TextOf(state.pending_transfer));
  return Serialize(row);
}

subscription::SubscriptionState DecodeSubscription(std::string_view bytes) {
  auto& row = Parse<views::v1::SubscriptionRow>(bytes);
  return {
      .display_name = std::move(*row.mutable_display_name()),
      .kind = row.kind(),
      .state = row.state(),
      .card = OptionalId<kernel::CardId>(*row.mutable_card()),
      .billing_profile = OptionalId<kernel::BillingProfileId>(*row.mutable_billing_profile()),
      .pays_by_invoice = row.pays_by_invoice(),
      .active_since = {row.active_since_us()},
      .create_time = {row.create_time_us()},
      .update_time = {row.update_time_us()},
      .etag = row.etag(),
      .inactive_since = {row.inactive_since_us()},
      .disabled_by_platform = row.disabled_by_platform(),
      .past_due_charges = row.past_due_charges(),
      .pending_transfer = OptionalId<kernel::TransferId>(*row.mutable_pending_transfer()),
  };
}

}  // namespace billing::projections
