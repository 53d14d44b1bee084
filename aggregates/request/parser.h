// Reads one wire request into its decided form. Internal to this room: see request.h.
#ifndef BILLING_AGGREGATES_REQUEST_PARSER_H_
#define BILLING_AGGREGATES_REQUEST_PARSER_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "aggregates/request/field_checks.h"
#include "aggregates/request/request.h"

namespace billing::request {

// One Read, then Finish. The decided request is built field by field: output-only,
// personal and unknown fields never get into it.
class Parser {
 public:
  Parser(std::string_view fresh_id, kernel::Instant now) : fresh_id_(fresh_id), now_(now) {}
  // Of what the log of the account says.
  Parser(std::optional<kernel::AccountId> home, kernel::Instant now)
      : now_(now), checks_(std::move(home)) {}

  void Read(const v1::CreateBillingAccountRequest& wire);
  void Read(const v1::SetPolicyRequest& wire);
  void Read(const v1::UpdateBillingAccountRequest& wire);
  void Read(const v1::GrantRoleRequest& wire);
  void Read(const v1::RevokeRoleRequest& wire);
  void Read(const v1::HandOverAdministratorRequest& wire);
  void Read(const v1::AddCardRequest& wire);
  void Read(const v1::UpdateCardRequest& wire);
  void Read(const v1::SetActiveRequest& wire);
  void Read(const v1::RemoveCardRequest& wire);
  void Read(const v1::CreateSubscriptionRequest& wire);
  void Read(const v1::UpdateSubscriptionRequest& wire);
  void Read(const v1::ChangeBillingProfileRequest& wire);
  void Read(const v1::DisableSubscriptionRequest& wire);
  void Read(const v1::CancelSubscriptionRequest& wire);
  void Read(const v1::ReactivateSubscriptionRequest& wire);
  void Read(const v1::DeleteSubscriptionRequest& wire);
  void Read(const v1::CreateBillingProfileRequest& wire);
  void Read(const v1::ReplacePaymentMethodRequest& wire);
  void Read(const v1::DetachPaymentMethodRequest& wire);
  void Read(const v1::RecordChargeRequest& wire);
  void Read(const v1::RecordPaymentRequest& wire);
  void Read(const v1::VoidChargeRequest& wire);
  void Read(const v1::SettleBalanceRequest& wire);
  void Read(const v1::RequestInvoicePaymentRequest& wire);
  void Read(const v1::DecideInvoicePaymentRequest& wire);
  void Read(const v1::SwitchToInvoiceRequest& wire);
  void Read(const v1::SendTransferRequest& wire);
  void Read(const v1::AcceptTransferRequest& wire);
  void Read(const v1::DeclineTransferRequest& wire);
  void Read(const v1::CancelTransferRequest& wire);
  void Read(const v1::ExpireTransferRequest& wire);
  // The command that nobody named.
  void ReadNothing();

  std::variant<Request, std::vector<Violation>> Finish() &&;

 private:
  // What every command request has.
  template <class Wire>
  void ReadCommon(const Wire& wire) {
    request_id_ = checks_.RequestId({"request_id", wire.request_id()});
    validate_only_ = wire.validate_only();
    personal_.reason = checks_.Prose({"reason", wire.reason()}, kReasonCharactersMax);
  }

  // A command about one existing resource, `decided` already holding what it says of that.
  template <class Wire>
  void ReadEtagAndCommon(const Wire& wire, Wire& decided) {
    decided.set_etag(checks_.Etag({"etag", wire.etag()}));
    ReadCommon(wire);
  }

  // The resource and the etag of it: all that some commands say.
  template <class Wire>
  void ReadName(const Wire& wire, std::string_view collection, Wire& decided) {
    decided.set_name(Subject({"name", wire.name()}, collection));
    ReadEtagAndCommon(wire, decided);
  }

  // GrantRole and RevokeRole look alike.
  template <class Wire>
  void ReadBinding(const Wire& wire, Wire& decided);

  // The resource that the command is about: says which account. Its relative name, empty
  // for the account itself.
  std::string Subject(Field name, std::initializer_list<std::string_view> collections);
  std::string Subject(Field name, std::string_view collection) {
    return Subject(name, {collection});
  }
  // The same for a command that is recorded in another account than the resource's, where
  // no relative name would say whose it is. Its full name.
  std::string ForeignSubject(Field name, std::string_view collection);
  // Another resource: relative when it is of the same account, else its full name.
  std::string Reference(Field name, std::string_view collection);
  // The id of a new resource.
  std::string IdOrFresh(Field id);

  void ReadNewCard(const v1::Card& wire, v1::Card& decided);
  void ReadCardChanges(const v1::UpdateCardRequest& wire, v1::UpdateCardRequest& decided);
  void ReadHolderName(const v1::Card& wire);
  void ReadBillingAddress(const v1::Card& wire);
  void ReadNewAccount(const v1::BillingAccount& wire, v1::BillingAccount& decided);
  void ReadNewCharge(const v1::Charge& wire, v1::Charge& decided);

  const std::string_view fresh_id_;
  const kernel::Instant now_;
  FieldChecks checks_;
  std::optional<kernel::AccountId> account_;
  v1::Command decided_;
  Personal personal_;
  std::string request_id_;
  bool id_generated_ = false;
  bool validate_only_ = false;
};

}  // namespace billing::request

#endif  // BILLING_AGGREGATES_REQUEST_PARSER_H_
