#include "projections/rows/run.h"

#include <string>
#include <utility>

#include "projections/rows/layer_cursor.h"
#include "projections/rows/settings.h"
#include "rocksdb/env.h"
#include "rocksdb/sst_file_writer.h"

namespace billing::projections {
namespace {

rocksdb::Status WriteRows(rocksdb::SstFileWriter& file, const Layer& layer, const Border& border) {
  rocksdb::Status status = file.Put(kBorderKey, EncodeBorder(border));
  const KeyRange all;
  for (LayerCursor row(layer, border.position, all, Order::kAscending); row.Valid() && status.ok();
       row.Next()) {
    const Change change = row.Row();
    status = change.value.has_value() ? file.Put(row.Key(), *change.value) : file.Delete(row.Key());
  }
  return status;
}

// The database takes a run over under a name of its own, and forgives when the old one cannot be
// removed: whoever wrote over that would write into a live file.
rocksdb::Status RemoveOldName(rocksdb::Env& env, const std::string& path) {
  const rocksdb::Status found = env.FileExists(path);
  if (found.IsNotFound()) return rocksdb::Status::OK();
  return found.ok() ? env.DeleteFile(path) : found;
}

absl::StatusOr<Run> WriteFile(const Database& database, const Layer& layer, const Border& border) {
  // The file is read again soon: it should stay in the page cache.
  constexpr bool kInvalidatePageCache = false;
  rocksdb::SstFileWriter file(rocksdb::EnvOptions(database.settings()), database.settings(),
                              nullptr, kInvalidatePageCache);
  rocksdb::Status status = RemoveOldName(*database.settings().env, database.RunFile());
  if (status.ok()) status = file.Open(database.RunFile());
  if (status.ok()) status = WriteRows(file, layer, border);
  rocksdb::ExternalSstFileInfo written;
  if (status.ok()) status = file.Finish(&written);
  if (!status.ok()) return ToStatus(status, "cannot write a run");
  return Run{std::move(written.file_checksum), std::move(written.file_checksum_func_name)};
}

}  // namespace

absl::StatusOr<Run> WriteRun(const Database& database, const Layer& layer, const Border& border) {
  absl::StatusOr<Run> run = WriteFile(database, layer, border);
  // Half a file would only take space, which may be what was missing. Whether it is gone
  // does not matter: it is before the next one is written.
  if (!run.ok()) database.settings().env->DeleteFile(database.RunFile()).PermitUncheckedError();
  return run;
}

absl::Status IngestRun(Database& database, const Run& run) {
  rocksdb::IngestExternalFileArg ingested;
  ingested.column_family = database.db().DefaultColumnFamily();
  ingested.external_files = {database.RunFile()};
  ingested.files_checksums = {run.checksum};
  ingested.files_checksum_func_names = {run.checksum_function};
  rocksdb::IngestExternalFileOptions& options = ingested.options;
  // Reading the whole file again for it would say what is known.
  options.verify_file_checksum = false;
  options.move_files = true;
  options.snapshot_consistency = true;
  options.allow_global_seqno = true;
  // The memtable is always empty.
  options.allow_blocking_flush = false;
  options.write_global_seqno = false;
  return ToStatus(database.db().IngestExternalFiles({ingested}), "cannot ingest a run");
}

}  // namespace billing::projections
