// A log to be audited, read once from its start: records and checkpoints in order.
#ifndef BILLING_TOOLS_REPLAY_SOURCE_H_
#define BILLING_TOOLS_REPLAY_SOURCE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "eventstore/integrity/merkle.h"
#include "tools/replay/finding.h"

namespace billing::replay {

struct Item {
  enum class Kind {
    kRecord,      // `number` is its position, one more than the last one's
    kCheckpoint,  // `number` is its size: that of the records before it
    kEnd,         // `number` is the position of the last record
  };
  Kind kind = Kind::kEnd;
  uint64_t number = 0;
  // The stored record, the signed note; at the end the root that the source claims, empty
  // when it claims none. Lives until the next call.
  std::string_view bytes;
  // Of a record.
  eventstore::Hash leaf = {};
};

// Not thread-safe.
class Source {
 public:
  virtual ~Source() = default;

  // 32 hexadecimal digits.
  virtual const std::string& log_id() const = 0;
  // The next item, or what is wrong with it. REQUIRES: there was neither an end nor a
  // finding before.
  virtual std::variant<Item, Finding> Next() = 0;
  // How much of it was read, from 0 to 1; less than 0 when nobody can say.
  virtual double Done() const = 0;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_SOURCE_H_
