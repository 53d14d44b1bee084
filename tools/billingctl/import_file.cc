#include "tools/billingctl/import_file.h"

#include <openssl/evp.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tools/billingctl/utf8.h"

namespace billing::billingctl {
namespace {

using billing::v1::Command;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kBlockBytes = 64 * 1'024;
constexpr char kRequestIdField[] = "request_id";
constexpr char kCommandField[] = "command";

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    const int ok = EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    assert(ok == 1);
    static_cast<void>(ok);
  }
  void Add(absl::string_view bytes) {
    const int ok = EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    assert(ok == 1);
    static_cast<void>(ok);
  }
  std::string Done() {
    std::string digest(static_cast<size_t>(EVP_MD_size(EVP_sha256())), '\0');
    const int ok = EVP_DigestFinal_ex(context_.get(),
                                      reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    assert(ok == 1);
    static_cast<void>(ok);
    return digest;
  }

 private:
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// The first 16 of these bytes as a UUID of version 8 (RFC 9562): its bits mean what we say.
std::string UuidV8(std::string bytes) {
  bytes.resize(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x80);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = absl::BytesToHexString(bytes);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

// The request in the oneof; null when there is none.
const FieldDescriptor* RequestFieldOf(const Command& command) {
  return command.GetReflection()->GetOneofFieldDescriptor(
      command, Command::descriptor()->FindOneofByName(kCommandField));
}

// `command` of an object that has it; nothing in any other.
std::optional<std::string> CommandWithin(const std::string& text) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(text, &object).ok()) return std::nullopt;
  const auto found = object.fields().find(kCommandField);
  if (found == object.fields().end()) return std::nullopt;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(found->second, &json).ok()) return std::nullopt;
  return json;
}

}  // namespace

std::string RequestIdIn(const Command& command) {
  const FieldDescriptor* field = RequestFieldOf(command);
  assert(field != nullptr);
  const Message& request = command.GetReflection()->GetMessage(command, field);
  return request.GetReflection()->GetString(
      request, request.GetDescriptor()->FindFieldByName(kRequestIdField));
}

void SetRequestId(const std::string& id, Command& command) {
  const FieldDescriptor* field = RequestFieldOf(command);
  assert(field != nullptr);
  Message& request = *command.GetReflection()->MutableMessage(&command, field);
  request.GetReflection()->SetString(&request,
                                     request.GetDescriptor()->FindFieldByName(kRequestIdField), id);
}

absl::StatusOr<std::unique_ptr<ImportFile>> ImportFile::Open(const std::string& path) {
  File file;
  if (path == "-") {
    auto copy = CopyOfStandardInput();
    if (!copy.ok()) return copy.status();
    file = *std::move(copy);
  } else {
    file.reset(std::fopen(path.c_str(), "rb"));
    if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
  }
  std::unique_ptr<ImportFile> opened(new ImportFile(std::move(file)));
  if (absl::Status status = opened->Digest(); !status.ok()) return status;
  return opened;
}

absl::StatusOr<ImportFile::File> ImportFile::CopyOfStandardInput() {
  File copy(std::tmpfile());
  if (!copy) return absl::ErrnoToStatus(errno, "cannot make a temporary file");
  std::array<char, kBlockBytes> block;
  while (const size_t got = std::fread(block.data(), 1, block.size(), stdin)) {
    if (std::fwrite(block.data(), 1, got, copy.get()) != got) {
      return absl::ErrnoToStatus(errno, "cannot write a temporary file");
    }
  }
  if (std::ferror(stdin) != 0) return absl::ErrnoToStatus(errno, "cannot read standard input");
  std::rewind(copy.get());
  return copy;
}

absl::Status ImportFile::Digest() {
  Sha256 sha;
  std::array<char, kBlockBytes> block;
  while (const size_t got = std::fread(block.data(), 1, block.size(), file_.get())) {
    sha.Add({block.data(), got});
    size_ += got;
  }
  if (std::ferror(file_.get()) != 0) return absl::ErrnoToStatus(errno, "cannot read the file");
  digest_ = sha.Done();
  std::rewind(file_.get());
  return absl::OkStatus();
}

std::optional<ImportLine> ImportFile::Next() {
  ImportLine line;
  do {
    if (!ReadLine(line)) return std::nullopt;
  } while (absl::StripAsciiWhitespace(line.text).empty());
  Parse(line);
  return line;
}

bool ImportFile::ReadLine(ImportLine& line) {
  line.text.clear();
  int c = std::getc(file_.get());
  for (; c != EOF && c != '\n'; c = std::getc(file_.get())) {
    ++offset_;
    if (line.text.size() <= kImportLineBytesMax) line.text.push_back(static_cast<char>(c));
  }
  if (c == EOF && std::ferror(file_.get()) != 0) {
    status_ = absl::ErrnoToStatus(errno, "cannot read the file");
    return false;
  }
  if (c == EOF && line.text.empty()) return false;
  if (c == '\n') ++offset_;
  line.number = ++lines_;
  line.end = offset_;
  return true;
}

void ImportFile::Parse(ImportLine& line) const {
  if (line.text.size() > kImportLineBytesMax) {
    line.text.resize(100);
    line.problem = absl::StrCat("the line is longer than ", kImportLineBytesMax, " bytes");
    return;
  }
  // protobuf would say it on stderr by itself, in its own words.
  if (!IsUtf8(line.text)) {
    line.problem = "the line is not UTF-8";
    return;
  }
  auto parsed = google::protobuf::util::JsonStringToMessage(line.text, &line.command);
  if (!parsed.ok()) {
    line.command.Clear();
    const auto within = CommandWithin(line.text);
    if (within) parsed = google::protobuf::util::JsonStringToMessage(*within, &line.command);
  }
  if (!parsed.ok()) {
    line.command.Clear();
    line.problem =
        absl::StrCat("the line is no command: ",
                     absl::string_view(parsed.message().data(), parsed.message().size()));
    return;
  }
  if (RequestFieldOf(line.command) == nullptr) {
    line.problem = "the line names no command, as {\"addCard\": {…}} does";
    return;
  }
  line.request_id_made = RequestIdIn(line.command).empty();
  if (line.request_id_made) SetRequestId(RequestIdOf(line.number), line.command);
}

std::string ImportFile::RequestIdOf(uint64_t line) const {
  std::string number(8, '\0');
  for (int i = 7; i >= 0; --i, line >>= 8) number[static_cast<size_t>(i)] = static_cast<char>(line);
  Sha256 sha;
  sha.Add(digest_);
  sha.Add(number);
  return UuidV8(sha.Done());
}

}  // namespace billing::billingctl
