#include "aggregates/judge/case.h"

namespace billing::judge {
namespace {

using kernel::Decision;
using kernel::Reason;
using kernel::Refusal;

// The profile that a role is limited to is there.
bool IsFound(const Case& c, const account::RoleBinding& binding) {
  return !binding.billing_profile ||
         c.states.BillingProfile(c.number, *binding.billing_profile).has_value();
}

}  // namespace

Decision JudgeIn(const Case& c, const account::SetPolicy& command) {
  if (IsOtherVersion(command.etag, c.account.etag)) return Refusal{Reason::kEtagMismatch};
  return Decide(command, c.account);
}

Decision JudgeIn(const Case& c, const account::UpdateBillingAccount& command) {
  if (IsOtherVersion(command.etag, c.account.etag)) return Refusal{Reason::kEtagMismatch};
  return Decide(command, c.account);
}

Decision JudgeIn(const Case& c, const account::GrantRole& command) {
  if (IsOtherVersion(command.etag, c.account.etag)) return Refusal{Reason::kEtagMismatch};
  if (!IsFound(c, command.binding)) return Refusal{Reason::kBillingProfileNotFound};
  return Decide(command, c.account, c.states.HasRole(c.number, command.binding),
                c.head().role_bindings);
}

Decision JudgeIn(const Case& c, const account::RevokeRole& command) {
  if (IsOtherVersion(command.etag, c.account.etag)) return Refusal{Reason::kEtagMismatch};
  if (!IsFound(c, command.binding)) return Refusal{Reason::kBillingProfileNotFound};
  return Decide(command, c.account, c.states.HasRole(c.number, command.binding));
}

Decision JudgeIn(const Case& c, const account::HandOverAdministrator& command) {
  const bool own = c.context.caller.actor() == c.account.administrator;
  // Source: design page "The domain", Who may: "hand over, with `reason`".
  if (!own && !c.context.reason_given) {
    return Refusal{.reason = Reason::kInvalidRequest,
                   .bad_field = "reason",
                   .bad_field_description = "is required of an operator who hands over"};
  }
  if (IsOtherVersion(command.etag, c.account.etag)) return Refusal{Reason::kEtagMismatch};
  return Decide(command, c.account);
}

Decision JudgeIn(const Case& c, const account::RequestInvoicePayment& command) {
  if (IsOtherVersion(command.etag, c.account.etag)) return Refusal{Reason::kEtagMismatch};
  return Decide(command, c.account, c.head().unpaid);
}

Decision JudgeIn(const Case& c, const account::DecideInvoicePayment& command) {
  if (IsOtherVersion(command.etag, c.account.etag)) return Refusal{Reason::kEtagMismatch};
  return Decide(command, c.account);
}

}  // namespace billing::judge
