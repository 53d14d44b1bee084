// The data directory as a whole: what lies in it, and whether it is ours to use.
#ifndef BILLING_SERVER_DATA_DIRECTORY_H_
#define BILLING_SERVER_DATA_DIRECTORY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace billing::server {

struct DataDirectory {
  std::string path;
  std::string log() const { return path + "/log"; }
  std::string anchor() const { return path + "/anchor"; }
  std::string keys() const { return path + "/keys"; }
};

// Makes the directory (mode 0700) when it is missing, and durable before it returns. One that
// is there keeps its mode, but the folders of ours in it become 0700.
//   FailedPrecondition  it is no directory, holds something else than ours, or cannot be
//                       written; nothing was touched
absl::StatusOr<DataDirectory> OpenDataDirectory(const std::string& path);

// Asked before a log is made: whether nothing is left of an earlier one. A first start
// that was interrupted may have left the anchor, blank.
//   DataLoss  the anchor names a log, or there are data keys or, unless `without_views`,
//             views; the message names the positions when they are known
absl::Status CheckNothingLeft(const DataDirectory& directory, bool without_views);

}  // namespace billing::server

#endif  // BILLING_SERVER_DATA_DIRECTORY_H_
