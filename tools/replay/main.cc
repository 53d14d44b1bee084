#include <unistd.h>

#include <iostream>

#include "tools/replay/command_line.h"

int main(int argc, char** argv) {
  // Whole exports go through stdout.
  std::ios::sync_with_stdio(false);
  return billing::replay::RunCommandLine(
      argc, argv,
      {.out = std::cout, .err = std::cerr, .err_is_terminal = isatty(STDERR_FILENO) == 1});
}
