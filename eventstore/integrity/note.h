// C2SP signed notes: text that people can read, and the signatures of whoever vouches for
// it. https://c2sp.org/signed-note
//
//   <text, lines>
//   <empty line>
//   — <name> <base64(key id ‖ signature)>      one line per signature
#ifndef BILLING_EVENTSTORE_INTEGRITY_NOTE_H_
#define BILLING_EVENTSTORE_INTEGRITY_NOTE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace billing::eventstore {

// The first bytes of a hash over a key and its name: tells keys of one name apart.
inline constexpr size_t kKeyIdBytes = 4;
inline constexpr size_t kNoteBytesMax = 64 * 1'024;
inline constexpr size_t kNoteSignaturesMax = 16;

struct NoteSignature {
  std::string name;       // of the key
  std::string key_id;     // kKeyIdBytes
  std::string signature;  // of any kind, at least one byte; Ed25519: 64
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  // What is signed; ends with a line feed.
  std::string text;
  std::vector<NoteSignature> signatures;

  // Strict: whatever Parse takes, Serialize gives back byte by byte.
  //   InvalidArgument  not a note: larger than kNoteBytesMax, control characters, no
  //                    signature or more than kNoteSignaturesMax, a signature line that is
  //                    not as above
  static absl::StatusOr<Note> Parse(std::string_view bytes);
  // REQUIRES: the text ends with a line feed, and names are key names.
  std::string Serialize() const;
};

// Whether text may be a key's name: not empty, without spaces, control characters and `+`.
bool IsKeyName(std::string_view name);

// Base64 as RFC 4648, 4, writes it, and nothing else: padded, and the bits that are left
// over are zeros.
std::optional<std::string> FromStrictBase64(std::string_view text);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_INTEGRITY_NOTE_H_
