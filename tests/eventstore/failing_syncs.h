// Makes syncs fail: a program that this is linked into has an fdatasync of its own.
#ifndef BILLING_TESTS_EVENTSTORE_FAILING_SYNCS_H_
#define BILLING_TESTS_EVENTSTORE_FAILING_SYNCS_H_

namespace billing::eventstore {

// While there is one, every fdatasync of the process fails with EIO, and syncs nothing.
class FailingSyncs {
 public:
  FailingSyncs();
  ~FailingSyncs();
  FailingSyncs(const FailingSyncs&) = delete;
  FailingSyncs& operator=(const FailingSyncs&) = delete;
};

}  // namespace billing::eventstore

#endif  // BILLING_TESTS_EVENTSTORE_FAILING_SYNCS_H_
