// What a verb says when it is done: one line of JSON, or some for people.
#ifndef BILLING_TOOLS_REPLAY_REPORTING_H_
#define BILLING_TOOLS_REPLAY_REPORTING_H_

#include <string>

#include "tools/replay/audit.h"
#include "tools/replay/finding.h"
#include "tools/replay/json.h"
#include "tools/replay/opening.h"
#include "tools/replay/verbs.h"

namespace billing::replay {

// An audit that found nothing wrong.
struct Looked {
  const Audit& audit;
  const Opened& opened;
  const AuditOptions& options;
  double seconds = 0;
};

// Gives the exit code.
int Fail(const Finding& finding, bool json, const Terminal& terminal);

JsonObject JsonOf(const Looked& looked);
// What was checked, line by line.
void Say(const Looked& looked, std::ostream& out);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_REPORTING_H_
