// What a verb has at hand when it runs.
#ifndef BILLING_TOOLS_BILLINGCTL_CONTEXT_H_
#define BILLING_TOOLS_BILLINGCTL_CONTEXT_H_

#include <chrono>
#include <functional>
#include <ostream>
#include <string>

#include "absl/time/time.h"
#include "tools/billingctl/failure.h"
#include "tools/billingctl/names.h"
#include "tools/billingctl/session.h"
#include "tools/billingctl/settings.h"
#include "tools/billingctl/table.h"

namespace billing::billingctl {

// How verbs wait for what takes long.
struct Waiting {
  // A clock that never goes back.
  std::function<std::chrono::milliseconds()> now;
  std::function<void(std::chrono::milliseconds)> pause;
};

struct Context {
  const Session& session;
  const Names& names;
  const WriteFlags& writes;
  const ReadFlags& reads;
  const ListFlags& lists;
  std::ostream& out;
  std::ostream& err;
  bool json = false;
  // Somebody watches: how far long work is may be shown on `err`.
  bool err_is_terminal = false;
  Table::Style style;
  absl::TimeZone zone;
  std::function<std::string()> new_request_id;
  const Waiting& waiting;
};

// What a verb does; answers the exit code.
using Verb = std::function<ExitCode(const Context&)>;

// Prints the failure on `err`, as JSON where JSON is asked for; answers its exit code.
ExitCode Fail(const Context& context, const Failure& failure);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_CONTEXT_H_
