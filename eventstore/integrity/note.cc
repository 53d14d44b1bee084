#include "eventstore/integrity/note.h"

#include <algorithm>
#include <cassert>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace billing::eventstore {
namespace {

constexpr char kDash[] = "\xe2\x80\x94 ";  // U+2014 and a space

absl::Status NotANote(const char* why) {
  return absl::InvalidArgumentError(absl::StrCat("not a signed note: ", why));
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::vector<std::string> Lines(std::string_view text) {
  return absl::StrSplit(std::string(text), '\n');
}

std::optional<NoteSignature> SignatureIn(std::string_view line) {
  if (!line.starts_with(kDash)) return std::nullopt;
  line.remove_prefix(std::string_view(kDash).size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || !IsKeyName(line.substr(0, space))) return std::nullopt;
  const auto bytes = FromStrictBase64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kKeyIdBytes) return std::nullopt;
  return NoteSignature{.name = std::string(line.substr(0, space)),
                       .key_id = bytes->substr(0, kKeyIdBytes),
                       .signature = bytes->substr(kKeyIdBytes)};
}

}  // namespace

bool IsKeyName(std::string_view name) {
  return !name.empty() && std::none_of(name.begin(), name.end(),
                                       [](char c) { return c == ' ' || c == '+' || IsControl(c); });
}

std::optional<std::string> FromStrictBase64(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(std::string(text), &bytes) || absl::Base64Escape(bytes) != text) {
    return std::nullopt;
  }
  return bytes;
}

absl::StatusOr<Note> Note::Parse(std::string_view bytes) {
  if (bytes.size() > kNoteBytesMax) return NotANote("too large");
  if (std::any_of(bytes.begin(), bytes.end(), [](char c) { return c != '\n' && IsControl(c); })) {
    return NotANote("it holds control characters");
  }
  if (!bytes.ends_with('\n')) return NotANote("it does not end with a line feed");
  const size_t end_of_text = bytes.rfind("\n\n");
  if (end_of_text == std::string_view::npos) return NotANote("there is no signature");
  Note note{.text = std::string(bytes.substr(0, end_of_text + 1)), .signatures = {}};
  std::string_view lines = bytes.substr(end_of_text + 2);
  if (lines.empty()) return NotANote("there is no signature");
  lines.remove_suffix(1);
  for (const std::string& line : Lines(lines)) {
    auto signature = SignatureIn(line);
    if (!signature) return NotANote("a line is not a signature");
    if (note.signatures.size() == kNoteSignaturesMax) return NotANote("too many signatures");
    note.signatures.push_back(*std::move(signature));
  }
  return note;
}

std::string Note::Serialize() const {
  assert(text.ends_with('\n'));
  std::string bytes = absl::StrCat(text, "\n");
  for (const NoteSignature& one : signatures) {
    assert(IsKeyName(one.name) && one.key_id.size() == kKeyIdBytes);
    absl::StrAppend(&bytes, kDash, one.name, " ",
                    absl::Base64Escape(absl::StrCat(one.key_id, one.signature)), "\n");
  }
  return bytes;
}

}  // namespace billing::eventstore
