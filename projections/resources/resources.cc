#include "projections/resources/resources.h"

#include <algorithm>
#include <string>

#include "aggregates/kernel/etag.h"
#include "aggregates/kernel/money.h"
#include "aggregates/kernel/names.h"
#include "google/protobuf/util/time_util.h"

namespace billing::projections {
namespace {

google::protobuf::Timestamp ToTimestamp(kernel::Instant at) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(at.us);
}

}  // namespace

void AddRoles(std::span<const account::RoleBinding> bindings,
              billing::v1::BillingAccount& message) {
  auto& administrator = *message.add_roles();
  administrator.set_principal(message.administrator());
  administrator.set_role(billing::v1::ROLE_ADMINISTRATOR);
  for (const account::RoleBinding& binding : bindings) {
    auto& role = *message.add_roles();
    role.set_principal(binding.principal.value());
    role.set_role(binding.role);
    if (binding.billing_profile) {
      role.set_billing_profile(kernel::Relative(*binding.billing_profile));
    }
  }
}

billing::v1::BillingAccount ToMessage(const account::AccountState& state,
                                      std::span<const account::RoleBinding> bindings) {
  billing::v1::BillingAccount message;
  message.set_display_name(state.display_name);
  message.set_agreement(state.agreement);
  message.set_administrator(state.administrator.value());
  message.set_business(state.business);
  message.set_country(state.country);
  message.set_currency(state.currency);
  *message.mutable_policy() = account::ToMessage(state.policy);
  AddRoles(bindings, message);
  message.set_invoice_payment(state.invoice_payment);
  *message.mutable_create_time() = ToTimestamp(state.create_time);
  message.set_etag(kernel::EtagAt(state.etag));
  return message;
}

bool InUse(const card::CardState& card, const account::Policy& policy) {
  return card.active_profiles > 0 || card.holders.Holding(policy) > 0;
}

billing::v1::Card ToMessage(const kernel::CardId& id, const card::CardState& state,
                            const account::Policy& policy, kernel::Instant now) {
  billing::v1::Card message;
  message.set_name(kernel::Relative(id));
  message.set_token(state.token);
  message.set_fingerprint(state.fingerprint);
  message.set_brand(state.brand);
  message.set_funding(state.funding);
  message.set_virtual_(state.is_virtual);
  message.set_last_four(state.last_four);
  message.mutable_expiry()->set_year(state.expiry.year);
  message.mutable_expiry()->set_month(state.expiry.month);
  message.set_country(state.country);
  message.set_state(state.state);
  message.set_expired(kernel::HasExpired(state.expiry, now));
  message.set_in_use(InUse(state, policy));
  *message.mutable_create_time() = ToTimestamp(state.create_time);
  *message.mutable_update_time() = ToTimestamp(state.update_time);
  message.set_etag(kernel::EtagAt(state.etag));
  return message;
}

billing::v1::Subscription ToMessage(const kernel::SubscriptionId& id,
                                    const subscription::SubscriptionState& state) {
  billing::v1::Subscription message;
  message.set_name(kernel::Relative(id));
  message.set_display_name(state.display_name);
  message.set_kind(state.kind);
  message.set_state(state.state);
  if (state.card) message.set_card(kernel::Relative(*state.card));
  if (state.billing_profile) {
    message.set_billing_profile(kernel::Relative(*state.billing_profile));
  }
  message.set_pays_by_invoice(state.pays_by_invoice);
  *message.mutable_active_since() = ToTimestamp(state.active_since);
  *message.mutable_create_time() = ToTimestamp(state.create_time);
  *message.mutable_update_time() = ToTimestamp(state.update_time);
  message.set_etag(kernel::EtagAt(state.etag));
  return message;
}

billing::v1::BillingProfile ToMessage(const kernel::BillingProfileId& id,
                                      const profile::BillingProfileState& state) {
  billing::v1::BillingProfile message;
  message.set_name(kernel::Relative(id));
  message.set_display_name(state.display_name);
  message.set_state(state.state);
  if (state.card) message.set_card(kernel::Relative(*state.card));
  message.set_pays_by_invoice(state.pays_by_invoice);
  *message.mutable_create_time() = ToTimestamp(state.create_time);
  *message.mutable_update_time() = ToTimestamp(state.update_time);
  message.set_etag(kernel::EtagAt(state.etag));
  return message;
}

billing::v1::Charge ToMessage(const kernel::ChargeId& id, const charge::ChargeState& state,
                              std::string_view currency) {
  billing::v1::Charge message;
  message.set_name(kernel::Relative(id));
  if (state.subscription) message.set_subscription(kernel::Relative(*state.subscription));
  if (state.billing_profile) message.set_billing_profile(kernel::Relative(*state.billing_profile));
  if (state.card) message.set_card(kernel::Relative(*state.card));
  *message.mutable_amount() = kernel::MoneyOf(state.amount_minor, currency);
  if (state.due_time) *message.mutable_due_time() = ToTimestamp(*state.due_time);
  message.set_state(state.state);
  message.set_network_code(state.network_code);
  message.set_advice_code(state.advice_code);
  message.set_reason(state.reason);
  message.set_kind(state.kind);
  *message.mutable_create_time() = ToTimestamp(state.create_time);
  *message.mutable_update_time() = ToTimestamp(state.update_time);
  message.set_etag(kernel::EtagAt(state.etag));
  return message;
}

billing::v1::Transfer ToMessage(const kernel::TransferId& id, const transfer::TransferState& state,
                                kernel::Instant now) {
  billing::v1::Transfer message;
  message.set_name(kernel::Relative(id));
  message.set_subscription(kernel::Relative(state.subscription));
  message.set_to_billing_account(kernel::AccountName(state.to_account.value()));
  message.set_state(state.StateAt(now));
  *message.mutable_send_time() = ToTimestamp(state.send_time);
  *message.mutable_expire_time() = ToTimestamp(state.expire_time);
  message.set_etag(kernel::EtagAt(state.etag));
  return message;
}

CardInUse ToCardInUse(const kernel::SubscriptionId& id,
                      const subscription::SubscriptionPayment& payment,
                      const profile::BillingProfileState* profile,
                      const std::optional<ActiveCard>& card, const account::Policy& policy,
                      kernel::Instant now) {
  CardInUse row{.subscription = id,
                .subscription_state = payment.state,
                .billing_profile = payment.billing_profile,
                .active_since = payment.active_since};
  if (profile != nullptr) row.active_since = std::max(row.active_since, profile->active_since);
  if (card) {
    row.card = card->id;
    row.expired = kernel::HasExpired(card->expiry, now);
    row.in_use = policy.Holds(payment.state);
  }
  return row;
}

}  // namespace billing::projections
