// What each fact makes of the world.
#include <cassert>

#include "google/type/money.pb.h"
#include "tests/model/money.h"
#include "tests/model/world.h"

namespace billing::model {
namespace {

constexpr v1::SubscriptionState kActive = v1::SUBSCRIPTION_STATE_ACTIVE;
constexpr v1::SubscriptionState kPastDue = v1::SUBSCRIPTION_STATE_PAST_DUE;

// The sender's account in the full name of a transfer.
std::string SenderOf(const std::string& transfer) {
  const std::string start = "billingAccounts/";
  return transfer.substr(start.size(), transfer.find('/', start.size()) - start.size());
}

}  // namespace

void World::Apply(const std::string& stream, const std::vector<v1::Event>& facts, Time now) {
  for (const v1::Event& fact : facts) {
    const std::string& other = fact.billing_account();
    Account& account = accounts_[other.empty() ? stream : IdIn(other)];
    ++head_;
    ++account.revision;
    ApplyOne(account, fact, now);
  }
}

void World::ApplyOne(Account& account, const v1::Event& fact, Time now) {
  const bool known = ApplyToAccount(account, fact, now) || ApplyToCards(account, fact, now) ||
                     ApplyToSubscriptions(account, fact, now) ||
                     ApplyToLifecycles(account, fact, now) || ApplyToProfiles(account, fact, now) ||
                     ApplyToCharges(account, fact, now) || ApplyToTransfers(account, fact, now);
  assert(known);
  static_cast<void>(known);
}

bool World::ApplyToAccount(Account& account, const v1::Event& fact, Time now) {
  if (fact.has_billing_account_created()) {
    const auto& opened = fact.billing_account_created().billing_account();
    account.id = IdIn(opened.name());
    account.number = head_;
    account.display_name = opened.display_name();
    account.agreement = opened.agreement();
    account.administrator = opened.administrator();
    account.business = opened.business();
    account.country = opened.country();
    account.currency = opened.currency();
    account.policy = opened.policy();
    account.created = now;
  } else if (fact.has_policy_changed()) {
    account.policy = fact.policy_changed().policy();
  } else if (fact.has_billing_account_updated()) {
    const auto& updated = fact.billing_account_updated();
    for (const std::string& path : updated.update_mask().paths()) {
      if (path == "display_name") account.display_name = updated.billing_account().display_name();
      if (path == "business") account.business = updated.billing_account().business();
    }
  } else if (fact.has_role_granted()) {
    const auto& granted = fact.role_granted();
    account.grants.insert({granted.principal(), IdIn(granted.billing_profile()), granted.role()});
  } else if (fact.has_role_revoked()) {
    const auto& revoked = fact.role_revoked();
    account.grants.erase({revoked.principal(), IdIn(revoked.billing_profile()), revoked.role()});
  } else if (fact.has_administrator_changed()) {
    account.administrator = fact.administrator_changed().administrator();
  } else if (fact.has_invoice_payment_requested()) {
    account.invoice = v1::INVOICE_PAYMENT_STATE_REQUESTED;
  } else if (fact.has_invoice_payment_approved()) {
    account.invoice = v1::INVOICE_PAYMENT_STATE_APPROVED;
  } else if (fact.has_invoice_payment_rejected()) {
    account.invoice = v1::INVOICE_PAYMENT_STATE_REJECTED;
  } else {
    return false;
  }
  account.etag = head_;
  return true;
}

bool World::ApplyToCards(Account& account, const v1::Event& fact, Time now) {
  if (fact.has_card_added()) {
    const auto& added = fact.card_added().card();
    account.cards[IdIn(added.name())] = {.token = added.token(),
                                         .fingerprint = added.fingerprint(),
                                         .brand = added.brand(),
                                         .funding = added.funding(),
                                         .last_four = added.last_four(),
                                         .expiry_year = added.expiry().year(),
                                         .expiry_month = added.expiry().month(),
                                         .country = added.country(),
                                         .created = now,
                                         .updated = now,
                                         .etag = head_};
    return true;
  }
  const bool updated = fact.has_card_updated();
  if (!updated && !fact.has_card_removed()) return false;
  Card& card = account.cards.at(
      IdIn(updated ? fact.card_updated().card().name() : fact.card_removed().card()));
  card.updated = now;
  card.etag = head_;
  if (updated) {
    for (const std::string& path : fact.card_updated().update_mask().paths()) {
      if (path != "expiry") continue;
      card.expiry_year = fact.card_updated().card().expiry().year();
      card.expiry_month = fact.card_updated().card().expiry().month();
    }
    return true;
  }
  card.removed = true;
  for (const std::string& name : fact.card_removed().detached_subscriptions()) {
    Subscription& subscription = account.subscriptions.at(IdIn(name));
    subscription.card.clear();
    subscription.method_since = now;
    subscription.updated = now;
    subscription.etag = head_;
  }
  return true;
}

Subscription& World::Change(Account& account, const std::string& subscription, Time now) {
  Subscription& changed = account.subscriptions.at(IdIn(subscription));
  changed.updated = now;
  changed.etag = head_;
  return changed;
}

bool World::ApplyToSubscriptions(Account& account, const v1::Event& fact, Time now) {
  const auto create = [&](const v1::Subscription& made) {
    account.subscriptions[IdIn(made.name())] = {.display_name = made.display_name(),
                                                .kind = made.kind(),
                                                .card = IdIn(made.card()),
                                                .profile = IdIn(made.billing_profile()),
                                                .method_since = now,
                                                .created = now,
                                                .updated = now,
                                                .etag = head_};
  };
  if (fact.has_subscription_created()) {
    create(fact.subscription_created().subscription());
  } else if (fact.has_subscription_transferred_in()) {
    const auto& in = fact.subscription_transferred_in();
    create(in.subscription());
    accounts_.at(SenderOf(in.transfer())).transfers.at(IdIn(in.transfer())).to_subscription =
        IdIn(in.subscription().name());
  } else if (fact.has_subscription_updated()) {
    const auto& updated = fact.subscription_updated().subscription();
    Change(account, updated.name(), now).display_name = updated.display_name();
  } else if (fact.has_billing_profile_changed()) {
    const auto& changed = fact.billing_profile_changed();
    Subscription& subscription = Change(account, changed.subscription(), now);
    subscription.profile = IdIn(changed.billing_profile());
    subscription.method_since = now;
  } else if (fact.has_active_card_changed()) {
    for (const auto& move : fact.active_card_changed().moves()) {
      Subscription& subscription = Change(account, move.subscription(), now);
      subscription.card = IdIn(fact.active_card_changed().card());
      subscription.method_since = now;
    }
  } else if (!fact.switched_to_invoice().subscription().empty()) {
    Subscription& subscription = Change(account, fact.switched_to_invoice().subscription(), now);
    subscription.card.clear();
    subscription.by_invoice = true;
    subscription.method_since = now;
  } else {
    return false;
  }
  return true;
}

bool World::ApplyToLifecycles(Account& account, const v1::Event& fact, Time now) {
  const auto stop = [&](Subscription& subscription, v1::SubscriptionState state) {
    if (!subscription.stopped()) subscription.left_active = now;
    subscription.state = state;
  };
  const auto end = [&](Subscription& subscription, v1::SubscriptionState state) {
    subscription.state = state;
    if (!subscription.card.empty()) subscription.method_since = now;
    subscription.card.clear();
  };
  if (fact.has_subscription_disabled()) {
    Subscription& subscription = Change(account, fact.subscription_disabled().subscription(), now);
    stop(subscription, v1::SUBSCRIPTION_STATE_DISABLED);
    subscription.held_by_platform = true;
  } else if (fact.has_subscription_cancelled()) {
    stop(Change(account, fact.subscription_cancelled().subscription(), now),
         v1::SUBSCRIPTION_STATE_CANCELLED);
  } else if (fact.has_subscription_reactivated()) {
    Subscription& subscription =
        Change(account, fact.subscription_reactivated().subscription(), now);
    subscription.state = kActive;
    subscription.held_by_platform = false;
  } else if (fact.has_subscription_deleted()) {
    end(Change(account, fact.subscription_deleted().subscription(), now),
        v1::SUBSCRIPTION_STATE_DELETED);
  } else if (fact.has_subscription_transferred_out()) {
    const auto& out = fact.subscription_transferred_out();
    end(Change(account, out.subscription(), now), v1::SUBSCRIPTION_STATE_TRANSFERRED);
    Transfer& transfer = account.transfers.at(IdIn(out.transfer()));
    transfer.state = v1::TRANSFER_STATE_ACCEPTED;
    transfer.etag = head_;
  } else if (fact.has_subscription_became_past_due()) {
    Change(account, fact.subscription_became_past_due().subscription(), now).state = kPastDue;
  } else if (fact.has_subscription_became_current()) {
    Change(account, fact.subscription_became_current().subscription(), now).state = kActive;
  } else {
    return false;
  }
  return true;
}

bool World::ApplyToProfiles(Account& account, const v1::Event& fact, Time now) {
  const auto change = [&](const std::string& name) -> Profile& {
    Profile& profile = account.profiles.at(IdIn(name));
    profile.updated = now;
    profile.method_since = now;
    profile.etag = head_;
    return profile;
  };
  if (fact.has_billing_profile_created()) {
    const auto& made = fact.billing_profile_created().billing_profile();
    account.profiles[IdIn(made.name())] = {.display_name = made.display_name(),
                                           .card = IdIn(made.card()),
                                           .method_since = now,
                                           .created = now,
                                           .updated = now,
                                           .etag = head_};
  } else if (fact.has_payment_method_replaced()) {
    Profile& profile = change(fact.payment_method_replaced().billing_profile());
    profile.card = IdIn(fact.payment_method_replaced().card());
    profile.by_invoice = false;
  } else if (fact.has_payment_method_detached()) {
    Profile& profile = change(fact.payment_method_detached().billing_profile());
    profile.active = false;
    profile.card.clear();
    profile.by_invoice = false;
  } else if (!fact.switched_to_invoice().billing_profile().empty()) {
    Profile& profile = change(fact.switched_to_invoice().billing_profile());
    profile.card.clear();
    profile.by_invoice = true;
  } else {
    return false;
  }
  return true;
}

bool World::ApplyToCharges(Account& account, const v1::Event& fact, Time now) {
  const auto change = [&](const std::string& name, v1::ChargeState state) -> Charge& {
    Charge& charge = account.charges.at(IdIn(name));
    charge.state = state;
    charge.updated = now;
    charge.etag = head_;
    return charge;
  };
  if (fact.has_charge_recorded()) {
    const auto& made = fact.charge_recorded().charge();
    Charge charge{.subscription = IdIn(made.subscription()),
                  .profile = IdIn(made.billing_profile()),
                  .card = IdIn(made.card()),
                  .minor = MinorOf(made.amount()),
                  .created = now,
                  .updated = now,
                  .etag = head_};
    charge.paying_profile = charge.profile.empty()
                                ? account.subscriptions.at(charge.subscription).profile
                                : charge.profile;
    if (made.has_due_time()) {
      charge.due = made.due_time().seconds() * kSecond + made.due_time().nanos() / 1'000;
    }
    account.charges[IdIn(made.name())] = charge;
  } else if (fact.has_payment_succeeded()) {
    const auto& paid = fact.payment_succeeded();
    change(paid.charge(), v1::CHARGE_STATE_PAID)
        .reports.insert({paid.processor_reference(), v1::PAYMENT_OUTCOME_SUCCEEDED});
  } else if (fact.has_payment_declined()) {
    const auto& declined = fact.payment_declined();
    Charge& charge = change(declined.charge(), v1::CHARGE_STATE_PAST_DUE);
    charge.reports.insert({declined.processor_reference(), v1::PAYMENT_OUTCOME_DECLINED});
    charge.network_code = declined.network_code();
    charge.advice_code = declined.advice_code();
    charge.reason = declined.reason();
    charge.kind = declined.kind();
  } else if (fact.has_charge_voided()) {
    change(fact.charge_voided().charge(), v1::CHARGE_STATE_VOIDED);
  } else if (fact.has_balance_settled()) {
    const auto& settled = fact.balance_settled();
    account.settlements[settled.processor_reference()] = {
        IdIn(settled.failed_card()), IdIn(settled.paying_card()), MinorOf(settled.amount()),
        settled.requested_by()};
    for (const std::string& name : fact.balance_settled().charges()) {
      change(name, v1::CHARGE_STATE_PAID);
    }
  } else {
    return false;
  }
  return true;
}

bool World::ApplyToTransfers(Account& account, const v1::Event& fact, Time now) {
  const auto end = [&](const std::string& name, v1::TransferState state) {
    Transfer& transfer = account.transfers.at(IdIn(name));
    transfer.state = state;
    transfer.etag = head_;
  };
  if (fact.has_transfer_sent()) {
    const auto& sent = fact.transfer_sent().transfer();
    account.transfers[IdIn(sent.name())] = {.subscription = IdIn(sent.subscription()),
                                            .to_account = IdIn(sent.to_billing_account()),
                                            .sent = now,
                                            .etag = head_};
  } else if (fact.has_transfer_declined()) {
    // The receiving account's record of it changes nothing there.
    if (!fact.billing_account().empty()) {
      end(fact.transfer_declined().transfer(), v1::TRANSFER_STATE_DECLINED);
    }
  } else if (fact.has_transfer_cancelled()) {
    end(fact.transfer_cancelled().transfer(), v1::TRANSFER_STATE_CANCELLED);
  } else if (fact.has_transfer_expired()) {
    end(fact.transfer_expired().transfer(), v1::TRANSFER_STATE_EXPIRED);
  } else {
    return false;
  }
  return true;
}

}  // namespace billing::model
