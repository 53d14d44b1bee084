// A recorded command as it was given: the request and its context, read back from the log.
#ifndef BILLING_TOOLS_REPLAY_COMMAND_READING_H_
#define BILLING_TOOLS_REPLAY_COMMAND_READING_H_

#include <span>
#include <string>
#include <variant>

#include "aggregates/kernel/context.h"
#include "aggregates/request/request.h"
#include "billing/storage/v1/record.pb.h"

namespace billing::replay {

struct GivenCommand {
  request::Request request;
  kernel::Context context;
};

// `records` are all records of the command, well formed. `account_id` is that of their
// stream; empty when the command opens it.
//
// The request and its caller are checked as the edge checked them, so that nothing malformed is
// judged and no card number stands where none may be (I5). Otherwise: what is wrong, in words.
std::variant<GivenCommand, std::string> ReadCommand(
    std::span<const storage::v1::Record* const> records, const std::string& account_id);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_COMMAND_READING_H_
