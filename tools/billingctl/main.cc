#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "tools/billingctl/command_line.h"
#include "tools/billingctl/request_id.h"
#include "tools/billingctl/session.h"

namespace {

std::chrono::milliseconds SteadyNow() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

// As no-color.org has it: present and not empty.
bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

int main(int argc, char** argv) {
  using namespace billing::billingctl;
  const bool colour = isatty(STDOUT_FILENO) == 1 && !IsSet("NO_COLOR");
  CommandLine line({.out = std::cout,
                    .err = std::cerr,
                    .colour = colour,
                    .err_is_terminal = isatty(STDERR_FILENO) == 1,
                    .local_zone = absl::LocalTimeZone(),
                    .connect = ConnectTo,
                    .new_request_id = NewRequestId,
                    .waiting = {.now = SteadyNow,
                                .pause = [](auto time) { std::this_thread::sleep_for(time); }}});
  return static_cast<int>(line.Run(std::vector<std::string>(argv + 1, argv + argc)));
}
