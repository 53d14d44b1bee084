#include "tools/billingctl/describe.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "tools/billingctl/describe_command.h"
#include "tools/billingctl/money.h"
#include "tools/billingctl/names.h"
#include "tools/billingctl/policy_options.h"
#include "tools/billingctl/times.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using billing::v1::Card;
using billing::v1::Event;
using google::protobuf::RepeatedPtrField;

// A cascade may move thousands; a line names this many.
constexpr int kNamedMax = 8;

// `web, mail and 3 more`.
std::string Some(const std::vector<std::string>& words) {
  const size_t named = std::min<size_t>(words.size(), kNamedMax);
  std::string text =
      absl::StrJoin(words.begin(), words.begin() + static_cast<ptrdiff_t>(named), ", ");
  if (words.size() > named) absl::StrAppend(&text, " and ", words.size() - named, " more");
  return text;
}

std::string SomeNames(const RepeatedPtrField<std::string>& names) {
  std::vector<std::string> words;
  for (const std::string& name : names) words.push_back(ShortName(name));
  return Some(words);
}

std::string FactText(const billing::v1::BillingAccountCreated& fact) {
  const billing::v1::BillingAccount& account = fact.billing_account();
  return absl::StrCat("account ", ShortName(account.name()), " opened for ",
                      account.administrator(), " (", WordOf(account.agreement()), ", ",
                      account.country(), ", ", account.currency(), ")");
}

std::string FactText(const billing::v1::PolicyChanged& fact) {
  const billing::v1::Policy& policy = fact.policy();
  std::vector<std::string> parts = {
      absl::StrCat("held by ", HoldingStatesText(policy)),
      absl::StrCat("cascade ", WordOf(policy.cascade())),
      absl::StrCat("profiles by ", WordOf(policy.profile_managers())),
      absl::StrCat("at most ", policy.max_cards(), " cards"),
  };
  if (policy.require_payment_method()) parts.push_back("the last card stays");
  if (policy.require_card_country_match()) parts.push_back("cards of its country only");
  return absl::StrCat("policy set: ", absl::StrJoin(parts, "; "));
}

std::string FactText(const billing::v1::CardAdded& fact) {
  const Card& card = fact.card();
  return absl::StrCat("card ", ShortName(card.name()), " added", With("from", fact.subscription()),
                      " (", WordOf(card.brand()), " …", card.last_four(), ", expires ",
                      MonthText(card.expiry()), ")");
}

std::string FactText(const billing::v1::CardUpdated& fact) {
  std::vector<std::string> changes;
  for (const std::string& path : fact.update_mask().paths()) {
    changes.push_back(path == "expiry" ? absl::StrCat("expires ", MonthText(fact.card().expiry()))
                                       : absl::StrCat("new ", path));
  }
  return absl::StrCat("card ", ShortName(fact.card().name()),
                      " updated: ", absl::StrJoin(changes, ", "));
}

std::string FactText(const billing::v1::ActiveCardChanged& fact) {
  std::vector<std::string> moves;
  for (const billing::v1::CardMove& move : fact.moves()) {
    moves.push_back(absl::StrCat(ShortName(move.subscription()), " (",
                                 move.previous_card().empty() ? "no card before" : "was ",
                                 ShortName(move.previous_card()), ")"));
  }
  return absl::StrCat(
      "card ", ShortName(fact.card()), " active on ", Some(moves),
      fact.selected_subscription().empty() ? "" : ",",
      With("chosen on", fact.selected_subscription()),
      fact.cause() == billing::v1::CHANGE_CAUSE_SETTLE ? ", by the settlement" : "");
}

std::string FactText(const billing::v1::CardRemoved& fact) {
  std::string text = absl::StrCat("card ", ShortName(fact.card()), " removed");
  if (!fact.detached_subscriptions().empty()) {
    absl::StrAppend(&text, "; no card now: ", SomeNames(fact.detached_subscriptions()));
  }
  return text;
}

// ` paid by visa`, ` billed to main` or ` without a payment method`.
std::string PaymentText(const billing::v1::Subscription& subscription) {
  const std::string text = absl::StrCat(With("paid by", subscription.card()),
                                        With("billed to", subscription.billing_profile()));
  return text.empty() ? " without a payment method" : text;
}

std::string FactText(const billing::v1::SubscriptionCreated& fact) {
  const billing::v1::Subscription& subscription = fact.subscription();
  return absl::StrCat("subscription ", ShortName(subscription.name()), " created (",
                      WordOf(subscription.kind()), "),", PaymentText(subscription));
}

std::string FactText(const billing::v1::SubscriptionUpdated& fact) {
  return absl::StrCat("subscription ", ShortName(fact.subscription().name()), " updated: new ",
                      absl::StrJoin(fact.update_mask().paths(), ", "));
}

std::string FactText(const billing::v1::BillingProfileChanged& fact) {
  return absl::StrCat("subscription ", ShortName(fact.subscription()), " billed to ",
                      ShortName(fact.billing_profile()),
                      With("instead of", fact.previous_billing_profile()));
}

