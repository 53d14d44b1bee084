// The keys of the views database. A key is
//
//   view (1 byte) ‖ generation (1 byte) ‖ parts
//
// A view's generation is 1; a rebuild of it writes beside, under the next one. View
// 0x00 belongs to the row store. Parts are unsigned numbers, big-endian, so that they
// sort by value, and text; text that something follows ends with 0x00, which occurs in
// no id, principal or name. `number` is the account's, 48 bits.
//
//   view  rows                    parts → value
//   01    account                 number → AccountRow
//   02    account head            number → AccountHeadRow
//   03    account by id           account id → be48 number
//   04    account by principal    principal ‖ 00 ‖ account id → be48 number
//                                 (its administrator, and who holds a role on the whole of it)
//   05    card                    number ‖ card id → CardRow
//   06    card by token           number ‖ token → card id (live cards)
//   07    card by fingerprint     number ‖ fingerprint → card id (live cards that have one)
//   08    subscription            number ‖ subscription id → SubscriptionRow
//   09    live subscription       number ‖ subscription id → ""
//   0a    holder                  number ‖ card id ‖ 00 ‖ class (1 byte) ‖ subscription id → ""
//                                 (live subscriptions that it pays for, directly or through
//                                 their profile)
//   0b    expiring card           be32 month ‖ number ‖ card id → ""
//                                 (live cards that pay for a live subscription, or that an
//                                 ACTIVE profile has)
//   0c    expiring card, by       number ‖ be32 month ‖ card id → ""
//         account                 (the same cards: one account's page costs no more when
//                                 there are many accounts)
//   0d    subject                 number ‖ relative name ‖ 00 ‖ be64 position → ""
//                                 (an empty name: the whole account; a transfer that another
//                                 account sent to this one: its full name)
//   0e    request                 16 bytes of the request id ‖ scope → be64 position
//   0f    billing profile         number ‖ profile id → BillingProfileRow
//   10    billed to               number ‖ profile id ‖ 00 ‖ class ‖ subscription id → ""
//                                 (live subscriptions)
//   11    profile by card         number ‖ card id ‖ 00 ‖ profile id → "" (ACTIVE profiles)
//   12    charge                  number ‖ charge id → ChargeRow
//   13    unpaid charge           number ‖ scope ‖ 00 ‖ class (1 byte) ‖ charge id → ""
//                                 (scope: empty, or the relative name of a card or profile)
//   14    payment report          number ‖ charge id ‖ 00 ‖ processor reference ‖ 00 ‖
//                                 outcome (1 byte) → ""
//   15    role                    number ‖ principal ‖ 00 ‖ profile id ‖ 00 ‖ role (1 byte)
//                                 → "" (an empty profile id: the whole account)
//   16    transfer                sender's number ‖ transfer id → TransferRow
//   17    received transfer       receiver's account id ‖ 00 ‖ sender's number ‖ transfer id
//                                 → id of the subscription that it became; empty until then
//   18    deadline                be64 microseconds ‖ number ‖ relative name → ""
//                                 (what the scheduler has to do)
//   19    settlement              number ‖ processor reference → SettlementRow
//   1a    role change             number ‖ be64 position → `+` or `-` ‖ principal ‖ 00 ‖
//                                 profile id ‖ 00 ‖ role (1 byte)
//                                 (every RoleGranted and RoleRevoked: what the roles were at an
//                                 earlier position)
//   1b    tree tile               be48 index → the hashes of the 256 leaves from index * 256 on
//                                 (once all are there)
//   1c    tree node               height (1 byte: 8, 16, …) ‖ be48 index → the root of the
//                                 2^height leaves from index * 2^height on (once all are there)
//
// A month is year * 12 + month.
#ifndef BILLING_PROJECTIONS_STATE_KEYS_H_
#define BILLING_PROJECTIONS_STATE_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/time.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/key.h"
#include "projections/state/state_reader.h"

