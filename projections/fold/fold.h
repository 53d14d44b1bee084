// What each record does to the rows: the one fold behind the live read models, a
// rebuild, and an audit.
#ifndef BILLING_PROJECTIONS_FOLD_FOLD_H_
#define BILLING_PROJECTIONS_FOLD_FOLD_H_

#include <string>
#include <vector>

#include "billing/storage/v1/record.pb.h"
#include "projections/keyvalue/key_value.h"

namespace billing::projections {

// Version of the rows that Apply writes. A views database of another version is
// rebuilt on start.
inline constexpr uint32_t kFoldVersion = 4;

// Applies one record of a command. `command` is the first record of the same command
// (the record itself when its index is 0), of which only what SharedOf keeps is read.
// Total: every fact type has its effect, if only on the history indexes.
// REQUIRES: records arrive in log order, none left out; afterwards the caller checks
// `rows.status()`: when it is not OK a row could not be read, and what was written means
// nothing.
void Apply(const storage::v1::Record& record, const storage::v1::Record& command, RowWriter& rows);

// The same without the history indexes: for a state whose history nobody looks up in these
// rows.
void ApplyToState(const storage::v1::Record& record, const storage::v1::Record& command,
                  RowWriter& rows);

// What the later records of a command need of its first one: who called and when, but
// neither its fact nor the request and the answer, which may be large. For whoever follows
// a log and lets go of each record after it.
storage::v1::Record SharedOf(const storage::v1::Record& first);

// Every resource that the fact concerns, as relative names, each once, sorted; a transfer
// that another account sent to this one by its full name. The account itself and other
// resources of other accounts (a refused request may name one) are not listed. A refused or empty
// command concerns whatever its request names, the subjects of its blockers, and what the refusal
// points at (the card that exists). REQUIRES: an event as stored: names relative.
std::vector<std::string> SubjectsOf(const billing::v1::Event& event);

// The fact's message name: `CardAdded`. REQUIRES: the event has one.
std::string TypeOf(const billing::v1::Event& event);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_FOLD_H_
