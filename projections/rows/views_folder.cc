#include "projections/rows/views_folder.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "projections/rows/row_store.h"
#include "projections/rows/settings.h"
#include "rocksdb/env.h"

namespace billing::projections {
namespace {

constexpr std::string_view kFirstName = "views";
constexpr std::string_view kLiveFile = "views.live";
// What the file is written as before it takes the place of the one before.
constexpr std::string_view kNewLiveFile = "views.live.new";

std::string NameOf(uint64_t number) {
  if (number == 1) return std::string(kFirstName);
  return absl::StrCat(absl::string_view(kFirstName.data(), kFirstName.size()), "-", number);
}

// The number in the name of a database; 0 when it is no such name.
uint64_t NumberIn(std::string_view name) {
  if (name == kFirstName) return 1;
  absl::string_view digits(name.data(), name.size());
  uint64_t number = 0;
  if (!absl::ConsumePrefix(&digits, "views-") || !absl::SimpleAtoi(digits, &number)) return 0;
  return number > 1 && NameOf(number) == name ? number : 0;
}

std::string PathIn(const std::string& folder, std::string_view name) {
  return std::filesystem::path(folder) / name;
}

}  // namespace

absl::StatusOr<ViewsFolder> ViewsFolder::Open(std::string folder) {
  const std::string path = PathIn(folder, kLiveFile);
  std::string name;
  const rocksdb::Status read = rocksdb::ReadFileToString(rocksdb::Env::Default(), path, &name);
  if (read.IsPathNotFound() || read.IsNotFound()) return ViewsFolder(std::move(folder), 1);
  if (!read.ok()) return ToStatus(read, absl::StrCat("cannot read ", path));
  const bool whole = !name.empty() && name.back() == '\n';
  const uint64_t number = whole ? NumberIn(std::string_view(name).substr(0, name.size() - 1)) : 0;
  if (number == 0) {
    return absl::DataLossError(absl::StrCat(
        "views: ", path, " names no views database; --rebuild-views builds the views again"));
  }
  return ViewsFolder(std::move(folder), number);
}

absl::StatusOr<ViewsFolder> ViewsFolder::MakeAnew(std::string folder) {
  const std::string live_file = PathIn(folder, kLiveFile);
  ViewsFolder anew(std::move(folder), 1);
  // The databases first: else a half removed one might be taken for the live one.
  absl::Status removed = anew.RemoveAllBut(0, 0);
  if (!removed.ok()) return removed;
  std::error_code error;
  std::filesystem::remove(live_file, error);
  if (!error) return anew;
  return absl::InternalError(
      absl::StrCat("views: cannot remove ", live_file, ": ", error.message()));
}

bool ViewsFolder::IsOurs(std::string_view name) {
  return name == kLiveFile || name == kNewLiveFile || NumberIn(name) != 0;
}

std::string ViewsFolder::PathOf(uint64_t number) const { return PathIn(folder_, NameOf(number)); }

bool ViewsFolder::HasNext() const {
  std::error_code error;
  return std::filesystem::is_directory(next(), error);
}

absl::Status ViewsFolder::MakeNextLive() {
  is_in_question_ = true;
  absl::Status named = Name(number_ + 1);
  if (!named.ok()) return named;
  ++number_;
  is_in_question_ = false;
  return absl::OkStatus();
}

absl::Status ViewsFolder::StayLive() {
  if (!is_in_question_) return absl::OkStatus();
  absl::Status named = Name(number_);
  if (named.ok()) is_in_question_ = false;
  return named;
}

absl::Status ViewsFolder::Name(uint64_t number) const {
  rocksdb::Env& env = *rocksdb::Env::Default();
  const std::string live_file = PathIn(folder_, kLiveFile);
  const std::string new_file = PathIn(folder_, kNewLiveFile);
  rocksdb::Status status =
      rocksdb::WriteStringToFile(&env, NameOf(number) + "\n", new_file, /*should_sync=*/true);
  if (status.ok()) status = env.RenameFile(new_file, live_file);
  if (!status.ok()) return ToStatus(status, absl::StrCat("cannot write ", live_file));
  status = SyncNamesIn(env, folder_);
  if (!status.ok()) return ToStatus(status, absl::StrCat("cannot sync ", folder_));
  return absl::OkStatus();
}

absl::Status ViewsFolder::RemoveStale() const { return RemoveAllBut(number_, number_ + 1); }

absl::Status ViewsFolder::RemoveAllBut(uint64_t one, uint64_t other) const {
  std::error_code error;
  if (!std::filesystem::exists(folder_, error)) return absl::OkStatus();
  std::filesystem::directory_iterator entries(folder_, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const uint64_t number = NumberIn(entries->path().filename().string());
    if (number == 0 || number == one || number == other) continue;
    absl::Status removed = DestroyRowStore(entries->path().string());
    if (!removed.ok()) return removed;
  }
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("views: cannot read ", folder_, ": ", error.message()));
}

}  // namespace billing::projections
