#include "projections/history/log_reader.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace billing::projections {
namespace {

using Shared = std::shared_ptr<const storage::v1::Record>;

absl::Status Unreadable(uint64_t position) {
  return absl::DataLossError(absl::StrCat("the record at position ", position, " cannot be read"));
}

absl::StatusOr<Shared> Decoded(uint64_t position, const std::string& bytes) {
  auto record = std::make_shared<storage::v1::Record>();
  if (!record->ParseFromString(bytes) || record->event().position() != position ||
      record->index() >= position || record->has_command() != (record->index() == 0)) {
    return Unreadable(position);
  }
  return record;
}

absl::Status CheckBegins(const storage::v1::Record& record) {
  if (record.index() == 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the record at position ", record.event().position(),
                                          " does not begin a command"));
}

// Record.account by itself; nothing when the bytes have none.
std::optional<uint64_t> AccountIn(const std::string& bytes) {
  using google::protobuf::internal::WireFormatLite;
  constexpr uint32_t kAccountTag = WireFormatLite::MakeTag(storage::v1::Record::kAccountFieldNumber,
                                                           WireFormatLite::WIRETYPE_VARINT);
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  while (const uint32_t tag = stream.ReadTag()) {
    if (tag != kAccountTag) {
      if (!WireFormatLite::SkipField(&stream, tag)) return std::nullopt;
      continue;
    }
    uint64_t account = 0;
    if (!stream.ReadVarint64(&account)) return std::nullopt;
    return account;
  }
  return std::nullopt;
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
      auto record = Decoded(one.position, one.bytes);
      if (!record.ok()) return record.status();
      if (absl::Status begins = CheckBegins(**record); !begins.ok()) return begins;
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
    auto record = Decoded(one.position, one.bytes);
    if (!record.ok()) return record.status();
    loaded.push_back({.record = *std::move(record), .bytes = std::move(one.bytes), .command = {}});
  }
  const absl::Status status = FindCommands(log, loaded);
  if (!status.ok()) return status;
  return loaded;
}

absl::StatusOr<RecordRange> RecordRange::Read(const eventstore::EventLog& log, uint64_t first,
                                              size_t count) {
  auto stored = log.Read(first, count);
  if (!stored.ok()) return stored.status();
  if (stored->size() != count) return Unreadable(first + stored->size());
  RecordRange range(log, first);
  range.records_.reserve(count);
  range.accounts_.reserve(count);
  for (eventstore::StoredRecord& one : *stored) {
    const auto account = AccountIn(one.bytes);
    if (!account) return Unreadable(one.position);
    range.records_.push_back({.record = {}, .bytes = std::move(one.bytes), .command = {}});
    range.accounts_.push_back(*account);
  }
  return range;
}

absl::Status RecordRange::Decode(size_t i) {
  LoadedRecord& one = records_[i];
  if (one.record != nullptr) return absl::OkStatus();
  auto record = Decoded(PositionOf(i), one.bytes);
  if (!record.ok()) return record.status();
  one.record = *std::move(record);
  return absl::OkStatus();
}

absl::StatusOr<const LoadedRecord*> RecordRange::Load(size_t i) {
  LoadedRecord& one = records_[i];
  if (one.command != nullptr) return &one;
  if (absl::Status decoded = Decode(i); !decoded.ok()) return decoded;
  auto command = CommandAt(CommandPosition(*one.record));
  if (!command.ok()) return command.status();
  one.command = *std::move(command);
  return &one;
}

// Mostly among them: only the first few may belong to a command that began before.
absl::StatusOr<Shared> RecordRange::CommandAt(uint64_t position) {
  Shared command;
  if (position >= first_) {
    const size_t i = position - first_;
    if (absl::Status decoded = Decode(i); !decoded.ok()) return decoded;
    command = records_[i].record;
  } else {
    const auto stored = log_->ReadAt(std::span(&position, 1));
    if (!stored.ok()) return stored.status();
    auto record = Decoded(position, stored->front().bytes);
    if (!record.ok()) return record.status();
    command = *std::move(record);
  }
  if (absl::Status begins = CheckBegins(*command); !begins.ok()) return begins;
  return command;
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
