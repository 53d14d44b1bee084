// What rows of several kinds hold. Internal to this room.
#ifndef BILLING_PROJECTIONS_STATE_ROW_PARTS_H_
#define BILLING_PROJECTIONS_STATE_ROW_PARTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "aggregates/account/holder_counts.h"
#include "aggregates/kernel/unpaid.h"
#include "projections/state/row_fields.h"

namespace billing::projections {

// The bytes of a state, and the state again, by `fields`, which is given a row and a state.
template <class State, class Fields>
std::string Written(const State& state, const Fields& fields) {
  RowOutput row;
  fields(row, state);
  return std::move(row).Done();
}
template <class State, class Fields>
State Read(std::string_view bytes, State state, const Fields& fields) {
  RowInput row(bytes);
  fields(row, state);
  return state;
}

// None, or all of them.
template <class Row, class Holders>
void HoldersField(Row& row, uint32_t number, Holders& holders) {
  if constexpr (Row::kReads) {
    const size_t count = row.Packed(number, holders.cells());
    assert(count == 0 || count == holders.cells().size());
  } else if (holders.Total() != 0) {
    row.Packed(number, holders.cells());
  }
}

template <class Row, class Unpaid>
void UnpaidField(Row& row, uint32_t number, Unpaid& unpaid) {
  const auto fields = [&unpaid](auto& part) {
    part.Field(1, unpaid.pending_count);
    part.Field(2, unpaid.past_due_count);
    part.Field(3, unpaid.pending_minor);
    part.Field(4, unpaid.past_due_minor);
  };
  if constexpr (Row::kReads) {
    row.Nested(number, fields);
  } else if (unpaid != kernel::Unpaid()) {
    row.Nested(number, [&] { fields(row); });
  }
}

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_STATE_ROW_PARTS_H_
