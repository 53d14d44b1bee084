// A log written by hand: each Commit is one command, a second after the one before.
//   Log log;
//   log.Open("acme");
//   log.Commit({CardAdded("visa")});
#ifndef BILLING_TESTS_PROJECTIONS_LOG_H_
#define BILLING_TESTS_PROJECTIONS_LOG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "aggregates/kernel/time.h"
#include "billing/storage/v1/record.pb.h"
#include "billing/v1/event.pb.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"
#include "tests/support/facts.h"
#include "tests/support/payment_facts.h"

namespace billing::projections {

struct CommandOptions {
  std::string principal = "users/alice";
  std::string on_behalf_of = {};
  // 16 bytes, or empty.
  std::string request_id = {};
  // Sealed fields of the first fact's card.
  storage::v1::SealedFields personal = {};
};

class Log {
 public:
  // Opens an account, to which the commands that follow belong; the administrator is
  // users/alice. Gives its number.
  AccountNumber Open(const std::string& id);
  // Later commands belong to an account that was opened before.
  void Continue(AccountNumber account) { account_ = account; }
  // Appends the records of one command; gives the position of the first.
  uint64_t Commit(const std::vector<v1::Event>& facts, const CommandOptions& options = {});

  const std::vector<storage::v1::Record>& records() const { return records_; }
  const storage::v1::Record& record(uint64_t position) const { return records_[position - 1]; }
  // The first record of the same command.
  const storage::v1::Record& CommandOf(const storage::v1::Record& record) const;
  kernel::Instant TimeOf(uint64_t position) const;

  // Folds every record into one map.
  MapRows Folded() const;
  // The same, the records' changes handed on together for as many records at a time.
  MapRows FoldedInBatches(size_t batch) const;

 private:
  AccountNumber account_ = 0;
  uint64_t key_slot_ = 0;
  std::vector<storage::v1::Record> records_;
};

// The bytes of the UUID 00000000-0000-0000-0000-0000000000NN.
std::string RequestId(uint8_t last_byte);

kernel::CardId CardNamed(const std::string& id);
kernel::SubscriptionId SubscriptionNamed(const std::string& id);

// Facts that tests/support/facts.h lacks.
v1::Event CardUpdated(const std::string& id, const std::vector<std::string>& paths,
                      kernel::YearMonth expiry = {});
// RemoveCard of this card.
v1::Event RemovalRefused(const std::string& card, const std::vector<std::string>& blocked_by);
// SetActive of this card on this subscription.
v1::Event SetActiveChangedNothing(const std::string& subscription, const std::string& card);

// One event of every fact type there is, names relative.
std::vector<v1::Event> OneOfEachFact();

}  // namespace billing::projections

#endif  // BILLING_TESTS_PROJECTIONS_LOG_H_
