// Commands about roles, invoices, billing profiles, charges and transfers of the account
// `acme`, as short as a sentence; see commands.h.
#ifndef BILLING_TESTS_SUPPORT_PAYMENT_COMMANDS_H_
#define BILLING_TESTS_SUPPORT_PAYMENT_COMMANDS_H_

#include <string>

#include "aggregates/judge/command.h"

namespace billing::given {

kernel::ChargeId Charge(const std::string& id);
kernel::TransferId Transfer(const std::string& id);

// `billing_profile` empty: on the whole account.
account::GrantRole GrantRole(const std::string& principal, v1::Role role,
                             const std::string& billing_profile = "");
account::RevokeRole RevokeRole(const std::string& principal, v1::Role role,
                               const std::string& billing_profile = "");
account::HandOverAdministrator HandOverTo(const std::string& principal);
account::UpdateBillingAccount Reclassify(bool business);
account::RequestInvoicePayment RequestInvoicePayment();
account::DecideInvoicePayment ApproveInvoicePayment();
account::DecideInvoicePayment RejectInvoicePayment();

profile::CreateBillingProfile CreateBillingProfile(const std::string& id, const std::string& card);
profile::ReplacePaymentMethod ReplacePaymentMethod(const std::string& profile,
                                                   const std::string& card);
profile::DetachPaymentMethod DetachPaymentMethod(const std::string& profile);
profile::SwitchToInvoice SwitchProfileToInvoice(const std::string& profile);
subscription::SwitchToInvoice SwitchToInvoice(const std::string& subscription);
subscription::CreateSubscription CreateSubscriptionUnder(const std::string& profile,
                                                         const std::string& id);

charge::RecordCharge ChargeSubscription(const std::string& id, const std::string& subscription,
                                        int64_t cents = 1'000);
charge::RecordCharge ChargeProfile(const std::string& id, const std::string& profile,
                                   int64_t cents = 1'000);
// Reported as `ref-<charge>`, unless the test says otherwise.
charge::RecordPayment Paid(const std::string& charge, const std::string& reference = "");
// With network code 51.
charge::RecordPayment Declined(const std::string& charge, const std::string& reference = "");
charge::VoidCharge VoidCharge(const std::string& charge);
// Reported as `ref-settle`.
charge::SettleBalance SettleBalance(const std::string& failed_card, const std::string& paying_card,
                                    int64_t cents);

transfer::SendTransfer SendTransfer(const std::string& id, const std::string& subscription,
                                    const std::string& to = "other");
// The subscription gets the id `subscription` in the receiving account.
transfer::AcceptTransfer AcceptTransfer(const std::string& id, const std::string& subscription);
// A copy that names a card or a profile of some account.
transfer::AcceptTransfer PayingWith(transfer::AcceptTransfer command, const std::string& account,
                                    const std::string& card);
transfer::AcceptTransfer BilledTo(transfer::AcceptTransfer command, const std::string& account,
                                  const std::string& profile);
transfer::EndTransfer DeclineTransfer(const std::string& id);
transfer::EndTransfer CancelTransfer(const std::string& id);
transfer::EndTransfer ExpireTransfer(const std::string& id);

}  // namespace billing::given

#endif  // BILLING_TESTS_SUPPORT_PAYMENT_COMMANDS_H_
