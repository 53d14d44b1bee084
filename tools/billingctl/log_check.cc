#include "tools/billingctl/log_check.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "billing/v1/integrity_service.grpc.pb.h"
#include "eventstore/integrity/proof.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::IntegrityService::Stub;
using eventstore::Checkpoint;
using eventstore::Hash;
using eventstore::VerifierKey;

// Nothing when it is not one.
std::optional<Hash> HashIn(const std::string& bytes) {
  Hash hash;
  if (bytes.size() != hash.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

// Nothing when one of them is none.
template <class Field>
std::optional<std::vector<Hash>> HashesIn(const Field& field) {
  std::vector<Hash> hashes;
  for (const std::string& bytes : field) {
    const auto hash = HashIn(bytes);
    if (!hash) return std::nullopt;
    hashes.push_back(*hash);
  }
  return hashes;
}

Failure LogChanged(uint64_t from_size, uint64_t to_size) {
  return NotProved("LOG_CHANGED",
                   absl::StrCat("The log of ", to_size, " records does not begin with the ",
                                from_size, " that it had: records were changed."));
}

// The keys that the server says are its own. None when it gives none.
KnownKeys ServersOwn(const billing::v1::GetCheckpointResponse& response) {
  KnownKeys keys;
  for (const std::string& text : response.verifier_keys()) {
    auto key = VerifierKey::Parse(text);
    if (key.ok()) keys.push_back(*std::move(key));
  }
  return keys;
}

}  // namespace

Failure NotProved(std::string reason, std::string message) {
  Failure failure;
  failure.code = "NOT_PROVED";
  failure.reason = std::move(reason);
  failure.message = std::move(message);
  failure.exit_code = ExitCode::kNotProved;
  return failure;
}

Checked<TrustedCheckpoint> FetchCheckpoint(const Session& session, const KnownKeys& keys,
                                           uint64_t min_position) {
  billing::v1::GetCheckpointRequest request;
  request.set_min_position(min_position);
  const auto answer = session.Call(&Stub::GetCheckpoint, request);
  if (const auto* failure = std::get_if<Failure>(&answer)) return *failure;
  const auto& response = std::get<billing::v1::GetCheckpointResponse>(answer);
  const KnownKeys trusted = keys.empty() ? ServersOwn(response) : keys;
  absl::Status refused = absl::InvalidArgumentError("the server names no key");
  for (const VerifierKey& key : trusted) {
    auto checkpoint = eventstore::VerifyCheckpoint(response.note(), key);
    if (checkpoint.ok() && checkpoint->size >= min_position) {
      return TrustedCheckpoint{*std::move(checkpoint), response.note(), key};
    }
    refused = checkpoint.ok() ? absl::OutOfRangeError("it is older than was asked for")
                              : checkpoint.status();
  }
  return NotProved(
      "CHECKPOINT_NOT_VERIFIED",
      absl::StrCat("The checkpoint is not to be trusted: ", std::string(refused.message()), "."));
}

std::optional<Failure> BeyondTheLog(const Failure& failure, uint64_t position) {
  const auto head = failure.metadata.find("head");
  uint64_t size = 0;
  if (failure.reason != "POSITION_NOT_REACHED" || head == failure.metadata.end() ||
      !absl::SimpleAtoi(head->second, &size) || size >= position) {
    return std::nullopt;
  }
  return Failure{
      .code = "NOT_FOUND",
      .reason = "EVENT_NOT_FOUND",
      .message = absl::StrCat("The log has ", size, " records: it does not reach ", position, "."),
      .exit_code = ExitCode::kNotFound};
}

std::optional<Failure> CheckGrowth(const Session& session, const Checkpoint& earlier,
                                   const Checkpoint& later) {
  if (earlier.origin != later.origin) {
    return NotProved("LOG_REPLACED", absl::StrCat("The server's log is ", later.origin, ", not ",
                                                  earlier.origin, "."));
  }
  if (earlier.size > later.size) {
    return NotProved("LOG_SHORTER",
                     absl::StrCat("The log has ", later.size, " records, and had ", earlier.size,
                                  ": it was cut, or replaced by an older copy."));
  }
  billing::v1::GetConsistencyProofRequest request;
  request.set_from_size(earlier.size);
  request.set_to_size(later.size);
  request.set_min_position(later.size);
  const auto answer = session.Call(&Stub::GetConsistencyProof, request);
  if (const auto* failure = std::get_if<Failure>(&answer)) return *failure;
  const auto hashes = HashesIn(std::get<billing::v1::GetConsistencyProofResponse>(answer).hashes());
  if (hashes && eventstore::VerifyConsistency({.from_size = earlier.size,
                                               .to_size = later.size,
                                               .from_root = earlier.root,
                                               .to_root = later.root},
                                              *hashes)) {
    return std::nullopt;
  }
  return LogChanged(earlier.size, later.size);
}

Checked<ProvedRecord> ProveRecord(const Session& session, const RecordClaim& claim,
                                  const Checkpoint& checkpoint) {
  const uint64_t size = claim.tree_size == 0 ? checkpoint.size : claim.tree_size;
  billing::v1::GetInclusionProofRequest request;
  request.set_position(claim.position);
  request.set_tree_size(size);
  request.set_min_position(size);
  const auto answer = session.Call(&Stub::GetInclusionProof, request);
  if (const auto* failure = std::get_if<Failure>(&answer)) return *failure;
  const auto& response = std::get<billing::v1::GetInclusionProofResponse>(answer);
  const auto leaf = HashIn(response.leaf_hash());
  const auto said_root = HashIn(response.root_hash());
  auto hashes = HashesIn(response.hashes());
  // Only the checkpoint's root is signed: that of another size has to lead to it.
  const auto root = size == checkpoint.size ? std::optional(checkpoint.root) : said_root;
  if (!leaf || !root || !hashes ||
      !eventstore::VerifyInclusion(
          {.leaf_index = claim.position - 1, .tree_size = size, .leaf = *leaf, .root = *root},
          *hashes)) {
    return NotProved("RECORD_NOT_PROVED",
                     absl::StrCat("The server's proof does not lead from record ", claim.position,
                                  " to the root of ", size, " records."));
  }
  if (size != checkpoint.size) {
    const Checkpoint earlier{.origin = checkpoint.origin, .size = size, .root = *root};
    if (auto failure = CheckGrowth(session, earlier, checkpoint)) return *std::move(failure);
  }
  return ProvedRecord{
      .tree_size = size, .leaf = *leaf, .root = *root, .hashes = *std::move(hashes)};
}

}  // namespace billing::billingctl
