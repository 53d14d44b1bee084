// Memory for what is searched at random: in small pages much of a search is address translation.
#ifndef BILLING_PROJECTIONS_ROWS_HUGE_PAGES_H_
#define BILLING_PROJECTIONS_ROWS_HUGE_PAGES_H_

#include <cstddef>

namespace billing::projections {

inline constexpr size_t kHugePageBytes = size_t{2} << 20;

// Of any contents, to be given back by std::free; of a multiple of kHugePageBytes in huge pages,
// where the machine has any. Throws std::bad_alloc.
void* AllocateInHugePages(size_t bytes);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_HUGE_PAGES_H_
