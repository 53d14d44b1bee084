// I1 to I4 of the design page "The domain", looked for in the rows that a log left, apart
// from the rules that should keep them. (I5 and I6 are looked for when a command is read:
// command_reading.h.) Each answers what is wrong; nothing when all is well.
#ifndef BILLING_TOOLS_REPLAY_INVARIANTS_H_
#define BILLING_TOOLS_REPLAY_INVARIANTS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "billing/storage/v1/record.pb.h"
#include "projections/state/state_reader.h"

namespace billing::replay {

// I3, and I2 of a new charge: of the facts of one command, before they are folded.
std::optional<std::string> CheckBefore(std::span<const storage::v1::Record* const> records,
                                       const projections::StateReader& states);
// I1, I2 and I4: of what one of them touched, after all of them were folded. `subjects` are
// those of the fact (subjects_check.h).
std::optional<std::string> CheckAfter(const storage::v1::Record& record,
                                      std::span<const std::string_view> subjects,
                                      const projections::StateReader& states);
// I1 and I2, of everything there is.
std::optional<std::string> CheckEverything(const projections::StateReader& states);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_INVARIANTS_H_
