#include "tools/replay/opening.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/rocksdb/rocksdb_event_log.h"
#include "projections/rows/views_folder.h"
#include "tools/replay/export_source.h"
#include "tools/replay/log_source.h"

namespace billing::replay {
namespace {

// What keeps a store from being opened is damage to what it holds, or else nothing that was
// audited.
Finding NotOpened(const absl::Status& status, Kind damaged) {
  const Kind kind = absl::IsDataLoss(status) ? damaged : Kind::kUnreadable;
  return Finding{kind, 0, 0, std::string(status.message())};
}

// The views that are in use. A server that builds them anew may switch to others meanwhile, and
// then removes these.
absl::StatusOr<std::unique_ptr<projections::StoredRows>> OpenLiveRows(const std::string& path) {
  for (;;) {
    const auto folder = projections::ViewsFolder::Open(path);
    if (!folder.ok()) return folder.status();
    auto stored = projections::StoredRows::Open(folder->live());
    const auto now = projections::ViewsFolder::Open(path);
    if (stored.ok() || !now.ok() || now->live() == folder->live()) return stored;
  }
}

// Null: there are none. A server that has just begun has written none yet.
absl::StatusOr<std::unique_ptr<projections::StoredRows>> OpenRows(const std::string& path) {
  auto stored = OpenLiveRows(path);
  if (absl::IsNotFound(stored.status())) return nullptr;
  if (stored.ok() && (*stored)->position() == 0) return nullptr;
  return stored;
}

std::variant<Opened, Finding> OpenDirectory(const DataDirectory& directory, Contents contents) {
  Opened opened;
  if (contents == Contents::kLogAndRows) {
    auto stored = OpenRows(directory.path);
    if (!stored.ok()) return NotOpened(stored.status(), Kind::kRows);
    opened.stored = *std::move(stored);
  }
  auto anchor = eventstore::ReadAnchor(directory.anchor());
  if (anchor.ok()) {
    opened.anchor = *std::move(anchor);
  } else if (!absl::IsNotFound(anchor.status())) {
    return NotOpened(anchor.status(), Kind::kFormat);
  }
  auto log = eventstore::OpenRocksdbEventLogForReading(directory.log());
  if (!log.ok()) return NotOpened(log.status(), Kind::kFormat);
  opened.log = *std::move(log);
  opened.source = std::make_unique<LogSource>(*opened.log);
  return opened;
}

}  // namespace

std::variant<Opened, Finding> Open(const std::string& path, Contents contents) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return OpenDirectory({path}, contents);
  auto source = ExportSource::Open(path);
  if (auto* wrong = std::get_if<Finding>(&source)) return std::move(*wrong);
  Opened opened;
  opened.source = std::get<std::unique_ptr<Source>>(std::move(source));
  return opened;
}

}  // namespace billing::replay
