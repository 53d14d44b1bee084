#include "aggregates/kernel/context.h"

#include <array>
#include <cassert>

namespace billing::kernel {

namespace {

constexpr std::array kAllRoles = {PlatformRole::kOperator, PlatformRole::kAuditor,
                                  PlatformRole::kBiller, PlatformRole::kDelegate};

}  // namespace

std::string_view NameOf(PlatformRole role) {
  switch (role) {
    case PlatformRole::kOperator:
      return "operator";
    case PlatformRole::kAuditor:
      return "auditor";
    case PlatformRole::kBiller:
      return "biller";
    case PlatformRole::kDelegate:
      return "delegate";
  }
  assert(false && "a platform role is one of the four");
  return {};
}

std::optional<PlatformRole> PlatformRoleNamed(std::string_view name) {
  for (const PlatformRole role : kAllRoles) {
    if (NameOf(role) == name) return role;
  }
  return std::nullopt;
}

std::vector<PlatformRole> RolesIn(const PlatformRoles& roles) {
  std::vector<PlatformRole> held;
  for (const PlatformRole role : kAllRoles) {
    if (roles.Has(role)) held.push_back(role);
  }
  return held;
}

}  // namespace billing::kernel
