#include <algorithm>

#include "tests/model/model.h"

namespace billing::model {
namespace {

using Blockers = std::vector<std::pair<std::string, std::string>>;

// The order of a refusal.
int OrderOf(const std::string& type) {
  const char* const order[] = {"CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION",
                               "RECURRING_CHARGES",
                               "RESERVED_INSTANCES",
                               "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION",
                               "CARD_IS_BILLING_PROFILE_DEFAULT",
                               "OUTSTANDING_CHARGES",
                               "PENDING_CHARGES",
                               "LAST_PAYMENT_METHOD_REQUIRED"};
  return static_cast<int>(std::find(std::begin(order), std::end(order), type) - std::begin(order));
}

void Sort(Blockers& blockers) {
  std::sort(blockers.begin(), blockers.end(), [](const auto& a, const auto& b) {
    return std::pair(OrderOf(a.first), a.second) < std::pair(OrderOf(b.first), b.second);
  });
}

std::string HoldingBlocker(const Subscription& subscription) {
  if (subscription.stopped()) return "CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION";
  if (subscription.kind == v1::SUBSCRIPTION_KIND_SUPPORT_PLAN ||
      subscription.kind == v1::SUBSCRIPTION_KIND_SAVINGS_PLAN) {
    return "RECURRING_CHARGES";
  }
  if (subscription.kind == v1::SUBSCRIPTION_KIND_RESERVATION) return "RESERVED_INSTANCES";
  return "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION";
}

void AddCharge(const std::string& id, const Charge& charge, Blockers& blockers) {
  if (!charge.unpaid()) return;
  blockers.emplace_back(charge.past_due() ? "OUTSTANDING_CHARGES" : "PENDING_CHARGES",
                        Name("charges", id));
}

void FillIn(const card::AddCard& command, v1::Card& card) {
  card.set_name(Name("cards", command.card.value()));
  card.set_token(command.token);
  card.set_fingerprint(command.fingerprint);
  card.set_brand(command.brand);
  card.set_funding(command.funding);
  card.set_virtual_(command.is_virtual);
  card.set_last_four(command.last_four);
  card.mutable_expiry()->set_year(command.expiry.year);
  card.mutable_expiry()->set_month(command.expiry.month);
  card.set_country(command.country);
}

// The card that an AddCard would save a second time; empty: none.
std::string SameCard(const Account& account, const card::AddCard& command) {
  if (account.cards.contains(command.card.value())) return command.card.value();
  for (const auto& [id, card] : account.cards) {
    if (!card.removed && card.token == command.token) return id;
  }
  for (const auto& [id, card] : account.cards) {
    if (!card.removed && !card.fingerprint.empty() && card.fingerprint == command.fingerprint) {
      return id;
    }
  }
  return "";
}

}  // namespace

Blockers RemovalBlockers(const Account& account, const std::string& card) {
  Blockers blockers;
  for (const auto& [id, subscription] : account.subscriptions) {
    if (account.CardOf(subscription) != card || !account.Holds(subscription.state)) continue;
    blockers.emplace_back(HoldingBlocker(subscription), Name("subscriptions", id));
  }
  for (const std::string& id : account.ProfilesWith(card)) {
    blockers.emplace_back("CARD_IS_BILLING_PROFILE_DEFAULT", Name("billingProfiles", id));
  }
  for (const auto& [id, charge] : account.charges) {
    if (charge.card == card) AddCharge(id, charge, blockers);
  }
  if (account.policy.require_payment_method() && account.LiveCards() == 1) {
    blockers.emplace_back("LAST_PAYMENT_METHOD_REQUIRED", "");
  }
  Sort(blockers);
  return blockers;
}

Blockers DetachBlockers(const Account& account, const std::string& profile) {
  Blockers blockers;
  for (const auto& [id, subscription] : account.subscriptions) {
    if (!subscription.live() || subscription.profile != profile) continue;
    if (!account.Holds(subscription.state)) continue;
    blockers.emplace_back(HoldingBlocker(subscription), Name("subscriptions", id));
  }
  for (const auto& [id, charge] : account.charges) {
    if (charge.paying_profile == profile) AddCharge(id, charge, blockers);
  }
  Sort(blockers);
  return blockers;
}

Verdict Model::On(const card::AddCard& command) {
  if (auto refused = Enter(command.account, false, true)) return *refused;
  const std::string subscription = command.subscription ? command.subscription->value() : "";
  if (!subscription.empty() && !account_->subscriptions.contains(subscription)) {
    return Refused("SUBSCRIPTION_NOT_FOUND");
  }
  if (const std::string same = SameCard(*account_, command); !same.empty()) {
    return Taken("card", Name("cards", same));
  }
  const Card card{.expiry_year = command.expiry.year, .expiry_month = command.expiry.month};
  const std::string& country = account_->country;
  if (card.ExpiredAt(now_)) return Refused("CARD_EXPIRED");
  if (command.funding == v1::FUNDING_PREPAID || command.is_virtual) {
    return Refused("CARD_TYPE_NOT_SUPPORTED");
  }
  if (command.funding == v1::FUNDING_DEBIT && (country == "HK" || country == "BR")) {
    return Refused("DEBIT_NOT_SUPPORTED_IN_COUNTRY");
  }
  if (country == "IN" && command.brand != v1::BRAND_VISA && command.brand != v1::BRAND_MASTERCARD) {
    return Refused("CARD_BRAND_NOT_SUPPORTED_IN_COUNTRY");
  }
  if (account_->policy.require_card_country_match() && command.country != country) {
    return Refused("CARD_COUNTRY_MISMATCH");
  }
  if (account_->LiveCards() >= static_cast<size_t>(account_->policy.max_cards())) {
    return Refused("CARD_LIMIT_REACHED");
  }
  v1::Event added;
  FillIn(command, *added.mutable_card_added()->mutable_card());
  added.mutable_card_added()->set_subscription(Name("subscriptions", subscription));
  if (!command.set_active) return Yields({added});
  Verdict active =
      SetActive(subscription, command.card.value(), card, std::nullopt, v1::CHANGE_CAUSE_ADD_CARD);
  if (!active.refused()) active.facts.insert(active.facts.begin(), added);
  return active;
}

Verdict Model::On(const card::UpdateCard& command) {
  if (auto refused = Enter(command.account, false, true)) return *refused;
  const auto found = account_->cards.find(command.card.value());
  if (found == account_->cards.end()) return Refused("CARD_NOT_FOUND");
  const Card& card = found->second;
  if (command.etag && *command.etag != card.etag) return Refused("ETAG_MISMATCH");
  if (command.immutable_field) return Refused("CARD_NUMBER_IMMUTABLE");
  if (card.removed) return Refused("CARD_REMOVED");
  v1::Event fact;
  auto& updated = *fact.mutable_card_updated();
  updated.mutable_card()->set_name(Name("cards", command.card.value()));
  bool changes = command.holder_name || command.billing_address;
  if (command.holder_name) updated.mutable_update_mask()->add_paths("holder_name");
  if (command.billing_address) updated.mutable_update_mask()->add_paths("billing_address");
  if (command.expiry) {
    const Card renewed{.expiry_year = command.expiry->year, .expiry_month = command.expiry->month};
    if (renewed.ExpiredAt(now_)) return Refused("CARD_EXPIRED");
    updated.mutable_card()->mutable_expiry()->set_year(command.expiry->year);
    updated.mutable_card()->mutable_expiry()->set_month(command.expiry->month);
    updated.mutable_update_mask()->add_paths("expiry");
    changes = changes || renewed.expiry_year != card.expiry_year ||
              renewed.expiry_month != card.expiry_month;
  }
  return changes ? Yields({fact}) : Nothing();
}

Verdict Model::On(const card::RemoveCard& command) {
  if (auto refused = Enter(command.account, false, true)) return *refused;
  const std::string id = command.card.value();
  const auto found = account_->cards.find(id);
  if (found == account_->cards.end()) return Refused("CARD_NOT_FOUND");
  // A removed card still has its version, and the etag comes before what is not found.
  if (command.etag && *command.etag != found->second.etag) return Refused("ETAG_MISMATCH");
  if (found->second.removed) return Refused("CARD_NOT_FOUND");
  Blockers blockers = RemovalBlockers(*account_, id);
  if (!blockers.empty()) {
    Verdict refused = Refused("CARD_NOT_REMOVABLE");
    refused.blockers = std::move(blockers);
    return refused;
  }
  v1::Event fact;
  fact.mutable_card_removed()->set_card(Name("cards", id));
  for (const std::string& subscription : account_->PaidBy(id)) {
    fact.mutable_card_removed()->add_detached_subscriptions(Name("subscriptions", subscription));
  }
  return Yields({fact});
}

}  // namespace billing::model
