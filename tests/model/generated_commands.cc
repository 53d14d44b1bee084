// The generator's commands, each filled in with what makes its rules matter.
#include <algorithm>

#include "tests/model/generator.h"
#include "tests/model/money.h"

namespace billing::model {

void Generator::CreateBillingAccount() {
  step_.caller = Operator();
  auto& request = *step_.wire.mutable_create_billing_account();
  const size_t opened = world_.accounts().size();
  request.set_billing_account_id(opened > 3 && Chance(90) ? account_
                                                          : "acme-" + std::to_string(opened));
  auto& account = *request.mutable_billing_account();
  account.set_agreement(opened % 2 == 0 ? v1::AGREEMENT_PAY_AS_YOU_GO
                                        : v1::AGREEMENT_CUSTOMER_AGREEMENT);
  account.set_administrator(OneOf(Users()));
  account.set_business(Chance(70));
  const std::vector<std::string> countries = {"NL", "IN", "HK", "BR"};
  account.set_country(opened < 2 || Chance(40) ? "NL" : OneOf(countries));
  const std::vector<std::string> currencies = {"EUR", "EUR", "JPY", "KWD"};
  account.set_currency(OneOf(currencies));
  if (Chance(50)) FillIn(*account.mutable_policy());
}

void Generator::SetPolicy() {
  step_.caller = Operator();
  step_.wire.mutable_set_policy()->set_name(AccountName());
  FillIn(*step_.wire.mutable_set_policy()->mutable_policy());
}

void Generator::UpdateBillingAccount() {
  step_.caller = Operator();
  auto& request = *step_.wire.mutable_update_billing_account();
  request.mutable_billing_account()->set_name(AccountName());
  request.mutable_billing_account()->set_display_name(Chance(50) ? "Acme" : "Acme and sons");
  request.mutable_billing_account()->set_business(Chance(80));
  const bool both = Chance(30);
  const bool business = Chance(60);
  if (both || !business) request.mutable_update_mask()->add_paths("display_name");
  if (both || business) request.mutable_update_mask()->add_paths("business");
}

void Generator::GrantRole() {
  ByAdministrator();
  auto& request = *step_.wire.mutable_grant_role();
  const bool on_profile = Chance(account().by_profile() ? 50 : 5);
  request.set_name(on_profile ? ProfileReference() : AccountName());
  request.set_principal(OneOf(Users()));
  request.set_role(static_cast<v1::Role>(1 + Below(Chance(15) ? 4 : 3)));
}

void Generator::RevokeRole() {
  ByAdministrator();
  auto& request = *step_.wire.mutable_revoke_role();
  request.set_name(AccountName());
  request.set_principal(OneOf(Users()));
  request.set_role(static_cast<v1::Role>(1 + Below(Chance(25) ? 4 : 3)));
  if (account().grants.empty() || Chance(30)) return;
  auto grant = account().grants.begin();
  std::advance(grant, Below(account().grants.size()));
  const auto& [principal, profile, role] = *grant;
  if (!profile.empty()) request.set_name(AccountName() + "/billingProfiles/" + profile);
  request.set_principal(principal);
  request.set_role(role);
}

void Generator::HandOverAdministrator() {
  ByAdministrator();
  if (Chance(50)) step_.caller = Operator();
  auto& request = *step_.wire.mutable_hand_over_administrator();
  request.set_name(AccountName());
  request.set_principal(OneOf(Users()));
}

void Generator::RequestInvoicePayment() {
  ByAdministrator();
  step_.wire.mutable_request_invoice_payment()->set_name(AccountName());
}

void Generator::DecideInvoicePayment() {
  step_.caller = Operator();
  step_.wire.mutable_decide_invoice_payment()->set_name(AccountName());
  step_.wire.mutable_decide_invoice_payment()->set_approved(Chance(70));
}

void Generator::AddCard() {
  ByAdministrator();
  auto& request = *step_.wire.mutable_add_card();
  request.set_parent(AccountName());
  request.set_card_id(NewId("card", account().cards));
  FillIn(*request.mutable_card());
  if (!Chance(45)) return;
  request.set_subscription(SubscriptionReference());
  request.set_set_active(Chance(75));
}

void Generator::UpdateCard() {
  ByAdministrator();
  auto& request = *step_.wire.mutable_update_card();
  request.mutable_card()->set_name(CardReference());
  *request.mutable_card()->mutable_expiry() = Expiry();
  request.mutable_card()->set_last_four("2222");
  request.mutable_card()->set_holder_name("Alice A. Example");
  auto& mask = *request.mutable_update_mask();
  if (Chance(25)) mask.add_paths("holder_name");
  if (Chance(20)) mask.add_paths("billing_address");
  if (mask.paths().empty() || Chance(40)) mask.add_paths("expiry");
  if (Chance(8)) mask.add_paths("last_four");
  // The same expiry again.
  const auto& cards = account().cards;
  const auto same = cards.find(IdIn(request.card().name()));
  if (same == cards.end() || !Chance(25)) return;
  request.mutable_card()->mutable_expiry()->set_year(same->second.expiry_year);
  request.mutable_card()->mutable_expiry()->set_month(same->second.expiry_month);
}

void Generator::RemoveCard() {
  ByAdministrator();
  step_.wire.mutable_remove_card()->set_name(CardReference());
}

void Generator::SetActive() {
  ByAdministrator();
  auto& request = *step_.wire.mutable_set_active();
  request.set_subscription(SubscriptionReference());
  request.set_card(CardReference());
  if (!Chance(25)) return;
  request.set_expected_current_card(CardReference());
  const auto found = account().subscriptions.find(IdIn(request.subscription()));
  if (found == account().subscriptions.end() || found->second.card.empty() || Chance(30)) return;
  request.set_expected_current_card(AccountName() + "/cards/" + found->second.card);
}

void Generator::CreateSubscription() {
  BySubscriptionManager();
  auto& request = *step_.wire.mutable_create_subscription();
  request.set_parent(AccountName());
  request.set_subscription_id(NewId("sub", account().subscriptions));
  auto& subscription = *request.mutable_subscription();
  subscription.set_kind(static_cast<v1::SubscriptionKind>(Below(5)));
  if (Chance(30)) subscription.set_display_name("Web shop");
  const bool as_agreed = !Chance(6);
  if (account().by_profile() == as_agreed) {
    if (!Chance(6)) subscription.set_billing_profile(ProfileReference());
  } else if (Chance(85)) {
    subscription.set_card(CardReference());
  }
}

void Generator::UpdateSubscription() {
  BySubscriptionManager();
  auto& request = *step_.wire.mutable_update_subscription();
  request.mutable_subscription()->set_name(Chance(60) ? SubscriptionReference()
                                                      : StoppedReference());
  request.mutable_subscription()->set_display_name(Chance(50) ? "Web shop" : "Mail");
  request.mutable_update_mask()->add_paths("display_name");
}

void Generator::ChangeBillingProfile() {
  BySubscriptionManager();
  auto& request = *step_.wire.mutable_change_billing_profile();
  request.set_name(SubscriptionReference());
  request.set_billing_profile(ProfileReference());
}

void Generator::DisableSubscription() {
  ByPlatformOr(Chance(50) ? Operator() : Biller());
  step_.wire.mutable_disable_subscription()->set_name(SubscriptionReference());
}

void Generator::CancelSubscription() {
  BySubscriptionManager();
  step_.wire.mutable_cancel_subscription()->set_name(SubscriptionReference());
}

void Generator::ReactivateSubscription() {
  BySubscriptionManager();
  step_.wire.mutable_reactivate_subscription()->set_name(StoppedReference());
}

void Generator::DeleteSubscription() {
  const std::vector<kernel::Caller> callers = {Operator(), Biller(), Scheduler()};
  ByPlatformOr(OneOf(callers));
  step_.wire.mutable_delete_subscription()->set_name(StoppedReference());
}

void Generator::SwitchToInvoice() {
  ByAdministrator();
  const bool as_agreed = !Chance(10);
  step_.wire.mutable_switch_to_invoice()->set_name(
      account().by_profile() == as_agreed ? ProfileReference() : SubscriptionReference());
}

void Generator::CreateBillingProfile() {
  ByProfileManager();
  auto& request = *step_.wire.mutable_create_billing_profile();
  request.set_parent(AccountName());
  request.set_billing_profile_id(NewId("profile", account().profiles));
  request.mutable_billing_profile()->set_card(CardReference());
  if (Chance(30)) request.mutable_billing_profile()->set_display_name("Head office");
}

void Generator::ReplacePaymentMethod() {
  ByProfileManager();
  auto& request = *step_.wire.mutable_replace_payment_method();
  request.set_name(ProfileReference());
  request.set_card(CardReference());
}

void Generator::DetachPaymentMethod() {
  ByProfileManager();
  auto& request = *step_.wire.mutable_detach_payment_method();
  request.set_name(ProfileReference());
  if (Chance(40)) return;
  // One that nothing stands in the way of, if there is one.
  for (const auto& [id, profile] : account().profiles) {
    const bool holds = std::any_of(
        account().subscriptions.begin(), account().subscriptions.end(),
        [&id = id](const auto& each) { return each.second.live() && each.second.profile == id; });
    if (profile.active && !holds) request.set_name(AccountName() + "/billingProfiles/" + id);
  }
}

void Generator::RecordCharge() {
  ByPlatformOr(Biller());
  auto& request = *step_.wire.mutable_record_charge();
  request.set_parent(AccountName());
  request.set_charge_id(NewId("charge", account().charges));
  auto& charge = *request.mutable_charge();
  if (Chance(account().by_profile() ? 40 : 4)) {
    charge.set_billing_profile(ProfileReference());
  } else {
    charge.set_subscription(SubscriptionReference());
  }
  *charge.mutable_amount() = MoneyOf(Amount(), Chance(97) ? account().currency : "USD");
  if (Chance(30)) charge.mutable_due_time()->set_seconds(now_ / kSecond + 86'400);
}

void Generator::RecordPayment() {
  ByPlatformOr(Biller());
  static const std::vector<std::string> network = {
      "",   "57", "5C", "51", "R0", "54",        "41",           "05",
      "14", "91", "1A", "1a", "99", "lost_card", "do_not_honor", "Insufficient_Funds"};
  static const std::vector<std::string> advice = {"",   "",   "",   "",   "02",
                                                  "21", "01", "40", "03", "77"};
  auto& request = *step_.wire.mutable_record_payment();
  request.set_name(ChargeReference());
  request.set_outcome(Chance(45) ? v1::PAYMENT_OUTCOME_SUCCEEDED : v1::PAYMENT_OUTCOME_DECLINED);
  request.set_network_code(OneOf(network));
  request.set_advice_code(OneOf(advice));
  request.set_processor_reference(Chance(60) ? Fresh("payment")
                                             : "payment-of-" + std::to_string(Below(3)));
  // A report that was made before.
  const auto found = account().charges.find(IdIn(request.name()));
  if (found == account().charges.end() || found->second.reports.empty() || !Chance(20)) return;
  request.set_processor_reference(found->second.reports.begin()->first);
  request.set_outcome(found->second.reports.begin()->second);
}

void Generator::VoidCharge() {
  ByPlatformOr(Chance(50) ? Operator() : Biller());
  step_.wire.mutable_void_charge()->set_name(ChargeReference());
}

void Generator::SettleBalance() {
  ByPlatformOr(Biller());
  auto& request = *step_.wire.mutable_settle_balance();
  request.set_parent(AccountName());
  request.set_failed_card(CardReference());
  for (const auto& [id, charge] : account().charges) {
    if (!charge.past_due() || charge.card.empty() || !Chance(60)) continue;
    request.set_failed_card(AccountName() + "/cards/" + charge.card);
  }
  request.set_paying_card(CardReference());
  if (request.paying_card() == request.failed_card()) {
    request.set_paying_card(AccountName() + "/cards/nowhere-else");
  }
  int64_t due = 0;
  for (const auto& [id, charge] : account().charges) {
    const bool on_either =
        charge.card == IdIn(request.failed_card()) || charge.card == IdIn(request.paying_card());
    if (charge.past_due() && on_either) due += charge.minor;
  }
  if (due == 0 || Chance(25)) due = 1 + due / 2;
  *request.mutable_amount() = MoneyOf(due, Chance(97) ? account().currency : "USD");
  request.set_processor_reference(Chance(90) ? Fresh("capture") : "capture-again");
  if (Chance(50)) request.set_requested_by(OneOf(Users()));
  if (account().settlements.empty() || !Chance(60)) return;
  // A report that was made before, as it was or with something else in it.
  auto report = account().settlements.begin();
  std::advance(report, Below(account().settlements.size()));
  const auto& [failed, paying, minor, requested_by] = report->second;
  request.set_processor_reference(report->first);
  if (Chance(80)) request.set_failed_card(AccountName() + "/cards/" + failed);
  if (Chance(80)) request.set_paying_card(AccountName() + "/cards/" + paying);
  if (request.paying_card() == request.failed_card()) {
    request.set_paying_card(AccountName() + "/cards/nowhere-else");
  }
  *request.mutable_amount() = MoneyOf(Chance(80) ? minor : minor + 1, account().currency);
  if (Chance(80)) request.set_requested_by(requested_by);
}

void Generator::SendTransfer() {
  ByAdministrator();
  auto& request = *step_.wire.mutable_send_transfer();
  request.set_subscription(Reference<Subscription>(
      "subscriptions", &Account::subscriptions,
      [](const auto& each) { return each.state == v1::SUBSCRIPTION_STATE_ACTIVE; }));
  request.set_transfer_id(NewId("transfer", account().transfers));
  std::vector<std::string> receivers = {"acme-nowhere"};
  for (const auto& [id, other] : world_.accounts()) {
    const bool likely = id != account_ && other.country == account().country;
    receivers.insert(receivers.end(), likely ? 12 : 1, id);
  }
  request.set_to_billing_account("billingAccounts/" + OneOf(receivers));
}

// From here on about an account that has an offer to answer, if there is one.
void Generator::ChooseReceiver() {
  for (const auto& [sender_id, sender] : world_.accounts()) {
    for (const auto& [id, transfer] : sender.transfers) {
      const bool open = transfer.StateAt(now_) == v1::TRANSFER_STATE_PENDING;
      if (open && world_.Find(transfer.to_account) != nullptr && Chance(60)) {
        account_ = transfer.to_account;
      }
    }
  }
}

void Generator::AcceptTransfer() {
  ChooseReceiver();
  ByAdministrator();
  auto& request = *step_.wire.mutable_accept_transfer();
  request.set_name(TransferReference(/*received=*/true));
  request.set_subscription_id(NewId("sub", account().subscriptions));
  const bool as_agreed = !Chance(8);
  if (account().by_profile() == as_agreed) {
    if (!Chance(5)) request.set_billing_profile(ProfileReference());
  } else if (Chance(80)) {
    request.set_card(CardReference());
  }
}

void Generator::DeclineTransfer() {
  ChooseReceiver();
  ByAdministrator();
  step_.wire.mutable_decline_transfer()->set_name(TransferReference(/*received=*/true));
}

void Generator::CancelTransfer() {
  ByAdministrator();
  step_.wire.mutable_cancel_transfer()->set_name(TransferReference(/*received=*/false));
}

void Generator::ExpireTransfer() {
  step_.caller = Scheduler();
  step_.wire.mutable_expire_transfer()->set_name(TransferReference(/*received=*/Chance(50)));
}

}  // namespace billing::model