namespace billing::projections::keys {

// One row. REQUIRES: every account number is below 2^48.
Key Account(AccountNumber number);
Key AccountHead(AccountNumber number);
Key AccountById(std::string_view account_id);
Key AccountByPrincipal(const kernel::Principal& principal, std::string_view account_id);
Key Card(AccountNumber number, std::string_view card_id);
Key CardByToken(AccountNumber number, std::string_view token);
Key CardByFingerprint(AccountNumber number, std::string_view fingerprint);
Key Subscription(AccountNumber number, std::string_view subscription_id);
Key LiveSubscription(AccountNumber number, std::string_view subscription_id);
Key Holder(AccountNumber number, const kernel::CardId& card, HolderClass holder_class,
           const kernel::SubscriptionId& subscription);
Key Expiring(kernel::YearMonth month, AccountNumber number, std::string_view card_id);
Key ExpiringOf(AccountNumber number, kernel::YearMonth month, std::string_view card_id);
Key BillingProfile(AccountNumber number, std::string_view profile_id);
Key BilledTo(AccountNumber number, const kernel::BillingProfileId& profile,
             HolderClass holder_class, const kernel::SubscriptionId& subscription);
Key ProfileByCard(AccountNumber number, const kernel::CardId& card, std::string_view profile_id);
Key Charge(AccountNumber number, std::string_view charge_id);
Key UnpaidCharge(AccountNumber number, std::string_view scope, ChargeClass charge_class,
                 std::string_view charge_id);
Key PaymentReport(AccountNumber number, std::string_view charge_id, std::string_view reference,
                  billing::v1::PaymentOutcome outcome);
Key Settlement(AccountNumber number, std::string_view reference);
Key Role(AccountNumber number, const account::RoleBinding& binding);
Key RoleChange(AccountNumber number, uint64_t position);
Key Transfer(AccountNumber number, std::string_view transfer_id);
Key ReceivedTransfer(std::string_view receiver_id, AccountNumber sender,
                     std::string_view transfer_id);
Key Deadline(const StateReader::Deadline& deadline);
Key TreeTile(uint64_t index);
Key TreeNode(unsigned height, uint64_t index);
Key Subject(AccountNumber number, std::string_view relative_name, uint64_t position);
Key Request(std::string_view request_id, std::string_view scope);

// Whether the keys of a view, which a key's first byte names, begin with an account's number.
// Also of a view that this program does not know.
bool BeginsWithNumber(char view);

// What the keys of a group of rows begin with; the last part of the table above follows.
// Where that part is an id, the one-row key of an empty id is the prefix: Card(number, "").
std::string HoldersPrefix(AccountNumber number, const kernel::CardId& card);
std::string HoldersPrefix(AccountNumber number, const kernel::CardId& card,
                          HolderClass holder_class);
std::string BilledToPrefix(AccountNumber number, const kernel::BillingProfileId& profile);
std::string BilledToPrefix(AccountNumber number, const kernel::BillingProfileId& profile,
                           HolderClass holder_class);
std::string RolesPrefix(AccountNumber number);
std::string RolesPrefix(AccountNumber number, const kernel::Principal& principal);
std::string ReceivedPrefix(std::string_view receiver_id);
std::string SubjectPrefix(AccountNumber number, std::string_view relative_name);

// The keys that begin with `prefix` and continue with text greater than `after`; all of
// them when `after` is empty.
KeyRange After(std::string prefix, std::string_view after);

// Expiring cards of months before `before`, of every account or of one.
KeyRange ExpiringBefore(kernel::YearMonth before);
KeyRange ExpiringBefore(AccountNumber number, kernel::YearMonth before);
// REQUIRES: a key that Expiring or ExpiringOf made.
StateReader::ExpiringCard ParseExpiring(std::string_view key);
StateReader::ExpiringCard ParseExpiringOf(std::string_view key);

// REQUIRES: what follows RolesPrefix(number) in a key that Role made.
account::RoleBinding ParseRole(std::string_view rest);
// REQUIRES: what follows ReceivedPrefix in a key that ReceivedTransfer made.
StateReader::ReceivedTransfer ParseReceived(std::string_view rest);

// Deadlines that have passed at `now`.
KeyRange DeadlinesUntil(kernel::Instant now);
// REQUIRES: a key that Deadline made.
StateReader::Deadline ParseDeadline(std::string_view key);

// The position at the end of a key that Subject made.
uint64_t PositionIn(std::string_view subject_key);

// Values of the indexes.
std::string NumberValue(AccountNumber number);
AccountNumber ParseNumberValue(std::string_view value);
std::string RoleChangeValue(const account::RoleBinding& binding, bool granted);
// REQUIRES: a value that RoleChangeValue made. What ParseRole takes, and whether it was granted.
std::pair<std::string_view, bool> ParseRoleChange(std::string_view value);
std::string PositionValue(uint64_t position);
uint64_t ParsePositionValue(std::string_view value);

}  // namespace billing::projections::keys

#endif  // BILLING_PROJECTIONS_STATE_KEYS_H_
