// Billing profiles, charges and what is unpaid.
#include <algorithm>
#include <cassert>

#include "projections/state/keys.h"
#include "projections/state/row_codec.h"
#include "projections/state/scan.h"
#include "projections/state/state_reader.h"

namespace billing::projections {

ChargeClass ClassOf(billing::v1::ChargeState state) {
  assert(state == billing::v1::CHARGE_STATE_PAST_DUE || state == billing::v1::CHARGE_STATE_PENDING);
  return state == billing::v1::CHARGE_STATE_PAST_DUE ? ChargeClass::kPastDue
                                                     : ChargeClass::kPending;
}

std::optional<profile::BillingProfileState> StateReader::BillingProfile(
    AccountNumber number, const kernel::BillingProfileId& id) const {
  return StateAt(rows_, keys::BillingProfile(number, id.value()), DecodeBillingProfile);
}

std::optional<charge::ChargeState> StateReader::Charge(AccountNumber number,
                                                       const kernel::ChargeId& id) const {
  return StateAt(rows_, keys::Charge(number, id.value()), DecodeCharge);
}

bool StateReader::Reported(AccountNumber number, const kernel::ChargeId& charge,
                           std::string_view reference, billing::v1::PaymentOutcome outcome) const {
  return rows_.Get(keys::PaymentReport(number, charge.value(), reference, outcome)).has_value();
}

std::optional<charge::SettlementReport> StateReader::Settlement(AccountNumber number,
                                                                std::string_view reference) const {
  return StateAt(rows_, keys::Settlement(number, reference), DecodeSettlement);
}

std::vector<kernel::SubscriptionId> StateReader::BilledTo(AccountNumber number,
                                                          const kernel::BillingProfileId& profile,
                                                          HolderClass holder_class,
                                                          std::string_view after,
                                                          size_t limit) const {
  return IdsIn<kernel::SubscriptionId>(rows_, keys::BilledToPrefix(number, profile, holder_class),
                                       after, limit);
}

std::vector<kernel::BillingProfileId> StateReader::ProfilesWith(AccountNumber number,
                                                                const kernel::CardId& card,
                                                                std::string_view after,
                                                                size_t limit) const {
  return IdsIn<kernel::BillingProfileId>(rows_, keys::ProfileByCard(number, card, ""), after,
                                         limit);
}

std::vector<kernel::ChargeId> StateReader::UnpaidCharges(AccountNumber number,
                                                         std::string_view scope,
                                                         ChargeClass charge_class,
                                                         std::string_view after,
                                                         size_t limit) const {
  return IdsIn<kernel::ChargeId>(rows_, keys::UnpaidCharge(number, scope, charge_class, ""), after,
                                 limit);
}

std::vector<std::pair<kernel::BillingProfileId, profile::BillingProfileState>>
StateReader::BillingProfiles(AccountNumber number, std::string_view after, size_t limit) const {
  return StatesIn<kernel::BillingProfileId>(rows_, keys::BillingProfile(number, ""), after, limit,
                                            DecodeBillingProfile);
}

std::vector<std::pair<kernel::ChargeId, charge::ChargeState>> StateReader::Charges(
    AccountNumber number, std::string_view after, size_t limit) const {
  return StatesIn<kernel::ChargeId>(rows_, keys::Charge(number, ""), after, limit, DecodeCharge);
}

}  // namespace billing::projections
