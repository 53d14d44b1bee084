// Every command there is. A new one is a compile error wherever it is forgotten.
#ifndef BILLING_AGGREGATES_JUDGE_COMMAND_H_
#define BILLING_AGGREGATES_JUDGE_COMMAND_H_

#include <string_view>
#include <variant>

#include "aggregates/account/account.h"
#include "aggregates/card/card.h"
#include "aggregates/charge/charge.h"
#include "aggregates/profile/profile.h"
#include "aggregates/subscription/subscription.h"
#include "aggregates/transfer/transfer.h"

namespace billing::judge {

using Command = std::variant<
    account::CreateBillingAccount, account::SetPolicy, account::UpdateBillingAccount,
    account::GrantRole, account::RevokeRole, account::HandOverAdministrator,
    account::RequestInvoicePayment, account::DecideInvoicePayment, card::AddCard, card::UpdateCard,
    card::RemoveCard, subscription::SetActive, subscription::CreateSubscription,
    subscription::UpdateSubscription, subscription::ChangeBillingProfile,
    subscription::ChangeLifecycle, subscription::SwitchToInvoice, profile::CreateBillingProfile,
    profile::ReplacePaymentMethod, profile::DetachPaymentMethod, profile::SwitchToInvoice,
    charge::RecordCharge, charge::RecordPayment, charge::VoidCharge, charge::SettleBalance,
    transfer::SendTransfer, transfer::AcceptTransfer, transfer::EndTransfer>;

// The account that the request names. The command is recorded there, except for a
// recipient's command on a transfer: see StreamOf in judge.h.
const kernel::AccountId& AccountOf(const Command& command);

}  // namespace billing::judge

#endif  // BILLING_AGGREGATES_JUDGE_COMMAND_H_