std::string FactText(const billing::v1::BillingAccountUpdated& fact) {
  std::vector<std::string> changes;
  for (const std::string& path : fact.update_mask().paths()) {
    if (path != "business") {
      changes.push_back(absl::StrCat("new ", path));
    } else {
      changes.push_back(fact.billing_account().business() ? "a business" : "no business");
    }
  }
  return absl::StrCat("account ", ShortName(fact.billing_account().name()),
                      " updated: ", absl::StrJoin(changes, ", "));
}

std::string FactText(const billing::v1::RoleGranted& fact) {
  return absl::StrCat("role ", WordOf(fact.role()), " granted to ", fact.principal(),
                      With("on profile", fact.billing_profile()));
}

std::string FactText(const billing::v1::RoleRevoked& fact) {
  return absl::StrCat("role ", WordOf(fact.role()), " revoked from ", fact.principal(),
                      With("on profile", fact.billing_profile()));
}

std::string FactText(const billing::v1::AdministratorChanged& fact) {
  return absl::StrCat("account ", ShortName(fact.billing_account()), " handed over to ",
                      fact.administrator(), " (was ", fact.previous_administrator(), ")");
}

std::string FactText(const billing::v1::BillingProfileCreated& fact) {
  return absl::StrCat("profile ", ShortName(fact.billing_profile().name()), " created", ",",
                      With("paid by", fact.billing_profile().card()));
}

// Of a profile or subscription before its payment method changed; none: by invoice.
std::string CardBefore(absl::string_view card) {
  return card.empty() ? "invoice" : ShortName(card);
}

std::string FactText(const billing::v1::PaymentMethodReplaced& fact) {
  return absl::StrCat("card ", ShortName(fact.card()), " put on profile ",
                      ShortName(fact.billing_profile()), " (was ", CardBefore(fact.previous_card()),
                      ")");
}

std::string FactText(const billing::v1::PaymentMethodDetached& fact) {
  return absl::StrCat("payment method of profile ", ShortName(fact.billing_profile()),
                      " detached (was ", CardBefore(fact.previous_card()), "), INACTIVE for good");
}

std::string FactText(const billing::v1::ChargeRecorded& fact, const absl::TimeZone& zone) {
  const billing::v1::Charge& charge = fact.charge();
  const std::string card = charge.card().empty() ? " on no card" : With("on card", charge.card());
  const std::string due = TimeText(charge.due_time(), zone);
  return absl::StrCat(
      "charge ", ShortName(charge.name()), " recorded: ", MoneyText(charge.amount()),
      With("for subscription", charge.subscription()),
      With("for profile", charge.billing_profile()), card, due.empty() ? "" : ", due ", due);
}

std::string FactText(const billing::v1::PaymentDeclined& fact) {
  return absl::StrCat("payment of charge ", ShortName(fact.charge()),
                      " declined: ", WordOf(fact.reason()), " (", WordOf(fact.kind()), ")");
}

std::string FactText(const billing::v1::BalanceSettled& fact) {
  return absl::StrCat("balance of card ", ShortName(fact.failed_card()), " settled with ",
                      ShortName(fact.paying_card()), ": ", MoneyText(fact.amount()), " for ",
                      SomeNames(fact.charges()),
                      fact.requested_by().empty() ? "" : ", asked for by ", fact.requested_by());
}

std::string FactText(const billing::v1::SwitchedToInvoice& fact) {
  const bool is_profile = !fact.billing_profile().empty();
  return absl::StrCat(is_profile ? "profile " : "subscription ",
                      ShortName(is_profile ? fact.billing_profile() : fact.subscription()),
                      " pays by invoice (",
                      fact.previous_card().empty() ? "no card before" : "was ",
                      ShortName(fact.previous_card()), ")");
}

std::string FactText(const billing::v1::TransferSent& fact) {
  const billing::v1::Transfer& transfer = fact.transfer();
  return absl::StrCat("transfer ", ShortName(transfer.name()), ": subscription ",
                      ShortName(transfer.subscription()), " offered to ",
                      ShortName(transfer.to_billing_account()));
}

std::string FactText(const billing::v1::SubscriptionTransferredIn& fact) {
  return absl::StrCat("subscription ", ShortName(fact.subscription().name()), " arrived from ",
                      AccountOf(fact.transfer()), " (transfer ", ShortName(fact.transfer()), "),",
                      PaymentText(fact.subscription()));
}

std::string FactText(const billing::v1::SubscriptionTransferredOut& fact) {
  return absl::StrCat("subscription ", ShortName(fact.subscription()), " left (transfer ",
                      ShortName(fact.transfer()), ")");
}

// A transfer that came to nothing; in the receiving account no subscription is named.
template <class Fact>
std::string EndText(const Fact& fact, absl::string_view ended) {
  std::string text = absl::StrCat("transfer ", ShortName(fact.transfer()), " ", ended);
  if (!fact.subscription().empty()) {
    absl::StrAppend(&text, ", subscription ", ShortName(fact.subscription()), " stays");
  }
  return text;
}

