// Reads one wire request into its decided form. Internal to this room: see request.h.
#ifndef BILLING_AGGREGATES_REQUEST_PARSER_H_
#define BILLING_AGGREGATES_REQUEST_PARSER_H_

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
  Parser(const std::string& fresh_id, kernel::Instant now) : fresh_id_(fresh_id), now_(now) {}

  void Read(const v1::CreateBillingAccountRequest& wire);
  void Read(const v1::SetPolicyRequest& wire);
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
  // The command that nobody named.
  void ReadNothing();

  std::variant<Request, std::vector<Violation>> Finish() &&;

 private:
  // What every command request has.
  template <class Wire>
  void ReadCommon(const Wire& wire) {
    request_id_ = checks_.RequestId({"request_id", wire.request_id()});
    validate_only_ = wire.validate_only();
    checks_.Prose({"reason", wire.reason()}, kReasonCharactersMax);
    personal_.reason = wire.reason();
  }

  // A subscription, named by itself, and the etag of it: the whole of a lifecycle command.
  template <class Wire>
  void ReadLifecycle(const Wire& wire, Wire& decided) {
    decided.set_name(Subject({"name", wire.name()}, kernel::kSubscriptions));
    decided.set_etag(checks_.Etag({"etag", wire.etag()}));
    ReadCommon(wire);
  }

  // The resource that the command is about: says which account. Its relative name.
  std::string Subject(Field name, std::string_view collection);
  // Another resource: relative when it is of the same account, else its full name.
  std::string Reference(Field name, std::string_view collection);
  // The id of a new resource.
  std::string IdOrFresh(Field id);

  void ReadNewCard(const v1::Card& wire, v1::Card& decided);
  void ReadCardChanges(const v1::UpdateCardRequest& wire, v1::UpdateCardRequest& decided);
  void ReadHolderName(const v1::Card& wire);
  void ReadBillingAddress(const v1::Card& wire);
  void ReadNewAccount(const v1::BillingAccount& wire, v1::BillingAccount& decided);

  const std::string& fresh_id_;
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
