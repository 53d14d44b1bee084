#include "server/stores.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "eventstore/file/disk_space.h"
#include "eventstore/rocksdb/rocksdb_event_log.h"
#include "server/engine/checkpoints.h"
#include "server/engine/recovery.h"
#include "server/open_views.h"

namespace billing::server {
namespace {

// FailedPrecondition from a store: it is foreign or in use.
Fatal StoreRefused(const absl::Status& status) {
  return {absl::IsDataLoss(status) ? ExitCode::kRefusedStart : ExitCode::kDataDirectory, status};
}

// An anchor or a key that does not fit the log, unless we may not even look at it.
Fatal FileRefused(const absl::Status& status) {
  return {absl::IsPermissionDenied(status) ? ExitCode::kDataDirectory : ExitCode::kRefusedStart,
          status};
}

// Rows are only a fold of the log.
Fatal ViewsRefused(const absl::Status& status) {
  if (!absl::IsDataLoss(status) || absl::StrContains(status.message(), "--rebuild-views")) {
    return StoreRefused(status);
  }
  return StoreRefused(absl::DataLossError(
      absl::StrCat(status.message(), "; --rebuild-views builds the views again from the log")));
}

// Opening the databases writes what their write-ahead logs hold once more.
absl::Status CheckSpaceToOpen(const DataDirectory& directory) {
  uint64_t written_again = 0;
  std::error_code error;
  std::filesystem::directory_iterator file(directory.log(), error);
  for (; !error && file != std::filesystem::directory_iterator(); file.increment(error)) {
    if (file->path().extension() != ".log") continue;
    // One that is removed meanwhile takes nothing.
    std::error_code gone;
    const uint64_t bytes = file->file_size(gone);
    if (!gone) written_again += bytes;
  }
  return eventstore::CheckSpaceForDatabase(directory.path, written_again, "to start");
}

// Makes a log only where nothing is left of an earlier one.
absl::StatusOr<std::unique_ptr<eventstore::EventLog>> OpenLog(const Config& config,
                                                              const DataDirectory& directory) {
  auto log =
      eventstore::OpenRocksdbEventLog({.directory = directory.log(), .create_if_missing = false});
  if (!absl::IsNotFound(log.status())) return log;
  const absl::Status left = CheckNothingLeft(directory, config.rebuild_views);
  if (!left.ok()) return left;
  return eventstore::OpenRocksdbEventLog({.directory = directory.log()});
}

absl::StatusOr<std::unique_ptr<eventstore::Anchor>> OpenAnchor(const std::string& path,
                                                               const eventstore::EventLog& log) {
  auto anchor = eventstore::Anchor::Open(path, /*create=*/log.Head() == 0);
  if (absl::IsNotFound(anchor.status())) {
    return absl::DataLossError(
        absl::StrCat("the anchor file is missing, but the log ends at position ", log.Head(),
                     ": without the anchor nobody can say whether the log is whole"));
  }
  if (!anchor.ok()) return anchor;
  absl::Status fits = CheckAnchor(log, **anchor);
  if (fits.ok()) fits = CheckCheckpointReach(log);
  if (!fits.ok()) return fits;
  return anchor;
}

}  // namespace

absl::Status Stores::Close() {
  const absl::Status rows_closed = rows->Close();
  const absl::Status log_closed = log->Close();
  return rows_closed.ok() ? log_closed : rows_closed;
}

SigningKeyPaths SigningKeysOf(const Config& config, const DataDirectory& directory) {
  return {.current =
              config.signing_key.empty() ? directory.keys() + "/signing.pem" : config.signing_key,
          .previous = config.previous_signing_key};
}

std::variant<Stores, Fatal> OpenStores(const Config& config, const DataDirectory& directory,
                                       std::function<void(uint64_t slot)> slot_renewed) {
  if (absl::Status space = CheckSpaceToOpen(directory); !space.ok()) {
    return Fatal{ExitCode::kStorageFailed, space};
  }
  Stores stores;
  auto log = OpenLog(config, directory);
  if (!log.ok()) return StoreRefused(log.status());
  stores.log = *std::move(log);

  auto anchor = OpenAnchor(directory.anchor(), *stores.log);
  if (!anchor.ok()) return FileRefused(anchor.status());
  stores.anchor = *std::move(anchor);

  // New keys beside an old log would hide that the old ones are lost.
  auto vault = eventstore::Vault::Open({.directory = directory.keys(),
                                        .log_id = stores.log->LogId(),
                                        .create_if_missing = stores.log->Head() == 0,
                                        .slot_renewed = std::move(slot_renewed)});
  if (!vault.ok()) return FileRefused(vault.status());
  stores.vault = *std::move(vault);

  auto signing_keys = OpenSigningKeys(SigningKeysOf(config, directory), *stores.log);
  if (!signing_keys.ok()) return FileRefused(signing_keys.status());
  stores.signing_keys = *std::move(signing_keys);

  auto opened = OpenViews(directory.path, config.rebuild_views, *stores.log);
  if (!opened.ok()) return ViewsRefused(opened.status());
  stores.views_from_scratch = opened->from_scratch;
  stores.given_up_version = opened->given_up_version;
  stores.rows = std::move(opened->views);
  return stores;
}

}  // namespace billing::server
