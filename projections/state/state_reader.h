// The read interface of the account's state: what decisions and readers look up.
#ifndef BILLING_PROJECTIONS_STATE_STATE_READER_H_
#define BILLING_PROJECTIONS_STATE_STATE_READER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "aggregates/account/account.h"
#include "aggregates/card/card.h"
#include "aggregates/charge/charge.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/paying_card.h"
#include "aggregates/profile/profile.h"
#include "aggregates/subscription/subscription.h"
#include "aggregates/transfer/transfer.h"
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

// Unpaid charges as a refusal lists them: by this, then by id.
enum class ChargeClass : uint8_t { kPastDue = 1, kPending = 2 };
// REQUIRES: an unpaid state.
ChargeClass ClassOf(billing::v1::ChargeState state);

// The roles that one principal was granted on an account; that of its administrator is
// not among them.
struct HeldRoles {
  bool owner = false;
  bool contributor = false;
  bool reader = false;
  // On one profile only; by profile.
  struct OnProfile {
    bool owner = false;
    bool contributor = false;
    bool reader = false;
  };
  std::map<kernel::BillingProfileId, OnProfile> profiles = {};
};

// Reads states out of rows. As thread-safe as the rows it reads.
class StateReader {
 public:
  explicit StateReader(const RowReader& rows) : rows_(rows) {}

  std::optional<AccountNumber> FindAccount(const kernel::AccountId& id) const;
  std::optional<account::AccountState> Account(AccountNumber number) const;
  // The same for who only looks at it; null when there is none. Decoded once for as long as a
  // thread asks for accounts whose rows are the same bytes: a command asks for its own four times.
  std::shared_ptr<const account::AccountState> SharedAccount(AccountNumber number) const;
  // Zeros when there is no such account.
  account::AccountHead Head(AccountNumber number) const;

  std::optional<card::CardState> Card(AccountNumber number, const kernel::CardId& id) const;
  // What is to be known of a card before it may pay, with less work.
  std::optional<kernel::PayingCard> PayingCard(AccountNumber number,
                                               const kernel::CardId& id) const;
  // The live card of the account with this vault token or fingerprint.
  std::optional<kernel::CardId> CardWithToken(AccountNumber number, std::string_view token) const;
  std::optional<kernel::CardId> CardWithFingerprint(AccountNumber number,
                                                    std::string_view fingerprint) const;

  std::optional<subscription::SubscriptionState> Subscription(
      AccountNumber number, const kernel::SubscriptionId& id) const;

  std::optional<profile::BillingProfileState> BillingProfile(
      AccountNumber number, const kernel::BillingProfileId& id) const;
  std::optional<charge::ChargeState> Charge(AccountNumber number, const kernel::ChargeId& id) const;
  // REQUIRES: `number` is the sender's.
  std::optional<transfer::TransferState> Transfer(AccountNumber number,
                                                  const kernel::TransferId& id) const;

  bool HasRole(AccountNumber number, const account::RoleBinding& binding) const;
  HeldRoles RolesOf(AccountNumber number, const kernel::Principal& principal) const;
  // Every binding, by principal, profile (the whole account first) and role; at most
  // account::kRoleBindingsMax.
  std::vector<account::RoleBinding> RoleBindings(AccountNumber number) const;
  // The same as they were after the record at `position`. Costs what the account's roles have
  // ever changed.
  std::vector<account::RoleBinding> RoleBindingsAt(AccountNumber number, uint64_t position) const;

  // Whether the payment processor reported this outcome of this charge under this reference.
  // One reference may report both: declined first, and then paid.
  bool Reported(AccountNumber number, const kernel::ChargeId& charge, std::string_view reference,
                billing::v1::PaymentOutcome outcome) const;
  // The settlement that was reported under this reference.
  std::optional<charge::SettlementReport> Settlement(AccountNumber number,
                                                     std::string_view reference) const;

