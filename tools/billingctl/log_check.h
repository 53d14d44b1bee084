// Checks what the server says of its log, by code that does not trust the server: a
// checkpoint's signature, that the log only grew, that a record is in it.
#ifndef BILLING_TOOLS_BILLINGCTL_LOG_CHECK_H_
#define BILLING_TOOLS_BILLINGCTL_LOG_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "eventstore/integrity/checkpoint.h"
#include "eventstore/integrity/verifier_key.h"
#include "tools/billingctl/failure.h"
#include "tools/billingctl/session.h"

namespace billing::billingctl {

// Keys that the caller knows from elsewhere; none: the server's own word is taken.
using KnownKeys = std::vector<eventstore::VerifierKey>;

// A checkpoint with a signature by a key that is trusted.
struct TrustedCheckpoint {
  eventstore::Checkpoint checkpoint;
  std::string note;
  eventstore::VerifierKey key;
};

template <class T>
using Checked = std::variant<T, Failure>;

// What does not hold: `message` says what it means. Exit code kNotProved.
Failure NotProved(std::string reason, std::string message);

// The server's newest checkpoint that includes a position. CHECKPOINT_NOT_VERIFIED when no
// trusted key has signed it.
Checked<TrustedCheckpoint> FetchCheckpoint(const Session& session, const KnownKeys& keys,
                                           uint64_t min_position);

// What it means that the checkpoint of a position was not to be had: EVENT_NOT_FOUND where the
// server says that its log is shorter; nothing else.
std::optional<Failure> BeyondTheLog(const Failure& failure, uint64_t position);

// That the log of the later checkpoint begins with that of the earlier one; nothing when it
// does. LOG_REPLACED: it is another log; LOG_SHORTER: it was cut; LOG_CHANGED: it holds other
// records.
std::optional<Failure> CheckGrowth(const Session& session, const eventstore::Checkpoint& earlier,
                                   const eventstore::Checkpoint& later);

// That a record is in a tree which the log of the checkpoint begins with.
struct RecordClaim {
  uint64_t position = 0;
  // 0: the checkpoint's. REQUIRES: at most that.
  uint64_t tree_size = 0;
};
struct ProvedRecord {
  uint64_t tree_size = 0;
  eventstore::Hash leaf = {};
  eventstore::Hash root = {};
  // The proof, as RFC 9162 has it.
  std::vector<eventstore::Hash> hashes;
};
// RECORD_NOT_PROVED when the proof leads elsewhere, LOG_CHANGED when the tree is not the
// checkpoint's.
Checked<ProvedRecord> ProveRecord(const Session& session, const RecordClaim& claim,
                                  const eventstore::Checkpoint& checkpoint);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_LOG_CHECK_H_
