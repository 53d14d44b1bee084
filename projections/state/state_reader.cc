#include "projections/state/state_reader.h"

#include <algorithm>
#include <cassert>

#include "projections/state/keys.h"
#include "projections/state/row_codec.h"
#include "projections/state/scan.h"

namespace billing::projections {
namespace {

using billing::v1::SubscriptionKind;
using billing::v1::SubscriptionState;

kernel::SubscriptionId SubscriptionIdFrom(std::string_view text) {
  return kernel::SubscriptionId::FromStored(std::string(text));
}

std::vector<std::pair<kernel::AccountId, AccountNumber>> AccountIds(const RowReader& rows,
                                                                    const std::string& prefix,
                                                                    std::string_view after,
                                                                    size_t limit) {
  std::vector<std::pair<kernel::AccountId, AccountNumber>> accounts;
  ScanPage(rows, prefix, after, limit, [&](std::string_view id, std::string_view value) {
    accounts.emplace_back(kernel::AccountId::FromStored(std::string(id)),
                          keys::ParseNumberValue(value));
  });
  return accounts;
}

std::optional<kernel::CardId> CardIdAt(const RowReader& rows, std::string_view key) {
  auto value = rows.Get(key);
  if (!value) return std::nullopt;
  return kernel::CardId::FromStored(*std::move(value));
}

}  // namespace

HolderClass ClassOf(SubscriptionState state, SubscriptionKind kind) {
  if (state == billing::v1::SUBSCRIPTION_STATE_DISABLED) return HolderClass::kDisabled;
  if (state == billing::v1::SUBSCRIPTION_STATE_CANCELLED) return HolderClass::kCancelled;
  assert(state == billing::v1::SUBSCRIPTION_STATE_ACTIVE ||
         state == billing::v1::SUBSCRIPTION_STATE_PAST_DUE);
  if (kind == billing::v1::SUBSCRIPTION_KIND_SUPPORT_PLAN ||
      kind == billing::v1::SUBSCRIPTION_KIND_SAVINGS_PLAN) {
    return HolderClass::kRecurring;
  }
  if (kind == billing::v1::SUBSCRIPTION_KIND_RESERVATION) return HolderClass::kReservation;
  return HolderClass::kConsumption;
}

std::optional<AccountNumber> StateReader::FindAccount(const kernel::AccountId& id) const {
  return StateAt(rows_, keys::AccountById(id.value()), keys::ParseNumberValue);
}

std::optional<account::AccountState> StateReader::Account(AccountNumber number) const {
  return StateAt(rows_, keys::Account(number), DecodeAccount);
}

std::shared_ptr<const account::AccountState> StateReader::SharedAccount(
    AccountNumber number) const {
  struct Decoded {
    std::string row;
    std::shared_ptr<const account::AccountState> state;
  };
  thread_local Decoded last;
  std::shared_ptr<const account::AccountState> account;
  rows_.Look(keys::Account(number), [&account](std::string_view row) {
    if (last.state == nullptr || last.row != row) {
      last.state = std::make_shared<const account::AccountState>(DecodeAccount(row));
      last.row = row;
    }
    account = last.state;
  });
  return account;
}

account::AccountHead StateReader::Head(AccountNumber number) const {
  return StateAt(rows_, keys::AccountHead(number), DecodeAccountHead)
      .value_or(account::AccountHead{});
}

std::optional<card::CardState> StateReader::Card(AccountNumber number,
                                                 const kernel::CardId& id) const {
  return StateAt(rows_, keys::Card(number, id.value()), DecodeCard);
}

std::optional<kernel::PayingCard> StateReader::PayingCard(AccountNumber number,
                                                          const kernel::CardId& id) const {
  return StateAt(rows_, keys::Card(number, id.value()), DecodePayingCard);
}

std::optional<kernel::CardId> StateReader::CardWithToken(AccountNumber number,
                                                         std::string_view token) const {
  return CardIdAt(rows_, keys::CardByToken(number, token));
}

std::optional<kernel::CardId> StateReader::CardWithFingerprint(AccountNumber number,
                                                               std::string_view fingerprint) const {
  return CardIdAt(rows_, keys::CardByFingerprint(number, fingerprint));
}

std::optional<subscription::SubscriptionState> StateReader::Subscription(
    AccountNumber number, const kernel::SubscriptionId& id) const {
  return StateAt(rows_, keys::Subscription(number, id.value()), DecodeSubscription);
}

std::vector<kernel::SubscriptionId> StateReader::Holders(AccountNumber number,
                                                         const kernel::CardId& card,
                                                         HolderClass holder_class,
                                                         std::string_view after,
                                                         size_t limit) const {
  return IdsIn<kernel::SubscriptionId>(rows_, keys::HoldersPrefix(number, card, holder_class),
                                       after, limit);
}

std::vector<kernel::SubscriptionId> StateReader::AllHolders(AccountNumber number,
                                                            const kernel::CardId& card) const {
  const std::string prefix = keys::HoldersPrefix(number, card);
  std::vector<kernel::SubscriptionId> ids;
  rows_.Scan(KeysWithPrefix(prefix), Order::kAscending,
             [&](std::string_view key, std::string_view) {
               ids.push_back(SubscriptionIdFrom(key.substr(prefix.size() + sizeof(HolderClass))));
               return true;
             });
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<kernel::SubscriptionId> StateReader::LiveSubscriptions(AccountNumber number,
                                                                   std::string_view after,
                                                                   size_t limit) const {
  return IdsIn<kernel::SubscriptionId>(rows_, keys::LiveSubscription(number, ""), after, limit);
}

std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionPayment>>
StateReader::SubscriptionPayments(AccountNumber number,
                                  std::span<const kernel::SubscriptionId> ids) const {
  std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionPayment>> payments;
  if (ids.empty()) return payments;
  payments.reserve(ids.size());
  const std::string prefix = keys::Subscription(number, "");
  KeyRange range{prefix + ids.front().value(), prefix + ids.back().value()};
  range.end.push_back('\0');
  auto next = ids.begin();
  const auto take = [&](std::string_view row) {
    payments.emplace_back(*next, DecodeSubscriptionPayment(row));
  };
  size_t others = 0;
  rows_.Scan(range, Order::kAscending, [&](std::string_view key, std::string_view row) {
    if (next == ids.end() || key.substr(prefix.size()) != next->value()) {
      return ++others < ids.size();
    }
    take(row);
    // Also from the last one on: only what is walked to its end is kept in memory.
    ++next;
    return true;
  });
  // Where too many others lie between them.
  for (; next != ids.end(); ++next) rows_.Look(prefix + next->value(), take);
  return payments;
}

std::vector<std::pair<kernel::CardId, card::CardState>> StateReader::Cards(AccountNumber number,
                                                                           std::string_view after,
                                                                           size_t limit) const {
  return StatesIn<kernel::CardId>(rows_, keys::Card(number, ""), after, limit, DecodeCard);
}

std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionState>>
StateReader::Subscriptions(AccountNumber number, std::string_view after, size_t limit) const {
  return StatesIn<kernel::SubscriptionId>(rows_, keys::Subscription(number, ""), after, limit,
                                          DecodeSubscription);
}

std::vector<std::pair<kernel::AccountId, AccountNumber>> StateReader::Accounts(
    std::string_view after, size_t limit) const {
  return AccountIds(rows_, keys::AccountById(""), after, limit);
}

std::vector<std::pair<kernel::AccountId, AccountNumber>> StateReader::AccountsOf(
    const kernel::Principal& principal, std::string_view after, size_t limit) const {
  return AccountIds(rows_, keys::AccountByPrincipal(principal, ""), after, limit);
}

std::vector<StateReader::ExpiringCard> StateReader::ExpiringCards(
    std::optional<AccountNumber> account, kernel::YearMonth before,
    const std::optional<ExpiringCard>& after, size_t limit) const {
  std::vector<ExpiringCard> cards;
  if (limit == 0) return cards;
  KeyRange range = account ? keys::ExpiringBefore(*account, before) : keys::ExpiringBefore(before);
  if (after) {
    // The smallest key after this one.
    range.begin = account ? keys::ExpiringOf(*account, after->month, after->card.value())
                          : keys::Expiring(after->month, after->account, after->card.value());
    range.begin.push_back('\0');
    if (range.begin >= range.end) return cards;
  }
  rows_.Scan(range, Order::kAscending, [&](std::string_view key, std::string_view) {
    cards.push_back(account ? keys::ParseExpiringOf(key) : keys::ParseExpiring(key));
    return cards.size() < limit;
  });
  return cards;
}

std::vector<uint64_t> StateReader::PositionsOf(AccountNumber number, std::string_view subject,
                                               PositionRange range, Order order,
                                               size_t limit) const {
  std::vector<uint64_t> positions;
  if (limit == 0 || range.after >= range.before) return positions;
  const KeyRange key_range = {keys::Subject(number, subject, range.after + 1),
                              keys::Subject(number, subject, range.before)};
  rows_.Scan(key_range, order, [&](std::string_view key, std::string_view) {
    positions.push_back(keys::PositionIn(key));
    return positions.size() < limit;
  });
  return positions;
}

std::optional<uint64_t> StateReader::PositionOfRequest(std::string_view request_id,
                                                       std::string_view scope) const {
  return StateAt(rows_, keys::Request(request_id, scope), keys::ParsePositionValue);
}

}  // namespace billing::projections
