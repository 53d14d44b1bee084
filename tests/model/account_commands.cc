#include "tests/model/model.h"

namespace billing::model {
namespace {

bool SamePolicy(const v1::Policy& a, const v1::Policy& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

v1::Event RoleFact(const account::RoleBinding& binding, bool granted) {
  v1::Event fact;
  const auto fill = [&binding](auto& data) {
    if (binding.billing_profile) {
      data.set_billing_profile(Name("billingProfiles", binding.billing_profile->value()));
    }
    data.set_principal(binding.principal.value());
    data.set_role(binding.role);
  };
  if (granted) {
    fill(*fact.mutable_role_granted());
  } else {
    fill(*fact.mutable_role_revoked());
  }
  return fact;
}

// The whole policy, every field set.
v1::Policy PolicyMessage(const account::Policy& policy) {
  v1::Policy message;
  message.add_holding_states(v1::SUBSCRIPTION_STATE_ACTIVE);
  message.add_holding_states(v1::SUBSCRIPTION_STATE_PAST_DUE);
  if (policy.disabled_holds) message.add_holding_states(v1::SUBSCRIPTION_STATE_DISABLED);
  if (policy.cancelled_holds) message.add_holding_states(v1::SUBSCRIPTION_STATE_CANCELLED);
  message.set_cascade(policy.cascade_all_subscriptions ? v1::CASCADE_ALL_SUBSCRIPTIONS
                                                       : v1::CASCADE_SAME_CARD);
  message.set_profile_managers(policy.signed_up_user_manages_profiles
                                   ? v1::PROFILE_MANAGERS_SIGNED_UP_USER
                                   : v1::PROFILE_MANAGERS_OWNERS_AND_CONTRIBUTORS);
  message.set_require_payment_method(policy.require_payment_method);
  message.set_require_card_country_match(policy.require_card_country_match);
  message.set_max_cards(policy.max_cards);
  return message;
}

}  // namespace

Verdict Model::On(const account::CreateBillingAccount& command) {
  if (!operator_) return Refused("ROLE_REQUIRED");
  if (world_.Find(command.account.value()) != nullptr) {
    return Refused("BILLING_ACCOUNT_ALREADY_EXISTS");
  }
  v1::Event fact;
  auto& opened = *fact.mutable_billing_account_created()->mutable_billing_account();
  opened.set_name("billingAccounts/" + command.account.value());
  opened.set_display_name(command.display_name);
  opened.set_agreement(command.agreement);
  opened.set_administrator(command.administrator.value());
  opened.set_business(command.business);
  opened.set_country(command.country);
  opened.set_currency(command.currency);
  *opened.mutable_policy() = PolicyMessage(command.policy);
  return Yields({fact});
}

Verdict Model::On(const account::SetPolicy& command) {
  if (auto refused = Enter(command.account, operator_, false)) return *refused;
  if (command.etag && *command.etag != account_->etag) return Refused("ETAG_MISMATCH");
  const v1::Policy policy = PolicyMessage(command.policy);
  if (SamePolicy(policy, account_->policy)) return Nothing();
  v1::Event fact;
  *fact.mutable_policy_changed()->mutable_policy() = policy;
  return Yields({fact});
}

Verdict Model::On(const account::UpdateBillingAccount& command) {
  if (auto refused = Enter(command.account, operator_, false)) return *refused;
  if (command.etag && *command.etag != account_->etag) return Refused("ETAG_MISMATCH");
  v1::Event fact;
  auto& updated = *fact.mutable_billing_account_updated();
  bool changes = false;
  if (command.display_name) {
    updated.mutable_billing_account()->set_display_name(*command.display_name);
    updated.mutable_update_mask()->add_paths("display_name");
    changes = changes || *command.display_name != account_->display_name;
  }
  if (command.business) {
    updated.mutable_billing_account()->set_business(*command.business);
    updated.mutable_update_mask()->add_paths("business");
    changes = changes || *command.business != account_->business;
  }
  return changes ? Yields({fact}) : Nothing();
}

Verdict Model::On(const account::GrantRole& command) {
  if (auto refused = Enter(command.account, false, true)) return *refused;
  if (command.etag && *command.etag != account_->etag) return Refused("ETAG_MISMATCH");
  const account::RoleBinding& binding = command.binding;
  const std::string profile = binding.billing_profile ? binding.billing_profile->value() : "";
  if (!profile.empty() && !account_->profiles.contains(profile)) {
    return Refused("BILLING_PROFILE_NOT_FOUND");
  }
  if (binding.role == v1::ROLE_ADMINISTRATOR) {
    const bool has_it = binding.principal.value() == account_->administrator;
    return Refused(has_it ? "ROLE_ALREADY_GRANTED" : "ADMINISTRATOR_REQUIRED");
  }
  if (account_->grants.contains({binding.principal.value(), profile, binding.role})) {
    return Refused("ROLE_ALREADY_GRANTED");
  }
  if (account_->grants.size() >= 1'000) return Refused("ROLE_LIMIT_REACHED");
  return Yields({RoleFact(binding, /*granted=*/true)});
}

Verdict Model::On(const account::RevokeRole& command) {
  if (auto refused = Enter(command.account, false, true)) return *refused;
  if (command.etag && *command.etag != account_->etag) return Refused("ETAG_MISMATCH");
  const account::RoleBinding& binding = command.binding;
  const std::string profile = binding.billing_profile ? binding.billing_profile->value() : "";
  if (!profile.empty() && !account_->profiles.contains(profile)) {
    return Refused("BILLING_PROFILE_NOT_FOUND");
  }
  if (binding.role == v1::ROLE_ADMINISTRATOR) {
    const bool has_it = binding.principal.value() == account_->administrator;
    return Refused(has_it ? "ADMINISTRATOR_REQUIRED" : "ROLE_NOT_GRANTED");
  }
  if (!account_->grants.contains({binding.principal.value(), profile, binding.role})) {
    return Refused("ROLE_NOT_GRANTED");
  }
  return Yields({RoleFact(binding, /*granted=*/false)});
}

Verdict Model::On(const account::HandOverAdministrator& command) {
  if (auto refused = Enter(command.account, operator_, true)) return *refused;
  if (!IsAdministrator(*account_) && !context_.reason_given) {
    Verdict refused = Refused("INVALID_REQUEST");
    refused.bad_field = "reason";
    return refused;
  }
  if (command.etag && *command.etag != account_->etag) return Refused("ETAG_MISMATCH");
  if (command.principal.value() == account_->administrator) return Nothing();
  v1::Event fact;
  fact.mutable_administrator_changed()->set_administrator(command.principal.value());
  fact.mutable_administrator_changed()->set_previous_administrator(account_->administrator);
  return Yields({fact});
}

Verdict Model::On(const account::RequestInvoicePayment& command) {
  if (auto refused = Enter(command.account, false, true)) return *refused;
  if (command.etag && *command.etag != account_->etag) return Refused("ETAG_MISMATCH");
  if (!account_->business) return Refused("BUSINESS_ACCOUNT_REQUIRED");
  if (account_->invoice == v1::INVOICE_PAYMENT_STATE_REQUESTED ||
      account_->invoice == v1::INVOICE_PAYMENT_STATE_APPROVED) {
    return Refused("INVOICE_PAYMENT_ALREADY_REQUESTED");
  }
  if (account_->PastDueCharges() > 0) return Refused("OUTSTANDING_CHARGES");
  v1::Event fact;
  fact.mutable_invoice_payment_requested();
  return Yields({fact});
}

Verdict Model::On(const account::DecideInvoicePayment& command) {
  if (auto refused = Enter(command.account, operator_, false)) return *refused;
  if (command.etag && *command.etag != account_->etag) return Refused("ETAG_MISMATCH");
  if (account_->invoice != v1::INVOICE_PAYMENT_STATE_REQUESTED) {
    return Refused("INVOICE_PAYMENT_NOT_REQUESTED");
  }
  v1::Event fact;
  if (command.approved) {
    fact.mutable_invoice_payment_approved();
  } else {
    fact.mutable_invoice_payment_rejected();
  }
  return Yields({fact});
}

}  // namespace billing::model
