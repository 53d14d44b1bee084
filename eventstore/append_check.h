// What every store checks before it writes anything.
#ifndef BILLING_EVENTSTORE_APPEND_CHECK_H_
#define BILLING_EVENTSTORE_APPEND_CHECK_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "eventstore/event_log.h"

namespace billing::eventstore {

// InvalidArgument when the records break a bound of EventLog, FailedPrecondition when
// `expected_head` is not `head`.
absl::Status CheckAppend(Position head, Position expected_head,
                         std::span<const std::string_view> records);

// InvalidArgument when the note or the size breaks a bound of EventLog, FailedPrecondition
// when the size is smaller than that of the newest checkpoint there is.
absl::Status CheckAddCheckpoint(Position head, std::optional<uint64_t> newest, uint64_t size,
                                std::string_view note);

// Whether a checkpoint of `size` takes the place of the newest one before it.
// REQUIRES: newest <= size.
bool TakesPlaceOf(uint64_t newest, uint64_t size);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_APPEND_CHECK_H_
