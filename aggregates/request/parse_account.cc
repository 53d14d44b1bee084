#include "aggregates/account/account.h"
#include "aggregates/request/parser.h"

namespace billing::request {

namespace {

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
    checks_.Add("billing_account", "is required");
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

}  // namespace billing::request
