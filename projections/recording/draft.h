// How a judged command becomes records: all of it that is a function of the command and the
// log before it. The writer adds what is not (sealed fields, their digests, salts); the
// auditor demands the same of what was recorded.
#ifndef BILLING_PROJECTIONS_RECORDING_DRAFT_H_
#define BILLING_PROJECTIONS_RECORDING_DRAFT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "aggregates/kernel/context.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/request/request.h"
#include "billing/storage/v1/record.pb.h"
#include "billing/v1/event.pb.h"
#include "eventstore/integrity/merkle.h"
#include "eventstore/vault/vault.h"
#include "projections/state/state_reader.h"

namespace billing::projections {

// One command that was judged.
struct JudgedCommand {
  const request::Request& request;
  const kernel::Context& context;
  const std::string& trace_parent;
};

// Where the log ends before the command.
struct LogEnd {
  // Of the last record; 0: there is none.
  uint64_t position = 0;
  // Data-key slots taken.
  uint64_t key_slots = 0;
};

// A command's records while they are being made.
struct Draft {
  // The stream of the command, whose first record is there.
  AccountNumber account = 0;
  std::string account_id;
  // At least one.
  std::vector<storage::v1::Record> records;
  // Keys for the account's reasons and the card's fields; slot 0: none.
  eventstore::KeyRef account_key;
  eventstore::KeyRef card_key;

  storage::v1::CommandHeader& header() { return *records.front().mutable_command(); }
  const billing::v1::Event& first_fact() const { return records.front().event(); }
  // Not a refusal, nor an empty success.
  bool has_facts() const;
  std::vector<const billing::v1::Event*> Facts() const;
};

// The records of `decision` after `end`, each in its stream, at its position and revision, as
// far as `states`, those that the command was judged by, give them: caller, time, facts, and
// the data-key slots that they take. What folding needs is there but for sealed fields and
// the request id.
// REQUIRES: a refusal is a recorded one (kernel::IsRecorded), and the command's stream, or the
// account that it opens, is there. Fails as `states` fail.
absl::StatusOr<Draft> DraftOf(const JudgedCommand& command, kernel::Decision decision,
                              const LogEnd& end, const StateReader& states);

// SHA-256 over the request's clear fields.
eventstore::Hash ClearDigestOf(const request::Request& request);

// Puts the request id into the draft, with the digest that tells whether it came back with
// the same request. Nothing when the request has none.
void AddRequestId(const request::Request& request, Draft& draft);

// Completes the draft's header once its records were folded: the request without what the
// facts repeat and, for whoever asks again with the request id, what of the answer they do not
// give. Gives the whole answer; null for a refusal. `states` are those that the
// command left: the caller checks their status().
std::unique_ptr<storage::v1::Answer> CompleteDraft(const JudgedCommand& command,
                                                   const StateReader& states, Draft& draft);

// The same for whoever has nobody to answer: all that the log keeps, with less work.
void CompleteUnanswered(const JudgedCommand& command, const StateReader& states, Draft& draft);

// The fact that records a refusal; blockers without remedies, which follow from their
// types.
billing::v1::CommandRefused RefusedFact(const request::Request& request,
                                        const kernel::Refusal& refusal);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_RECORDING_DRAFT_H_
