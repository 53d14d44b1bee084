
#include "projections/state/key_builder.h"
#include "projections/state/keys.h"

namespace billing::projections::keys {

Key BillingProfile(AccountNumber number, std::string_view profile_id) {
  return KeyBuilder(View::kBillingProfile).Number(number).Text(profile_id).Done();
}

Key BilledTo(AccountNumber number, const kernel::BillingProfileId& profile,
             HolderClass holder_class, const kernel::SubscriptionId& subscription) {
  return KeyBuilder(View::kBilledTo)
      .Number(number)
      .Text(profile.value())
      .EndOfText()
      .Class(holder_class)
      .Text(subscription.value())
      .Done();
}

std::string BilledToPrefix(AccountNumber number, const kernel::BillingProfileId& profile) {
  return KeyBuilder(View::kBilledTo).Number(number).Text(profile.value()).EndOfText().Done();
}

std::string BilledToPrefix(AccountNumber number, const kernel::BillingProfileId& profile,
                           HolderClass holder_class) {
  return KeyBuilder(View::kBilledTo)
      .Number(number)
      .Text(profile.value())
      .EndOfText()
      .Class(holder_class)
      .Done();
}

Key ProfileByCard(AccountNumber number, const kernel::CardId& card, std::string_view profile_id) {
  return KeyBuilder(View::kProfileByCard)
      .Number(number)
      .Text(card.value())
      .EndOfText()
      .Text(profile_id)
      .Done();
}

Key Charge(AccountNumber number, std::string_view charge_id) {
  return KeyBuilder(View::kCharge).Number(number).Text(charge_id).Done();
}

Key UnpaidCharge(AccountNumber number, std::string_view scope, ChargeClass charge_class,
                 std::string_view charge_id) {
  return KeyBuilder(View::kUnpaidCharge)
      .Number(number)
      .Text(scope)
      .EndOfText()
      .Class(charge_class)
      .Text(charge_id)
      .Done();
}

Key PaymentReport(AccountNumber number, std::string_view charge_id, std::string_view reference,
                  billing::v1::PaymentOutcome outcome) {
  return KeyBuilder(View::kPaymentReport)
      .Number(number)
      .Text(charge_id)
      .EndOfText()
      .Text(reference)
      .EndOfText()
      .Class(outcome)
      .Done();
}

Key Settlement(AccountNumber number, std::string_view reference) {
  return KeyBuilder(View::kSettlement).Number(number).Text(reference).Done();
}

}  // namespace billing::projections::keys
