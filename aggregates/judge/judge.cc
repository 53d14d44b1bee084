#include "aggregates/judge/judge.h"

#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "aggregates/judge/case.h"

namespace billing::judge {
namespace {

using kernel::Decision;
using kernel::Reason;
using kernel::Refusal;
using projections::StateReader;

// The profile that the command is about: a role on it may be enough.
std::optional<kernel::BillingProfileId> ProfileOf(const Command& command) {
  if (const auto* replace = std::get_if<profile::ReplacePaymentMethod>(&command)) {
    return replace->billing_profile;
  }
  if (const auto* detach = std::get_if<profile::DetachPaymentMethod>(&command)) {
    return detach->billing_profile;
  }
  return std::nullopt;
}

// The case, if the caller may give the command in its stream's account.
OrRefusal<Case> Open(const Command& command, const kernel::Context& context,
                     const StateReader& states) {
  const std::optional<projections::AccountNumber> number = StreamOf(command, states);
  const Deed deed = DeedOf(command);
  const bool by_platform = PlatformAllows(deed, context.caller);
  std::shared_ptr<const account::AccountState> account;
  if (number) account = states.SharedAccount(*number);
  if (!account) {
    // Whoever may do nothing in an account does not learn that there is none.
    return Refusal{by_platform ? Reason::kBillingAccountNotFound : Reason::kRoleRequired};
  }
  if (!by_platform) {
    const projections::HeldRoles roles = GrantedRoles(context.caller, *number, *account, states);
    if (!AccountAllows(deed, context.caller, *account, roles, ProfileOf(command))) {
      return Refusal{Reason::kRoleRequired};
    }
  }
  return Case{context, states, deed, by_platform, *number, std::move(account)};
}

Decision JudgeOpening(const account::CreateBillingAccount& command, const kernel::Context& context,
                      const StateReader& states) {
  if (!PlatformAllows(Deed::kManageAccounts, context.caller)) {
    return Refusal{Reason::kRoleRequired};
  }
  return Decide(command, states.FindAccount(command.account).has_value());
}

// The account that received the transfer, when there is such a transfer.
std::optional<kernel::AccountId> ReceiverOf(const kernel::AccountId& sender,
                                            const kernel::TransferId& id,
                                            const StateReader& states) {
  const auto number = states.FindAccount(sender);
  if (!number) return std::nullopt;
  const auto transfer = states.Transfer(*number, id);
  if (!transfer) return std::nullopt;
  return transfer->to_account;
}

}  // namespace

std::optional<projections::AccountNumber> StreamOf(const Command& command,
                                                   const StateReader& states) {
  std::optional<kernel::AccountId> receiver;
  if (const auto* accept = std::get_if<transfer::AcceptTransfer>(&command)) {
    receiver = ReceiverOf(accept->account, accept->transfer, states);
  } else if (const auto* end = std::get_if<transfer::EndTransfer>(&command);
             end != nullptr && end->end == transfer::End::kDecline) {
    receiver = ReceiverOf(end->account, end->transfer, states);
  }
  return states.FindAccount(receiver ? *receiver : AccountOf(command));
}

Decision Judge(const Command& command, const kernel::Context& context, const StateReader& states) {
  return std::visit(
      [&]<class C>(const C& any) -> Decision {
        if constexpr (std::is_same_v<C, account::CreateBillingAccount>) {
          return JudgeOpening(any, context, states);
        } else {
          const OrRefusal<Case> opened = Open(command, context, states);
          if (const auto* refusal = std::get_if<Refusal>(&opened)) return *refusal;
          return JudgeIn(std::get<Case>(opened), any);
        }
      },
      command);
}

}  // namespace billing::judge
