// The subjects under which records are indexed, recomputed from the records and the schema
// alone: eventstore/FORMAT.md, "A record". It shares nothing with the fold that indexes them.
#ifndef BILLING_TOOLS_REPLAY_SUBJECTS_CHECK_H_
#define BILLING_TOOLS_REPLAY_SUBJECTS_CHECK_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "billing/storage/v1/record.pb.h"
#include "tools/replay/rows_in_memory.h"

namespace billing::replay {

// The resources that the fact concerns, each once, sorted: names as the index has them,
// relative to the account of the stream, whose id is `account_id`. Parts of the event.
std::vector<std::string_view> SubjectsByTheSchema(const billing::v1::Event& event,
                                                  std::string_view account_id);

class SubjectsCheck {
 public:
  // Whether the index in the rows that its command left has the record under its account and
  // each of its subjects; what is wrong, in words. REQUIRES: every record, in log order.
  std::optional<std::string> Take(const storage::v1::Record& record,
                                  std::span<const std::string_view> subjects,
                                  const RowsInMemory& rows);
  // After the last record of each command: whether the index has nothing more.
  std::optional<std::string> Finish(const RowsInMemory& rows) const;

 private:
  // Rows that the index must have.
  size_t rows_ = 0;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_SUBJECTS_CHECK_H_
