// The log in memory: for tests. It passes the same contract suite as the real ones,
// except for what outlives the process.
#ifndef BILLING_EVENTSTORE_MEMORY_MEMORY_EVENT_LOG_H_
#define BILLING_EVENTSTORE_MEMORY_MEMORY_EVENT_LOG_H_

#include <memory>

#include "eventstore/event_log.h"

namespace billing::eventstore {

std::unique_ptr<EventLog> NewMemoryEventLog();

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_MEMORY_MEMORY_EVENT_LOG_H_
