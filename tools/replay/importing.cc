#include "tools/replay/importing.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/event_log.h"
#include "eventstore/file/file.h"
#include "eventstore/integrity/anchor.h"
#include "eventstore/rocksdb/rocksdb_event_log.h"
#include "projections/rows/row_store.h"
#include "tools/replay/export_source.h"
#include "tools/replay/opening.h"

namespace billing::replay {
namespace {

constexpr size_t kAppendRecords = 1'024;
constexpr size_t kAppendBytes = size_t{16} << 20;

// A log that is being written from the items of an audit.
class LogWriter {
 public:
  static absl::StatusOr<LogWriter> Make(const std::string& directory, const std::string& log_id) {
    auto log = eventstore::OpenRocksdbEventLog({.directory = directory, .log_id = log_id});
    if (!log.ok()) return log.status();
    return LogWriter(*std::move(log));
  }

  void Take(const Item& item) {
    if (!status_.ok()) return;
    if (item.kind == Item::Kind::kRecord) {
      leaf_ = item.leaf;
      bytes_ += item.bytes.size();
      records_.emplace_back(item.bytes);
      if (records_.size() >= kAppendRecords || bytes_ >= kAppendBytes) Append();
      return;
    }
    Append();
    if (item.kind == Item::Kind::kCheckpoint && status_.ok()) {
      status_ = log_->AddCheckpoint(item.number, item.bytes);
    }
  }

  absl::Status Close() {
    const absl::Status closed = log_->Close();
    return status_.ok() ? closed : status_;
  }
  const eventstore::Hash& leaf() const { return leaf_; }

 private:
  explicit LogWriter(std::unique_ptr<eventstore::EventLog> log) : log_(std::move(log)) {}

  void Append() {
    if (records_.empty()) return;
    const std::vector<std::string_view> views(records_.begin(), records_.end());
    status_ = log_->Append(log_->Head(), views);
    records_.clear();
    bytes_ = 0;
  }

  std::unique_ptr<eventstore::EventLog> log_;
  std::vector<std::string> records_;
  size_t bytes_ = 0;
  eventstore::Hash leaf_ = {};
  absl::Status status_;
};

absl::Status WriteAnchor(const std::string& path, const eventstore::AnchorState& state) {
  auto anchor = eventstore::Anchor::Open(path, /*create=*/true);
  if (!anchor.ok()) return anchor.status();
  if (state.size == 0) return absl::OkStatus();
  if (absl::Status written = (*anchor)->Write(state); !written.ok()) return written;
  return (*anchor)->Sync();
}

// Rows hold vault tokens and people's names: their owner alone may read them.
absl::Status MakeForOwner(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) {
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  }
  if (!error) return eventstore::SyncDirectory(eventstore::DirectoryOf(directory));
  return absl::InternalError(absl::StrCat("cannot make ", directory, ": ", error.message()));
}

int64_t NowUs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

std::optional<Finding> ImportInto(const std::string& path, const DataDirectory& directory,
                                  AuditOptions options, const eventstore::Hash& root) {
  auto opened = ExportSource::Open(path);
  if (auto* wrong = std::get_if<Finding>(&opened)) return std::move(*wrong);
  Source& source = *std::get<std::unique_ptr<Source>>(opened);
  auto writer = LogWriter::Make(directory.log(), source.log_id());
  if (!writer.ok()) return Unreadable(std::string(writer.status().message()));
  options.taken = [&writer](const Item& item) { writer->Take(item); };
  Audit audit(source, std::move(options));
  std::optional<Finding> wrong = audit.Run();
  const absl::Status closed = writer->Close();
  if (wrong) return wrong;
  if (!closed.ok()) return Unreadable(std::string(closed.message()));
  const Verification& log = audit.verification();
  if (log.root() != root) return Unreadable(absl::StrCat(path, " was changed while it was read"));
  const absl::Status anchored = WriteAnchor(directory.anchor(), {.log_id = source.log_id(),
                                                                 .size = log.size(),
                                                                 .root = log.root(),
                                                                 .last_leaf = writer->leaf(),
                                                                 .time_us = NowUs()});
  if (!anchored.ok()) return Unreadable(std::string(anchored.message()));
  return std::nullopt;
}

}  // namespace

std::optional<Finding> ImportVerified(const std::string& path, const std::string& into,
                                      AuditOptions options, const eventstore::Hash& root) {
  std::filesystem::path normal = std::filesystem::path(into).lexically_normal();
  // `restored/` is the directory `restored`.
  if (!normal.has_filename()) normal = normal.parent_path();
  const std::string target = normal.string();
  std::string pattern = absl::StrCat(target, ".import-XXXXXX");
  if (mkdtemp(pattern.data()) == nullptr) {
    return Unreadable(absl::StrCat("cannot make ", pattern, ": ", std::strerror(errno)));
  }
  std::optional<Finding> wrong = ImportInto(path, {pattern}, std::move(options), root);
  std::error_code error;
  if (!wrong) {
    // Whoever made `into` meanwhile keeps it: a directory is not renamed over a full one.
    std::filesystem::rename(pattern, target, error);
    if (error) wrong = Unreadable(absl::StrCat("cannot make ", into, ": ", error.message()));
  }
  if (wrong) {
    std::filesystem::remove_all(pattern, error);
    return wrong;
  }
  const absl::Status synced = eventstore::SyncDirectory(eventstore::DirectoryOf(target));
  if (!synced.ok()) return Unreadable(std::string(synced.message()));
  return std::nullopt;
}

absl::Status WriteViews(const projections::RowReader& rows, const projections::Follower& follower,
                        const std::string& into) {
  if (absl::Status made = MakeForOwner(into); !made.ok()) return made;
  auto store = projections::RowStore::Open({.directory = into});
  if (!store.ok()) return store.status();
  rows.Scan({std::string(1, '\1'), ""}, projections::Order::kAscending,
            [&](std::string_view key, std::string_view value) {
              (*store)->Stage(key, value, follower.position());
              return true;
            });
  absl::Status written = (*store)->Publish(follower.position(), follower.Mark());
  if (written.ok()) written = (*store)->Flush();
  const absl::Status closed = (*store)->Close();
  return written.ok() ? closed : written;
}

}  // namespace billing::replay
