#include "aggregates/judge/command.h"

namespace billing::judge {

const kernel::AccountId& AccountOf(const Command& command) {
  return std::visit([](const auto& any) -> const kernel::AccountId& { return any.account; },
                    command);
}

}  // namespace billing::judge
