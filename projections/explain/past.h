// Where the facts before a refusal are looked up: by what they concern, not by reading the log
// from its start.
#ifndef BILLING_PROJECTIONS_EXPLAIN_PAST_H_
#define BILLING_PROJECTIONS_EXPLAIN_PAST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "aggregates/kernel/ids.h"
#include "billing/v1/event.pb.h"
#include "eventstore/event_log.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"

namespace billing::projections {

// Not thread-safe.
class Past {
 public:
  // Facts of an account that concern a subject.
  struct Walk {
    AccountNumber account = 0;
    // Relative; empty: whatever it concerns.
    std::string_view subject = {};
    Order order = Order::kDescending;
    // Only those before this position.
    uint64_t before = UINT64_MAX;
  };

  virtual ~Past() = default;

  // Gives the facts before the refusal, as stored, until `take` answers false. An error when a
  // record cannot be read.
  virtual absl::Status Each(const Walk& walk,
                            absl::FunctionRef<bool(const billing::v1::Event&)> take) = 0;

  // A position, at most the refusal's, behind which no fact before the refusal changed the
  // account's own fields.
  virtual uint64_t LastAccountChange(AccountNumber account) = 0;

  // Nothing for an id that no record created.
  virtual std::optional<AccountNumber> FindAccount(const kernel::AccountId& id) = 0;

  // The failed card, relative, of the settlement that was reported under this reference.
  virtual std::optional<std::string> CardSettledUnder(AccountNumber account,
                                                      std::string_view reference) = 0;
};

// The past of the record at `position` in a log whose history indexes hold at least that
// record. Reads no more of a history than it takes to find what is asked for, in ascending
// amounts: 4 records, then 8, up to 512 at a time.
//
// REQUIRES: afterwards `states.status()` is checked: a row that could not be read looks like
// one that is not there.
class IndexedPast final : public Past {
 public:
  // All outlive it.
  IndexedPast(const eventstore::EventLog& log, const StateReader& states, uint64_t position)
      : log_(log), states_(states), position_(position) {}

  absl::Status Each(const Walk& walk,
                    absl::FunctionRef<bool(const billing::v1::Event&)> take) override;
  uint64_t LastAccountChange(AccountNumber account) override;
  std::optional<AccountNumber> FindAccount(const kernel::AccountId& id) override;
  std::optional<std::string> CardSettledUnder(AccountNumber account,
                                              std::string_view reference) override;

 private:
  const eventstore::EventLog& log_;
  const StateReader& states_;
  const uint64_t position_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_EXPLAIN_PAST_H_