  // Live subscriptions that the card pays for, directly or through their profile, in one
  // class, by id, at most `limit`, after `after` (empty: from the start).
  std::vector<kernel::SubscriptionId> Holders(AccountNumber number, const kernel::CardId& card,
                                              HolderClass holder_class, std::string_view after,
                                              size_t limit) const;
  // All live subscriptions that the card pays for, by id: under pay-as-you-go the same-card
  // group.
  std::vector<kernel::SubscriptionId> AllHolders(AccountNumber number,
                                                 const kernel::CardId& card) const;
  // The same for the live subscriptions that are billed to a profile.
  std::vector<kernel::SubscriptionId> BilledTo(AccountNumber number,
                                               const kernel::BillingProfileId& profile,
                                               HolderClass holder_class, std::string_view after,
                                               size_t limit) const;
  // ACTIVE profiles that have the card, by id.
  std::vector<kernel::BillingProfileId> ProfilesWith(AccountNumber number,
                                                     const kernel::CardId& card,
                                                     std::string_view after, size_t limit) const;
  // Unpaid charges in one class, by id: of the whole account (an empty `scope`), on a card
  // (`cards/visa`), or paid by a profile (`billingProfiles/main`).
  std::vector<kernel::ChargeId> UnpaidCharges(AccountNumber number, std::string_view scope,
                                              ChargeClass charge_class, std::string_view after,
                                              size_t limit) const;
  // Live subscriptions of the account, by id.
  std::vector<kernel::SubscriptionId> LiveSubscriptions(AccountNumber number,
                                                        std::string_view after, size_t limit) const;

  // What pays for these subscriptions, without any that there is not. Costs one walk over the
  // rows where most from the first to the last are asked for, and never more than twice as much
  // as looking each of them up. REQUIRES: `ids` ascend.
  std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionPayment>>
  SubscriptionPayments(AccountNumber number, std::span<const kernel::SubscriptionId> ids) const;

  // Pages for readers, by id, after `after` (empty: from the start), at most `limit`.
  std::vector<std::pair<kernel::CardId, card::CardState>> Cards(AccountNumber number,
                                                                std::string_view after,
                                                                size_t limit) const;
  std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionState>> Subscriptions(
      AccountNumber number, std::string_view after, size_t limit) const;
  std::vector<std::pair<kernel::BillingProfileId, profile::BillingProfileState>> BillingProfiles(
      AccountNumber number, std::string_view after, size_t limit) const;
  std::vector<std::pair<kernel::ChargeId, charge::ChargeState>> Charges(AccountNumber number,
                                                                        std::string_view after,
                                                                        size_t limit) const;
  // Those that the account sent.
  std::vector<std::pair<kernel::TransferId, transfer::TransferState>> Transfers(
      AccountNumber number, std::string_view after, size_t limit) const;

  // A transfer that was sent to an account.
  struct ReceivedTransfer {
    AccountNumber sender = 0;
    kernel::TransferId transfer;
    // What it became there; nothing unless it was accepted.
    std::optional<kernel::SubscriptionId> to_subscription = {};
  };
  // By sender's number and transfer id, after `after` (null: from the start).
  std::vector<ReceivedTransfer> ReceivedTransfers(const kernel::AccountId& receiver,
                                                  const ReceivedTransfer* after,
                                                  size_t limit) const;
  // One of them.
  std::optional<ReceivedTransfer> Received(const kernel::AccountId& receiver, AccountNumber sender,
                                           const kernel::TransferId& transfer) const;

  // A moment from which the scheduler has something to do with a resource.
  struct Deadline {
    kernel::Instant at;
    AccountNumber account = 0;
    // A PENDING transfer that expires, or a subscription whose retention ends: relative.
    std::string name;
  };
  // Those that have passed at `now`, by time, account and name, after `after` (null: from
  // the start), at most `limit`.
  std::vector<Deadline> Due(kernel::Instant now, const Deadline* after, size_t limit) const;

  // Every account by id, or those that a principal holds a role on.
  std::vector<std::pair<kernel::AccountId, AccountNumber>> Accounts(std::string_view after,
                                                                    size_t limit) const;
  std::vector<std::pair<kernel::AccountId, AccountNumber>> AccountsOf(
      const kernel::Principal& principal, std::string_view after, size_t limit) const;

  // Live cards that pay for a live subscription, or that an ACTIVE profile has, and that
  // expire before a month, by month, account number, card id. `account` limits to one account; a
  // page costs its own rows, however many accounts there are.
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
