#include "tests/support/payment_commands.h"

#include "tests/support/commands.h"

namespace billing::given {
namespace {

account::RoleBinding Binding(const std::string& principal, v1::Role role,
                             const std::string& billing_profile) {
  account::RoleBinding binding{.principal = kernel::Principal::FromStored(principal), .role = role};
  if (!billing_profile.empty()) binding.billing_profile = BillingProfile(billing_profile);
  return binding;
}

charge::RecordPayment Report(v1::PaymentOutcome outcome, const std::string& charge,
                             const std::string& reference) {
  return {.account = Account(),
          .charge = Charge(charge),
          .outcome = outcome,
          .processor_reference = reference.empty() ? "ref-" + charge : reference,
          .etag = {}};
}

}  // namespace

kernel::ChargeId Charge(const std::string& id) { return kernel::ChargeId::FromStored(id); }
kernel::TransferId Transfer(const std::string& id) { return kernel::TransferId::FromStored(id); }

account::GrantRole GrantRole(const std::string& principal, v1::Role role,
                             const std::string& billing_profile) {
  return {Account(), Binding(principal, role, billing_profile), {}};
}

account::RevokeRole RevokeRole(const std::string& principal, v1::Role role,
                               const std::string& billing_profile) {
  return {Account(), Binding(principal, role, billing_profile), {}};
}

account::HandOverAdministrator HandOverTo(const std::string& principal) {
  return {Account(), kernel::Principal::FromStored(principal), {}};
}

account::UpdateBillingAccount Reclassify(bool business) {
  return {.account = Account(), .display_name = {}, .business = business, .etag = {}};
}

account::RequestInvoicePayment RequestInvoicePayment() { return {Account(), {}}; }
account::DecideInvoicePayment ApproveInvoicePayment() { return {Account(), true, {}}; }
account::DecideInvoicePayment RejectInvoicePayment() { return {Account(), false, {}}; }

profile::CreateBillingProfile CreateBillingProfile(const std::string& id, const std::string& card) {
  return {.account = Account(),
          .billing_profile = BillingProfile(id),
          .display_name = "",
          .card = Card(card)};
}

profile::ReplacePaymentMethod ReplacePaymentMethod(const std::string& profile,
                                                   const std::string& card) {
  return {Account(), BillingProfile(profile), Card(card), {}};
}

profile::DetachPaymentMethod DetachPaymentMethod(const std::string& profile) {
  return {Account(), BillingProfile(profile), {}};
}

profile::SwitchToInvoice SwitchProfileToInvoice(const std::string& profile) {
  return {Account(), BillingProfile(profile), {}};
}

subscription::SwitchToInvoice SwitchToInvoice(const std::string& subscription) {
  return {Account(), Subscription(subscription), {}};
}

subscription::CreateSubscription CreateSubscriptionUnder(const std::string& profile,
                                                         const std::string& id) {
  subscription::CreateSubscription command = CreateSubscription(id);
  command.billing_profile = BillingProfile(profile);
  return command;
}

charge::RecordCharge ChargeSubscription(const std::string& id, const std::string& subscription,
                                        int64_t cents) {
  return {.account = Account(),
          .charge = Charge(id),
          .subscription = Subscription(subscription),
          .billing_profile = {},
          .amount = {"EUR", cents},
          .due_time = {}};
}

charge::RecordCharge ChargeProfile(const std::string& id, const std::string& profile,
                                   int64_t cents) {
  return {.account = Account(),
          .charge = Charge(id),
          .subscription = {},
          .billing_profile = BillingProfile(profile),
          .amount = {"EUR", cents},
          .due_time = {}};
}

charge::RecordPayment Paid(const std::string& charge, const std::string& reference) {
  return Report(v1::PAYMENT_OUTCOME_SUCCEEDED, charge, reference);
}

charge::RecordPayment Declined(const std::string& charge, const std::string& reference) {
  charge::RecordPayment command = Report(v1::PAYMENT_OUTCOME_DECLINED, charge, reference);
  command.network_code = "51";
  return command;
}

charge::VoidCharge VoidCharge(const std::string& charge) { return {Account(), Charge(charge), {}}; }

charge::SettleBalance SettleBalance(const std::string& failed_card, const std::string& paying_card,
                                    int64_t cents) {
  return {.account = Account(),
          .failed_card = Card(failed_card),
          .paying_card = Card(paying_card),
          .amount = {"EUR", cents},
          .processor_reference = "ref-settle",
          .requested_by = ""};
}

transfer::SendTransfer SendTransfer(const std::string& id, const std::string& subscription,
                                    const std::string& to) {
  return {Account(), Transfer(id), Subscription(subscription), Account(to), {}};
}

transfer::AcceptTransfer AcceptTransfer(const std::string& id, const std::string& subscription) {
  return {.account = Account(),
          .transfer = Transfer(id),
          .subscription = Subscription(subscription),
          .card = {},
          .billing_profile = {},
          .etag = {}};
}

transfer::AcceptTransfer PayingWith(transfer::AcceptTransfer command, const std::string& account,
                                    const std::string& card) {
  command.card = kernel::ResourceName{Account(account), kernel::kCards, card};
  return command;
}

transfer::AcceptTransfer BilledTo(transfer::AcceptTransfer command, const std::string& account,
                                  const std::string& profile) {
  command.billing_profile =
      kernel::ResourceName{Account(account), kernel::kBillingProfiles, profile};
  return command;
}

transfer::EndTransfer DeclineTransfer(const std::string& id) {
  return {transfer::End::kDecline, Account(), Transfer(id), {}};
}

transfer::EndTransfer CancelTransfer(const std::string& id) {
  return {transfer::End::kCancel, Account(), Transfer(id), {}};
}

transfer::EndTransfer ExpireTransfer(const std::string& id) {
  return {transfer::End::kExpire, Account(), Transfer(id), {}};
}

}  // namespace billing::given
