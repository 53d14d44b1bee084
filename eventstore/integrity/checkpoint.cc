#include "eventstore/integrity/checkpoint.h"

#include <algorithm>
#include <cassert>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "eventstore/integrity/note.h"

namespace billing::eventstore {
namespace {

constexpr char kOriginPrefix[] = "billingd/";

absl::Status NotACheckpoint(const char* why) {
  return absl::InvalidArgumentError(absl::StrCat("not a checkpoint: ", why));
}

absl::StatusOr<Checkpoint> CheckpointIn(const Note& note) { return Checkpoint::Parse(note.text); }

}  // namespace

std::string Checkpoint::Serialize() const {
  assert(IsKeyName(origin));
  return absl::StrCat(origin, "\n", size, "\n", absl::Base64Escape(std::string(AsBytes(root))),
                      "\n");
}

absl::StatusOr<Checkpoint> Checkpoint::Parse(std::string_view text) {
  const std::vector<std::string> lines = absl::StrSplit(std::string(text), '\n');
  // The last one is what follows the last line feed: nothing.
  if (lines.size() != 4 || !lines[3].empty()) return NotACheckpoint("it must have three lines");
  Checkpoint checkpoint{.origin = lines[0]};
  if (!IsKeyName(lines[0])) return NotACheckpoint("the first line must be an origin");
  if (!absl::SimpleAtoi(lines[1], &checkpoint.size) || absl::StrCat(checkpoint.size) != lines[1]) {
    return NotACheckpoint("the second line must be a size");
  }
  const auto root = FromStrictBase64(lines[2]);
  if (!root || root->size() != checkpoint.root.size()) {
    return NotACheckpoint("the third line must be a root hash");
  }
  std::copy(root->begin(), root->end(), checkpoint.root.begin());
  return checkpoint;
}

std::string OriginOf(std::string_view log_id) { return kOriginPrefix + std::string(log_id); }

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint,
                                           std::span<const SigningKey> keys) {
  assert(!keys.empty());
  Note note{.text = checkpoint.Serialize(), .signatures = {}};
  for (const SigningKey& key : keys) {
    auto signature = key.Sign(note.text);
    if (!signature.ok()) return signature.status();
    note.signatures.push_back({.name = checkpoint.origin,
                               .key_id = key.Verifier(checkpoint.origin).id(),
                               .signature = *std::move(signature)});
  }
  return note.Serialize();
}

absl::StatusOr<Checkpoint> ReadCheckpoint(std::string_view note) {
  const auto parsed = Note::Parse(note);
  if (!parsed.ok()) return parsed.status();
  return CheckpointIn(*parsed);
}

absl::StatusOr<Checkpoint> VerifyCheckpoint(std::string_view note, const VerifierKey& key) {
  const auto parsed = Note::Parse(note);
  if (!parsed.ok()) return parsed.status();
  auto checkpoint = CheckpointIn(*parsed);
  if (!checkpoint.ok()) return checkpoint;
  if (checkpoint->origin != key.name()) {
    return absl::PermissionDeniedError(absl::StrCat("the checkpoint is of ", checkpoint->origin,
                                                    ", but the key is for ", key.name()));
  }
  for (const NoteSignature& one : parsed->signatures) {
    if (one.name != key.name() || one.key_id != key.id()) continue;
    if (key.Verify(parsed->text, one.signature)) return checkpoint;
    return absl::PermissionDeniedError("the checkpoint's signature is not the key's");
  }
  return absl::PermissionDeniedError("the key did not sign the checkpoint");
}

}  // namespace billing::eventstore
