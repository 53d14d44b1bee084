#include "projections/rows/huge_pages.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace billing::projections {

void* AllocateInHugePages(size_t bytes) {
  const bool huge = bytes % kHugePageBytes == 0;
  void* const memory = huge ? std::aligned_alloc(kHugePageBytes, bytes) : std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  // Only advice: without huge pages everything works, slower.
  if (huge) madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

}  // namespace billing::projections
