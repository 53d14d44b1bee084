#include "server/engine/repeats.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "eventstore/integrity/merkle.h"
#include "projections/recording/answers.h"
#include "projections/recording/draft.h"
#include "server/engine/judging.h"
#include "server/engine/sealing.h"

namespace billing::server {
namespace {

struct CommandRecords {
  std::vector<storage::v1::Record> records;
  std::string last_leaf;
};

absl::StatusOr<CommandRecords> ReadCommand(const eventstore::EventLog& log,
                                           eventstore::Position first) {
  CommandRecords command;
  size_t count = 1;
  while (command.records.size() < count) {
    auto stored = log.Read(first + command.records.size(), count - command.records.size());
    if (!stored.ok()) return stored.status();
    if (stored->empty()) return absl::DataLossError("the log ends inside a command");
    for (const auto& one : *stored) {
      if (!command.records.emplace_back().ParseFromString(one.bytes)) {
        return absl::DataLossError("a record cannot be read");
      }
      command.last_leaf = std::string(eventstore::AsBytes(eventstore::LeafHash(one.bytes)));
    }
    count = command.records.front().command().record_count();
  }
  return command;
}

// The key that sealed, or would have sealed, the card's fields in this command.
eventstore::KeyRef CardKey(const CommandRecords& command) {
  const storage::v1::Record& first = command.records.front();
  if (first.key_slot() != 0) return {first.key_slot(), 0};
  if (first.has_personal()) return KeyOf(first.personal());
  return {};
}

// Whether the request is the one that the records were made for.
absl::StatusOr<bool> SameRequest(const CommandRecords& command, const eventstore::Vault& vault,
                                 const projections::StateReader& states,
                                 const request::Request& request) {
  const storage::v1::Record& first = command.records.front();
  const storage::v1::CommandHeader& header = first.command();
  if (eventstore::AsBytes(projections::ClearDigestOf(request)) != header.clear_digest())
    return false;

  const bool has_facts =
      !first.event().has_command_refused() && !first.event().has_nothing_changed();
  const PersonalDigestInputs inputs = PersonalDigestInputsOf(request.personal, has_facts);
  if (inputs.account.empty() != header.account_digest().empty() ||
      inputs.card.empty() != header.card_digest().empty()) {
    return false;
  }
  const auto account = states.Account(first.account());
  if (!account) return states.status().ok() ? absl::InternalError("no account") : states.status();
  auto account_digest =
      DigestUnder(vault, {account->key_slot, account->key_generation}, inputs.account);
  if (!account_digest.ok()) return account_digest.status();
  auto card_digest = DigestUnder(vault, CardKey(command), inputs.card);
  if (!card_digest.ok()) return card_digest.status();
  return *account_digest == header.account_digest() && *card_digest == header.card_digest();
}

Outcome ReadFailed(const absl::Status& status) {
  return NotDone{NotDone::Kind::kReadFailed, status.ToString()};
}

}  // namespace

Outcome FirstAnswer(const eventstore::EventLog& log, const eventstore::Vault& vault,
                    const projections::StateReader& states, const request::Request& request,
                    const kernel::Caller& caller, eventstore::Position position) {
  auto command = ReadCommand(log, position);
  if (!command.ok()) return ReadFailed(command.status());
  const auto same = SameRequest(*command, vault, states, request);
  if (!same.ok()) return ReadFailed(same.status());
  if (!*same) return NotDone{NotDone::Kind::kRequestIdReused, ""};

  const storage::v1::Record& first = command->records.front();
  const storage::v1::CommandHeader& header = first.command();
  const auto account = states.Account(first.account());
  if (!account) return ReadFailed(states.status());
  if (first.event().has_command_refused()) {
    return Refused{.account_id = account->id.value(),
                   .refusal = first.event().command_refused(),
                   .position = position - 1,
                   .event_position = position,
                   .replayed = true};
  }
  Accepted accepted;
  accepted.account_id = account->id.value();
  accepted.answer = std::make_unique<storage::v1::Answer>(
      projections::Whole(header.answer(), command->records, states));
  if (!states.status().ok()) return ReadFailed(states.status());
  accepted.receipt = {.position = position + command->records.size() - 1,
                      .commit_time_us = header.commit_time_us(),
                      .leaf_hash = command->last_leaf,
                      .replayed = true};
  accepted.sight = SightFor(caller, accepted, states);
  return accepted;
}

}  // namespace billing::server
