// The lines of lines.h, as the rows of the code under test have them.
#include <array>
#include <cassert>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "aggregates/judge/judge.h"
#include "projections/resources/resources.h"
#include "tests/model/lines.h"

namespace billing::model {
namespace {

using absl::StrAppend;
using absl::StrCat;
using projections::AccountNumber;
using projections::ChargeClass;
using projections::HolderClass;
using projections::StateReader;

constexpr size_t kAll = 1'000'000;

template <class T>
std::string IdOf(const std::optional<T>& id) {
  return id ? id->value() : "";
}

template <class T>
std::string Ids(const std::vector<T>& ids) {
  return absl::StrJoin(ids, " ", [](std::string* out, const T& id) { StrAppend(out, id.value()); });
}

std::string InWords(const kernel::Unpaid& unpaid) {
  return StrCat("pending ", unpaid.pending_count, " = ", unpaid.pending_minor, ", past due ",
                unpaid.past_due_count, " = ", unpaid.past_due_minor);
}

std::string Counted(const account::HolderCounts& counts) {
  return absl::StrJoin(counts.cells(), " ");
}

constexpr std::array kClasses = {HolderClass::kDisabled, HolderClass::kCancelled,
                                 HolderClass::kRecurring, HolderClass::kReservation,
                                 HolderClass::kConsumption};

// Reads in pages of two, as a reader would.
template <class Read>
Lines IdsByClass(Read read) {
  Lines ids;
  for (const HolderClass each : kClasses) {
    std::string after;
    while (true) {
      const auto page = read(each, after, size_t{2});
      for (const auto& id : page) ids.push_back(id.value());
      if (page.size() < 2) break;
      after = page.back().value();
    }
  }
  return ids;
}

template <class Read>
std::string ByClass(Read read) {
  return absl::StrJoin(IdsByClass(read), " ");
}

template <class Read>
std::string OfEveryClass(Read read) {
  Lines ids = IdsByClass(read);
  std::ranges::sort(ids);
  return absl::StrJoin(ids, " ");
}

// Every blocker, in pages of three.
template <class Read>
std::string Blockers(Read read) {
  std::string words;
  std::optional<kernel::Blocker> after;
  int seen = 0;
  while (true) {
    const judge::Obstacles page = read(after ? &*after : nullptr);
    for (const kernel::Blocker& blocker : page.blockers) {
      StrAppend(&words, " ", blocker.type, " ", blocker.subject);
    }
    seen += static_cast<int>(page.blockers.size());
    if (page.blockers.size() < 3) {
      if (seen != page.count) StrAppend(&words, " but ", page.count, " are counted");
      return words;
    }
    after = page.blockers.back();
  }
}

class AccountLines {
 public:
  AccountLines(const StateReader& states, AccountNumber number, Time now)
      : states_(states),
        number_(number),
        now_({now}),
        account_(states.Account(number).value()),
        head_(states.Head(number)) {}

  Lines Take() {
    AddAccount();
    AddCards();
    AddSubscriptions();
    AddProfiles();
    AddCharges();
    AddTransfers();
    return std::move(lines_);
  }

 private:
  void Add(std::string line) { lines_.push_back(std::move(line)); }

  void AddAccount() {
    const auto bindings = states_.RoleBindings(number_);
    Add(StrCat("account ", account_.id.value(), " ",
               projections::ToMessage(account_, bindings).ShortDebugString()));
    Add(StrCat("head: revision ", head_.stream_revision, " cards ", head_.live_cards,
               " subscriptions ", head_.live_subscriptions, " profiles ", head_.billing_profiles,
               " roles ", head_.role_bindings, " ", InWords(head_.unpaid)));
  }

  std::string Unpaid(const std::string& scope) const {
    const auto list = [&](ChargeClass charge_class) {
      std::string ids;
      for (const auto& id : states_.UnpaidCharges(number_, scope, charge_class, "", kAll)) {
        StrAppend(&ids, " ", id.value());
      }
      return ids;
    };
    return StrCat("past due:", list(ChargeClass::kPastDue),
                  " pending:", list(ChargeClass::kPending));
  }

  void AddCards() {
    for (const auto& [id, card] : states_.Cards(number_, "", kAll)) {
      const auto profiles = states_.ProfilesWith(number_, id, "", kAll);
      Add(StrCat("card ",
                 projections::ToMessage(id, card, account_.policy, now_).ShortDebugString()));
      Add(StrCat("holders of ", id.value(), ": ", Counted(card.holders), " profiles ",
                 card.active_profiles, " ", InWords(card.unpaid)));
      const auto read = [&, &card_id = id](HolderClass each, std::string_view after, size_t limit) {
        return states_.Holders(number_, card_id, each, after, limit);
      };
      Add(StrCat("paid by ", id.value(), ": ", Ids(states_.AllHolders(number_, id)), " | ",
                 ByClass(read), " | ", Ids(profiles)));
      Add(StrCat("unpaid on ", id.value(), ": ", Unpaid("cards/" + id.value())));
      if (card.live()) AddLiveCard(id, card);
    }
  }

  void AddLiveCard(const kernel::CardId& id, const card::CardState& card) {
    Add(StrCat("token ", card.token, ": ", IdOf(states_.CardWithToken(number_, card.token))));
    Add(StrCat("removing ", id.value(), ":", Blockers([&](const kernel::Blocker* after) {
                 return judge::ObstaclesToRemoval(number_, id, card, account_.policy,
                                                  head_.live_cards, after, 3, states_);
               })));
    std::string detached;
    for (const auto& each :
         judge::DetachedByRemoval(number_, id, card, account_.policy, "", kAll, states_)) {
      StrAppend(&detached, " ", each.value());
    }
    Add(StrCat("detached by removing ", id.value(), ":", detached));
  }

