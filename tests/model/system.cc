#include "tests/model/system.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "aggregates/judge/judge.h"

namespace billing::model {

kernel::Decision System::Judge(const request::Request& request,
                               const kernel::Context& context) const {
  return judge::Judge(request.command, context, states());
}

absl::Status System::Record(const request::Request& request, const kernel::Context& context,
                            kernel::Decision decision) {
  const std::string no_trace;
  auto recorded =
      recorder_.Record({request, context, no_trace}, std::move(decision), follower_, rows_);
  if (!recorded.ok()) return recorded.status();
  last_ = *std::move(recorded);
  for (const std::string& record : last_.records) log_.push_back(record);
  return absl::OkStatus();
}

std::string System::FoldAgain() const {
  projections::Follower follower(follower_.log_id());
  projections::MapRows rows;
  for (size_t i = 0; i < log_.size(); ++i) {
    const absl::Status status = follower.Take({.position = i + 1, .bytes = log_[i]}, rows);
    if (!status.ok()) return absl::StrCat("record ", i + 1, ": ", status.ToString());
  }
  if (rows.rows() != rows_.rows()) return "a fold of the log gives other rows";
  if (follower.Mark() != follower_.Mark()) return "a fold of the log ends elsewhere";
  return "";
}

}  // namespace billing::model
