#include "tests/model/model.h"

namespace billing::model {

Verdict Model::On(const profile::CreateBillingProfile& command) {
  account_ = world_.Find(command.account.value());
  if (account_ == nullptr) return Refused("ROLE_REQUIRED");
  if (!IsAdministrator(*account_) && !IsOwnerOrContributor("")) return Refused("ROLE_REQUIRED");
  const std::string card = command.card.value();
  if (!account_->cards.contains(card)) return Refused("CARD_NOT_FOUND");
  if (!account_->by_profile()) return Refused("AGREEMENT_NOT_SUPPORTED");
  if (account_->profiles.contains(command.billing_profile.value())) {
    return Taken("billing_profile", Name("billingProfiles", command.billing_profile.value()));
  }
  if (account_->profiles.size() >= 1'000) return Refused("BILLING_PROFILE_LIMIT_REACHED");
  if (const std::string error = CardError(card); !error.empty()) return Refused(error);
  v1::Event fact;
  auto& made = *fact.mutable_billing_profile_created()->mutable_billing_profile();
  made.set_name(Name("billingProfiles", command.billing_profile.value()));
  made.set_display_name(command.display_name);
  made.set_card(Name("cards", card));
  return Yields({fact});
}

Verdict Model::On(const profile::ReplacePaymentMethod& command) {
  account_ = world_.Find(command.account.value());
  const std::string id = command.billing_profile.value();
  if (account_ == nullptr || !MayManageProfile(id)) return Refused("ROLE_REQUIRED");
  const auto found = account_->profiles.find(id);
  if (found == account_->profiles.end()) return Refused("BILLING_PROFILE_NOT_FOUND");
  const Profile& profile = found->second;
  if (command.etag && *command.etag != profile.etag) return Refused("ETAG_MISMATCH");
  const std::string card = command.card.value();
  if (!account_->cards.contains(card)) return Refused("CARD_NOT_FOUND");
  if (!profile.active) return Refused("BILLING_PROFILE_INACTIVE");
  if (const std::string error = CardError(card); !error.empty()) return Refused(error);
  if (profile.card == card) return Nothing();
  v1::Event fact;
  auto& replaced = *fact.mutable_payment_method_replaced();
  replaced.set_billing_profile(Name("billingProfiles", id));
  replaced.set_card(Name("cards", card));
  replaced.set_previous_card(Name("cards", profile.card));
  return Yields({fact});
}

Verdict Model::On(const profile::DetachPaymentMethod& command) {
  account_ = world_.Find(command.account.value());
  const std::string id = command.billing_profile.value();
  if (account_ == nullptr || !MayManageProfile(id)) return Refused("ROLE_REQUIRED");
  const auto found = account_->profiles.find(id);
  if (found == account_->profiles.end()) return Refused("BILLING_PROFILE_NOT_FOUND");
  const Profile& profile = found->second;
  if (command.etag && *command.etag != profile.etag) return Refused("ETAG_MISMATCH");
  if (auto blockers = DetachBlockers(*account_, id); profile.active && !blockers.empty()) {
    Verdict refused = Refused("PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH");
    refused.blockers = std::move(blockers);
    return refused;
  }
  if (!profile.active) return Nothing();
  v1::Event fact;
  fact.mutable_payment_method_detached()->set_billing_profile(Name("billingProfiles", id));
  fact.mutable_payment_method_detached()->set_previous_card(Name("cards", profile.card));
  return Yields({fact});
}

Verdict Model::On(const profile::SwitchToInvoice& command) {
  if (auto refused = Enter(command.account, false, true)) return *refused;
  // Under pay-as-you-go there is no profile to be found: the agreement answers.
  if (!account_->by_profile()) return Refused("AGREEMENT_NOT_SUPPORTED");
  const std::string id = command.billing_profile.value();
  const auto found = account_->profiles.find(id);
  if (found == account_->profiles.end()) return Refused("BILLING_PROFILE_NOT_FOUND");
  const Profile& profile = found->second;
  if (command.etag && *command.etag != profile.etag) return Refused("ETAG_MISMATCH");
  if (!profile.active) return Refused("BILLING_PROFILE_INACTIVE");
  if (account_->invoice != v1::INVOICE_PAYMENT_STATE_APPROVED) {
    return Refused("INVOICE_PAYMENT_NOT_APPROVED");
  }
  if (account_->PastDueCharges() > 0) return Refused("OUTSTANDING_CHARGES");
  if (profile.by_invoice) return Nothing();
  v1::Event fact;
  fact.mutable_switched_to_invoice()->set_billing_profile(Name("billingProfiles", id));
  fact.mutable_switched_to_invoice()->set_previous_card(Name("cards", profile.card));
  return Yields({fact});
}

}  // namespace billing::model