  void AddSubscriptions() {
    for (const auto& [id, each] : states_.Subscriptions(number_, "", kAll)) {
      Add(StrCat("subscription ", projections::ToMessage(id, each).ShortDebugString()));
      if (!each.live()) continue;
      Add(StrCat("past due charges of ", id.value(), ": ", each.past_due_charges));
      if (each.state == v1::SUBSCRIPTION_STATE_DISABLED ||
          each.state == v1::SUBSCRIPTION_STATE_CANCELLED) {
        Add(StrCat("stopped ", id.value(), ": ", each.inactive_since.us,
                   each.disabled_by_platform ? " by the platform" : ""));
      }
      AddInUse(id, each);
    }
    std::string live;
    for (const auto& id : states_.LiveSubscriptions(number_, "", kAll)) {
      StrAppend(&live, " ", id.value());
    }
    Add(StrCat("live:", live));
  }

  void AddInUse(const kernel::SubscriptionId& id, const subscription::SubscriptionState& state) {
    std::optional<profile::BillingProfileState> profile;
    if (state.billing_profile) profile = states_.BillingProfile(number_, *state.billing_profile);
    const auto& card_id = profile ? profile->card : state.card;
    if (!card_id) return;
    const kernel::PayingCard card = states_.PayingCard(number_, *card_id).value();
    const auto payments = states_.SubscriptionPayments(number_, {&id, 1});
    const projections::CardInUse in_use = projections::ToCardInUse(
        id, payments.at(0).second, profile ? &*profile : nullptr,
        projections::ActiveCard{*card_id, card.expiry}, account_.policy, now_);
    Add(StrCat("in use ", in_use.subscription.value(), ": ", IdOf(in_use.billing_profile), " ",
               IdOf(in_use.card), " since ", in_use.active_since.us,
               in_use.expired ? " expired" : "", in_use.in_use ? " held" : ""));
  }

  void AddProfiles() {
    for (const auto& [id, profile] : states_.BillingProfiles(number_, "", kAll)) {
      Add(StrCat("profile ", projections::ToMessage(id, profile).ShortDebugString(), " since ",
                 profile.active_since.us));
      const auto read = [&, &profile_id = id](HolderClass each, std::string_view after,
                                              size_t limit) {
        return states_.BilledTo(number_, profile_id, each, after, limit);
      };
      Add(StrCat("billed to ", id.value(), ": ", Counted(profile.holders), " ", OfEveryClass(read),
                 " | ", ByClass(read), " ", InWords(profile.unpaid)));
      Add(StrCat("unpaid by ", id.value(), ": ", Unpaid("billingProfiles/" + id.value())));
      if (!profile.active()) continue;
      Add(StrCat(
          "detaching ", id.value(), ":",
          Blockers([&, &profile_id = id, &profile_state = profile](const kernel::Blocker* after) {
            return judge::ObstaclesToDetach(number_, profile_id, profile_state, account_.policy,
                                            after, 3, states_);
          })));
    }
  }

  void AddCharges() {
    for (const auto& [id, charge] : states_.Charges(number_, "", kAll)) {
      Add(StrCat("charge ",
                 projections::ToMessage(id, charge, account_.currency).ShortDebugString(), " by ",
                 IdOf(charge.paying_profile)));
    }
    Add(StrCat("unpaid: ", Unpaid("")));
  }

  void AddTransfers() {
    for (const auto& [id, transfer] : states_.Transfers(number_, "", kAll)) {
      Add(StrCat("transfer ", projections::ToMessage(id, transfer, now_).ShortDebugString()));
    }
    for (const auto& received : states_.ReceivedTransfers(account_.id, nullptr, kAll)) {
      Add(StrCat("received ", received.sender, "/", received.transfer.value(), " as ",
                 IdOf(received.to_subscription)));
    }
  }

  const StateReader& states_;
  const AccountNumber number_;
  const kernel::Instant now_;
  const account::AccountState account_;
  const account::AccountHead head_;
  Lines lines_;
};

}  // namespace

Lines LinesOf(const StateReader& states, const std::string& account, Time now) {
  const auto number = states.FindAccount(kernel::AccountId::FromStored(account));
  assert(number.has_value());
  return AccountLines(states, *number, now).Take();
}

Lines LinesAcross(const StateReader& states, const Across& across) {
  Lines lines;
  for (const auto& [id, number] : states.Accounts("", kAll)) {
    lines.push_back(StrCat("account ", id.value(), " is ", number));
  }
  for (const std::string& principal : across.principals) {
    for (const auto& [id, number] :
         states.AccountsOf(kernel::Principal::FromStored(principal), "", kAll)) {
      lines.push_back(StrCat(principal, " sees ", id.value()));
    }
  }
  for (const auto& due : states.Due({across.now}, nullptr, kAll)) {
    lines.push_back(StrCat("due ", due.at.us, " ", due.account, " ", due.name));
  }
  for (const auto& card : states.ExpiringCards(
           std::nullopt, {across.before_year, across.before_month}, std::nullopt, kAll)) {
    lines.push_back(StrCat("expires ", card.month.year, "-", card.month.month, " ", card.account,
                           " ", card.card.value()));
  }
  return lines;
}

}  // namespace billing::model
