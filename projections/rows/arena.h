// Memory that is given out in pieces and given back all at once.
#ifndef BILLING_PROJECTIONS_ROWS_ARENA_H_
#define BILLING_PROJECTIONS_ROWS_ARENA_H_

#include <cstddef>
#include <memory>
#include <vector>

namespace billing::projections {

// Used by one thread; what it gave out may be read by all.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Aligned for pointers; lives as long as the arena. REQUIRES: size > 0.
  char* Allocate(size_t size);

  // Bytes given out, without the unused rest of the blocks.
  size_t bytes() const { return bytes_; }

 private:
  struct Free {
    void operator()(char* block) const;
  };
  char* NewBlock(size_t size);

  std::vector<std::unique_ptr<char, Free>> blocks_;
  char* free_ = nullptr;
  size_t free_bytes_ = 0;
  size_t bytes_ = 0;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_ARENA_H_
