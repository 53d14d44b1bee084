#include "projections/account_state/account_at.h"

#include <string_view>
#include <vector>

#include "aggregates/kernel/names.h"
#include "projections/history/log_reader.h"

namespace billing::projections {
namespace {

// Records loaded at a time: most have less than 500 bytes, none more than 1 MiB.
constexpr size_t kRecordsPerRun = 512;

// Reads records by their index, in ascending runs.
class IndexedRecords {
 public:
  IndexedRecords(const eventstore::EventLog& log, GetRows get_rows, uint64_t until,
                 absl::FunctionRef<bool()> stop)
      : log_(log), get_rows_(get_rows), until_(until), stop_(stop) {}

  // Gives each record that concerns the subject of the account, in log order.
  absl::Status Each(AccountNumber number, std::string_view subject,
                    absl::FunctionRef<absl::Status(const LoadedRecord&)> take) {
    uint64_t after = 0;
    for (;;) {
      if (stop_()) return absl::CancelledError("nobody waits for the account's state any more");
      const auto positions = After(number, subject, after);
      if (!positions.ok()) return positions.status();
      if (positions->empty()) return absl::OkStatus();
      const auto loaded = LoadRecords(log_, *positions);
      if (!loaded.ok()) return loaded.status();
      for (const LoadedRecord& one : *loaded) {
        if (absl::Status status = take(one); !status.ok()) return status;
      }
      after = positions->back();
    }
  }

 private:
  absl::StatusOr<std::vector<uint64_t>> After(AccountNumber number, std::string_view subject,
                                              uint64_t after) {
    const auto rows = get_rows_();
    auto positions = StateReader(*rows).PositionsOf(
        number, subject, {.after = after, .before = until_ + 1}, Order::kAscending, kRecordsPerRun);
    if (!rows->status().ok()) return rows->status();
    return positions;
  }

  const eventstore::EventLog& log_;
  const GetRows get_rows_;
  const uint64_t until_;
  const absl::FunctionRef<bool()> stop_;
};

}  // namespace

absl::StatusOr<AccountState> AccountAt(const eventstore::EventLog& log, GetRows get_rows,
                                       AccountNumber number, uint64_t position,
                                       absl::FunctionRef<bool()> stop) {
  IndexedRecords records(log, get_rows, position, stop);
  AccountState state(number);
  absl::Status unreadable;
  const auto find_account = [&](const kernel::AccountId& id) {
    const auto rows = get_rows();
    const auto found = StateReader(*rows).FindAccount(id);
    unreadable.Update(rows->status());
    return found;
  };
  absl::Status status = records.Each(number, "", [&](const LoadedRecord& one) {
    const absl::Status taken = state.Take(*one.record, *one.command, find_account);
    return unreadable.ok() ? taken : unreadable;
  });
  if (!status.ok()) return status;
  for (const AccountState::Received& received : state.ReceivedTransfers()) {
    status = records.Each(received.sender, kernel::Relative(received.transfer),
                          [&](const LoadedRecord& one) {
                            state.TakeOfSender(*one.record, *one.command);
                            return absl::OkStatus();
                          });
    if (!status.ok()) return status;
  }
  return state;
}

}  // namespace billing::projections
