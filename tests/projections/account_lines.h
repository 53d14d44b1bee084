// An account in lines, one per resource, for comparing what two ways of reading it say.
#ifndef BILLING_TESTS_PROJECTIONS_ACCOUNT_LINES_H_
#define BILLING_TESTS_PROJECTIONS_ACCOUNT_LINES_H_

#include <string>
#include <vector>

#include "projections/account_state/account_state.h"
#include "projections/keyvalue/key_value.h"

namespace billing::projections {

// What AccountParts gives of the state.
std::vector<std::string> LinesOf(const AccountState& state, kernel::Instant now);

// The same out of the rows of a whole log, as lists show them, and of what other accounts sent
// the transfers that this one accepted or declined.
std::vector<std::string> LinesIn(const RowReader& rows, AccountNumber number, kernel::Instant now);

}  // namespace billing::projections

#endif  // BILLING_TESTS_PROJECTIONS_ACCOUNT_LINES_H_
