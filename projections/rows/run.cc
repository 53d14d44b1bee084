#include "projections/rows/run.h"

#include "projections/rows/settings.h"
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

absl::Status WriteFile(const Database& database, const Layer& layer, const Border& border) {
  // The file is read again at once, for its checksum: it should stay in the page cache.
  constexpr bool kInvalidatePageCache = false;
  rocksdb::SstFileWriter file(rocksdb::EnvOptions(database.settings()), database.settings(),
                              nullptr, kInvalidatePageCache);
  rocksdb::Status status = file.Open(database.RunFile());
  if (status.ok()) status = WriteRows(file, layer, border);
  if (status.ok()) status = file.Finish();
  return ToStatus(status, "cannot write a run");
}

}  // namespace

absl::Status WriteRun(const Database& database, const Layer& layer, const Border& border) {
  absl::Status status = WriteFile(database, layer, border);
  // Half a file would only take space, which may be what was missing. Whether it is gone
  // does not matter: the next one is written over it.
  if (!status.ok()) database.settings().env->DeleteFile(database.RunFile()).PermitUncheckedError();
  return status;
}

absl::Status IngestRun(Database& database) {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.snapshot_consistency = true;
  options.allow_global_seqno = true;
  // The memtable is always empty.
  options.allow_blocking_flush = false;
  options.write_global_seqno = false;
  return ToStatus(database.db().IngestExternalFile({database.RunFile()}, options),
                  "cannot ingest a run");
}

}  // namespace billing::projections
