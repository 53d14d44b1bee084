// The log that replaying is measured on: made over the wire, of all kinds of commands that an
// account sees in its life, refused ones included.
#ifndef BILLING_TOOLS_BENCH_AUDITED_LOG_H_
#define BILLING_TOOLS_BENCH_AUDITED_LOG_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/bench/bench.h"

namespace billing::bench {

// What one account's commands leave in the log.
inline constexpr size_t kEventsPerAccount = 24;

// So many events, at least, in the server's log.
absl::Status WriteAuditedLog(Bench& bench, Server& server, size_t events);

// The commands on such an account once it is open, in their order, for one stream: with request
// ids and cards that have holders. `refused` are those that a rule refuses, for after the others.
void AppendLife(Names& names, const std::string& account, Traffic& accepted, Traffic& refused);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_AUDITED_LOG_H_
