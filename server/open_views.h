// Opening the views database that fits a log and this program.
#ifndef BILLING_SERVER_OPEN_VIEWS_H_
#define BILLING_SERVER_OPEN_VIEWS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/event_log.h"
#include "projections/rows/views.h"

namespace billing::server {

struct OpenedViews {
  std::unique_ptr<projections::Views> views;
  // The log has records and the views hold nothing: they are built from the log before
  // anything is served.
  bool from_scratch = false;
  // Version of the fold that wrote those that were given up; 0: there were none, or they
  // were given up because that was asked for.
  uint32_t given_up_version = 0;
};

// Rows that another version of the fold wrote are given up, once they are known to be of
// this log: it has it all. `anew` gives them up unseen. Errors of Views::Open and CheckViews.
absl::StatusOr<OpenedViews> OpenViews(const std::string& folder, bool anew,
                                      const eventstore::EventLog& log);

}  // namespace billing::server

#endif  // BILLING_SERVER_OPEN_VIEWS_H_
