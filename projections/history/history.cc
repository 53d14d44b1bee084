#include "projections/history/history.h"

#include <cassert>

#include "aggregates/kernel/etag.h"
#include "aggregates/kernel/names.h"
#include "aggregates/kernel/uuid.h"
#include "eventstore/integrity/merkle.h"
#include "google/protobuf/util/time_util.h"
#include "projections/fold/fold.h"
#include "projections/resources/resources.h"

namespace billing::projections {

namespace {

// The sender's records of a recipient's command point at its first one, in the receiving
// account's stream.
void PointAtFirst(uint64_t first_position, billing::v1::Event& event) {
  if (event.position() == first_position) return;
  if (event.has_subscription_transferred_out()) {
    event.mutable_subscription_transferred_out()->set_position(first_position);
  } else if (event.has_transfer_declined()) {
    event.mutable_transfer_declined()->set_position(first_position);
  }
}

}  // namespace

billing::v1::Event EventOf(const storage::v1::Record& record, const storage::v1::Record& command,
                           std::string_view bytes, std::string_view account_id) {
  const billing::v1::Event& first = command.event();
  const std::string leaf_hash(eventstore::AsBytes(eventstore::LeafHash(bytes)));
  // Position, revision, the fact and what it says it never kept.
  billing::v1::Event event = record.event();
  event.set_event_id(EventIdOf(leaf_hash));
  event.set_stream(kernel::AccountName(account_id));
  event.set_billing_account(event.stream());
  for (const std::string& subject : SubjectsOf(event, account_id)) {
    event.add_subjects(kernel::FullName(account_id, subject));
  }
  // What names nothing inside the account is about the account itself.
  if (event.subjects().empty()) event.add_subjects(event.stream());
  event.set_type(TypeOf(event));
  *event.mutable_commit_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(command.command().commit_time_us());
  CompleteNewThing(event.commit_time(), event);
  PointAtFirst(first.position(), event);
  event.set_principal(first.principal());
  event.set_on_behalf_of(first.on_behalf_of());
  *event.mutable_roles() = first.roles();
  if (!command.command().request_id().empty()) {
    event.set_request_id(kernel::UuidText(command.command().request_id()));
  }
  event.set_trace_parent(first.trace_parent());
  // Commands are judged one after another: against everything before their own records.
  event.set_decided_at_position(first.position() - 1);
  event.set_rules_version(first.rules_version());
  event.set_leaf_hash(leaf_hash);
  ExpandNames(event, account_id);
  return event;
}

std::string EventIdOf(std::string_view leaf_hash) {
  assert(leaf_hash.size() >= kernel::kUuidBytes);
  std::string bytes(leaf_hash.substr(0, kernel::kUuidBytes));
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x80);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  return kernel::UuidText(bytes);
}

}  // namespace billing::projections
