// Log records as the events that readers see.
#ifndef BILLING_PROJECTIONS_HISTORY_HISTORY_H_
#define BILLING_PROJECTIONS_HISTORY_HISTORY_H_

#include <string>
#include <string_view>

#include "billing/storage/v1/record.pb.h"
#include "billing/v1/event.pb.h"
#include "google/protobuf/message.h"

namespace billing::projections {

// The public event of a record, names expanded: every field but `reason` and the
// personal fields, which stay empty (they are sealed: Record.personal,
// CommandHeader.reason). Vault secrets are still in it; a refused or empty command's
// PersonalPaths are in redacted_fields already, prefixed with the oneof's field name.
//   command    the first record of the record's command
//   bytes      the record exactly as stored
//   account_id the id of the record's account
billing::v1::Event EventOf(const storage::v1::Record& record, const storage::v1::Record& command,
                           std::string_view bytes, std::string_view account_id);

// Turns every field marked `(reference)` in the message, nested ones included, from a
// relative name into a full one; full names stay as they are.
//
// An empty string is the relative name of the account itself, and is filled in, in the
// fields that stand for an account: every `parent`, BillingAccount.name, Blocker.subject,
// and the fields `billing_account` and `name` of facts and requests about the account
// itself. Everywhere else it means that nothing is named, and stays empty.
//
// A Blocker without a remedy gets the RemedyFor its type.
void ExpandNames(google::protobuf::Message& message, std::string_view account_id);

// UUIDv8 in text, made of a leaf hash: its first 16 bytes, with the version and variant
// bits of RFC 9562 set. REQUIRES: at least 16 bytes.
std::string EventIdOf(std::string_view leaf_hash);

// One line in words: `card visa added (VISA …1111, expires 2030-04)`. Names the fact's
// subjects and values, by bare ids; never personal or vault data. Takes events as stored
// or as EventOf gives them. REQUIRES: the event has a fact.
std::string Describe(const billing::v1::Event& event);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_HISTORY_HISTORY_H_
