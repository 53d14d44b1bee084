// What every store checks before it writes anything.
#ifndef BILLING_EVENTSTORE_APPEND_CHECK_H_
#define BILLING_EVENTSTORE_APPEND_CHECK_H_

#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "eventstore/event_log.h"

namespace billing::eventstore {

// InvalidArgument when the records break a bound of EventLog, FailedPrecondition when
// `expected_head` is not `head`.
absl::Status CheckAppend(Position head, Position expected_head,
                         std::span<const std::string_view> records);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_APPEND_CHECK_H_
