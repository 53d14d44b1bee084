#include <cassert>

#include "aggregates/request/parser.h"
#include "aggregates/request/visit.h"

namespace billing::request {

std::string Parser::Subject(Field name, std::initializer_list<std::string_view> collections) {
  std::optional<kernel::ResourceName> resource = checks_.Resource(name, collections);
  if (!resource) return {};
  account_ = resource->account;
  return resource->Relative();
}

std::string Parser::ForeignSubject(Field name, std::string_view collection) {
  std::optional<kernel::ResourceName> resource = checks_.Resource(name, collection);
  if (!resource) return {};
  account_ = resource->account;
  return checks_.InFull(name.value);
}

std::string Parser::Reference(Field name, std::string_view collection) {
  std::optional<kernel::ResourceName> resource = checks_.Resource(name, collection);
  if (!resource) return {};
  return resource->account == account_ ? resource->Relative() : checks_.InFull(name.value);
}

std::string Parser::IdOrFresh(Field id) {
  checks_.ChosenId(id);
  id_generated_ = id.value.empty();
  return std::string(id_generated_ ? fresh_id_ : id.value);
}

void Parser::ReadNothing() { checks_.Add("command", kIsRequired); }

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

namespace {

std::variant<Request, std::vector<Violation>> ReadWith(Parser parser, const v1::Command& command) {
  if (!VisitRequest(command, [&parser](const auto& request) { parser.Read(request); })) {
    parser.ReadNothing();
  }
  return std::move(parser).Finish();
}

}  // namespace

std::variant<Request, std::vector<Violation>> Parse(const v1::Command& wire,
                                                    const std::string& fresh_id,
                                                    kernel::Instant now) {
  return ReadWith(Parser(fresh_id, now), wire);
}

std::variant<Request, std::vector<Violation>> ParseRestored(const v1::Command& restored,
                                                            std::string_view account,
                                                            kernel::Instant now) {
  return ReadWith(Parser(kernel::AccountId::Parse(account), now), restored);
}

}  // namespace billing::request
