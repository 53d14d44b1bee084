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
//                                 (its administrator)
//   05    card                    number ‖ card id → CardRow
//   06    card by token           number ‖ token → card id (live cards)
//   07    card by fingerprint     number ‖ fingerprint → card id (live cards that have one)
//   08    subscription            number ‖ subscription id → SubscriptionRow
//   09    live subscription       number ‖ subscription id → ""
//   0a    holder                  number ‖ card id ‖ 00 ‖ class (1 byte) ‖ subscription id → ""
//                                 (live subscriptions that name the card)
//   0b    expiring card           be32 month ‖ number ‖ card id → ""
//                                 (live cards that a live subscription names)
//   0c    expiring card, by       number ‖ be32 month ‖ card id → ""
//         account                 (the same cards: one account's page costs no more when
//                                 there are many accounts)
//   0d    subject                 number ‖ relative name ‖ 00 ‖ be64 position → ""
//                                 (an empty name: the whole account)
//   0e    request                 16 bytes of the request id ‖ scope → be64 position
//
// A month is year * 12 + month.
#ifndef BILLING_PROJECTIONS_STATE_KEYS_H_
#define BILLING_PROJECTIONS_STATE_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/time.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"

namespace billing::projections::keys {

// One row. REQUIRES: every account number is below 2^48.
std::string Account(AccountNumber number);
std::string AccountHead(AccountNumber number);
std::string AccountById(std::string_view account_id);
std::string AccountByPrincipal(const kernel::Principal& principal, std::string_view account_id);
std::string Card(AccountNumber number, std::string_view card_id);
std::string CardByToken(AccountNumber number, std::string_view token);
std::string CardByFingerprint(AccountNumber number, std::string_view fingerprint);
std::string Subscription(AccountNumber number, std::string_view subscription_id);
std::string LiveSubscription(AccountNumber number, std::string_view subscription_id);
std::string Holder(AccountNumber number, const kernel::CardId& card, HolderClass holder_class,
                   const kernel::SubscriptionId& subscription);
std::string Expiring(kernel::YearMonth month, AccountNumber number, std::string_view card_id);
std::string ExpiringOf(AccountNumber number, kernel::YearMonth month, std::string_view card_id);
std::string Subject(AccountNumber number, std::string_view relative_name, uint64_t position);
std::string Request(std::string_view request_id, std::string_view scope);

// What the keys of a group of rows begin with; the last part of the table above follows.
// Where that part is an id, the one-row key of an empty id is the prefix: Card(number, "").
std::string HoldersPrefix(AccountNumber number, const kernel::CardId& card);
std::string HoldersPrefix(AccountNumber number, const kernel::CardId& card,
                          HolderClass holder_class);
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

// The position at the end of a key that Subject made.
uint64_t PositionIn(std::string_view subject_key);

// Values of the indexes.
std::string NumberValue(AccountNumber number);
AccountNumber ParseNumberValue(std::string_view value);
std::string PositionValue(uint64_t position);
uint64_t ParsePositionValue(std::string_view value);

}  // namespace billing::projections::keys

#endif  // BILLING_PROJECTIONS_STATE_KEYS_H_
