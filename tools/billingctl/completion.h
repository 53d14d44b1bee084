// Shell completion, made from the tree of verbs itself so that it cannot lag behind.
#ifndef BILLING_TOOLS_BILLINGCTL_COMPLETION_H_
#define BILLING_TOOLS_BILLINGCTL_COMPLETION_H_

#include <string>

#include "CLI/CLI.hpp"

namespace billing::billingctl {

// A bash script that completes nouns, verbs, flags, and the words that flags take.
std::string BashCompletion(const CLI::App& root);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_COMPLETION_H_
