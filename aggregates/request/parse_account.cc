#include <array>

#include "aggregates/account/account.h"
#include "aggregates/request/parser.h"

namespace billing::request {

namespace {

// What UpdateBillingAccount changes, in the order in which the fact lists it.
constexpr std::array<std::string_view, 2> kAccountMask = {"display_name", "business"};

// Defaults filled in, as the facts have them: what they repeat need not be stored.
v1::Policy WholePolicy(const v1::Policy& wire) {
  return account::ToMessage(account::PolicyFrom(wire));
}

}  // namespace

void Parser::Read(const v1::CreateBillingAccountRequest& wire) {
  v1::CreateBillingAccountRequest& decided = *decided_.mutable_create_billing_account();
  decided.set_billing_account_id(IdOrFresh({"billing_account_id", wire.billing_account_id()}));
  account_ = kernel::AccountId::FromStored(decided.billing_account_id());
  if (wire.has_billing_account()) {
    ReadNewAccount(wire.billing_account(), *decided.mutable_billing_account());
  } else {
    checks_.Add("billing_account", kIsRequired);
  }
  checks_.NoEtag({"etag", wire.etag()});
  ReadCommon(wire);
}

void Parser::ReadNewAccount(const v1::BillingAccount& wire, v1::BillingAccount& decided) {
  checks_.Line({"billing_account.display_name", wire.display_name()}, kNameCharactersMax);
  checks_.KnownValue("billing_account.agreement", wire.agreement(), v1::Agreement_IsValid,
                     FieldChecks::Need::kRequired);
  checks_.Principal({"billing_account.administrator", wire.administrator()});
  checks_.Country({"billing_account.country", wire.country()});
  checks_.Currency({"billing_account.currency", wire.currency()});
  checks_.Policy("billing_account.policy", wire.policy());

  decided.set_display_name(wire.display_name());
  decided.set_agreement(wire.agreement());
  decided.set_administrator(wire.administrator());
  decided.set_business(wire.business());
  decided.set_country(wire.country());
  decided.set_currency(wire.currency());
  *decided.mutable_policy() = WholePolicy(wire.policy());
}

void Parser::Read(const v1::SetPolicyRequest& wire) {
  v1::SetPolicyRequest& decided = *decided_.mutable_set_policy();
  account_ = checks_.Account({"name", wire.name()});
  checks_.Policy("policy", wire.policy());
  *decided.mutable_policy() = WholePolicy(wire.policy());
  decided.set_etag(checks_.Etag({"etag", wire.etag()}));
  ReadCommon(wire);
}

void Parser::Read(const v1::UpdateBillingAccountRequest& wire) {
  v1::UpdateBillingAccountRequest& decided = *decided_.mutable_update_billing_account();
  if (wire.has_billing_account()) {
    const v1::BillingAccount& given = wire.billing_account();
    v1::BillingAccount& account = *decided.mutable_billing_account();
    account_ = checks_.Account({"billing_account.name", given.name()});
    for (std::string& path : checks_.Mask(wire.update_mask(), kAccountMask)) {
      if (path == "display_name") {
        checks_.Line({"billing_account.display_name", given.display_name()}, kNameCharactersMax);
        account.set_display_name(given.display_name());
      }
      if (path == "business") account.set_business(given.business());
      decided.mutable_update_mask()->add_paths(std::move(path));
    }
  } else {
    checks_.Add("billing_account", kIsRequired);
    checks_.Mask(wire.update_mask(), kAccountMask);
  }
  ReadEtagAndCommon(wire, decided);
}

template <class Wire>
void Parser::ReadBinding(const Wire& wire, Wire& decided) {
  decided.set_name(Subject({"name", wire.name()}, {kTheAccount, kernel::kBillingProfiles}));
  checks_.Principal({"principal", wire.principal()});
  decided.set_principal(wire.principal());
  // ADMINISTRATOR too: that it is not granted is for the rules to say.
  checks_.KnownValue("role", wire.role(), v1::Role_IsValid, FieldChecks::Need::kRequired);
  decided.set_role(wire.role());
  ReadEtagAndCommon(wire, decided);
}

void Parser::Read(const v1::GrantRoleRequest& wire) {
  ReadBinding(wire, *decided_.mutable_grant_role());
}

void Parser::Read(const v1::RevokeRoleRequest& wire) {
  ReadBinding(wire, *decided_.mutable_revoke_role());
}

void Parser::Read(const v1::HandOverAdministratorRequest& wire) {
  v1::HandOverAdministratorRequest& decided = *decided_.mutable_hand_over_administrator();
  account_ = checks_.Account({"name", wire.name()});
  checks_.Principal({"principal", wire.principal()});
  decided.set_principal(wire.principal());
  ReadEtagAndCommon(wire, decided);
}

}  // namespace billing::request
