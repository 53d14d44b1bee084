// The figure `commands`: durable AddCard against the echo, in one run.
#ifndef BILLING_TOOLS_BENCH_COMMANDS_H_
#define BILLING_TOOLS_BENCH_COMMANDS_H_

#include <cstddef>
#include <string>

namespace billing::bench {

struct CommandsOptions {
  std::string billingd;  // path of the server's program
  std::string self;      // path of this program, which also serves the echo
  std::string folder;    // where the store is made; its disk is what is measured
  size_t commands = 100'000;
  size_t connections = 8;
  size_t in_flight = 256;
  size_t runs = 3;
  bool json = false;
};

// Prints figures and returns an exit code.
int MeasureCommands(const CommandsOptions& options);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_COMMANDS_H_
