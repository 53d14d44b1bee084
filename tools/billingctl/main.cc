#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "tools/billingctl/command_line.h"
#include "tools/billingctl/request_id.h"
#include "tools/billingctl/session.h"

int main(int argc, char** argv) {
  using namespace billing::billingctl;
  const bool colour = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  CommandLine line({.out = std::cout,
                    .err = std::cerr,
                    .colour = colour,
                    .local_zone = absl::LocalTimeZone(),
                    .connect = ConnectTo,
                    .new_request_id = NewRequestId});
  return static_cast<int>(line.Run(std::vector<std::string>(argv + 1, argv + argc)));
}
