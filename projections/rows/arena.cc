#include "projections/rows/arena.h"

#include <cassert>
#include <cstdlib>

#include "projections/rows/huge_pages.h"

namespace billing::projections {
namespace {

// Small for a layer of a quiet second.
constexpr size_t kFirstBlockBytes = size_t{64} << 10;
constexpr size_t kBlockBytes = kHugePageBytes;

}  // namespace

void Arena::Free::operator()(char* block) const { std::free(block); }

char* Arena::NewBlock(size_t size) {
  auto* const block = static_cast<char*>(AllocateInHugePages(size));
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
