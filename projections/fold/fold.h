// What each record does to the rows: the one fold behind the live read models, a
// rebuild, and an audit.
#ifndef BILLING_PROJECTIONS_FOLD_FOLD_H_
#define BILLING_PROJECTIONS_FOLD_FOLD_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "billing/storage/v1/record.pb.h"
#include "projections/keyvalue/key_value.h"

namespace billing::projections {

// Version of the rows that Apply writes. A views database of another version is
// rebuilt on start.
inline constexpr uint32_t kFoldVersion = 5;

// Applies one record of a command. `command` is the first record of the same command
// (the record itself when its index is 0), of which only what SharedOf keeps is read.
// Total: every fact type has its effect, if only on the history indexes.
//   DataLoss  the fact cannot follow those before it (it names a card that no record added),
//             or holds what no rule gives (an amount that is none): no writer of ours wrote it
// After that, and when `rows.status()`, which the caller checks, is not OK because a row could
// not be read, what was written means nothing.
// REQUIRES: records arrive in log order, none left out.
absl::Status Apply(const storage::v1::Record& record, const storage::v1::Record& command,
                   RowWriter& rows);

// The same without the history indexes: for a state whose history nobody looks up in these
// rows.
absl::Status ApplyToState(const storage::v1::Record& record, const storage::v1::Record& command,
                          RowWriter& rows);

// What the later records of a command need of its first one: who called and when, but
// neither its fact nor the request and the answer, which may be large. For whoever follows
// a log and lets go of each record after it.
storage::v1::Record SharedOf(const storage::v1::Record& first);

// Every resource that the fact concerns, as relative names, each once, sorted; a transfer
// that another account sent to this one by its full name. The account itself and other
// resources of other accounts (a refused request may name one) are not listed. A refused or empty
// command concerns whatever its request names, the subjects of its blockers, and what the refusal
// points at (the card that exists). REQUIRES: an event as stored: names relative, or in full.
//
// `account_id`, the id of the event's account, is asked for at most once, and only when a
// request names something in full: that may be the account's own.
std::vector<std::string> SubjectsOf(const billing::v1::Event& event,
                                    absl::FunctionRef<std::string()> account_id);
std::vector<std::string> SubjectsOf(const billing::v1::Event& event, std::string_view account_id);

// The fact's message name: `CardAdded`. REQUIRES: the event has one.
std::string TypeOf(const billing::v1::Event& event);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_FOLD_H_
