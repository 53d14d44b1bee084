#include "tests/model/lines.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/model/model.h"

namespace billing::model {
namespace {

using absl::StrAppend;
using absl::StrCat;

struct Owed {
  size_t pending = 0;
  size_t past_due = 0;
  int64_t pending_minor = 0;
  int64_t past_due_minor = 0;

  void Add(const Charge& charge) {
    if (charge.pending()) {
      ++pending;
      pending_minor += charge.minor;
    } else if (charge.past_due()) {
      ++past_due;
      past_due_minor += charge.minor;
    }
  }
  std::string InWords() const {
    return StrCat("pending ", pending, " = ", pending_minor, ", past due ", past_due, " = ",
                  past_due_minor);
  }
};

// How many, by state and kind.
std::string Counted(const Account& account, const std::vector<std::string>& subscriptions) {
  std::vector<int> cells(16);
  for (const std::string& id : subscriptions) {
    const Subscription& each = account.subscriptions.at(id);
    ++cells[static_cast<size_t>(4 * (each.state - v1::SUBSCRIPTION_STATE_ACTIVE) +
                                (each.kind - v1::SUBSCRIPTION_KIND_CONSUMPTION))];
  }
  return absl::StrJoin(cells, " ");
}

std::string InWords(const std::vector<std::pair<std::string, std::string>>& blockers) {
  std::string words;
  for (const auto& [type, subject] : blockers) StrAppend(&words, " ", type, " ", subject);
  return words;
}

std::vector<std::string> BilledTo(const Account& account, const std::string& profile) {
  std::vector<std::string> ids;
  for (const auto& [id, each] : account.subscriptions) {
    if (each.live() && each.profile == profile) ids.push_back(id);
  }
  return ids;
}

// The subscriptions in the order of a refusal's classes, each class by id.
std::string ByClass(const Account& account, const std::vector<std::string>& ids) {
  const auto rank = [&account](const std::string& id) {
    const Subscription& each = account.subscriptions.at(id);
    if (each.state == v1::SUBSCRIPTION_STATE_DISABLED) return 1;
    if (each.state == v1::SUBSCRIPTION_STATE_CANCELLED) return 2;
    if (each.kind == v1::SUBSCRIPTION_KIND_RESERVATION) return 4;
    return each.kind == v1::SUBSCRIPTION_KIND_CONSUMPTION ? 5 : 3;
  };
  std::vector<std::string> sorted = ids;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return absl::StrJoin(sorted, " ");
}

// Past due ones first, each by id.
template <class Wanted>
std::string UnpaidCharges(const Account& account, Wanted wanted) {
  std::string past_due;
  std::string pending;
  for (const auto& [id, charge] : account.charges) {
    if (!wanted(charge)) continue;
    if (charge.past_due()) StrAppend(&past_due, " ", id);
    if (charge.pending()) StrAppend(&pending, " ", id);
  }
  return StrCat("past due:", past_due, " pending:", pending);
}

void AddCards(const Account& account, Time now, Lines& lines) {
  for (const auto& [id, card] : account.cards) {
    const std::vector<std::string> paid = account.PaidBy(id);
    Owed owed;
    for (const auto& [charge_id, charge] : account.charges) {
      if (charge.card == id) owed.Add(charge);
    }
    const std::vector<std::string> profiles = account.ProfilesWith(id);
    lines.push_back(StrCat("card ", CardMessage(account, id, now).ShortDebugString()));
    lines.push_back(StrCat("holders of ", id, ": ", Counted(account, paid), " profiles ",
                           profiles.size(), " ", owed.InWords()));
    lines.push_back(StrCat("paid by ", id, ": ", absl::StrJoin(paid, " "), " | ",
                           ByClass(account, paid), " | ", absl::StrJoin(profiles, " ")));
    lines.push_back(StrCat(
        "unpaid on ", id, ": ",
        UnpaidCharges(account, [&id = id](const Charge& charge) { return charge.card == id; })));
    if (card.removed) continue;
    lines.push_back(StrCat("token ", card.token, ": ", id));
    lines.push_back(StrCat("removing ", id, ":", InWords(RemovalBlockers(account, id))));
    std::string detached;
    for (const std::string& each : paid) {
      if (!account.Holds(account.subscriptions.at(each).state)) StrAppend(&detached, " ", each);
    }
    lines.push_back(StrCat("detached by removing ", id, ":", detached));
  }
}

std::string InUse(const Account& account, const std::string& id, Time now) {
  const Subscription& subscription = account.subscriptions.at(id);
  const std::string card = account.CardOf(subscription);
  Time since = subscription.method_since;
  if (!subscription.profile.empty()) {
    since = std::max(since, account.profiles.at(subscription.profile).method_since);
  }
  return StrCat("in use ", id, ": ", subscription.profile, " ", card, " since ", since,
                account.cards.at(card).ExpiredAt(now) ? " expired" : "",
                account.Holds(subscription.state) ? " held" : "");
}

void AddSubscriptions(const Account& account, Time now, Lines& lines) {
  std::string live;
  for (const auto& [id, each] : account.subscriptions) {
    lines.push_back(StrCat("subscription ", SubscriptionMessage(account, id).ShortDebugString()));
    if (!each.live()) continue;
    StrAppend(&live, " ", id);
    lines.push_back(StrCat("past due charges of ", id, ": ", account.PastDueChargesOf(id)));
    if (each.stopped()) {
      lines.push_back(StrCat("stopped ", id, ": ", each.left_active,
                             each.held_by_platform ? " by the platform" : ""));
    }
    if (!account.CardOf(each).empty()) lines.push_back(InUse(account, id, now));
  }
  lines.push_back(StrCat("live:", live));
}

void AddProfiles(const Account& account, Lines& lines) {
  for (const auto& [id, profile] : account.profiles) {
    const std::vector<std::string> billed = BilledTo(account, id);
    const auto paid_by_it = [&id = id](const Charge& charge) {
      return charge.paying_profile == id;
    };
    Owed owed;
    for (const auto& [charge_id, charge] : account.charges) {
      if (paid_by_it(charge)) owed.Add(charge);
    }
    lines.push_back(StrCat("profile ", ProfileMessage(account, id).ShortDebugString(), " since ",
                           profile.method_since));
    lines.push_back(StrCat("billed to ", id, ": ", Counted(account, billed), " ",
                           absl::StrJoin(billed, " "), " | ", ByClass(account, billed), " ",
                           owed.InWords()));
    lines.push_back(StrCat("unpaid by ", id, ": ", UnpaidCharges(account, paid_by_it)));
    if (!profile.active) continue;
    lines.push_back(StrCat("detaching ", id, ":", InWords(DetachBlockers(account, id))));
  }
}

void AddCharges(const Account& account, Lines& lines) {
  for (const auto& [id, charge] : account.charges) {
    lines.push_back(StrCat("charge ", ChargeMessage(account, id).ShortDebugString(), " by ",
                           charge.paying_profile));
  }
  lines.push_back(StrCat("unpaid: ", UnpaidCharges(account, [](const Charge&) { return true; })));
}

}  // namespace

Lines LinesOf(const World& world, const std::string& id, Time now) {
  const Account& account = *world.Find(id);
  Owed owed;
  for (const auto& [charge_id, charge] : account.charges) owed.Add(charge);
  Lines lines = {
      StrCat("account ", account.id, " ", AccountMessage(account).ShortDebugString()),
      StrCat("head: revision ", account.revision, " cards ", account.LiveCards(), " subscriptions ",
             account.LiveSubscriptions(), " profiles ", account.profiles.size(), " roles ",
             account.grants.size(), " ", owed.InWords())};
  AddCards(account, now, lines);
  AddSubscriptions(account, now, lines);
  AddProfiles(account, lines);
  AddCharges(account, lines);
  for (const auto& [transfer, state] : account.transfers) {
    lines.push_back(
        StrCat("transfer ", TransferMessage(account, transfer, now).ShortDebugString()));
  }
  for (const auto& [sender_id, sender] : world.accounts()) {
    for (const auto& [transfer_id, transfer] : sender.transfers) {
      if (transfer.to_account != id) continue;
      lines.push_back(
          StrCat("received ", sender.number, "/", transfer_id, " as ", transfer.to_subscription));
    }
  }
  return lines;
}

Lines LinesAcross(const World& world, const Across& across) {
  Lines lines;
  for (const auto& [id, account] : world.accounts()) {
    lines.push_back(StrCat("account ", id, " is ", account.number));
    for (const std::string& principal : across.principals) {
      bool may_see = account.administrator == principal;
      for (const auto& [holder, profile, role] : account.grants) {
        may_see = may_see || (holder == principal && profile.empty());
      }
      if (may_see) lines.push_back(StrCat(principal, " sees ", id));
    }
    for (const auto& [transfer_id, transfer] : account.transfers) {
      if (transfer.state != v1::TRANSFER_STATE_PENDING || across.now < transfer.Deadline()) {
        continue;
      }
      lines.push_back(StrCat("due ", transfer.Deadline(), " ", account.number, " ",
                             Name("transfers", transfer_id)));
    }
    for (const auto& [subscription_id, each] : account.subscriptions) {
      if (!each.stopped() || across.now < each.left_active + 90 * kDay) continue;
      lines.push_back(StrCat("due ", each.left_active + 90 * kDay, " ", account.number, " ",
                             Name("subscriptions", subscription_id)));
    }
    for (const auto& [card_id, card] : account.cards) {
      const bool before = std::pair(card.expiry_year, card.expiry_month) <
                          std::pair(across.before_year, across.before_month);
      const bool pays = !account.PaidBy(card_id).empty() || !account.ProfilesWith(card_id).empty();
      if (card.removed || !before || !pays) continue;
      lines.push_back(StrCat("expires ", card.expiry_year, "-", card.expiry_month, " ",
                             account.number, " ", card_id));
    }
  }
  return lines;
}

std::string Difference(const Lines& model, const Lines& rows) {
  Lines expected = model;
  Lines actual = rows;
  std::sort(expected.begin(), expected.end());
  std::sort(actual.begin(), actual.end());
  Lines only_model;
  Lines only_rows;
  std::set_difference(expected.begin(), expected.end(), actual.begin(), actual.end(),
                      std::back_inserter(only_model));
  std::set_difference(actual.begin(), actual.end(), expected.begin(), expected.end(),
                      std::back_inserter(only_rows));
  std::string difference;
  for (const std::string& line : only_model) StrAppend(&difference, "  model: ", line, "\n");
  for (const std::string& line : only_rows) StrAppend(&difference, "  rows:  ", line, "\n");
  return difference;
}

}  // namespace billing::model
