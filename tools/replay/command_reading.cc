#include "tools/replay/command_reading.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/card_number.h"
#include "aggregates/kernel/names.h"
#include "aggregates/kernel/trace_parent.h"
#include "aggregates/kernel/uuid.h"

namespace billing::replay {
namespace {

using billing::v1::Event;

bool IsCardNumber(const kernel::Principal& principal) {
  return kernel::IsCardNumber(kernel::IdOf(principal.value()));
}

// All that a caller gives of itself is kept for good, and checked as the edge checked it.
std::variant<kernel::Caller, std::string> CallerIn(const Event& event) {
  const auto principal = kernel::Principal::Parse(event.principal());
  if (!principal) return "I6: the record names no principal that could have called";
  if (IsCardNumber(*principal)) return "I5: the caller's name is a card number";
  if (!event.trace_parent().empty() && !kernel::IsTraceParent(event.trace_parent())) {
    return "its trace parent would not have been taken";
  }
  kernel::Caller caller{.principal = *principal};
  for (const std::string& name : event.roles()) {
    const auto role = kernel::PlatformRoleNamed(name);
    if (!role) return absl::StrCat("I6: there is no platform role `", name, "`");
    caller.roles.Add(*role);
  }
  const bool given_something =
      !caller.roles.empty() || !event.on_behalf_of().empty() || !event.trace_parent().empty();
  if (principal->value() == kernel::kScheduler && given_something) {
    return "I6: the scheduler has no platform role, acts for nobody and is in no trace";
  }
  if (event.on_behalf_of().empty()) return caller;
  caller.on_behalf_of = kernel::Principal::Parse(event.on_behalf_of());
  const bool may = caller.on_behalf_of && caller.on_behalf_of->is_user() &&
                   !caller.principal.is_user() && caller.roles.Has(kernel::PlatformRole::kDelegate);
  if (!may) return "I6: the caller acts on behalf of somebody, and may not";
  if (IsCardNumber(*caller.on_behalf_of)) return "I5: the name in on_behalf_of is a card number";
  return caller;
}

// Whether it makes something that has an id, which the server may have chosen.
bool MakesSomething(const billing::v1::Command& command) {
  return command.has_create_billing_account() || command.has_add_card() ||
         command.has_create_subscription() || command.has_create_billing_profile() ||
         command.has_record_charge() || command.has_send_transfer() ||
         command.has_accept_transfer();
}

}  // namespace

std::variant<GivenCommand, std::string> ReadCommand(
    std::span<const storage::v1::Record* const> records, const std::string& account_id) {
  const storage::v1::Record& first = *records.front();
  if (first.event().rules_version() != kernel::kRulesVersion) {
    return absl::StrCat("it was judged by version ", first.event().rules_version(),
                        " of the rules, and this program knows version ", kernel::kRulesVersion);
  }
  auto caller = CallerIn(first.event());
  if (auto* wrong = std::get_if<std::string>(&caller)) return std::move(*wrong);

  const std::string& request_id = first.command().request_id();
  if (!request_id.empty() && request_id.size() != kernel::kUuidBytes) {
    return "its request id has not the 16 bytes of a UUID";
  }

  std::vector<const Event*> facts;
  facts.reserve(records.size());
  for (const auto* record : records) facts.push_back(&record->event());
  const billing::v1::Command restored = request::Restored(first.command().request(), facts);
  const kernel::Instant now{first.command().commit_time_us()};
  auto parsed = request::ParseRestored(restored, account_id, now);
  if (const auto* violations = std::get_if<std::vector<request::Violation>>(&parsed)) {
    const request::Violation& violation = violations->front();
    return absl::StrCat("its request would not have been taken: ", violation.field, " ",
                        violation.description);
  }
  GivenCommand given{.request = std::get<request::Request>(std::move(parsed)),
                     .context = {.caller = std::get<kernel::Caller>(std::move(caller)),
                                 .now = now,
                                 .reason_given = first.command().has_reason()}};
  if (given.request.id_generated) return "its request names no id for what it makes";
  if (first.command().id_generated() && !MakesSomething(given.request.decided)) {
    return "it makes nothing whose id the server could have chosen";
  }
  given.request.id_generated = first.command().id_generated();
  given.request.request_id = request_id;
  return given;
}

}  // namespace billing::replay
