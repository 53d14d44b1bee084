// States as lines of text, so that what the model says and what the rows say can be set
// side by side: everything a decision or a reader may look up, one line each.
#ifndef BILLING_TESTS_MODEL_LINES_H_
#define BILLING_TESTS_MODEL_LINES_H_

#include <string>
#include <vector>

#include "projections/state/state_reader.h"
#include "tests/model/world.h"

namespace billing::model {

using Lines = std::vector<std::string>;

// One account as the model has it, and as the rows have it. REQUIRES: it exists in the rows.
Lines LinesOf(const World& world, const std::string& account, Time now);
Lines LinesOf(const projections::StateReader& states, const std::string& account, Time now);

// What goes across accounts: which there are, who holds a role where, what is due, which
// cards expire before the year and month.
struct Across {
  Time now = 0;
  int before_year = 0;
  int before_month = 0;
  std::vector<std::string> principals;
};
Lines LinesAcross(const World& world, const Across& across);
Lines LinesAcross(const projections::StateReader& states, const Across& across);

// Empty when they are the same, else what only one of them has.
std::string Difference(const Lines& model, const Lines& rows);

}  // namespace billing::model

#endif  // BILLING_TESTS_MODEL_LINES_H_
