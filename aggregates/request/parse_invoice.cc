#include "aggregates/request/parser.h"

namespace billing::request {

void Parser::Read(const v1::RequestInvoicePaymentRequest& wire) {
  account_ = checks_.Account({"name", wire.name()});
  ReadEtagAndCommon(wire, *decided_.mutable_request_invoice_payment());
}

void Parser::Read(const v1::DecideInvoicePaymentRequest& wire) {
  v1::DecideInvoicePaymentRequest& decided = *decided_.mutable_decide_invoice_payment();
  account_ = checks_.Account({"name", wire.name()});
  decided.set_approved(wire.approved());
  ReadEtagAndCommon(wire, decided);
}

void Parser::Read(const v1::SwitchToInvoiceRequest& wire) {
  v1::SwitchToInvoiceRequest& decided = *decided_.mutable_switch_to_invoice();
  decided.set_name(
      Subject({"name", wire.name()}, {kernel::kSubscriptions, kernel::kBillingProfiles}));
  ReadEtagAndCommon(wire, decided);
}

}  // namespace billing::request
