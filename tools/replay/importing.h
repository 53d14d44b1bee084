// Making a data directory of an export, and a views database of a fold: whole, or not at all.
#ifndef BILLING_TOOLS_REPLAY_IMPORTING_H_
#define BILLING_TOOLS_REPLAY_IMPORTING_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "eventstore/integrity/merkle.h"
#include "projections/follow/follower.h"
#include "projections/keyvalue/key_value.h"
#include "tools/replay/audit.h"
#include "tools/replay/finding.h"

namespace billing::replay {

// Writes the log and the anchor of an export that was found right into a directory beside
// `into`, and renames that. The export is audited again as it is written, and must have the
// same root. Data keys and the signing key are in no export: whoever has copies puts them
// into `keys/`.
std::optional<Finding> ImportVerified(const std::string& path, const std::string& into,
                                      AuditOptions options, const eventstore::Hash& root);

// Writes folded rows as a views database. REQUIRES: no directory `into`.
absl::Status WriteViews(const projections::RowReader& rows, const projections::Follower& follower,
                        const std::string& into);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_IMPORTING_H_
