// The data directory as a whole: what lies in it, and whether it is ours to use.
#ifndef BILLING_SERVER_DATA_DIRECTORY_H_
#define BILLING_SERVER_DATA_DIRECTORY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/event_log.h"
#include "eventstore/integrity/anchor.h"

namespace billing::server {

struct DataDirectory {
  std::string path;
  std::string log() const { return path + "/log"; }
  std::string anchor() const { return path + "/anchor"; }
  std::string keys() const { return path + "/keys"; }
  std::string views() const { return path + "/views"; }
};

// Makes the directory (mode 0700) when it is missing.
//   FailedPrecondition  it is no directory, holds something else than ours, or cannot be
//                       written; nothing was touched
absl::StatusOr<DataDirectory> OpenDataDirectory(const std::string& path);

// What keys that do not belong to the log mean: DataLoss naming the positions when the
// anchor tells that the log was replaced or deleted, else `refusal` itself.
absl::Status ExplainForeignKeys(const absl::Status& refusal, const eventstore::EventLog& log,
                                const eventstore::Anchor& anchor);

}  // namespace billing::server

#endif  // BILLING_SERVER_DATA_DIRECTORY_H_
