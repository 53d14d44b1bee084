#include "tools/replay/row_memory.h"

#include <bit>
#include <new>

namespace billing::replay {

size_t RowMemory::RoomFor(size_t size) {
  if (size > kSmallMax) return std::bit_ceil(size);
  return size == 0 ? kStep : (size + kStep - 1) / kStep * kStep;
}

size_t RowMemory::ClassOf(size_t room) {
  if (room > kSmallMax) return kSmallMax / kStep + static_cast<size_t>(std::countr_zero(room));
  return room / kStep - 1;
}

char* RowMemory::Take(size_t room) {
  Free*& free = free_[ClassOf(room)];
  if (free == nullptr) return arena_.Allocate(room);
  char* const piece = reinterpret_cast<char*>(free);
  free = free->next;
  return piece;
}

void RowMemory::GiveBack(char* piece, size_t room) {
  Free*& free = free_[ClassOf(room)];
  free = new (piece) Free{free};
}

}  // namespace billing::replay
