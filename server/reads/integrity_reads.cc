#include "server/reads/integrity_reads.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "aggregates/kernel/context.h"
#include "eventstore/integrity/proof.h"
#include "projections/tree/tree_nodes.h"
#include "server/engine/checkpoints.h"

namespace billing::server {
namespace {

using billing::v1::GetCheckpointResponse;
using billing::v1::GetConsistencyProofResponse;
using billing::v1::GetEntriesResponse;
using billing::v1::GetInclusionProofResponse;
using eventstore::Hash;

// Records read from the log at a time: they may have 1 MiB each.
constexpr size_t kEntriesPerRead = 16;

template <class Hashes>
void AddTo(Hashes& field, std::span<const Hash> hashes) {
  for (const Hash& hash : hashes) field.Add(std::string(eventstore::AsBytes(hash)));
}

projections::TreeNodes NodesOf(const ReadContext& context) {
  return projections::TreeNodes(context.rows, context.log);
}

// Records hold vault tokens in clear, which operators may not see.
bool MayReadRecords(const ReadContext& context) {
  return context.caller.acting_roles().Has(kernel::PlatformRole::kAuditor);
}

}  // namespace

Parsed<GetCheckpointQuery> GetCheckpointQuery::Parse(
    const billing::v1::GetCheckpointRequest& request) {
  return GetCheckpointQuery{.min_position = request.min_position()};
}

Answered<GetCheckpointResponse> GetCheckpointQuery::Answer(const ReadContext& context) const {
  const auto checkpoint = context.checkpoints.Get(min_position);
  if (!checkpoint.ok()) return StoreReadFailed(checkpoint.status());
  GetCheckpointResponse response;
  response.set_note((*checkpoint)->note);
  for (const auto& key : context.checkpoints.VerifierKeys()) {
    response.add_verifier_keys(key.Serialize());
  }
  response.set_position((*checkpoint)->size);
  return response;
}

Parsed<GetInclusionProofQuery> GetInclusionProofQuery::Parse(
    const billing::v1::GetInclusionProofRequest& request) {
  FieldChecks checks;
  if (request.position() == 0) checks.Add("position", "must be at least 1");
  if (request.tree_size() != 0 && request.position() > request.tree_size()) {
    checks.Add("tree_size", "must be at least position, or 0 for the published log");
  }
  if (!checks.ok()) return checks.Take();
  return GetInclusionProofQuery{.position = request.position(), .tree_size = request.tree_size()};
}

Answered<GetInclusionProofResponse> GetInclusionProofQuery::Answer(
    const ReadContext& context) const {
  const uint64_t size = tree_size == 0 ? context.position : tree_size;
  if (std::max(position, size) > context.position) return PositionBeyondHead(context.position);
  const uint64_t index = position - 1;
  const auto nodes = NodesOf(context);
  const auto leaf = nodes.Nodes(/*height=*/0, index, /*count=*/1);
  if (!leaf.ok()) return StoreReadFailed(leaf.status());
  const auto proof = eventstore::MakeInclusionProof(nodes, index, size);
  if (!proof.ok()) return StoreReadFailed(proof.status());
  const auto root = eventstore::RootOf(nodes, size);
  if (!root.ok()) return StoreReadFailed(root.status());
  GetInclusionProofResponse response;
  response.set_leaf_index(index);
  response.set_tree_size(size);
  response.set_leaf_hash(std::string(eventstore::AsBytes(leaf->front())));
  AddTo(*response.mutable_hashes(), *proof);
  response.set_root_hash(std::string(eventstore::AsBytes(*root)));
  return response;
}

Parsed<GetConsistencyProofQuery> GetConsistencyProofQuery::Parse(
    const billing::v1::GetConsistencyProofRequest& request) {
  FieldChecks checks;
  if (request.to_size() != 0 && request.from_size() > request.to_size()) {
    checks.Add("to_size", "must be at least from_size, or 0 for the published log");
  }
  if (!checks.ok()) return checks.Take();
  return GetConsistencyProofQuery{.from_size = request.from_size(), .to_size = request.to_size()};
}

Answered<GetConsistencyProofResponse> GetConsistencyProofQuery::Answer(
    const ReadContext& context) const {
  const uint64_t size = to_size == 0 ? context.position : to_size;
  if (std::max(from_size, size) > context.position) return PositionBeyondHead(context.position);
  const auto nodes = NodesOf(context);
  const auto proof = eventstore::MakeConsistencyProof(nodes, from_size, size);
  if (!proof.ok()) return StoreReadFailed(proof.status());
  const auto from_root = eventstore::RootOf(nodes, from_size);
  if (!from_root.ok()) return StoreReadFailed(from_root.status());
  const auto to_root = eventstore::RootOf(nodes, size);
  if (!to_root.ok()) return StoreReadFailed(to_root.status());
  GetConsistencyProofResponse response;
  response.set_from_size(from_size);
  response.set_to_size(size);
  AddTo(*response.mutable_hashes(), *proof);
  response.set_from_root_hash(std::string(eventstore::AsBytes(*from_root)));
  response.set_to_root_hash(std::string(eventstore::AsBytes(*to_root)));
  return response;
}

Parsed<GetEntriesQuery> GetEntriesQuery::Parse(const billing::v1::GetEntriesRequest& request) {
  FieldChecks checks;
  if (request.from_position() == 0) checks.Add("from_position", "must be at least 1");
  if (request.count() < 0) checks.Add("count", "must not be negative");
  if (!checks.ok()) return checks.Take();
  const int count =
      request.count() == 0 ? kPageSizeDefault : std::min(request.count(), kPageSizeMax);
  return GetEntriesQuery{.from_position = request.from_position(),
                         .count = static_cast<size_t>(count)};
}

Answered<GetEntriesResponse> GetEntriesQuery::Answer(const ReadContext& context) const {
  if (!MayReadRecords(context)) return RefusedRead(kernel::Reason::kRoleRequired);
  if (from_position > context.position) return EventNotFound();
  const size_t wanted = std::min<uint64_t>(count, context.position - from_position + 1);
  GetEntriesResponse response;
  PageMeter meter(wanted);
  while (!meter.full()) {
    const auto entries_size = static_cast<uint64_t>(response.entries_size());
    auto records = context.log.Read(from_position + entries_size,
                                    std::min(meter.rows_left(), kEntriesPerRead));
    if (!records.ok()) return StoreReadFailed(records.status());
    for (auto& record : *records) {
      if (!meter.Add(std::move(record.bytes), *response.mutable_entries())) break;
    }
  }
  return response;
}

}  // namespace billing::server
