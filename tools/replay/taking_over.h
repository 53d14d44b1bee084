// What no log can tell of a command, as it was recorded: salts, sealed fields, their digests, and
// the paths of fields that were never kept.
#ifndef BILLING_TOOLS_REPLAY_TAKING_OVER_H_
#define BILLING_TOOLS_REPLAY_TAKING_OVER_H_

#include <optional>
#include <string>

#include "projections/recording/draft.h"
#include "tools/replay/recorded.h"

namespace billing::replay {

// Takes it over into the draft, which has as many records; says what of it cannot be right. Their
// bytes are anybody's, but where they may stand, and under which key, follows from the log.
std::optional<std::string> TakeOver(const Recorded& recorded, projections::Draft& draft);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_TAKING_OVER_H_
