// Writes a log as one stream of bytes.
#ifndef BILLING_TOOLS_REPLAY_EXPORT_WRITER_H_
#define BILLING_TOOLS_REPLAY_EXPORT_WRITER_H_

#include <ostream>
#include <string_view>

#include "eventstore/integrity/merkle.h"
#include "tools/replay/running_digest.h"
#include "tools/replay/source.h"

namespace billing::replay {

class ExportWriter {
 public:
  // Writes the header. `out` outlives the writer; whoever made it asks it whether all was
  // written.
  ExportWriter(std::ostream& out, std::string_view log_id);

  // A record or a checkpoint. REQUIRES: in the order of a Source.
  void Add(const Item& item);
  // The end, with the root over all records. Called once, last.
  void Finish(uint64_t size, const eventstore::Hash& root);

 private:
  void Write(std::string_view bytes);
  void WriteFrameHeader(char type, size_t bytes, uint64_t number, const eventstore::Hash& hash);

  std::ostream& out_;
  RunningDigest digest_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_EXPORT_WRITER_H_
