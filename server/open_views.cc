#include "server/open_views.h"

#include <utility>

#include "projections/follow/follower.h"
#include "server/engine/recovery.h"

namespace billing::server {

absl::StatusOr<OpenedViews> OpenViews(const std::string& folder, bool anew,
                                      const eventstore::EventLog& log) {
  // Until the log was rolled forward nobody asks for rows.
  auto views =
      projections::Views::Open({.folder = folder, .anew = anew, .store = {.building = true}});
  if (!views.ok()) return views.status();
  const std::string mark = (*views)->stored_mark();
  const absl::Status fits = CheckViews(log, mark);
  if (!fits.ok()) return fits;
  if (mark.empty()) return OpenedViews{*std::move(views), /*from_scratch=*/log.Head() > 0};
  if (projections::Follower::IsOfThisFold(mark)) return OpenedViews{*std::move(views)};
  const absl::Status closed = (*views)->Close();
  if (!closed.ok()) return closed;
  auto opened = OpenViews(folder, /*anew=*/true, log);
  if (opened.ok()) opened->given_up_version = projections::Follower::FoldVersionOf(mark);
  return opened;
}

}  // namespace billing::server
