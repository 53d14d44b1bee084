#include "projections/history/log_reader.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

namespace billing::projections {
namespace {

using Shared = std::shared_ptr<const storage::v1::Record>;

absl::StatusOr<Shared> Decoded(const eventstore::StoredRecord& stored) {
  auto record = std::make_shared<storage::v1::Record>();
  if (!record->ParseFromString(stored.bytes) || record->event().position() != stored.position ||
      record->index() >= stored.position || record->has_command() != (record->index() == 0)) {
    return absl::DataLossError(
        absl::StrCat("the record at position ", stored.position, " cannot be read"));
  }
  return record;
}

uint64_t CommandPosition(const storage::v1::Record& record) {
  return record.event().position() - record.index();
}

// Gives each record its command, loading those first records that are not among them.
absl::Status FindCommands(const eventstore::EventLog& log, std::vector<LoadedRecord>& loaded) {
  std::map<uint64_t, Shared> commands;
  std::vector<uint64_t> missing;
  for (const LoadedRecord& one : loaded) {
    if (one.record->index() == 0) commands[one.record->event().position()] = one.record;
  }
  for (const LoadedRecord& one : loaded) {
    if (commands.try_emplace(CommandPosition(*one.record)).second) {
      missing.push_back(CommandPosition(*one.record));
    }
  }
  if (!missing.empty()) {
    const auto stored = log.ReadAt(missing);
    if (!stored.ok()) return stored.status();
    for (const auto& one : *stored) {
      auto record = Decoded(one);
      if (!record.ok()) return record.status();
      if ((*record)->index() != 0) {
        return absl::DataLossError(
            absl::StrCat("the record at position ", one.position, " does not begin a command"));
      }
      commands[one.position] = *std::move(record);
    }
  }
  for (LoadedRecord& one : loaded) one.command = commands.at(CommandPosition(*one.record));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<LoadedRecord>> LoadRecords(const eventstore::EventLog& log,
                                                      std::span<const uint64_t> positions) {
  auto stored = log.ReadAt(positions);
  if (!stored.ok()) return stored.status();
  std::vector<LoadedRecord> loaded;
  loaded.reserve(stored->size());
  for (eventstore::StoredRecord& one : *stored) {
    auto record = Decoded(one);
    if (!record.ok()) return record.status();
    loaded.push_back({.record = *std::move(record), .bytes = std::move(one.bytes), .command = {}});
  }
  const absl::Status status = FindCommands(log, loaded);
  if (!status.ok()) return status;
  return loaded;
}

absl::StatusOr<int64_t> CommitTimeAt(const eventstore::EventLog& log, uint64_t position) {
  const auto loaded = LoadRecords(log, std::span(&position, 1));
  if (!loaded.ok()) return loaded.status();
  return loaded->front().command->command().commit_time_us();
}

absl::StatusOr<uint64_t> FirstCommittedSince(const eventstore::EventLog& log, uint64_t head,
                                             int64_t time_us) {
  uint64_t low = 1;
  uint64_t high = head + 1;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    const auto time = CommitTimeAt(log, middle);
    if (!time.ok()) return time.status();
    if (*time < time_us) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace billing::projections
