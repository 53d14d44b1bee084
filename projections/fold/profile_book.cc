#include "projections/fold/profile_book.h"

#include <utility>

#include "projections/state/keys.h"
#include "projections/state/row_codec.h"

namespace billing::projections {

profile::BillingProfileState* ProfileBook::Find(const kernel::BillingProfileId& id) {
  if (const auto found = profiles_.find(id); found != profiles_.end()) return &found->second;
  auto state = StateReader(rows_).BillingProfile(number_, id);
  if (!state) return nullptr;
  return &profiles_.emplace(id, *std::move(state)).first->second;
}

void ProfileBook::Add(const kernel::BillingProfileId& id, profile::BillingProfileState state) {
  profiles_.emplace(id, std::move(state));
}

void ProfileBook::Store() {
  for (const auto& [id, state] : profiles_) {
    rows_.Put(keys::BillingProfile(number_, id.value()), Encode(state));
  }
}

}  // namespace billing::projections
