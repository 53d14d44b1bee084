#include "server/reads/log_reader.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

namespace billing::server {
namespace {

using CommandsByPosition = std::map<uint64_t, std::shared_ptr<const storage::v1::Record>>;

absl::StatusOr<storage::v1::Record> Decoded(const eventstore::StoredRecord& stored) {
  storage::v1::Record record;
  if (!record.ParseFromString(stored.bytes) || record.event().position() != stored.position ||
      record.index() >= stored.position) {
    return absl::DataLossError(
        absl::StrCat("the record at position ", stored.position, " cannot be read"));
  }
  return record;
}

uint64_t CommandPosition(const storage::v1::Record& record) {
  return record.event().position() - record.index();
}

// Adds the first records of commands that are not among the loaded ones.
absl::Status LoadCommands(const eventstore::EventLog& log, const std::vector<LoadedRecord>& loaded,
                          CommandsByPosition& commands) {
  std::vector<uint64_t> missing;
  for (const LoadedRecord& one : loaded) {
    if (commands.try_emplace(CommandPosition(one.record)).second) {
      missing.push_back(CommandPosition(one.record));
    }
  }
  const auto stored = log.ReadAt(missing);
  if (!stored.ok()) return stored.status();
  for (const auto& one : *stored) {
    auto record = Decoded(one);
    if (!record.ok()) return record.status();
    commands[one.position] = std::make_shared<const storage::v1::Record>(*std::move(record));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> CommitTimeAt(const eventstore::EventLog& log, uint64_t position) {
  const auto loaded = LoadRecords(log, std::span(&position, 1));
  if (!loaded.ok()) return loaded.status();
  return loaded->front().command->command().commit_time_us();
}

}  // namespace

absl::StatusOr<std::vector<LoadedRecord>> LoadRecords(const eventstore::EventLog& log,
                                                      std::span<const uint64_t> positions) {
  auto stored = log.ReadAt(positions);
  if (!stored.ok()) return stored.status();
  std::vector<LoadedRecord> loaded;
  CommandsByPosition commands;
  for (eventstore::StoredRecord& one : *stored) {
    auto record = Decoded(one);
    if (!record.ok()) return record.status();
    if (record->index() == 0) {
      commands[one.position] = std::make_shared<const storage::v1::Record>(*record);
    }
    loaded.push_back({.record = *std::move(record), .bytes = std::move(one.bytes)});
  }
  const absl::Status status = LoadCommands(log, loaded, commands);
  if (!status.ok()) return status;
  for (LoadedRecord& one : loaded) one.command = commands.at(CommandPosition(one.record));
  return loaded;
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

}  // namespace billing::server
