#include "tools/billingctl/changes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tools/billingctl/names.h"
#include "tools/billingctl/policy_options.h"
#include "tools/billingctl/times.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using billing::v1::Event;
using Sets = std::vector<FieldSet>;

constexpr char kExpiry[] = "expiry";
constexpr char kDisplayName[] = "display name";
constexpr char kState[] = "state";
constexpr char kCard[] = "card";
constexpr char kProfile[] = "billing profile";
constexpr char kBusiness[] = "business";
constexpr char kAdministrator[] = "administrator";

constexpr size_t kKnownMax = 50'000;
// A cascade may move thousands of subscriptions.
constexpr int kMovesShownMax = 20;

FieldSet StateSet(const std::string& subject, const char* after) {
  return {.subject = subject, .field = kState, .after = after};
}

FieldSet StateSet(const std::string& subject, const char* after, const char* before) {
  return {.subject = subject, .field = kState, .after = after, .before = before};
}

FieldSet Born(const std::string& subject, const char* field, std::string value) {
  return {.subject = subject, .field = field, .after = std::move(value), .is_new = true};
}

FieldSet CardSet(const std::string& subject, const std::string& after, const std::string& before) {
  return {
      .subject = subject, .field = kCard, .after = ShortName(after), .before = ShortName(before)};
}

// Each field is one of the policy's own, by its name on the wire.
Sets PolicySets(const std::string& account, const billing::v1::Policy& policy, bool is_new) {
  const auto set = [&](const char* field, std::string value) {
    return FieldSet{
        .subject = account, .field = field, .after = std::move(value), .is_new = is_new};
  };
  return {set("policy holding_states", HoldingStatesText(policy)),
          set("policy cascade", WordOf(policy.cascade())),
          set("policy profile_managers", WordOf(policy.profile_managers())),
          set("policy require_payment_method", YesOrNo(policy.require_payment_method())),
          set("policy require_card_country_match", YesOrNo(policy.require_card_country_match())),
          set("policy max_cards", absl::StrCat(policy.max_cards()))};
}

Sets AccountSets(const billing::v1::BillingAccount& account) {
  Sets sets = PolicySets(account.name(), account.policy(), /*is_new=*/true);
  sets.push_back(Born(account.name(), kDisplayName, account.display_name()));
  sets.push_back(Born(account.name(), kBusiness, YesOrNo(account.business())));
  return sets;
}

Sets UpdateSets(const billing::v1::BillingAccountUpdated& fact) {
  const billing::v1::BillingAccount& account = fact.billing_account();
  Sets sets;
  for (const std::string& path : fact.update_mask().paths()) {
    if (path == "business") {
      sets.push_back({account.name(), kBusiness, YesOrNo(account.business())});
    } else {
      sets.push_back({account.name(), kDisplayName, account.display_name()});
    }
  }
  return sets;
}

Sets UpdateSets(const billing::v1::CardUpdated& fact) {
  const auto& paths = fact.update_mask().paths();
  if (std::find(paths.begin(), paths.end(), "expiry") == paths.end()) return {};
  return {{fact.card().name(), kExpiry, MonthText(fact.card().expiry())}};
}

Sets SubscriptionSets(const billing::v1::Subscription& subscription) {
  return {Born(subscription.name(), kDisplayName, subscription.display_name()),
          Born(subscription.name(), kState, "ACTIVE")};
}

Sets MoveSets(const billing::v1::ActiveCardChanged& fact) {
  Sets sets;
  for (int i = 0; i < std::min(fact.moves_size(), kMovesShownMax); ++i) {
    sets.push_back(
        CardSet(fact.moves(i).subscription(), fact.card(), fact.moves(i).previous_card()));
  }
  return sets;
}

Sets InvoiceSets(const billing::v1::SwitchedToInvoice& fact) {
  const bool is_profile = !fact.billing_profile().empty();
  return {{.subject = is_profile ? fact.billing_profile() : fact.subscription(),
           .field = kCard,
           .after = "invoice",
           .before = ShortName(fact.previous_card())}};
}

Sets SettlementSets(const billing::v1::BalanceSettled& fact) {
  Sets sets;
  for (const std::string& charge : fact.charges()) {
    sets.push_back(StateSet(charge, "PAID", "PAST_DUE"));
  }
  return sets;
}

std::string Shown(const std::string& value) { return value.empty() ? "none" : value; }

}  // namespace

