#include "aggregates/request/parser.h"

namespace billing::request {

void Parser::Read(const v1::SendTransferRequest& wire) {
  v1::SendTransferRequest& decided = *decided_.mutable_send_transfer();
  decided.set_transfer_id(IdOrFresh({"transfer_id", wire.transfer_id()}));
  decided.set_subscription(Subject({"subscription", wire.subscription()}, kernel::kSubscriptions));
  // Always the full name: an account has no relative one.
  checks_.OtherAccount({"to_billing_account", wire.to_billing_account()});
  decided.set_to_billing_account(wire.to_billing_account());
  // The subscription's.
  ReadEtagAndCommon(wire, decided);
}

void Parser::Read(const v1::AcceptTransferRequest& wire) {
  v1::AcceptTransferRequest& decided = *decided_.mutable_accept_transfer();
  decided.set_name(ForeignSubject({"name", wire.name()}, kernel::kTransfers));
  decided.set_subscription_id(IdOrFresh({"subscription_id", wire.subscription_id()}));
  // Full names, whatever account they are of: which one receives is the transfer's to say.
  if (!wire.card().empty()) {
    checks_.Resource({"card", wire.card()}, kernel::kCards);
    decided.set_card(checks_.InFull(wire.card()));
    if (!wire.billing_profile().empty()) {
      checks_.Add("billing_profile", "must be empty when card is given");
    }
  } else if (!wire.billing_profile().empty()) {
    checks_.Resource({"billing_profile", wire.billing_profile()}, kernel::kBillingProfiles);
    decided.set_billing_profile(checks_.InFull(wire.billing_profile()));
  }
  ReadEtagAndCommon(wire, decided);
}

void Parser::Read(const v1::DeclineTransferRequest& wire) {
  v1::DeclineTransferRequest& decided = *decided_.mutable_decline_transfer();
  decided.set_name(ForeignSubject({"name", wire.name()}, kernel::kTransfers));
  ReadEtagAndCommon(wire, decided);
}

void Parser::Read(const v1::CancelTransferRequest& wire) {
  ReadName(wire, kernel::kTransfers, *decided_.mutable_cancel_transfer());
}

void Parser::Read(const v1::ExpireTransferRequest& wire) {
  ReadName(wire, kernel::kTransfers, *decided_.mutable_expire_transfer());
}

}  // namespace billing::request
