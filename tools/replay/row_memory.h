// Memory for the rows of a fold: many small pieces, given back one by one when rows change, and
// all at once at the end.
#ifndef BILLING_TOOLS_REPLAY_ROW_MEMORY_H_
#define BILLING_TOOLS_REPLAY_ROW_MEMORY_H_

#include <array>
#include <cstddef>

#include "projections/rows/arena.h"

namespace billing::replay {

// Not thread-safe.
class RowMemory {
 public:
  // As many bytes as a piece of at least `size` has: what to ask for, to waste nothing.
  static size_t RoomFor(size_t size);

  // Aligned for pointers; lives until it is given back, or as long as the memory.
  // REQUIRES: `room` is what RoomFor gave.
  char* Take(size_t room);
  void GiveBack(char* piece, size_t room);

 private:
  // A piece that nobody has.
  struct Free {
    Free* next;
  };
  static size_t ClassOf(size_t room);

  // Pieces up to this are multiples of kStep; larger ones are powers of two.
  static constexpr size_t kStep = 16;
  static constexpr size_t kSmallMax = 512;
  static constexpr size_t kClasses = kSmallMax / kStep + 64;

  projections::Arena arena_;
  std::array<Free*, kClasses> free_ = {};
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_ROW_MEMORY_H_
