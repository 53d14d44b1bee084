// Facts about billing profiles, charges and transfers, as short as a sentence:
//   BillingProfileCreated("main", "visa"), ChargeRecorded("may", {.subscription = "web"})
// Names are relative to the account, as in the log.
#ifndef BILLING_TESTS_SUPPORT_PAYMENT_FACTS_H_
#define BILLING_TESTS_SUPPORT_PAYMENT_FACTS_H_

#include <string>
#include <vector>

#include "billing/v1/event.pb.h"
#include "google/type/money.pb.h"

namespace billing::given {

v1::Event BillingProfileCreated(const std::string& id, const std::string& card);
// `previous_card` empty: it had none.
v1::Event PaymentMethodReplaced(const std::string& profile, const std::string& card,
                                const std::string& previous_card = "");
v1::Event PaymentMethodDetached(const std::string& profile, const std::string& previous_card = "");
// SubscriptionCreated of one that is billed to a profile.
v1::Event SubscriptionCreatedUnder(const std::string& profile, const std::string& id,
                                   v1::SubscriptionKind kind = v1::SUBSCRIPTION_KIND_CONSUMPTION);
v1::Event BillingProfileChanged(const std::string& subscription, const std::string& profile,
                                const std::string& previous);
v1::Event SwitchedToInvoice(const std::string& subscription, const std::string& previous_card = "");
v1::Event ProfileSwitchedToInvoice(const std::string& profile,
                                   const std::string& previous_card = "");

google::type::Money Euros(int64_t cents);

// What a charge is for: a subscription, a profile, or a subscription that is billed to a
// profile; and what it is on: a card, or nothing.
struct ChargeOptions {
  std::string subscription = {};
  std::string profile = {};
  std::string card = {};
  int64_t cents = 1'000;
};
v1::Event ChargeRecorded(const std::string& id, const ChargeOptions& options);
// What such a charge is about, in a fact of its payment or of its end.
v1::Event Concerning(const ChargeOptions& charged, v1::Event fact);
// Reported as `ref-<charge>` unless the test says otherwise.
v1::Event PaymentSucceeded(const std::string& charge, const std::string& reference = "");
// With network code 51: INSUFFICIENT_CREDIT, SOFT.
v1::Event PaymentDeclined(const std::string& charge, const std::string& reference = "");
v1::Event ChargeVoided(const std::string& charge);
// Reported as `ref-settle`.
v1::Event BalanceSettled(const std::string& failed_card, const std::string& paying_card,
                         int64_t cents, const std::vector<std::string>& charges);
// The same with what owed the charges.
v1::Event OwedBy(const std::vector<std::string>& subscriptions,
                 const std::vector<std::string>& profiles, v1::Event settled);

// Offered by the account of the stream to the account `to`.
v1::Event TransferSent(const std::string& id, const std::string& subscription,
                       const std::string& to = "other");
v1::Event SubscriptionTransferredOut(const std::string& transfer, const std::string& subscription);
v1::Event TransferDeclined(const std::string& transfer, const std::string& subscription);
v1::Event TransferCancelled(const std::string& transfer, const std::string& subscription);
v1::Event TransferExpired(const std::string& transfer, const std::string& subscription);
// In the receiving account's stream; `created` is the SubscriptionCreated of what arrives.
v1::Event SubscriptionTransferredIn(const std::string& sender, const std::string& transfer,
                                    const v1::Event& created);
v1::Event OfferDeclined(const std::string& sender, const std::string& transfer);

// A fact of the stream of this account, whatever account the command names.
v1::Event Of(const std::string& account, v1::Event fact);

}  // namespace billing::given

#endif  // BILLING_TESTS_SUPPORT_PAYMENT_FACTS_H_
