// Pages of rows. Internal to this room.
#ifndef BILLING_PROJECTIONS_STATE_SCAN_H_
#define BILLING_PROJECTIONS_STATE_SCAN_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/keys.h"

namespace billing::projections {

// A page of rows: `take` is called with what follows `prefix` in each key, and the value.
inline void ScanPage(const RowReader& rows, const std::string& prefix, std::string_view after,
                     size_t limit,
                     absl::FunctionRef<void(std::string_view rest, std::string_view value)> take) {
  if (limit == 0) return;
  size_t taken = 0;
  rows.Scan(keys::After(prefix, after), Order::kAscending,
            [&](std::string_view key, std::string_view value) {
              take(key.substr(prefix.size()), value);
              return ++taken < limit;
            });
}

// The state in one row; nothing when there is none.
template <class State>
std::optional<State> StateAt(const RowReader& rows, std::string_view key,
                             State (*decode)(std::string_view)) {
  std::optional<State> state;
  rows.Look(key, [&](std::string_view row) { state.emplace(decode(row)); });
  return state;
}

// The ids that end the keys of a page.
template <class Id>
std::vector<Id> IdsIn(const RowReader& rows, const std::string& prefix, std::string_view after,
                      size_t limit) {
  std::vector<Id> ids;
  ScanPage(rows, prefix, after, limit, [&](std::string_view id, std::string_view) {
    ids.push_back(Id::FromStored(std::string(id)));
  });
  return ids;
}

// The ids and the states of a page.
template <class Id, class State>
std::vector<std::pair<Id, State>> StatesIn(const RowReader& rows, const std::string& prefix,
                                           std::string_view after, size_t limit,
                                           State (*decode)(std::string_view)) {
  std::vector<std::pair<Id, State>> states;
  ScanPage(rows, prefix, after, limit, [&](std::string_view id, std::string_view row) {
    states.emplace_back(Id::FromStored(std::string(id)), decode(row));
  });
  return states;
}

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_STATE_SCAN_H_
