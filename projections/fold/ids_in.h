// Ids out of the relative names of facts. Internal to this room.
#ifndef BILLING_PROJECTIONS_FOLD_IDS_IN_H_
#define BILLING_PROJECTIONS_FOLD_IDS_IN_H_

#include <optional>
#include <string>
#include <string_view>

#include "aggregates/kernel/names.h"

namespace billing::projections {

// `cards/visa` → visa.
template <class Id>
Id IdIn(std::string_view relative_name) {
  return Id::FromStored(std::string(kernel::IdOf(relative_name)));
}

// The same; nothing for an empty name.
template <class Id>
std::optional<Id> OptionalIdIn(std::string_view relative_name) {
  if (relative_name.empty()) return std::nullopt;
  return IdIn<Id>(relative_name);
}

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_IDS_IN_H_
