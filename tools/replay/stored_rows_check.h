// Stored read models against the fold of the log.
#ifndef BILLING_TOOLS_REPLAY_STORED_ROWS_CHECK_H_
#define BILLING_TOOLS_REPLAY_STORED_ROWS_CHECK_H_

#include <optional>
#include <string>
#include <string_view>

#include "projections/follow/follower.h"
#include "projections/rows/stored_rows.h"
#include "tools/replay/finding.h"
#include "tools/replay/rows_in_memory.h"

namespace billing::replay {

// Every row, byte for byte, and the mark that says how far they reach. REQUIRES: `folded` and
// `follower` stand where the stored rows do.
std::optional<Finding> CompareRows(const projections::StoredRows& stored,
                                   const RowsInMemory& folded,
                                   const projections::Follower& follower);

// `card, account 17, visa`: which row a key of the views is, in words.
std::string KeyInWords(std::string_view key);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_STORED_ROWS_CHECK_H_
