#include <algorithm>
#include <cassert>
#include <string>
#include <utility>
#include <vector>

#include "projections/fold/references.h"
#include "projections/history/history.h"
#include "projections/history/words.h"

namespace billing::projections {
namespace {

using billing::v1::Event;

std::string Words(const billing::v1::BillingAccountCreated& fact) {
  const auto& account = fact.billing_account();
  const bool pay_as_you_go = account.agreement() == billing::v1::AGREEMENT_PAY_AS_YOU_GO;
  return absl::StrCat("account ", Bare(account.name()), " opened for ", account.administrator(),
                      " (", pay_as_you_go ? "pay as you go" : "customer agreement", ", ",
                      account.country(), ", ", account.currency(), ")");
}

std::string Words(const billing::v1::PolicyChanged& fact) {
  const auto& policy = fact.policy();
  std::vector<std::string> words;
  for (const int state : policy.holding_states()) {
    words.push_back(Short(static_cast<billing::v1::SubscriptionState>(state)));
  }
  words = {absl::StrCat("cards are held by ", absl::StrJoin(words, ", ")),
           absl::StrCat("cascade ", Short(Cascade_Name(policy.cascade()), "CASCADE_")),
           absl::StrCat("profiles by ", Short(ProfileManagers_Name(policy.profile_managers()),
                                              "PROFILE_MANAGERS_")),
           absl::StrCat("at most ", policy.max_cards(), " cards")};
  if (policy.require_payment_method()) words.push_back("a payment method is required");
  if (policy.require_card_country_match()) words.push_back("a card's country must match");
  return absl::StrCat("policy set: ", absl::StrJoin(words, "; "));
}

std::string Words(const billing::v1::BillingAccountUpdated& fact) {
  std::vector<std::string> changes;
  for (const std::string& path : fact.update_mask().paths()) {
    changes.push_back(
        path == "business"
            ? absl::StrCat("business ", fact.billing_account().business() ? "yes" : "no")
            : absl::StrCat(path, " \"", fact.billing_account().display_name(), "\""));
  }
  return absl::StrCat("account updated: ", absl::StrJoin(changes, ", "));
}

// `role OWNER on billing profile main`
template <class Fact>
std::string RoleIn(const Fact& fact) {
  return absl::StrCat(
      "role ", Short(Role_Name(fact.role()), "ROLE_"),
      fact.billing_profile().empty() ? "" : absl::StrCat(" on ", Kind(fact.billing_profile())));
}

std::string Words(const billing::v1::RoleGranted& fact) {
  return absl::StrCat(RoleIn(fact), " granted to ", fact.principal());
}

std::string Words(const billing::v1::RoleRevoked& fact) {
  return absl::StrCat(RoleIn(fact), " taken from ", fact.principal());
}

std::string Words(const billing::v1::AdministratorChanged& fact) {
  return absl::StrCat("account handed over from ", fact.previous_administrator(), " to ",
                      fact.administrator());
}

std::string Words(const billing::v1::CardAdded& fact) {
  const auto& card = fact.card();
  return absl::StrCat(
      "card ", Bare(card.name()), " added",
      fact.subscription().empty() ? "" : absl::StrCat(" from ", Kind(fact.subscription())), " (",
      Short(Brand_Name(card.brand()), "BRAND_"), " …", card.last_four(), ", expires ",
      Month(card.expiry()), ")");
}

std::string Words(const billing::v1::CardUpdated& fact) {
  const auto& paths = fact.update_mask().paths();
  const bool expiry = std::find(paths.begin(), paths.end(), "expiry") != paths.end();
  return absl::StrCat("card ", Bare(fact.card().name()), " updated: ", Paths(fact.update_mask()),
                      expiry ? absl::StrCat(" (expires ", Month(fact.card().expiry()), ")") : "");
}

std::string Words(const billing::v1::ActiveCardChanged& fact) {
  std::vector<std::string> moves;
  moves.reserve(static_cast<size_t>(fact.moves_size()));
  for (const auto& move : fact.moves()) {
    moves.push_back(absl::StrCat(Bare(move.subscription()), " (",
                                 move.previous_card().empty()
                                     ? "had none"
                                     : absl::StrCat("was ", Bare(move.previous_card())),
                                 ")"));
  }
  return absl::StrCat("card ", Bare(fact.card()), " made active",
                      fact.selected_subscription().empty()
                          ? ""
                          : absl::StrCat(" on ", Kind(fact.selected_subscription())),
                      ", moving ", List(std::move(moves)));
}

std::string Words(const billing::v1::CardRemoved& fact) {
  std::vector<std::string> detached;
  for (const std::string& name : fact.detached_subscriptions()) detached.emplace_back(Bare(name));
  return absl::StrCat(
      "card ", Bare(fact.card()), " removed",
      detached.empty() ? "" : absl::StrCat(", leaving no card on ", List(std::move(detached))));
}

std::string Words(const billing::v1::SubscriptionCreated& fact) {
  const auto& subscription = fact.subscription();
  std::string method = "no payment method";
  if (!subscription.card().empty()) method = Kind(subscription.card());
  if (!subscription.billing_profile().empty()) method = Kind(subscription.billing_profile());
  return absl::StrCat("subscription ", Bare(subscription.name()), " created (",
                      Short(SubscriptionKind_Name(subscription.kind()), "SUBSCRIPTION_KIND_"), ", ",
                      method, ")");
}

std::string Words(const billing::v1::SubscriptionUpdated& fact) {
  return absl::StrCat("subscription ", Bare(fact.subscription().name()),
                      " updated: ", Paths(fact.update_mask()), " \"",
                      fact.subscription().display_name(), "\"");
}

std::string Words(const billing::v1::BillingProfileChanged& fact) {
  return absl::StrCat("subscription ", Bare(fact.subscription()), " billed to ",
                      Kind(fact.billing_profile()),
                      fact.previous_billing_profile().empty()
                          ? ""
                          : absl::StrCat(" (was ", Bare(fact.previous_billing_profile()), ")"));
}

// What a refused or empty command was about: the resources in its request.
std::string About(const billing::v1::Command& request) {
  std::vector<std::string> names;
  for (const std::string& name : ReferencesIn(request)) {
    const std::string kind = Kind(name);
    if (std::find(names.begin(), names.end(), kind) == names.end()) names.push_back(kind);
  }
  return names.empty() ? "" : absl::StrCat(" (", List(std::move(names)), ")");
}

std::string Words(const billing::v1::CommandRefused& fact) {
  std::vector<std::string> blockers;
  for (const auto& blocker : fact.blockers()) {
    blockers.push_back(absl::StrCat(blocker.type(), " ", Kind(blocker.subject())));
  }
  const std::string refused =
      absl::StrCat(fact.command(), About(fact.request()), " refused: ", fact.reason());
  if (blockers.empty()) return refused;
  const size_t total = std::max(blockers.size(), static_cast<size_t>(fact.blocker_count()));
  return absl::StrCat(refused, ": ", List(std::move(blockers), total));
}

std::string Words(const billing::v1::NothingChanged& fact) {
  return absl::StrCat(fact.command(), About(fact.request()), " had nothing to change");
}

}  // namespace

std::string Describe(const Event& event) {
  const auto subscription = [](const auto& fact, const char* change) {
    return absl::StrCat("subscription ", Bare(fact.subscription()), " ", change);
  };
  switch (event.data_case()) {
    case Event::kBillingAccountCreated:
      return Words(event.billing_account_created());
    case Event::kPolicyChanged:
      return Words(event.policy_changed());
    case Event::kBillingAccountUpdated:
      return Words(event.billing_account_updated());
    case Event::kRoleGranted:
      return Words(event.role_granted());
    case Event::kRoleRevoked:
      return Words(event.role_revoked());
    case Event::kAdministratorChanged:
      return Words(event.administrator_changed());
    case Event::kCardAdded:
      return Words(event.card_added());
    case Event::kCardUpdated:
      return Words(event.card_updated());
    case Event::kActiveCardChanged:
      return Words(event.active_card_changed());
    case Event::kCardRemoved:
      return Words(event.card_removed());
    case Event::kSubscriptionCreated:
      return Words(event.subscription_created());
    case Event::kSubscriptionUpdated:
      return Words(event.subscription_updated());
    case Event::kBillingProfileChanged:
      return Words(event.billing_profile_changed());
    case Event::kSubscriptionDisabled:
      return subscription(event.subscription_disabled(), "disabled");
    case Event::kSubscriptionCancelled:
      return subscription(event.subscription_cancelled(), "cancelled");
    case Event::kSubscriptionReactivated:
      return subscription(event.subscription_reactivated(), "reactivated");
    case Event::kSubscriptionDeleted:
      return subscription(event.subscription_deleted(), "deleted");
    case Event::kSubscriptionBecamePastDue:
      return subscription(event.subscription_became_past_due(), "is past due");
    case Event::kSubscriptionBecameCurrent:
      return subscription(event.subscription_became_current(), "is current again");
    case Event::kBillingProfileCreated:
      return Words(event.billing_profile_created());
    case Event::kPaymentMethodReplaced:
      return Words(event.payment_method_replaced());
    case Event::kPaymentMethodDetached:
      return Words(event.payment_method_detached());
    case Event::kChargeRecorded:
      return Words(event.charge_recorded());
    case Event::kPaymentSucceeded:
      return Words(event.payment_succeeded());
    case Event::kPaymentDeclined:
      return Words(event.payment_declined());
    case Event::kChargeVoided:
      return Words(event.charge_voided());
    case Event::kBalanceSettled:
      return Words(event.balance_settled());
    case Event::kInvoicePaymentRequested:
      return "the account asks to pay by invoice";
    case Event::kInvoicePaymentApproved:
      return "the account may pay by invoice";
    case Event::kInvoicePaymentRejected:
      return "the account may not pay by invoice";
    case Event::kSwitchedToInvoice:
      return Words(event.switched_to_invoice());
    case Event::kTransferSent:
      return Words(event.transfer_sent());
    case Event::kSubscriptionTransferredIn:
      return Words(event.subscription_transferred_in());
    case Event::kSubscriptionTransferredOut:
      return Words(event.subscription_transferred_out());
    case Event::kTransferDeclined:
      return Words(event.transfer_declined());
    case Event::kTransferCancelled:
      return Words(event.transfer_cancelled());
    case Event::kTransferExpired:
      return Words(event.transfer_expired());
    case Event::kCommandRefused:
      return Words(event.command_refused());
    case Event::kNothingChanged:
      return Words(event.nothing_changed());
    case Event::DATA_NOT_SET:
      break;
  }
  assert(false && "an event without a fact");
  return "";
}

}  // namespace billing::projections
