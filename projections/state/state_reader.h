// The read interface of the account's state: what decisions and readers look up.
#ifndef BILLING_PROJECTIONS_STATE_STATE_READER_H_
#define BILLING_PROJECTIONS_STATE_STATE_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aggregates/account/account.h"
#include "aggregates/card/card.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/subscription/subscription.h"
#include "projections/keyvalue/key_value.h"

namespace billing::projections {

// An account's number: the log position of its BillingAccountCreated record.
using AccountNumber = uint64_t;

// Holders of a card sorted as a refusal lists them: first those that hold it in a
// retired state, then by what the subscription's kind makes of it.
enum class HolderClass : uint8_t {
  kDisabled = 1,
  kCancelled = 2,
  kRecurring = 3,    // ACTIVE or PAST_DUE, SUPPORT_PLAN or SAVINGS_PLAN
  kReservation = 4,  // ACTIVE or PAST_DUE
  kConsumption = 5,  // ACTIVE or PAST_DUE
};
// REQUIRES: a live state.
HolderClass ClassOf(billing::v1::SubscriptionState state, billing::v1::SubscriptionKind kind);

// Reads states out of rows. As thread-safe as the rows it reads.
class StateReader {
 public:
  explicit StateReader(const RowReader& rows) : rows_(rows) {}

  std::optional<AccountNumber> FindAccount(const kernel::AccountId& id) const;
  std::optional<account::AccountState> Account(AccountNumber number) const;
  // Zeros when there is no such account.
  account::AccountHead Head(AccountNumber number) const;

  std::optional<card::CardState> Card(AccountNumber number, const kernel::CardId& id) const;
  // The live card of the account with this vault token or fingerprint.
  std::optional<kernel::CardId> CardWithToken(AccountNumber number, std::string_view token) const;
  std::optional<kernel::CardId> CardWithFingerprint(AccountNumber number,
                                                    std::string_view fingerprint) const;

  std::optional<subscription::SubscriptionState> Subscription(
      AccountNumber number, const kernel::SubscriptionId& id) const;

  // Live subscriptions that name the card, in one class, by id, at most `limit`,
  // after `after` (empty: from the start).
  std::vector<kernel::SubscriptionId> Holders(AccountNumber number, const kernel::CardId& card,
                                              HolderClass holder_class, std::string_view after,
                                              size_t limit) const;
  // All live subscriptions that name the card, by id: the same-card group.
  std::vector<kernel::SubscriptionId> AllHolders(AccountNumber number,
                                                 const kernel::CardId& card) const;
  // Live subscriptions of the account, by id.
  std::vector<kernel::SubscriptionId> LiveSubscriptions(AccountNumber number,
                                                        std::string_view after, size_t limit) const;

  // Pages for readers, by id, after `after` (empty: from the start), at most `limit`.
  std::vector<std::pair<kernel::CardId, card::CardState>> Cards(AccountNumber number,
                                                                std::string_view after,
                                                                size_t limit) const;
  std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionState>> Subscriptions(
      AccountNumber number, std::string_view after, size_t limit) const;
  // Every account by id, or those that a principal holds a role on.
  std::vector<std::pair<kernel::AccountId, AccountNumber>> Accounts(std::string_view after,
                                                                    size_t limit) const;
  std::vector<std::pair<kernel::AccountId, AccountNumber>> AccountsOf(
      const kernel::Principal& principal, std::string_view after, size_t limit) const;

  // Live cards that pay for a live subscription and expire before a month, by month,
  // account number, card id. `account` limits to one account; a page costs its own rows,
  // however many accounts there are.
  struct ExpiringCard {
    kernel::YearMonth month;
    AccountNumber account;
    kernel::CardId card;
  };
  std::vector<ExpiringCard> ExpiringCards(std::optional<AccountNumber> account,
                                          kernel::YearMonth before,
                                          const std::optional<ExpiringCard>& after,
                                          size_t limit) const;

  // History indexes: positions of records that concern a subject (relative name, empty
  // for the whole account), strictly between the bounds, at most `limit`.
  struct PositionRange {
    uint64_t after = 0;
    uint64_t before = UINT64_MAX;
  };
  std::vector<uint64_t> PositionsOf(AccountNumber number, std::string_view subject,
                                    PositionRange range, Order order, size_t limit) const;
  // Position of the first record of the command with this request id and scope.
  std::optional<uint64_t> PositionOfRequest(std::string_view request_id,
                                            std::string_view scope) const;

  absl::Status status() const { return rows_.status(); }

 private:
  const RowReader& rows_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_STATE_STATE_READER_H_
