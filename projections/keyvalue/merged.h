// Changes over the rows that they change. Internal to this room.
#ifndef BILLING_PROJECTIONS_KEYVALUE_MERGED_H_
#define BILLING_PROJECTIONS_KEYVALUE_MERGED_H_

#include <string_view>

#include "absl/functional/function_ref.h"
#include "projections/keyvalue/key_value.h"

namespace billing::projections {

// Merges changes into the rows of a base, both in the same order; `before` tells whether
// one key comes before another in it. A change is a pair of a key and what it became: nothing
// when it is deleted.
template <typename Iterator, typename Before>
void VisitMerged(Iterator change, Iterator end, Before before, const RowReader& base,
                 const KeyRange& range, Order order,
                 absl::FunctionRef<bool(std::string_view, std::string_view)> visit) {
  bool stopped = false;
  const auto visit_changed = [&](Iterator it) {
    if (it->second.has_value() && !visit(it->first, *it->second)) stopped = true;
    return !stopped;
  };
  base.Scan(range, order, [&](std::string_view key, std::string_view value) {
    for (; change != end && before(change->first, key); ++change) {
      if (!visit_changed(change)) return false;
    }
    if (change != end && change->first == key) return visit_changed(change++);
    stopped = !visit(key, value);
    return !stopped;
  });
  for (; !stopped && change != end; ++change) visit_changed(change);
}

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_KEYVALUE_MERGED_H_
