#include <cassert>

#include "aggregates/request/parser.h"

namespace billing::request {

std::string Parser::Subject(Field name, std::string_view collection) {
  std::optional<kernel::ResourceName> resource = checks_.Resource(name, collection);
  if (!resource) return {};
  account_ = resource->account;
  return resource->Relative();
}

std::string Parser::Reference(Field name, std::string_view collection) {
  std::optional<kernel::ResourceName> resource = checks_.Resource(name, collection);
  if (!resource) return {};
  return resource->account == account_ ? resource->Relative() : std::string(name.value);
}

std::string Parser::IdOrFresh(Field id) {
  checks_.ChosenId(id);
  id_generated_ = id.value.empty();
  return id_generated_ ? fresh_id_ : std::string(id.value);
}

void Parser::ReadNothing() { checks_.Add("command", "is required"); }

std::variant<Request, std::vector<Violation>> Parser::Finish() && {
  if (!checks_.ok()) return std::move(checks_).Take();
  assert(account_.has_value());
  return Request{.command = CommandOf(decided_, *account_),
                 .decided = std::move(decided_),
                 .id_generated = id_generated_,
                 .personal = std::move(personal_),
                 .request_id = std::move(request_id_),
                 .validate_only = validate_only_};
}

std::variant<Request, std::vector<Violation>> Parse(const v1::Command& wire,
                                                    const std::string& fresh_id,
                                                    kernel::Instant now) {
  Parser parser(fresh_id, now);
  switch (wire.command_case()) {
    case v1::Command::kCreateBillingAccount:
      parser.Read(wire.create_billing_account());
      break;
    case v1::Command::kSetPolicy:
      parser.Read(wire.set_policy());
      break;
    case v1::Command::kAddCard:
      parser.Read(wire.add_card());
      break;
    case v1::Command::kUpdateCard:
      parser.Read(wire.update_card());
      break;
    case v1::Command::kSetActive:
      parser.Read(wire.set_active());
      break;
    case v1::Command::kRemoveCard:
      parser.Read(wire.remove_card());
      break;
    case v1::Command::kCreateSubscription:
      parser.Read(wire.create_subscription());
      break;
    case v1::Command::kUpdateSubscription:
      parser.Read(wire.update_subscription());
      break;
    case v1::Command::kChangeBillingProfile:
      parser.Read(wire.change_billing_profile());
      break;
    case v1::Command::kDisableSubscription:
      parser.Read(wire.disable_subscription());
      break;
    case v1::Command::kCancelSubscription:
      parser.Read(wire.cancel_subscription());
      break;
    case v1::Command::kReactivateSubscription:
      parser.Read(wire.reactivate_subscription());
      break;
    case v1::Command::kDeleteSubscription:
      parser.Read(wire.delete_subscription());
      break;
    case v1::Command::COMMAND_NOT_SET:
      parser.ReadNothing();
      break;
  }
  return std::move(parser).Finish();
}

}  // namespace billing::request
