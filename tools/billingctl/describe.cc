#include "tools/billingctl/describe.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "tools/billingctl/names.h"
#include "tools/billingctl/policy_options.h"
#include "tools/billingctl/times.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using billing::v1::Card;
using billing::v1::Command;
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

// ` from web`, or nothing without a name.
std::string With(absl::string_view word, absl::string_view name) {
  return name.empty() ? "" : absl::StrCat(" ", word, " ", ShortName(name));
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
  return absl::StrCat("card ", ShortName(fact.card()), " active on ", Some(moves),
                      fact.selected_subscription().empty() ? "" : ",",
                      With("chosen on", fact.selected_subscription()));
}

std::string FactText(const billing::v1::CardRemoved& fact) {
  std::string text = absl::StrCat("card ", ShortName(fact.card()), " removed");
  if (!fact.detached_subscriptions().empty()) {
    absl::StrAppend(&text, "; no card now: ", SomeNames(fact.detached_subscriptions()));
  }
  return text;
}

std::string FactText(const billing::v1::SubscriptionCreated& fact) {
  const billing::v1::Subscription& subscription = fact.subscription();
  std::string payment = absl::StrCat(With("paid by", subscription.card()),
                                     With("billed to", subscription.billing_profile()));
  if (payment.empty()) payment = " without a payment method";
  return absl::StrCat("subscription ", ShortName(subscription.name()), " created (",
                      WordOf(subscription.kind()), "),", payment);
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

// What a command is about, after its own name: ` of visa`, ` of card visa for web`.
std::string AboutText(const Command& request) {
  switch (request.command_case()) {
    case Command::kCreateBillingAccount:
      return With("of", request.create_billing_account().billing_account_id());
    case Command::kSetPolicy:
      return With("of", request.set_policy().name());
    case Command::kAddCard:
      return With("of", request.add_card().card_id());
    case Command::kUpdateCard:
      return With("of", request.update_card().card().name());
    case Command::kSetActive:
      return absl::StrCat(With("of", request.set_active().card()),
                          With("on", request.set_active().subscription()));
    case Command::kRemoveCard:
      return With("of", request.remove_card().name());
    case Command::kCreateSubscription:
      return With("of", request.create_subscription().subscription_id());
    case Command::kUpdateSubscription:
      return With("of", request.update_subscription().subscription().name());
    case Command::kChangeBillingProfile:
      return With("of", request.change_billing_profile().name());
    case Command::kDisableSubscription:
      return With("of", request.disable_subscription().name());
    case Command::kCancelSubscription:
      return With("of", request.cancel_subscription().name());
    case Command::kReactivateSubscription:
      return With("of", request.reactivate_subscription().name());
    case Command::kDeleteSubscription:
      return With("of", request.delete_subscription().name());
    case Command::COMMAND_NOT_SET:
      return "";
  }
  return "";
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

}  // namespace

std::string Describe(const Event& event) {
  const auto subscription = [](const auto& fact, absl::string_view became) {
    return absl::StrCat("subscription ", ShortName(fact.subscription()), " ", became);
  };
  switch (event.data_case()) {
    case Event::kBillingAccountCreated:
      return FactText(event.billing_account_created());
    case Event::kPolicyChanged:
      return FactText(event.policy_changed());
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
      return subscription(event.subscription_disabled(), "disabled");
    case Event::kSubscriptionCancelled:
      return subscription(event.subscription_cancelled(), "cancelled");
    case Event::kSubscriptionReactivated:
      return subscription(event.subscription_reactivated(), "reactivated");
    case Event::kSubscriptionDeleted:
      return subscription(event.subscription_deleted(), "deleted");
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
