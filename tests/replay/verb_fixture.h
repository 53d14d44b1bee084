// For tests that run billing-replay as from a command line.
#ifndef BILLING_TESTS_REPLAY_VERB_FIXTURE_H_
#define BILLING_TESTS_REPLAY_VERB_FIXTURE_H_

#include <string>
#include <vector>

#include "tests/model/model_fixture.h"

namespace billing::replay {

class VerbTest : public model::ModelTest {
 protected:
  // The exit code; what was said is in `out_` and `err_`. Nobody waits at a terminal.
  int Run(const std::vector<std::string>& arguments);

  std::string out_;
  std::string err_;
};

}  // namespace billing::replay

#endif  // BILLING_TESTS_REPLAY_VERB_FIXTURE_H_
