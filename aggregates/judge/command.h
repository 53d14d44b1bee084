// Every command there is. A new one is a compile error wherever it is forgotten.
#ifndef BILLING_AGGREGATES_JUDGE_COMMAND_H_
#define BILLING_AGGREGATES_JUDGE_COMMAND_H_

#include <string_view>
#include <variant>

#include "aggregates/account/account.h"
#include "aggregates/card/card.h"
#include "aggregates/subscription/subscription.h"

namespace billing::judge {

using Command = std::variant<account::CreateBillingAccount, account::SetPolicy, card::AddCard,
                             card::UpdateCard, subscription::SetActive, card::RemoveCard,
                             subscription::CreateSubscription, subscription::UpdateSubscription,
                             subscription::ChangeBillingProfile, subscription::ChangeLifecycle>;

// The account that the command is about.
const kernel::AccountId& AccountOf(const Command& command);

}  // namespace billing::judge

#endif  // BILLING_AGGREGATES_JUDGE_COMMAND_H_
