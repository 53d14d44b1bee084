// What the row codecs share. Internal to this room.
#ifndef BILLING_PROJECTIONS_STATE_ROW_PARTS_H_
#define BILLING_PROJECTIONS_STATE_ROW_PARTS_H_

#include <algorithm>
#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "aggregates/account/holder_counts.h"
#include "aggregates/kernel/unpaid.h"
#include "billing/views/v1/rows.pb.h"

namespace billing::projections {

// Rows hold no maps and no unknown fields, so plain serialization is deterministic.
template <class Row>
std::string Serialize(const Row& row) {
  std::string bytes;
  const bool serialized = row.SerializeToString(&bytes);
  assert(serialized);
  static_cast<void>(serialized);
  return bytes;
}

// A row's message to be filled in, or moved out of: one for each thread and type, so that the
// memory for its fields is there already. REQUIRES: it is not used any more when the same type
// is asked for again.
template <class Row>
Row& Scratch() {
  thread_local Row row;
  return row;
}

template <class Row>
Row& Blank() {
  Row& row = Scratch<Row>();
  row.Clear();
  return row;
}

template <class Row>
Row& Parse(std::string_view bytes) {
  Row& row = Scratch<Row>();
  const bool parsed = row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  assert(parsed);
  static_cast<void>(parsed);
  return row;
}

template <class Id>
std::optional<Id> OptionalId(std::string& text) {
  if (text.empty()) return std::nullopt;
  return Id::FromStored(std::move(text));
}

template <class Id>
std::string TextOf(const std::optional<Id>& id) {
  return id ? id->value() : std::string();
}

// None, or all of them.
template <class Row>
void SetHolders(const account::HolderCounts& holders, Row& row) {
  if (holders.Total() == 0) return;
  row.mutable_holders()->Add(holders.cells().begin(), holders.cells().end());
}

template <class Row>
account::HolderCounts HoldersIn(const Row& row) {
  account::HolderCounts holders;
  auto& cells = holders.cells();
  assert(row.holders().empty() || static_cast<size_t>(row.holders_size()) == cells.size());
  std::copy(row.holders().begin(), row.holders().end(), cells.begin());
  return holders;
}

template <class Row>
void SetUnpaid(const kernel::Unpaid& unpaid, Row& row) {
  if (unpaid == kernel::Unpaid()) return;
  views::v1::Unpaid& message = *row.mutable_unpaid();
  message.set_pending_count(unpaid.pending_count);
  message.set_past_due_count(unpaid.past_due_count);
  message.set_pending_minor(unpaid.pending_minor);
  message.set_past_due_minor(unpaid.past_due_minor);
}

template <class Row>
kernel::Unpaid UnpaidIn(const Row& row) {
  const views::v1::Unpaid& message = row.unpaid();
  return {.pending_count = message.pending_count(),
          .past_due_count = message.past_due_count(),
          .pending_minor = message.pending_minor(),
          .past_due_minor = message.past_due_minor()};
}

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_STATE_ROW_PARTS_H_
