#include <unistd.h>

#include <iostream>

#include "tools/replay/command_line.h"

int main(int argc, char** argv) {
  // Whole exports go through stdout.
  std::ios::sync_with_stdio(false);
  const bool at_terminal = isatty(STDERR_FILENO) == 1;
  return billing::replay::RunCommandLine(
      argc, argv, {std::cout, std::cerr, at_terminal ? &std::cerr : nullptr});
}
