// The rows of all read models, and the place where they are built anew: beside the live
// store there may be a next one, which takes its place at once for everybody.
#ifndef BILLING_PROJECTIONS_ROWS_VIEWS_H_
#define BILLING_PROJECTIONS_ROWS_VIEWS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/rows/row_store.h"

namespace billing::projections {

struct ViewsOptions {
  // The folder in which the databases lie (views_folder.h).
  std::string folder;
  // All there is is given up unseen, an interrupted building too, so that the live database
  // is built again from the log.
  bool anew = false;
  // Of each store. `directory` is not looked at.
  RowStoreOptions store = {};
};

// As a RowStore it is the live one. HoldBack is about the next one, too.
class Views : public RowStore {
 public:
  // Opens or makes the live database, and removes what was live before. Errors of
  // RowStore::Open.
  static absl::StatusOr<std::unique_ptr<Views>> Open(const ViewsOptions& options);

  // --- building the next; one thread, unless they say so -------------------------

  // Whether building was interrupted: it can be gone on with.
  virtual bool HasNext() const = 0;
  // The next store, of which the caller is the writer, until one of the three below: as an
  // interrupted building left it, or new. One that cannot be opened is made anew.
  virtual absl::StatusOr<RowStore*> OpenNext() = 0;
  // Removes it; but leaves it when a failed switch may have made it the live one on disk, and that
  // cannot be undone.
  virtual absl::Status DropNext() = 0;
  // Closes it as it is on disk: rows in memory are given up, OpenNext goes on from there.
  virtual void LeaveNext() = 0;
  // From now on the next one is the live one, on disk first and then for whoever asks for
  // rows: versions that are held stay as they are. Not OK: nothing has changed in memory;
  // on disk it may have.
  // REQUIRES: the live store's writer is between two batches and stays there meanwhile;
  // the next one shows the same position.
  virtual absl::Status SwitchToNext() = 0;
  // Closes and removes what was live before the switch. False while somebody holds a
  // version of it: to be tried again.
  virtual absl::StatusOr<bool> RemoveOld() = 0;

  // Ends building: whatever the next store is asked, it fails at once. Thread-safe.
  virtual void GiveUpNext() = 0;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_VIEWS_H_