Sets FieldsSetBy(const Event& event) {
  switch (event.data_case()) {
    case Event::kBillingAccountCreated:
      return AccountSets(event.billing_account_created().billing_account());
    case Event::kBillingAccountUpdated:
      return UpdateSets(event.billing_account_updated());
    case Event::kPolicyChanged:
      return PolicySets(event.policy_changed().billing_account(), event.policy_changed().policy(),
                        /*is_new=*/false);
    case Event::kAdministratorChanged: {
      const auto& fact = event.administrator_changed();
      return {{fact.billing_account(), kAdministrator, fact.administrator(),
               fact.previous_administrator()}};
    }
    case Event::kCardAdded: {
      const billing::v1::Card& card = event.card_added().card();
      return {Born(card.name(), kExpiry, MonthText(card.expiry()))};
    }
    case Event::kCardUpdated:
      return UpdateSets(event.card_updated());
    case Event::kActiveCardChanged:
      return MoveSets(event.active_card_changed());
    case Event::kSubscriptionCreated:
      return SubscriptionSets(event.subscription_created().subscription());
    case Event::kSubscriptionTransferredIn:
      return SubscriptionSets(event.subscription_transferred_in().subscription());
    case Event::kSubscriptionUpdated: {
      const auto& subscription = event.subscription_updated().subscription();
      return {{subscription.name(), kDisplayName, subscription.display_name()}};
    }
    case Event::kBillingProfileChanged: {
      const auto& fact = event.billing_profile_changed();
      return {{fact.subscription(), kProfile, ShortName(fact.billing_profile()),
               ShortName(fact.previous_billing_profile())}};
    }
    case Event::kSubscriptionDisabled:
      return {StateSet(event.subscription_disabled().subscription(), "DISABLED")};
    case Event::kSubscriptionCancelled:
      return {StateSet(event.subscription_cancelled().subscription(), "CANCELLED")};
    case Event::kSubscriptionReactivated:
      return {StateSet(event.subscription_reactivated().subscription(), "ACTIVE")};
    case Event::kSubscriptionDeleted:
      return {StateSet(event.subscription_deleted().subscription(), "DELETED")};
    case Event::kSubscriptionBecamePastDue:
      return {StateSet(event.subscription_became_past_due().subscription(), "PAST_DUE", "ACTIVE")};
    case Event::kSubscriptionBecameCurrent:
      return {StateSet(event.subscription_became_current().subscription(), "ACTIVE", "PAST_DUE")};
    case Event::kSubscriptionTransferredOut:
      return {
          StateSet(event.subscription_transferred_out().subscription(), "TRANSFERRED", "ACTIVE")};
    case Event::kPaymentMethodReplaced: {
      const auto& fact = event.payment_method_replaced();
      return {CardSet(fact.billing_profile(), fact.card(), fact.previous_card())};
    }
    case Event::kPaymentMethodDetached: {
      const auto& fact = event.payment_method_detached();
      return {CardSet(fact.billing_profile(), "", fact.previous_card()),
              StateSet(fact.billing_profile(), "INACTIVE", "ACTIVE")};
    }
    case Event::kSwitchedToInvoice:
      return InvoiceSets(event.switched_to_invoice());
    case Event::kChargeRecorded:
      return {Born(event.charge_recorded().charge().name(), kState, "PENDING")};
    case Event::kPaymentSucceeded:
      return {StateSet(event.payment_succeeded().charge(), "PAID")};
    case Event::kPaymentDeclined:
      return {StateSet(event.payment_declined().charge(), "PAST_DUE")};
    case Event::kChargeVoided:
      return {StateSet(event.charge_voided().charge(), "VOIDED")};
    case Event::kBalanceSettled:
      return SettlementSets(event.balance_settled());
    case Event::kTransferSent:
      return {Born(event.transfer_sent().transfer().name(), kState, "PENDING")};
    case Event::kTransferDeclined:
      return {StateSet(event.transfer_declined().transfer(), "DECLINED", "PENDING")};
    case Event::kTransferCancelled:
      return {StateSet(event.transfer_cancelled().transfer(), "CANCELLED", "PENDING")};
    case Event::kTransferExpired:
      return {StateSet(event.transfer_expired().transfer(), "EXPIRED", "PENDING")};
    case Event::kCardRemoved:
    case Event::kRoleGranted:
    case Event::kRoleRevoked:
    case Event::kBillingProfileCreated:
    case Event::kInvoicePaymentRequested:
    case Event::kInvoicePaymentApproved:
    case Event::kInvoicePaymentRejected:
    case Event::kCommandRefused:
    case Event::kNothingChanged:
    case Event::DATA_NOT_SET:
      return {};
  }
  return {};
}

std::vector<std::string> FactsThatSet(const std::string& field) {
  if (field == kExpiry) return {"CardAdded", "CardUpdated"};
  if (field == kDisplayName) {
    return {"SubscriptionCreated", "SubscriptionTransferredIn", "SubscriptionUpdated",
            "BillingAccountCreated", "BillingAccountUpdated"};
  }
  if (field == kBusiness) return {"BillingAccountCreated", "BillingAccountUpdated"};
  if (field == kState) {
    return {"SubscriptionCreated",
            "SubscriptionTransferredIn",
            "SubscriptionDisabled",
            "SubscriptionCancelled",
            "SubscriptionReactivated",
            "SubscriptionBecamePastDue",
            "SubscriptionBecameCurrent",
            "ChargeRecorded",
            "PaymentDeclined"};
  }
  return {"BillingAccountCreated", "PolicyChanged"};
}

std::vector<std::string> Changes::Of(const Event& event) {
  std::vector<std::string> lines;
  for (const FieldSet& set : FieldsSetBy(event)) {
    const auto before = set.is_new ? std::nullopt : Before(set, event.position());
    Remember(set, event.position());
    if (set.is_new || before == set.after) continue;
    lines.push_back(absl::StrCat(set.field, " of ", ShortName(set.subject), ": ",
                                 before ? Shown(*before) : "?", " → ", Shown(set.after)));
  }
  return lines;
}

void Changes::Remember(const FieldSet& set, uint64_t position) {
  if (!sees_all_) return;
  // A history may be longer than memory; what is forgotten is looked up again.
  if (known_.size() >= kKnownMax) known_.clear();
  known_[{set.subject, set.field}] = {position, set.after};
}

std::optional<std::string> Changes::Before(const FieldSet& set, uint64_t position) {
  if (set.before) return set.before;
  const auto known = known_.find({set.subject, set.field});
  // Newest first, what is known is what came later.
  if (known != known_.end() && known->second.position < position) return known->second.value;
  std::optional<std::string> before;
  const auto sets_it = [&](const Event& event) {
    for (FieldSet& earlier : FieldsSetBy(event)) {
      if (earlier.subject != set.subject || earlier.field != set.field) continue;
      before = std::move(earlier.after);
      return true;
    }
    return false;
  };
  lookup_({.subject = set.subject,
           .types = FactsThatSet(set.field),
           .before_position = position,
           .is = sets_it});
  return before;
}

}  // namespace billing::billingctl
