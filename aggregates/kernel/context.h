// What a decision may know besides the command and the states: who calls, the one time of
// the command, and whether the caller said why.
#ifndef BILLING_AGGREGATES_KERNEL_CONTEXT_H_
#define BILLING_AGGREGATES_KERNEL_CONTEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/time.h"

namespace billing::kernel {

// Roles that come with the credential, as a set of bits.
enum class PlatformRole : uint8_t { kOperator = 1, kAuditor = 2, kBiller = 4, kDelegate = 8 };

class PlatformRoles {
 public:
  PlatformRoles() = default;
  void Add(PlatformRole role) { bits_ |= static_cast<uint8_t>(role); }
  bool Has(PlatformRole role) const { return (bits_ & static_cast<uint8_t>(role)) != 0; }
  bool empty() const { return bits_ == 0; }
  friend bool operator==(const PlatformRoles&, const PlatformRoles&) = default;

 private:
  uint8_t bits_ = 0;
};

// `operator`, `auditor`, `biller`, `delegate`.
std::string_view NameOf(PlatformRole role);
std::optional<PlatformRole> PlatformRoleNamed(std::string_view name);
// In the order of the enum.
std::vector<PlatformRole> RolesIn(const PlatformRoles& roles);

struct Caller {
  Principal principal;
  // As the credential says. They do not count while acting on behalf of somebody.
  PlatformRoles roles = {};
  // The user named in x-on-behalf-of by a service with the role `delegate`.
  std::optional<Principal> on_behalf_of = {};

  // Whose roles on the account count.
  const Principal& actor() const { return on_behalf_of ? *on_behalf_of : principal; }
  // The platform roles that count.
  PlatformRoles acting_roles() const { return on_behalf_of ? PlatformRoles() : roles; }
  // Scope of request ids: calling principal and x-on-behalf-of.
  std::string request_scope() const {
    return principal.value() + '\n' + (on_behalf_of ? on_behalf_of->value() : "");
  }
};

struct Context {
  Caller caller;
  Instant now;
  // The caller gave a `reason`. Its words are sealed; that there are some is not.
  bool reason_given = false;
};

// Version of the rules in this program, recorded with every command: the auditor
// judges a recorded command under the rules that judged it.
inline constexpr uint32_t kRulesVersion = 1;

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_CONTEXT_H_
