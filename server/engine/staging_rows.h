// From an overlay to the row store.
#ifndef BILLING_SERVER_ENGINE_STAGING_ROWS_H_
#define BILLING_SERVER_ENGINE_STAGING_ROWS_H_

#include "projections/keyvalue/key_value.h"
#include "projections/rows/row_store.h"

namespace billing::server {

// Stages each row that the overlay changed, once, as of `position`.
inline void StageChanges(const projections::Overlay& overlay, uint64_t position,
                         projections::RowStore& rows) {
  for (const auto& [key, value] : overlay.changes()) rows.Expect(key);
  for (const auto& [key, value] : overlay.changes()) {
    if (value) {
      rows.Stage(key, *value, position);
    } else {
      rows.Stage(key, std::nullopt, position);
    }
  }
}

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_STAGING_ROWS_H_
