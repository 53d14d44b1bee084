#include "aggregates/judge/roles.h"

#include <algorithm>
#include <cassert>
#include <variant>

namespace billing::judge {
namespace {

// One row per deed, one column per role. Source: design page "The domain", Who may; readers
// and auditors may nothing of this.
struct Row {
  Deed deed;
  bool administrator;
  bool owner_or_contributor;
  bool biller;
  bool operators;
  bool scheduler;
};

constexpr bool kMay = true;
constexpr bool kNo = false;

// clang-format off
constexpr Row kWhoMay[] = {
    // deed                       admin. owner  biller oper.  scheduler
    {Deed::kManageCards,          kMay,  kNo,   kNo,   kNo,   kNo},
    {Deed::kActOnPayment,         kMay,  kNo,   kNo,   kNo,   kNo},
    {Deed::kCreateProfiles,       kMay,  kMay,  kNo,   kNo,   kNo},
    {Deed::kManageProfiles,       kMay,  kMay,  kNo,   kNo,   kNo},
    {Deed::kManageSubscriptions,  kMay,  kNo,   kMay,  kMay,  kNo},
    {Deed::kDisable,              kNo,   kNo,   kMay,  kMay,  kNo},
    {Deed::kDelete,               kNo,   kNo,   kMay,  kMay,  kMay},
    {Deed::kRecordPayments,       kNo,   kNo,   kMay,  kNo,   kNo},
    {Deed::kVoidCharges,          kNo,   kNo,   kMay,  kMay,  kNo},
    {Deed::kGrantRoles,           kMay,  kNo,   kNo,   kNo,   kNo},
    {Deed::kHandOver,             kMay,  kNo,   kNo,   kMay,  kNo},
    {Deed::kManageAccounts,       kNo,   kNo,   kNo,   kMay,  kNo},
    {Deed::kExpireTransfers,      kNo,   kNo,   kNo,   kNo,   kMay},
};
// clang-format on

const Row& RowOf(Deed deed) {
  const auto* row = std::ranges::find(kWhoMay, deed, &Row::deed);
  assert(row != std::end(kWhoMay));
  return *row;
}

Deed DeedFor(const account::CreateBillingAccount&) { return Deed::kManageAccounts; }
Deed DeedFor(const account::SetPolicy&) { return Deed::kManageAccounts; }
Deed DeedFor(const account::UpdateBillingAccount&) { return Deed::kManageAccounts; }
Deed DeedFor(const account::GrantRole&) { return Deed::kGrantRoles; }
Deed DeedFor(const account::RevokeRole&) { return Deed::kGrantRoles; }
Deed DeedFor(const account::HandOverAdministrator&) { return Deed::kHandOver; }
Deed DeedFor(const account::RequestInvoicePayment&) { return Deed::kActOnPayment; }
Deed DeedFor(const account::DecideInvoicePayment&) { return Deed::kManageAccounts; }
Deed DeedFor(const card::AddCard&) { return Deed::kManageCards; }
Deed DeedFor(const card::UpdateCard&) { return Deed::kManageCards; }
Deed DeedFor(const card::RemoveCard&) { return Deed::kManageCards; }
Deed DeedFor(const subscription::SetActive&) { return Deed::kActOnPayment; }
Deed DeedFor(const subscription::CreateSubscription&) { return Deed::kManageSubscriptions; }
Deed DeedFor(const subscription::UpdateSubscription&) { return Deed::kManageSubscriptions; }
Deed DeedFor(const subscription::ChangeBillingProfile&) { return Deed::kManageSubscriptions; }
Deed DeedFor(const subscription::SwitchToInvoice&) { return Deed::kActOnPayment; }
Deed DeedFor(const profile::CreateBillingProfile&) { return Deed::kCreateProfiles; }
Deed DeedFor(const profile::ReplacePaymentMethod&) { return Deed::kManageProfiles; }
Deed DeedFor(const profile::DetachPaymentMethod&) { return Deed::kManageProfiles; }
Deed DeedFor(const profile::SwitchToInvoice&) { return Deed::kActOnPayment; }
Deed DeedFor(const charge::RecordCharge&) { return Deed::kRecordPayments; }
Deed DeedFor(const charge::RecordPayment&) { return Deed::kRecordPayments; }
Deed DeedFor(const charge::VoidCharge&) { return Deed::kVoidCharges; }
Deed DeedFor(const charge::SettleBalance&) { return Deed::kRecordPayments; }
Deed DeedFor(const transfer::SendTransfer&) { return Deed::kActOnPayment; }
Deed DeedFor(const transfer::AcceptTransfer&) { return Deed::kActOnPayment; }

Deed DeedFor(const transfer::EndTransfer& command) {
  return command.end == transfer::End::kExpire ? Deed::kExpireTransfers : Deed::kActOnPayment;
}

Deed DeedFor(const subscription::ChangeLifecycle& command) {
  switch (command.change) {
    case subscription::Lifecycle::kCancel:
    case subscription::Lifecycle::kReactivate:
      return Deed::kManageSubscriptions;
    case subscription::Lifecycle::kDisable:
      return Deed::kDisable;
    case subscription::Lifecycle::kDelete:
      return Deed::kDelete;
  }
  assert(false);
  return Deed::kDelete;
}

// Owners and contributors, of the account or of the one profile that the command is about.
bool OwnsOrContributes(const projections::HeldRoles& roles,
                       const std::optional<kernel::BillingProfileId>& profile) {
  if (roles.owner || roles.contributor) return true;
  if (!profile) return false;
  const auto held = roles.profiles.find(*profile);
  return held != roles.profiles.end() && (held->second.owner || held->second.contributor);
}

}  // namespace

Deed DeedOf(const Command& command) {
  return std::visit([](const auto& any) { return DeedFor(any); }, command);
}

bool PlatformAllows(Deed deed, const kernel::Caller& caller) {
  const Row& row = RowOf(deed);
  const kernel::PlatformRoles roles = caller.acting_roles();
  return (row.biller && roles.Has(kernel::PlatformRole::kBiller)) ||
         (row.operators && roles.Has(kernel::PlatformRole::kOperator)) ||
         (row.scheduler && caller.principal.value() == kernel::kScheduler);
}

bool AccountAllows(Deed deed, const kernel::Caller& caller, const account::AccountState& account,
                   const projections::HeldRoles& roles,
                   const std::optional<kernel::BillingProfileId>& profile) {
  const Row& row = RowOf(deed);
  if (row.administrator && caller.actor() == account.administrator) return true;
  if (!row.owner_or_contributor || !OwnsOrContributes(roles, profile)) return false;
  // The founding document's literal reading leaves a profile's method to who signed up.
  return deed != Deed::kManageProfiles || !account.policy.signed_up_user_manages_profiles;
}

}  // namespace billing::judge
