#include "server/signing_keys.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/file/file.h"
#include "eventstore/integrity/checkpoint.h"

namespace billing::server {
namespace {

using eventstore::SigningKey;

constexpr size_t kVerifierKeyBytesMax = 1'024;
// For comparing keys: any will do.
constexpr char kKeyName[] = "billingd";

absl::Status Missing(const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat(
      "the signing key ", path,
      " is missing, but the log has signed checkpoints: put it back, or name another one with "
      "--signing-key and hand its public half to whoever verifies"));
}

absl::StatusOr<SigningKey> OpenCurrent(const std::string& path, const eventstore::EventLog& log) {
  auto key = SigningKey::Load(path);
  if (!absl::IsNotFound(key.status())) return key;
  const auto newest = log.NewestCheckpoint();
  if (!newest.ok()) return newest.status();
  if (*newest) return Missing(path);
  return SigningKey::Create(path);
}

absl::StatusOr<SigningKey> LoadPrevious(const std::string& path) {
  auto key = SigningKey::Load(path);
  if (!absl::IsNotFound(key.status())) return key;
  return absl::FailedPreconditionError(
      absl::StrCat("the previous signing key ", path, " is missing"));
}

absl::Status CheckDifferent(const SigningKey& current, const SigningKey& previous,
                            const SigningKeyPaths& paths) {
  if (previous.Verifier(kKeyName) != current.Verifier(kKeyName)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(paths.previous, " and ", paths.current, " are the same signing key"));
}

}  // namespace

absl::Status CheckSigningKeys(const SigningKeyPaths& paths) {
  absl::StatusOr<SigningKey> current = absl::NotFoundError("it is not named");
  if (!paths.current.empty()) current = SigningKey::Load(paths.current);
  if (!current.ok() && !absl::IsNotFound(current.status())) return current.status();
  if (paths.previous.empty()) return absl::OkStatus();
  const auto previous = LoadPrevious(paths.previous);
  if (!previous.ok()) return previous.status();
  return current.ok() ? CheckDifferent(*current, *previous, paths) : absl::OkStatus();
}

absl::StatusOr<std::vector<SigningKey>> OpenSigningKeys(const SigningKeyPaths& paths,
                                                        const eventstore::EventLog& log) {
  auto current = OpenCurrent(paths.current, log);
  if (!current.ok()) return current.status();
  std::vector<SigningKey> keys = {*std::move(current)};
  if (paths.previous.empty()) return keys;
  auto previous = LoadPrevious(paths.previous);
  if (!previous.ok()) return previous.status();
  const absl::Status different = CheckDifferent(keys.front(), *previous, paths);
  if (!different.ok()) return different;
  keys.push_back(*std::move(previous));
  return keys;
}

absl::StatusOr<bool> IsSignedByOthers(const std::vector<SigningKey>& keys,
                                      const eventstore::EventLog& log) {
  const auto newest = log.NewestCheckpoint();
  if (!newest.ok()) return newest.status();
  if (!*newest) return false;
  const std::string origin = eventstore::OriginOf(log.LogId());
  return std::none_of(keys.begin(), keys.end(), [&](const SigningKey& key) {
    return eventstore::VerifyCheckpoint((*newest)->note, key.Verifier(origin)).ok();
  });
}

absl::Status WriteVerifierKey(const std::string& key_path, const SigningKey& key,
                              const eventstore::EventLog& log) {
  const std::string path = VerifierKeyPath(key_path);
  const std::string text = key.Verifier(eventstore::OriginOf(log.LogId())).Serialize() + "\n";
  const auto file = eventstore::File::Open(path, eventstore::File::Access::kRead);
  if (!file.ok() && !absl::IsNotFound(file.status())) return file.status();
  if (file.ok()) {
    const auto written = file->ReadAt(0, kVerifierKeyBytesMax);
    if (!written.ok()) return written.status();
    if (*written == text) return absl::OkStatus();
  }
  return eventstore::CreateFile(path, text);
}

std::string VerifierKeyPath(const std::string& key_path) {
  constexpr std::string_view kPem = ".pem";
  const std::string stem =
      key_path.ends_with(kPem) ? key_path.substr(0, key_path.size() - kPem.size()) : key_path;
  return stem + ".pub";
}

}  // namespace billing::server
