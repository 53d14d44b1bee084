#include "projections/rows/arena.h"

#include <sys/mman.h>

#include <cassert>
#include <cstdlib>
#include <new>

namespace billing::projections {
namespace {

// Small for a layer of a quiet second; then of the size of a huge page, because a search
// through a large layer otherwise spends most of its time on address translation.
constexpr size_t kFirstBlockBytes = size_t{64} << 10;
constexpr size_t kBlockBytes = size_t{2} << 20;

}  // namespace

void Arena::Free::operator()(char* block) const { std::free(block); }

char* Arena::NewBlock(size_t size) {
  const bool huge = size % kBlockBytes == 0;
  char* const block =
      static_cast<char*>(huge ? std::aligned_alloc(kBlockBytes, size) : std::malloc(size));
  if (block == nullptr) throw std::bad_alloc();
  // Only advice: without huge pages everything works, slower.
  if (huge) madvise(block, size, MADV_HUGEPAGE);
  blocks_.emplace_back(block);
  return block;
}

char* Arena::Allocate(size_t size) {
  assert(size > 0);
  size = (size + alignof(void*) - 1) / alignof(void*) * alignof(void*);
  bytes_ += size;
  if (size > free_bytes_) {
    const size_t block_bytes = blocks_.empty() ? kFirstBlockBytes : kBlockBytes;
    // A large piece gets its own block, so that the rest of a block is never much.
    if (size > block_bytes / 8) return NewBlock(size);
    free_ = NewBlock(block_bytes);
    free_bytes_ = block_bytes;
  }
  char* const piece = free_;
  free_ += size;
  free_bytes_ -= size;
  return piece;
}

}  // namespace billing::projections
