#include "aggregates/request/parser.h"

namespace billing::request {

void Parser::Read(const v1::RecordChargeRequest& wire) {
  v1::RecordChargeRequest& decided = *decided_.mutable_record_charge();
  account_ = checks_.Account({"parent", wire.parent()});
  decided.set_charge_id(IdOrFresh({"charge_id", wire.charge_id()}));
  if (wire.has_charge()) {
    ReadNewCharge(wire.charge(), *decided.mutable_charge());
  } else {
    checks_.Add("charge", kIsRequired);
  }
  checks_.NoEtag({"etag", wire.etag()});
  ReadCommon(wire);
}

void Parser::ReadNewCharge(const v1::Charge& wire, v1::Charge& decided) {
  if (!wire.subscription().empty()) {
    decided.set_subscription(
        Reference({"charge.subscription", wire.subscription()}, kernel::kSubscriptions));
    if (!wire.billing_profile().empty()) {
      checks_.Add("charge.billing_profile", "must be empty when subscription is given");
    }
  } else if (!wire.billing_profile().empty()) {
    decided.set_billing_profile(
        Reference({"charge.billing_profile", wire.billing_profile()}, kernel::kBillingProfiles));
  } else {
    checks_.Add("charge.subscription", "is required, or billing_profile in its place");
  }
  if (wire.has_amount()) {
    *decided.mutable_amount() = checks_.Money("charge.amount", wire.amount());
  } else {
    checks_.Add("charge.amount", kIsRequired);
  }
  if (wire.has_due_time()) {
    *decided.mutable_due_time() = checks_.Time("charge.due_time", wire.due_time());
  }
}

void Parser::Read(const v1::RecordPaymentRequest& wire) {
  v1::RecordPaymentRequest& decided = *decided_.mutable_record_payment();
  decided.set_name(Subject({"name", wire.name()}, kernel::kCharges));
  checks_.KnownValue("outcome", wire.outcome(), v1::PaymentOutcome_IsValid,
                     FieldChecks::Need::kRequired);
  decided.set_outcome(wire.outcome());
  checks_.ProcessorCode({"network_code", wire.network_code()});
  decided.set_network_code(wire.network_code());
  checks_.ProcessorCode({"advice_code", wire.advice_code()});
  decided.set_advice_code(wire.advice_code());
  checks_.ProcessorReference({"processor_reference", wire.processor_reference()});
  decided.set_processor_reference(wire.processor_reference());
  ReadEtagAndCommon(wire, decided);
}

void Parser::Read(const v1::VoidChargeRequest& wire) {
  ReadName(wire, kernel::kCharges, *decided_.mutable_void_charge());
}

void Parser::Read(const v1::SettleBalanceRequest& wire) {
  v1::SettleBalanceRequest& decided = *decided_.mutable_settle_balance();
  account_ = checks_.Account({"parent", wire.parent()});
  decided.set_failed_card(Reference({"failed_card", wire.failed_card()}, kernel::kCards));
  decided.set_paying_card(Reference({"paying_card", wire.paying_card()}, kernel::kCards));
  if (!decided.paying_card().empty() && decided.paying_card() == decided.failed_card()) {
    checks_.Add("paying_card", "must be another card than failed_card");
  }
  if (wire.has_amount()) {
    *decided.mutable_amount() = checks_.Money("amount", wire.amount());
  } else {
    checks_.Add("amount", kIsRequired);
  }
  checks_.ProcessorReference({"processor_reference", wire.processor_reference()});
  decided.set_processor_reference(wire.processor_reference());
  if (!wire.requested_by().empty()) checks_.Principal({"requested_by", wire.requested_by()});
  decided.set_requested_by(wire.requested_by());
  checks_.NoEtag({"etag", wire.etag()});
  ReadCommon(wire);
}

}  // namespace billing::request
