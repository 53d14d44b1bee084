#include "aggregates/request/parser.h"

namespace billing::request {

void Parser::Read(const v1::CreateBillingProfileRequest& wire) {
  v1::CreateBillingProfileRequest& decided = *decided_.mutable_create_billing_profile();
  account_ = checks_.Account({"parent", wire.parent()});
  decided.set_billing_profile_id(IdOrFresh({"billing_profile_id", wire.billing_profile_id()}));
  if (wire.has_billing_profile()) {
    const v1::BillingProfile& given = wire.billing_profile();
    v1::BillingProfile& profile = *decided.mutable_billing_profile();
    checks_.Line({"billing_profile.display_name", given.display_name()}, kNameCharactersMax);
    profile.set_display_name(given.display_name());
    profile.set_card(Reference({"billing_profile.card", given.card()}, kernel::kCards));
  } else {
    checks_.Add("billing_profile", kIsRequired);
  }
  checks_.NoEtag({"etag", wire.etag()});
  ReadCommon(wire);
}

void Parser::Read(const v1::ReplacePaymentMethodRequest& wire) {
  v1::ReplacePaymentMethodRequest& decided = *decided_.mutable_replace_payment_method();
  decided.set_name(Subject({"name", wire.name()}, kernel::kBillingProfiles));
  decided.set_card(Reference({"card", wire.card()}, kernel::kCards));
  ReadEtagAndCommon(wire, decided);
}

void Parser::Read(const v1::DetachPaymentMethodRequest& wire) {
  ReadName(wire, kernel::kBillingProfiles, *decided_.mutable_detach_payment_method());
}

}  // namespace billing::request
