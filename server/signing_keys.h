// The keys that sign this log's checkpoints: opened on start, or made on the first one.
#ifndef BILLING_SERVER_SIGNING_KEYS_H_
#define BILLING_SERVER_SIGNING_KEYS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/event_log.h"
#include "eventstore/integrity/signing_key.h"

namespace billing::server {

struct SigningKeyPaths {
  // Empty, for CheckSigningKeys alone: where the data directory has it.
  std::string current;
  // The key before it, while auditors still know that one alone; empty: none.
  std::string previous = {};
};

// What can be said of named keys without a log. A current key that is missing is no fault: the
// first start makes it.
//   FailedPrecondition  as OpenSigningKeys says
absl::Status CheckSigningKeys(const SigningKeyPaths& paths);

// The current key, then the previous one. A key that is missing is made only for a log that
// has no checkpoint: beside others a new one would hide that the old one is lost.
//   FailedPrecondition  a key is missing, both are the same, or as SigningKey::Load says
absl::StatusOr<std::vector<eventstore::SigningKey>> OpenSigningKeys(
    const SigningKeyPaths& paths, const eventstore::EventLog& log);

// Whether none of the keys signed the log's newest checkpoint: then whoever verifies with
// the key before has to be told of the new one. DataLoss when it cannot be read.
absl::StatusOr<bool> IsSignedByOthers(const std::vector<eventstore::SigningKey>& keys,
                                      const eventstore::EventLog& log);

// Writes the public half, as a verifier key, to where VerifierKeyPath says, unless it is
// there: for the operator to hand out.
absl::Status WriteVerifierKey(const std::string& key_path, const eventstore::SigningKey& key,
                              const eventstore::EventLog& log);

// `keys/signing.pem` → `keys/signing.pub`.
std::string VerifierKeyPath(const std::string& key_path);

}  // namespace billing::server

#endif  // BILLING_SERVER_SIGNING_KEYS_H_
