// A signed statement of how far a log has come and what it holds: C2SP tlog-checkpoint,
// https://c2sp.org/tlog-checkpoint
//
//   billingd/<log id>
//   <size, decimal>
//   <root, base64>
#ifndef BILLING_EVENTSTORE_INTEGRITY_CHECKPOINT_H_
#define BILLING_EVENTSTORE_INTEGRITY_CHECKPOINT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/integrity/merkle.h"
#include "eventstore/integrity/signing_key.h"
#include "eventstore/integrity/verifier_key.h"

namespace billing::eventstore {

struct Checkpoint {
  // Names the log; also the name of the keys that sign for it.
  std::string origin;
  uint64_t size = 0;
  Hash root = {};

  // The note's text. REQUIRES: the origin is a key name (note.h).
  std::string Serialize() const;
  // Strict: whatever Parse takes, Serialize gives back byte by byte. InvalidArgument for
  // other text, extension lines included: billingd writes none.
  static absl::StatusOr<Checkpoint> Parse(std::string_view text);

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// `billingd/<log id>`.
std::string OriginOf(std::string_view log_id);

// The signed note, one signature per key in their order. REQUIRES: one key at least.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint,
                                           std::span<const SigningKey> keys);

// The checkpoint in a signed note, whoever signed it: for one's own notes.
// InvalidArgument when it is not a note that holds a checkpoint.
absl::StatusOr<Checkpoint> ReadCheckpoint(std::string_view note);

// The checkpoint in a signed note that `key` vouches for: its origin is the key's name, and
// the key has signed it. Signatures of others (witnesses, an earlier or a later key) are
// not looked at.
//   InvalidArgument   not a note that holds a checkpoint
//   PermissionDenied  of another origin; or the key did not sign it; or what is said to be
//                     its signature is not
absl::StatusOr<Checkpoint> VerifyCheckpoint(std::string_view note, const VerifierKey& key);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_INTEGRITY_CHECKPOINT_H_
