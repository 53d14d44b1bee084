#include "projections/explain/past.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/names.h"
#include "billing/storage/v1/record.pb.h"

namespace billing::projections {
namespace {

// Records loaded at a time: what is looked for is mostly among the first few.
constexpr size_t kFirstRecords = 4;
constexpr size_t kRecordsMax = 512;

}  // namespace

absl::Status IndexedPast::Each(const Walk& walk,
                               absl::FunctionRef<bool(const billing::v1::Event&)> take) {
  StateReader::PositionRange range{.after = 0, .before = std::min(position_, walk.before)};
  for (size_t count = kFirstRecords;; count = std::min(2 * count, kRecordsMax)) {
    const auto positions =
        states_.PositionsOf(walk.account, walk.subject, range, walk.order, count);
    if (positions.empty()) return absl::OkStatus();
    const auto stored = log_.ReadAt(positions);
    if (!stored.ok()) return stored.status();
    for (const eventstore::StoredRecord& one : *stored) {
      storage::v1::Record record;
      if (!record.ParseFromString(one.bytes)) {
        return absl::DataLossError(
            absl::StrCat("the record at position ", one.position, " cannot be read"));
      }
      if (!take(record.event())) return absl::OkStatus();
    }
    (walk.order == Order::kAscending ? range.after : range.before) = positions.back();
  }
}

uint64_t IndexedPast::LastAccountChange(AccountNumber account) {
  const auto state = states_.Account(account);
  return state ? std::min(state->etag, position_) : position_;
}

std::optional<AccountNumber> IndexedPast::FindAccount(const kernel::AccountId& id) {
  return states_.FindAccount(id);
}

std::optional<std::string> IndexedPast::CardSettledUnder(AccountNumber account,
                                                         std::string_view reference) {
  const auto settled = states_.Settlement(account, reference);
  if (!settled) return std::nullopt;
  return kernel::Relative(settled->failed_card);
}

}  // namespace billing::projections
