// What a successful command answered: built from the states it left, kept in the log
// without what its facts give, and built again for a repeat of its request id.
#ifndef BILLING_PROJECTIONS_RECORDING_ANSWERS_H_
#define BILLING_PROJECTIONS_RECORDING_ANSWERS_H_

#include <span>

#include "aggregates/judge/command.h"
#include "aggregates/kernel/time.h"
#include "billing/storage/v1/record.pb.h"
#include "projections/state/state_reader.h"

namespace billing::projections {

// The whole answer: names relative to the account of the command's stream (those of a
// transfer from another account are full), personal fields sealed. `states` are those that
// the command left at `now`; `facts` are its facts, none for NothingChanged.
storage::v1::Answer AnswerOf(const judge::Command& command, AccountNumber stream,
                             const StateReader& states, kernel::Instant now,
                             std::span<const billing::v1::Event* const> facts);

// Adds what a fact lists: the subscriptions that it moves, the charges that it pays.
void AddLists(const billing::v1::Event& fact, storage::v1::Answer& answer);

// Whether the fact makes the thing that this field of an Answer is for, so that it gives it whole.
bool Makes(const billing::v1::Event& fact, int answer_field);

// The answer without what the log gives otherwise, as it is kept, and whole again: without what
// the command's own facts give (none for NothingChanged), and without an account's roles, which
// are up to account::kRoleBindingsMax and follow from those granted and revoked until then.
// `records` are all records of the command, `states` any at or after them.
storage::v1::Answer Kept(const storage::v1::Answer& answer,
                         std::span<const billing::v1::Event* const> facts);
// Kept(AnswerOf(…)), with less work: most of what is not kept is not made.
storage::v1::Answer KeptAnswerOf(const judge::Command& command, AccountNumber stream,
                                 const StateReader& states, kernel::Instant now,
                                 std::span<const billing::v1::Event* const> facts);
storage::v1::Answer Whole(storage::v1::Answer kept, std::span<const storage::v1::Record> records,
                          const StateReader& states);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_RECORDING_ANSWERS_H_
