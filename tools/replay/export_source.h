// Reads an export; whatever is not one, or was changed by somebody who did not mend the
// checksums, is found at its place.
#ifndef BILLING_TOOLS_REPLAY_EXPORT_SOURCE_H_
#define BILLING_TOOLS_REPLAY_EXPORT_SOURCE_H_

#include <fstream>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tools/replay/running_digest.h"
#include "tools/replay/source.h"

namespace billing::replay {

class ExportSource final : public Source {
 public:
  // A file, or a pipe, of which nobody can say how much is left.
  static std::variant<std::unique_ptr<Source>, Finding> Open(const std::string& path);

  const std::string& log_id() const override { return log_id_; }
  std::variant<Item, Finding> Next() override;
  double Done() const override;

 private:
  struct Frame {
    char type = 0;
    uint32_t bytes = 0;
    uint64_t number = 0;
    std::string checksum;
  };

  ExportSource() = default;
  std::optional<Finding> OpenFile(const std::string& path);
  std::optional<Finding> ReadHeader();
  // Whether so many bytes were there; they are in `buffer`, and digested.
  bool Read(size_t bytes, std::string& buffer);
  std::variant<Item, Finding> Record(const Frame& frame);
  std::variant<Item, Finding> Checkpoint(const Frame& frame);
  std::variant<Item, Finding> End(const Frame& frame);
  // What is wrong where the next record would be.
  Finding Broken(std::string reason) const;
  Finding CutShort() const;

  // Of the file, which is read in small pieces.
  std::vector<char> buffer_;
  std::ifstream file_;
  // 0: not known.
  uint64_t size_ = 0;
  uint64_t read_ = 0;
  RunningDigest digest_;
  std::string log_id_;
  std::string header_;
  std::string payload_;
  uint64_t records_ = 0;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_EXPORT_SOURCE_H_