std::string FactText(const billing::v1::CommandRefused& fact) {
  std::string text =
      absl::StrCat(fact.command(), AboutText(fact.request()), " refused: ", fact.reason());
  std::vector<std::string> subjects;
  for (const billing::v1::Blocker& blocker : fact.blockers()) {
    subjects.push_back(ShortName(blocker.subject()));
  }
  // The list of blockers ends at 20; their count is the true one.
  subjects.resize(std::max<size_t>(subjects.size(), static_cast<size_t>(fact.blocker_count())));
  if (!subjects.empty()) absl::StrAppend(&text, ", blocked by ", Some(subjects));
  return text;
}

std::string FactText(const billing::v1::NothingChanged& fact) {
  return absl::StrCat(fact.command(), AboutText(fact.request()), ": nothing to change");
}

// Facts that say nothing more than which subscription became what.
template <class Fact>
std::string BecameText(const Fact& fact, absl::string_view became) {
  return absl::StrCat("subscription ", ShortName(fact.subscription()), " ", became);
}

}  // namespace

std::string Describe(const Event& event, const absl::TimeZone& zone) {
  switch (event.data_case()) {
    case Event::kBillingAccountCreated:
      return FactText(event.billing_account_created());
    case Event::kPolicyChanged:
      return FactText(event.policy_changed());
    case Event::kBillingAccountUpdated:
      return FactText(event.billing_account_updated());
    case Event::kRoleGranted:
      return FactText(event.role_granted());
    case Event::kRoleRevoked:
      return FactText(event.role_revoked());
    case Event::kAdministratorChanged:
      return FactText(event.administrator_changed());
    case Event::kCardAdded:
      return FactText(event.card_added());
    case Event::kCardUpdated:
      return FactText(event.card_updated());
    case Event::kActiveCardChanged:
      return FactText(event.active_card_changed());
    case Event::kCardRemoved:
      return FactText(event.card_removed());
    case Event::kSubscriptionCreated:
      return FactText(event.subscription_created());
    case Event::kSubscriptionUpdated:
      return FactText(event.subscription_updated());
    case Event::kBillingProfileChanged:
      return FactText(event.billing_profile_changed());
    case Event::kSubscriptionDisabled:
      return BecameText(event.subscription_disabled(), "disabled");
    case Event::kSubscriptionCancelled:
      return BecameText(event.subscription_cancelled(), "cancelled");
    case Event::kSubscriptionReactivated:
      return BecameText(event.subscription_reactivated(), "reactivated");
    case Event::kSubscriptionDeleted:
      return BecameText(event.subscription_deleted(), "deleted");
    case Event::kSubscriptionBecamePastDue:
      return BecameText(event.subscription_became_past_due(), "past due");
    case Event::kSubscriptionBecameCurrent:
      return BecameText(event.subscription_became_current(), "active again, nothing past due");
    case Event::kBillingProfileCreated:
      return FactText(event.billing_profile_created());
    case Event::kPaymentMethodReplaced:
      return FactText(event.payment_method_replaced());
    case Event::kPaymentMethodDetached:
      return FactText(event.payment_method_detached());
    case Event::kChargeRecorded:
      return FactText(event.charge_recorded(), zone);
    case Event::kPaymentSucceeded:
      return absl::StrCat("charge ", ShortName(event.payment_succeeded().charge()), " paid");
    case Event::kPaymentDeclined:
      return FactText(event.payment_declined());
    case Event::kChargeVoided:
      return absl::StrCat("charge ", ShortName(event.charge_voided().charge()), " voided");
    case Event::kBalanceSettled:
      return FactText(event.balance_settled());
    case Event::kInvoicePaymentRequested:
      return "invoice payment requested";
    case Event::kInvoicePaymentApproved:
      return "invoice payment approved";
    case Event::kInvoicePaymentRejected:
      return "invoice payment rejected";
    case Event::kSwitchedToInvoice:
      return FactText(event.switched_to_invoice());
    case Event::kTransferSent:
      return FactText(event.transfer_sent());
    case Event::kSubscriptionTransferredIn:
      return FactText(event.subscription_transferred_in());
    case Event::kSubscriptionTransferredOut:
      return FactText(event.subscription_transferred_out());
    case Event::kTransferDeclined:
      return EndText(event.transfer_declined(), "declined");
    case Event::kTransferCancelled:
      return EndText(event.transfer_cancelled(), "cancelled");
    case Event::kTransferExpired:
      return EndText(event.transfer_expired(), "expired");
    case Event::kCommandRefused:
      return FactText(event.command_refused());
    case Event::kNothingChanged:
      return FactText(event.nothing_changed());
    case Event::DATA_NOT_SET:
      return "a fact that this billingctl is too old to know";
  }
  return "";
}

}  // namespace billing::billingctl
