// What a fold of unjudged facts does not see by itself.
#ifndef BILLING_TOOLS_REPLAY_MADE_TWICE_H_
#define BILLING_TOOLS_REPLAY_MADE_TWICE_H_

#include <optional>
#include <string>

#include "billing/storage/v1/record.pb.h"
#include "projections/keyvalue/key_value.h"

namespace billing::replay {

// Says so when the record makes a thing under an id that one of its kind has had before: ids
// are never used again. `rows` are those before the record.
std::optional<std::string> MadeTwice(const storage::v1::Record& record,
                                     const projections::RowReader& rows);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_MADE_TWICE_H_
