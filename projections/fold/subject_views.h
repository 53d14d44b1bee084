// The subjects of a record, for the index of the history. Internal to this room.
#ifndef BILLING_PROJECTIONS_FOLD_SUBJECT_VIEWS_H_
#define BILLING_PROJECTIONS_FOLD_SUBJECT_VIEWS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "billing/v1/event.pb.h"

namespace billing::projections {

// SubjectsOf, as parts of the event, which outlives them.
std::vector<std::string_view> SubjectViewsOf(const billing::v1::Event& event,
                                             absl::FunctionRef<std::string()> account_id);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_SUBJECT_VIEWS_H_
