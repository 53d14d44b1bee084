// A file of commands, one JSON object a line.
#ifndef BILLING_TOOLS_BILLINGCTL_IMPORT_FILE_H_
#define BILLING_TOOLS_BILLINGCTL_IMPORT_FILE_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "billing/v1/command.pb.h"

namespace billing::billingctl {

// A longer line is no command; the server takes none of a quarter of it.
inline constexpr size_t kImportLineBytesMax = size_t{1} << 20;

struct ImportLine {
  // From 1; also the command's sequence on the stream.
  uint64_t number = 0;
  // Where the line ends in the file, its line feed included.
  uint64_t end = 0;
  // As it stands there, without its end; cut when it is too long.
  std::string text;
  // With a request id; unset when `problem` says why there is none.
  billing::v1::Command command;
  // The id was made here.
  bool request_id_made = false;
  std::string problem;
};

// What stands between the lines is skipped: empty lines, and those of blanks alone.
//
// A line is a billing.v1.Command in protobuf JSON, `{"addCard": {…}}`, or an object with the
// field `command` that is one: a failed line of an earlier import. A command without a request
// id gets one that is a function of the whole file's bytes and the line's number (UUIDv8 of
// SHA-256 over the file's SHA-256 and the number, eight bytes, big endian): so the same file
// again is the same requests again, and another file never is.
//
// Not thread-safe.
class ImportFile {
 public:
  // `-` is standard input, which is copied to a temporary file first: an id needs all of it.
  //   NotFound, PermissionDenied, …  as the system says
  static absl::StatusOr<std::unique_ptr<ImportFile>> Open(const std::string& path);

  uint64_t size() const { return size_; }
  // Nothing at the end.
  std::optional<ImportLine> Next();
  // Not OK when the file could not be read to its end.
  const absl::Status& status() const { return status_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  explicit ImportFile(File file) : file_(std::move(file)) {}
  static absl::StatusOr<File> CopyOfStandardInput();
  absl::Status Digest();
  // False at the end.
  bool ReadLine(ImportLine& line);
  void Parse(ImportLine& line) const;
  std::string RequestIdOf(uint64_t line) const;

  File file_;
  absl::Status status_;
  std::string digest_;
  uint64_t size_ = 0;
  uint64_t offset_ = 0;
  uint64_t lines_ = 0;
};

// The id of the request that the command holds; empty: it has none.
// REQUIRES: the command holds a request.
std::string RequestIdIn(const billing::v1::Command& command);
void SetRequestId(const std::string& id, billing::v1::Command& command);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_IMPORT_FILE_H_
