#include "tools/replay/export_source.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "absl/strings/str_cat.h"
#include "eventstore/big_endian.h"
#include "eventstore/event_log.h"
#include "eventstore/integrity/note.h"
#include "tools/replay/export_format.h"

namespace billing::replay {
namespace {

using eventstore::AsBytes;
using eventstore::Hash;

constexpr uint32_t kVersion = 1;
constexpr size_t kBufferBytes = size_t{1} << 20;

bool Fits(const std::string& checksum, const Hash& hash) {
  return checksum == AsBytes(hash).substr(0, kChecksumBytes);
}

}  // namespace

std::variant<std::unique_ptr<Source>, Finding> ExportSource::Open(const std::string& path) {
  std::unique_ptr<ExportSource> source(new ExportSource());
  if (auto wrong = source->OpenFile(path)) return *std::move(wrong);
  if (auto wrong = source->ReadHeader()) return *std::move(wrong);
  return std::unique_ptr<Source>(std::move(source));
}

std::optional<Finding> ExportSource::OpenFile(const std::string& path) {
  buffer_.resize(kBufferBytes);
  file_.rdbuf()->pubsetbuf(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  file_.open(path, std::ios::binary);
  if (!file_) return Unreadable(absl::StrCat("cannot open ", path, ": ", std::strerror(errno)));
  std::error_code not_a_file;
  const uint64_t size = std::filesystem::file_size(path, not_a_file);
  if (!not_a_file) size_ = size;
  return std::nullopt;
}

std::optional<Finding> ExportSource::ReadHeader() {
  const bool whole = Read(kExportHeaderBytes, header_);
  if (header_.size() < kExportMagic.size() || !header_.starts_with(kExportMagic)) {
    return Finding{Kind::kFormat, 0, 0, "this is not an export of billingd"};
  }
  if (!whole) return Finding{Kind::kFormat, 0, 0, "the export is cut short in its header"};
  const std::string_view header = header_;
  const std::string_view checked = header.substr(0, kExportHeaderBytes - kChecksumBytes);
  if (!Fits(header_.substr(checked.size()), eventstore::Sha256(checked))) {
    return Finding{Kind::kFormat, 0, 0, "the export's header was changed"};
  }
  const uint32_t version = eventstore::FromBe32(header.substr(kExportMagic.size(), 4));
  if (version != kVersion) {
    return Finding{Kind::kFormat, 0, 0,
                   absl::StrCat("the export has version ", version, ", this program reads version ",
                                kVersion)};
  }
  log_id_ = checked.substr(checked.size() - kLogIdBytes);
  return std::nullopt;
}

bool ExportSource::Read(size_t bytes, std::string& buffer) {
  buffer.resize(bytes);
  file_.read(buffer.data(), static_cast<std::streamsize>(bytes));
  buffer.resize(static_cast<size_t>(file_.gcount()));
  read_ += buffer.size();
  digest_.Add(buffer);
  return buffer.size() == bytes;
}

double ExportSource::Done() const {
  return size_ == 0 ? -1.0 : static_cast<double>(read_) / static_cast<double>(size_);
}

Finding ExportSource::Broken(std::string reason) const {
  return At(Kind::kFormat, records_ + 1, std::move(reason));
}

Finding ExportSource::CutShort() const {
  if (file_.bad()) return Unreadable("reading the export failed");
  return Broken(absl::StrCat("the export is cut short after ", records_, " whole records"));
}

std::variant<Item, Finding> ExportSource::Next() {
  if (!Read(kFrameHeaderBytes, header_)) return CutShort();
  const std::string_view header = header_;
  const Frame frame{.type = header[0],
                    .bytes = eventstore::FromBe32(header.substr(1, 4)),
                    .number = eventstore::FromBe64(header.substr(5, 8)),
                    .checksum = header_.substr(13)};
  switch (frame.type) {
    case kRecordFrame:
      return Record(frame);
    case kCheckpointFrame:
      return Checkpoint(frame);
    case kEndFrame:
      return End(frame);
    default:
      return Broken("what follows the last record is no frame of an export");
  }
}

std::variant<Item, Finding> ExportSource::Record(const Frame& frame) {
  const uint64_t position = records_ + 1;
  if (frame.number != position) {
    return Broken(absl::StrCat("the record there is that of position ", frame.number));
  }
  if (frame.bytes == 0 || frame.bytes > eventstore::EventLog::kRecordBytesMax) {
    return Broken(absl::StrCat("a record of ", frame.bytes, " bytes"));
  }
  if (!Read(frame.bytes, payload_)) return CutShort();
  const Hash leaf = eventstore::LeafHash(payload_);
  if (!Fits(frame.checksum, leaf)) return Broken("the record was changed");
  ++records_;
  return Item{Item::Kind::kRecord, position, payload_, leaf};
}

std::variant<Item, Finding> ExportSource::Checkpoint(const Frame& frame) {
  if (frame.number != records_) {
    return Broken(absl::StrCat("a checkpoint of size ", frame.number, " stands there"));
  }
  if (frame.bytes == 0 || frame.bytes > eventstore::kNoteBytesMax) {
    return Broken(absl::StrCat("a checkpoint of ", frame.bytes, " bytes"));
  }
  if (!Read(frame.bytes, payload_)) return CutShort();
  if (!Fits(frame.checksum, eventstore::Sha256(payload_))) {
    return Broken(absl::StrCat("the checkpoint of size ", records_, " was changed"));
  }
  return Item{Item::Kind::kCheckpoint, records_, payload_};
}

std::variant<Item, Finding> ExportSource::End(const Frame& frame) {
  if (frame.number != records_) {
    return Broken(absl::StrCat("the export ends after ", records_, " records, and says it has ",
                               frame.number));
  }
  if (frame.bytes != kEndPayloadBytes) return Broken("the export's end was changed");
  if (!Read(kHashBytes, payload_)) return CutShort();
  if (!Fits(frame.checksum, eventstore::Sha256(payload_))) {
    return Broken("the export's end was changed");
  }
  const Hash digest = digest_.Finish();
  std::string claimed(kHashBytes, '\0');
  file_.read(claimed.data(), kHashBytes);
  if (file_.gcount() != kHashBytes) return CutShort();
  read_ += kHashBytes;
  if (claimed != AsBytes(digest)) return Broken("the export's bytes are not those it was made of");
  if (file_.peek() != std::ifstream::traits_type::eof()) {
    return Broken("more bytes follow the export's end");
  }
  return Item{Item::Kind::kEnd, records_, payload_};
}

}  // namespace billing::replay
