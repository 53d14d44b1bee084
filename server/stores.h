// The stores of a data directory, opened in the order in which each can be compared with those
// before it. The only place of the server that names concrete stores.
#ifndef BILLING_SERVER_STORES_H_
#define BILLING_SERVER_STORES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/event_log.h"
#include "eventstore/integrity/anchor.h"
#include "eventstore/integrity/signing_key.h"
#include "eventstore/vault/vault.h"
#include "projections/rows/views.h"
#include "server/config.h"
#include "server/data_directory.h"
#include "server/signing_keys.h"

namespace billing::server {

// Why the process cannot go on.
struct Fatal {
  ExitCode code;
  absl::Status status;
};

// In the order of opening; closed in the opposite one.
struct Stores {
  std::unique_ptr<eventstore::EventLog> log;
  std::unique_ptr<eventstore::Anchor> anchor;
  std::unique_ptr<eventstore::Vault> vault;
  std::vector<eventstore::SigningKey> signing_keys;
  std::unique_ptr<projections::Views> rows;
  // As OpenedViews says.
  bool views_from_scratch = false;
  uint32_t given_up_version = 0;

  // ResourceExhausted: rows that there was no space for are folded again by the next start.
  absl::Status Close();
};

// Where the keys that sign checkpoints are: as configured, or in the data directory.
SigningKeyPaths SigningKeysOf(const Config& config, const DataDirectory& directory);

// Log, anchor and newest checkpoint are compared before anything is made or removed. A log is
// made only where nothing is left of an earlier one. `slot_renewed` as Vault::Options says.
std::variant<Stores, Fatal> OpenStores(const Config& config, const DataDirectory& directory,
                                       std::function<void(uint64_t slot)> slot_renewed);

}  // namespace billing::server

#endif  // BILLING_SERVER_STORES_H_
