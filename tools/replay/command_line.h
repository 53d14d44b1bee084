// The command line of billing-replay.
#ifndef BILLING_TOOLS_REPLAY_COMMAND_LINE_H_
#define BILLING_TOOLS_REPLAY_COMMAND_LINE_H_

#include "tools/replay/verbs.h"

namespace billing::replay {

// Gives the exit code.
int RunCommandLine(int argc, const char* const* argv, const Terminal& terminal);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_COMMAND_LINE_H_
