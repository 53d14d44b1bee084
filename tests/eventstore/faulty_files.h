// A file system whose write-ahead logs fail when a test says so.
#ifndef BILLING_TESTS_EVENTSTORE_FAULTY_FILES_H_
#define BILLING_TESTS_EVENTSTORE_FAULTY_FILES_H_

#include <rocksdb/env.h>

#include <atomic>
#include <memory>

namespace billing::eventstore {

enum class WalFault { kNone, kWriteFails, kSyncFails };

// What happens to writes and syncs of write-ahead logs, and how many syncs were tried.
struct WalFaults {
  std::atomic<WalFault> fault = WalFault::kNone;
  std::atomic<int> syncs = 0;
};

// `faults` outlives it.
std::unique_ptr<rocksdb::Env> FaultyEnv(WalFaults& faults);

}  // namespace billing::eventstore

#endif  // BILLING_TESTS_EVENTSTORE_FAULTY_FILES_H_
