
#include "projections/state/key_builder.h"
#include "projections/state/keys.h"

namespace billing::projections::keys {

std::string BillingProfile(AccountNumber number, std::string_view profile_id) {
  return KeyBuilder(View::kBillingProfile).Number(number).Text(profile_id).Done();
}

std::string BilledTo(AccountNumber number, const kernel::BillingProfileId& profile,
                     HolderClass holder_class, const kernel::SubscriptionId& subscription) {
  return BilledToPrefix(number, profile, holder_class) + subscription.value();
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

std::string ProfileByCard(AccountNumber number, const kernel::CardId& card,
                          std::string_view profile_id) {
  return KeyBuilder(View::kProfileByCard)
      .Number(number)
      .Text(card.value())
      .EndOfText()
      .Text(profile_id)
      .Done();
}

std::string Charge(AccountNumber number, std::string_view charge_id) {
  return KeyBuilder(View::kCharge).Number(number).Text(charge_id).Done();
}

std::string UnpaidCharge(AccountNumber number, std::string_view scope, ChargeClass charge_class,
                         std::string_view charge_id) {
  return KeyBuilder(View::kUnpaidCharge)
      .Number(number)
      .Text(scope)
      .EndOfText()
      .Class(charge_class)
      .Text(charge_id)
      .Done();
}

std::string PaymentReport(AccountNumber number, std::string_view charge_id,
                          std::string_view reference, billing::v1::PaymentOutcome outcome) {
  return KeyBuilder(View::kPaymentReport)
      .Number(number)
      .Text(charge_id)
      .EndOfText()
      .Text(reference)
      .EndOfText()
      .Text(std::string(1, static_cast<char>(outcome)))
      .Done();
}

std::string Settlement(AccountNumber number, std::string_view reference) {
  return KeyBuilder(View::kSettlement).Number(number).Text(reference).Done();
}

}  // namespace billing::projections::keys
