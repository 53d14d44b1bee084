// Records read from a log one after another, in memory that is used again: most of what a record
// costs is a hundred small pieces of memory.
#ifndef BILLING_PROJECTIONS_FOLLOW_RECORD_MEMORY_H_
#define BILLING_PROJECTIONS_FOLLOW_RECORD_MEMORY_H_

#include <memory>
#include <string_view>

#include "billing/storage/v1/record.pb.h"
#include "google/protobuf/arena.h"

namespace billing::projections {

// Not thread-safe.
class RecordMemory {
 public:
  RecordMemory();
  RecordMemory(const RecordMemory&) = delete;
  RecordMemory& operator=(const RecordMemory&) = delete;

  // Null when the bytes are no record. Lives until Clear.
  const storage::v1::Record* Parse(std::string_view bytes);
  void Clear() { arena_.Reset(); }

 private:
  const std::unique_ptr<char[]> first_block_;
  google::protobuf::Arena arena_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLLOW_RECORD_MEMORY_H_
