// From an overlay to the row store.
#ifndef BILLING_SERVER_ENGINE_STAGING_ROWS_H_
#define BILLING_SERVER_ENGINE_STAGING_ROWS_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "projections/keyvalue/key_value.h"
#include "projections/rows/cursor.h"
#include "projections/rows/row_store.h"

namespace billing::server {

// Stages each row that the overlay changed, once, as of `position`.
inline void StageChanges(const projections::Overlay& overlay, uint64_t position,
                         projections::RowStore& rows) {
  absl::InlinedVector<projections::ChangedRow, 16> changed;
  for (const auto& [key, value] : overlay.changes()) changed.push_back({key, value});
  rows.Stage(changed, position);
}

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_STAGING_ROWS_H_
