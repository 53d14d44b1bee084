#include "tests/replay/verb_fixture.h"

#include <sstream>

#include "tools/replay/command_line.h"

namespace billing::replay {

int VerbTest::Run(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"billing-replay"};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const int code = RunCommandLine(static_cast<int>(argv.size()), argv.data(), {out, err});
  out_ = out.str();
  err_ = err.str();
  return code;
}

}  // namespace billing::replay
