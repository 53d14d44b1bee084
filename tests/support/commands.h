// Commands as short as a sentence, about the account `acme`:
//   SetActive("web", "visa"), RemoveCard("visa")
// Whatever else a test says, it sets on the result, so that it can be seen there.
#ifndef BILLING_TESTS_SUPPORT_COMMANDS_H_
#define BILLING_TESTS_SUPPORT_COMMANDS_H_

#include <string>

#include "aggregates/judge/command.h"
#include "aggregates/kernel/ids.h"

namespace billing::given {

kernel::AccountId Account(const std::string& id = "acme");
kernel::CardId Card(const std::string& id);
kernel::SubscriptionId Subscription(const std::string& id);
kernel::BillingProfileId BillingProfile(const std::string& id);

// Opens `acme` for users/alice: pay-as-you-go, NL, EUR.
account::CreateBillingAccount CreateBillingAccount();
account::SetPolicy SetPolicy(const account::Policy& policy);

// The card of the fact CardAdded(id).
card::AddCard AddCard(const std::string& id);
// The same, added from a subscription with "make this my active payment method".
card::AddCard AddCardAndSetActive(const std::string& id, const std::string& subscription);
// The mask names the expiry.
card::UpdateCard UpdateExpiry(const std::string& id, kernel::YearMonth expiry);
card::UpdateCard UpdateHolderName(const std::string& id);
card::RemoveCard RemoveCard(const std::string& id);

// `card` empty: without a payment method.
subscription::CreateSubscription CreateSubscription(const std::string& id,
                                                    const std::string& card = "");
subscription::UpdateSubscription UpdateSubscription(const std::string& id,
                                                    const std::string& display_name);
subscription::ChangeBillingProfile ChangeBillingProfile(const std::string& id,
                                                        const std::string& billing_profile);
subscription::ChangeLifecycle DisableSubscription(const std::string& id);
subscription::ChangeLifecycle CancelSubscription(const std::string& id);
subscription::ChangeLifecycle ReactivateSubscription(const std::string& id);
subscription::ChangeLifecycle DeleteSubscription(const std::string& id);
subscription::SetActive SetActive(const std::string& subscription, const std::string& card);

// A copy of the command with this etag.
template <class Command>
Command AtVersion(Command command, uint64_t etag) {
  command.etag = etag;
  return command;
}

}  // namespace billing::given

#endif  // BILLING_TESTS_SUPPORT_COMMANDS_H_
