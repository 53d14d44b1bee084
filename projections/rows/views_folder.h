// Which of the views databases in a folder is the live one.
//
// The first is in `views`; one that is built anew lies beside it, in `views-2`, and the next
// in `views-3`. The file `views.live` names the live one; where it is missing, that is
// `views`. It is replaced whole, by a rename, so that after a crash it names the old
// database or the new one. Described in eventstore/FORMAT.md.
#ifndef BILLING_PROJECTIONS_ROWS_VIEWS_FOLDER_H_
#define BILLING_PROJECTIONS_ROWS_VIEWS_FOLDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace billing::projections {

// Not thread-safe.
class ViewsFolder {
 public:
  // Reads which database is live, and changes nothing. The folder may be missing.
  //   DataLoss  the file does not say which
  static absl::StatusOr<ViewsFolder> Open(std::string folder);
  // Removes every database there is and what says which is live, whatever it says: the first
  // one is, and there is none yet. After a crash on the way it is to be done again.
  // FailedPrecondition when a database is in use.
  static absl::StatusOr<ViewsFolder> MakeAnew(std::string folder);
  // Whether a file or directory of this name in the folder is one of these.
  static bool IsOurs(std::string_view name);

  // Path of the live database, and of the one that may take its place.
  std::string live() const { return PathOf(number_); }
  std::string next() const { return PathOf(number_ + 1); }
  bool HasNext() const;

  // The next one is live from now on; durable when it returns. When it fails, either may be
  // live after a crash, unless StayLive succeeds.
  absl::Status MakeNextLive();
  // After MakeNextLive has failed, before the next one may be removed: the live one stays live,
  // durably. Nothing when it never was in question.
  absl::Status StayLive();

  // Removes what was live before, and what is half removed; nobody uses it.
  absl::Status RemoveStale() const;

 private:
  ViewsFolder(std::string folder, uint64_t number) : folder_(std::move(folder)), number_(number) {}
  std::string PathOf(uint64_t number) const;
  // Writes which one is live.
  absl::Status Name(uint64_t number) const;
  // Removes the databases whose number is neither of these; none has 0.
  absl::Status RemoveAllBut(uint64_t one, uint64_t other) const;

  std::string folder_;
  // Of the live database: 1 is `views`.
  uint64_t number_;
  // The disk may name the next one as live.
  bool is_in_question_ = false;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_VIEWS_FOLDER_H_
