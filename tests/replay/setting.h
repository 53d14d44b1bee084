// What the environment asks of a test: counts and seeds.
#ifndef BILLING_TESTS_REPLAY_SETTING_H_
#define BILLING_TESTS_REPLAY_SETTING_H_

#include <cstdlib>

namespace billing::replay {

inline int Setting(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : static_cast<int>(std::strtol(value, nullptr, 10));
}

}  // namespace billing::replay

#endif  // BILLING_TESTS_REPLAY_SETTING_H_
