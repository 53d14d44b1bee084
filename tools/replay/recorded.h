// The command that an audit is at: its records as they were parsed and as they are stored.
#ifndef BILLING_TOOLS_REPLAY_RECORDED_H_
#define BILLING_TOOLS_REPLAY_RECORDED_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "billing/storage/v1/record.pb.h"
#include "eventstore/integrity/merkle.h"

namespace billing::replay {

// All records of one command, well formed, in order. One object serves for a whole log: what
// the last command needed in memory, the next one uses again.
class Recorded {
 public:
  // The command's next record, which lives until Clear.
  void Add(const storage::v1::Record& parsed, std::string_view bytes,
           const eventstore::Hash& leaf) {
    if (size_ == records_.size()) {
      records_.emplace_back();
      bytes_.emplace_back();
      leaves_.emplace_back();
    }
    records_[size_] = &parsed;
    bytes_[size_] = bytes;
    leaves_[size_] = leaf;
    ++size_;
  }
  void Clear() { size_ = 0; }

  std::span<const storage::v1::Record* const> records() const { return {records_.data(), size_}; }
  std::span<const std::string> bytes() const { return {bytes_.data(), size_}; }
  std::span<const eventstore::Hash> leaves() const { return {leaves_.data(), size_}; }
  // REQUIRES of what follows: there is one.
  const storage::v1::Record& first() const { return *records_.front(); }
  uint64_t first_position() const { return first().event().position(); }

 private:
  size_t size_ = 0;
  std::vector<const storage::v1::Record*> records_;
  std::vector<std::string> bytes_;
  std::vector<eventstore::Hash> leaves_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_RECORDED_H_
