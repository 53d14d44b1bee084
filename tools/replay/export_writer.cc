#include "tools/replay/export_writer.h"

#include <cassert>
#include <string>

#include "eventstore/big_endian.h"
#include "tools/replay/export_format.h"

namespace billing::replay {
namespace {

using eventstore::AsBytes;

constexpr uint32_t kVersion = 1;

}  // namespace

ExportWriter::ExportWriter(std::ostream& out, std::string_view log_id) : out_(out) {
  assert(log_id.size() == kLogIdBytes);
  std::string header(kExportMagic);
  header += eventstore::Be32(kVersion);
  header += std::string(4, '\0');
  header += log_id;
  header += AsBytes(eventstore::Sha256(header)).substr(0, kChecksumBytes);
  assert(header.size() == kExportHeaderBytes);
  Write(header);
}

void ExportWriter::Add(const Item& item) {
  assert(item.kind != Item::Kind::kEnd);
  const bool is_record = item.kind == Item::Kind::kRecord;
  WriteFrameHeader(is_record ? kRecordFrame : kCheckpointFrame, item.bytes.size(), item.number,
                   is_record ? item.leaf : eventstore::Sha256(item.bytes));
  Write(item.bytes);
}

void ExportWriter::Finish(uint64_t size, const eventstore::Hash& root) {
  WriteFrameHeader(kEndFrame, kEndPayloadBytes, size, eventstore::Sha256(AsBytes(root)));
  Write(AsBytes(root));
  const eventstore::Hash digest = digest_.Finish();
  out_.write(AsBytes(digest).data(), kHashBytes);
  out_.flush();
}

void ExportWriter::WriteFrameHeader(char type, size_t bytes, uint64_t number,
                                    const eventstore::Hash& hash) {
  std::string header(1, type);
  header += eventstore::Be32(static_cast<uint32_t>(bytes));
  header += eventstore::Be64(number);
  header += AsBytes(hash).substr(0, kChecksumBytes);
  Write(header);
}

void ExportWriter::Write(std::string_view bytes) {
  digest_.Add(bytes);
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace billing::replay
