#include "projections/follow/record_memory.h"

#include <cstddef>

namespace billing::projections {
namespace {

// Holds nearly every command; a cascade over an account's subscriptions takes more.
constexpr size_t kFirstBlockBytes = size_t{32} << 10;

google::protobuf::ArenaOptions StartingWith(char* block) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = kFirstBlockBytes;
  return options;
}

}  // namespace

RecordMemory::RecordMemory()
    : first_block_(std::make_unique<char[]>(kFirstBlockBytes)),
      arena_(StartingWith(first_block_.get())) {}

const storage::v1::Record* RecordMemory::Parse(std::string_view bytes) {
  auto* record = google::protobuf::Arena::CreateMessage<storage::v1::Record>(&arena_);
  return record->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ? record : nullptr;
}

}  // namespace billing::projections
