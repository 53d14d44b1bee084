// The flags with which verbs of the history say which events they mean.
#ifndef BILLING_TOOLS_BILLINGCTL_HISTORY_FLAGS_H_
#define BILLING_TOOLS_BILLINGCTL_HISTORY_FLAGS_H_

#include <memory>
#include <string>
#include <vector>

#include "tools/billingctl/command_line.h"
#include "tools/billingctl/options.h"

namespace billing::billingctl {

// --account, --subject and --type.
struct EventScopeFlags {
  std::string subject;
  std::vector<std::string> types;

  // `parent` and `subject` as the wire has them: a subject's full name says which account,
  // --account need not.
  std::string Parent(const Context& context) const;

  template <class Request>
  void FillIn(const Context& context, Request& request) const {
    request.set_parent(Parent(context));
    request.set_subject(context.names.Subject(subject));
    *request.mutable_types() = {types.begin(), types.end()};
  }
};

// `arguments` has such flags as `scope`.
void AddEventScope(CommandLine& line, CLI::App* verb, std::shared_ptr<EventScopeFlags> scope);

template <class Arguments>
void AddEventScope(CommandLine& line, CLI::App* verb, const std::shared_ptr<Arguments>& arguments) {
  AddEventScope(line, verb, std::shared_ptr<EventScopeFlags>(arguments, &arguments->scope));
}

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_HISTORY_FLAGS_H_
