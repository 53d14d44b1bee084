// Numbers for people.
#ifndef BILLING_TOOLS_REPLAY_WORDS_H_
#define BILLING_TOOLS_REPLAY_WORDS_H_

#include <cstdint>
#include <string>

namespace billing::replay {

// `1,234,567`.
std::string Grouped(uint64_t number);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_WORDS_H_
