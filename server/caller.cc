#include "server/caller.h"

#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "aggregates/kernel/card_number.h"
#include "aggregates/kernel/names.h"

namespace billing::server {
namespace {

// Principals are kept in the log for good, and no card number may be.
bool LooksLikeCardNumber(const kernel::Principal& principal) {
  return kernel::IsCardNumber(kernel::IdOf(principal.value()));
}

constexpr char kPrincipalHeader[] = "x-principal";
constexpr char kRolesHeader[] = "x-roles";
constexpr char kOnBehalfOfHeader[] = "x-on-behalf-of";

bool GivenTwice(const CallMetadata& metadata) {
  return metadata.count(kPrincipalHeader) > 1 || metadata.count(kRolesHeader) > 1 ||
         metadata.count(kOnBehalfOfHeader) > 1;
}

std::optional<std::string_view> Header(const CallMetadata& metadata, const char* name) {
  const auto found = metadata.find(name);
  if (found == metadata.end()) return std::nullopt;
  return std::string_view(found->second.data(), found->second.size());
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && absl::ascii_isspace(text.front())) text.remove_prefix(1);
  while (!text.empty() && absl::ascii_isspace(text.back())) text.remove_suffix(1);
  return text;
}

// Nothing when one of them is unknown.
std::optional<kernel::PlatformRoles> RolesOf(std::string_view list) {
  kernel::PlatformRoles roles;
  list = Trimmed(list);
  while (!list.empty()) {
    const size_t comma = list.find(',');
    const auto role = kernel::PlatformRoleNamed(Trimmed(list.substr(0, comma)));
    if (!role) return std::nullopt;
    roles.Add(*role);
    if (comma == std::string_view::npos) return roles;
    list.remove_prefix(comma + 1);
    if (list.empty()) return std::nullopt;  // a comma with nothing behind it
  }
  return roles;
}

// Whom the caller acts for: a service with the role delegate may name a user.
std::optional<kernel::Principal> DelegatedBy(const kernel::Caller& caller, std::string_view named) {
  if (caller.principal.is_user() || !caller.roles.Has(kernel::PlatformRole::kDelegate)) {
    return std::nullopt;
  }
  auto user = kernel::Principal::Parse(named);
  return user && user->is_user() && !LooksLikeCardNumber(*user) ? user : std::nullopt;
}

}  // namespace

Answered<kernel::Caller> InsecureDevCredentials::Check(const CallMetadata& metadata) const {
  if (GivenTwice(metadata)) return CredentialInvalid("a header is given more than once");
  const auto name = Header(metadata, kPrincipalHeader);
  if (!name) return CredentialRequired();
  auto principal = kernel::Principal::Parse(*name);
  if (!principal) return CredentialInvalid("x-principal is not users/… or services/…");
  if (LooksLikeCardNumber(*principal)) {
    return CredentialInvalid("x-principal must not hold a card number");
  }
  if (principal->value() == kernel::kScheduler) {
    return CredentialInvalid("services/scheduler exists only inside the server");
  }
  const auto roles = RolesOf(Header(metadata, kRolesHeader).value_or(""));
  if (!roles) {
    return CredentialInvalid("x-roles may list operator, auditor, biller and delegate");
  }
  kernel::Caller caller{.principal = *std::move(principal), .roles = *roles};
  if (const auto named = Header(metadata, kOnBehalfOfHeader)) {
    caller.on_behalf_of = DelegatedBy(caller, *named);
    if (!caller.on_behalf_of) return DelegationNotAllowed();
  }
  return caller;
}

}  // namespace billing::server
