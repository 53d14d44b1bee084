#include "server/engine/recorder.h"

#include <cassert>
#include <utility>
#include <variant>

#include "eventstore/integrity/merkle.h"
#include "server/engine/sealing.h"

namespace billing::server {
namespace {

using billing::v1::Event;
using projections::Draft;
using projections::JudgedCommand;
using projections::StateReader;

constexpr size_t kSaltBytes = 16;

}  // namespace

absl::Status Recorder::Seal(const request::Personal& personal, Draft& draft) {
  for (auto& record : draft.records) {
    if (record.key_slot() == 0) continue;
    if (absl::Status status = vault_->Prepare(record.key_slot()); !status.ok()) return status;
  }
  for (auto& record : draft.records) {
    const Event& event = record.event();
    const std::string* card = event.has_card_added()     ? &event.card_added().card().name()
                              : event.has_card_updated() ? &event.card_updated().card().name()
                                                         : nullptr;
    if (card == nullptr || !personal.has_card_fields()) continue;
    auto sealed = SealCardFields(*vault_, draft.card_key, *card, personal);
    if (!sealed.ok()) return sealed.status();
    *record.mutable_personal() = *std::move(sealed);
  }
  if (personal.reason.empty()) return absl::OkStatus();
  auto sealed = SealReason(*vault_, draft.account_key, personal.reason);
  if (!sealed.ok()) return sealed.status();
  *draft.header().mutable_reason() = *std::move(sealed);
  return absl::OkStatus();
}

absl::Status Recorder::AddDigests(const request::Request& request, Draft& draft) {
  if (request.request_id.empty()) return absl::OkStatus();
  projections::AddRequestId(request, draft);
  const PersonalDigestInputs inputs = PersonalDigestInputsOf(request.personal, draft.has_facts());
  auto account_digest = DigestUnder(*vault_, draft.account_key, inputs.account);
  if (!account_digest.ok()) return account_digest.status();
  draft.header().set_account_digest(*std::move(account_digest));
  auto card_digest = DigestUnder(*vault_, draft.card_key, inputs.card);
  if (!card_digest.ok()) return card_digest.status();
  draft.header().set_card_digest(*std::move(card_digest));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Recorder::Serialize(Draft& draft) {
  std::vector<std::string> records;
  for (auto& record : draft.records) {
    auto salt = random_.Take(kSaltBytes);
    if (!salt.ok()) return salt.status();
    record.set_salt(*std::move(salt));
    records.push_back(record.SerializeAsString());
  }
  return records;
}

absl::StatusOr<RecordedCommand> Recorder::Record(const JudgedCommand& command,
                                                 kernel::Decision decision,
                                                 projections::Follower& follower,
                                                 projections::RowWriter& rows) {
  const StateReader states(rows);
  auto draft = projections::DraftOf(command, std::move(decision),
                                    {follower.position(), follower.key_slots()}, states);
  if (!draft.ok()) return draft.status();
  if (vault_ != nullptr) {
    absl::Status status = Seal(command.request.personal, *draft);
    if (status.ok()) status = AddDigests(command.request, *draft);
    if (!status.ok()) return status;
  }
  const projections::Follower::Place began = follower.place();
  auto recorded = Keep(command, *draft, follower, rows);
  if (!recorded.ok()) follower.GoBackTo(began);
  return recorded;
}

absl::StatusOr<RecordedCommand> Recorder::Keep(const JudgedCommand& command, Draft& draft,
                                               projections::Follower& follower,
                                               projections::RowWriter& rows) {
  for (const auto& record : draft.records) {
    absl::Status folded = follower.Fold(record, rows);
    assert((folded.ok() || !rows.status().ok()) && "what the rules decide can be folded");
    if (!folded.ok()) return folded;
  }

  RecordedCommand recorded;
  const StateReader states(rows);
  recorded.account_id = draft.account_id;
  recorded.answer = projections::CompleteDraft(command, states, draft);
  if (!states.status().ok()) return states.status();
  if (vault_ != nullptr) {
    auto records = Serialize(draft);
    if (!records.ok()) return records.status();
    recorded.records = *std::move(records);
  }
  for (const std::string& bytes : recorded.records) {
    follower.Grow(eventstore::LeafHash(bytes), rows);
  }
  if (draft.first_fact().has_command_refused()) {
    recorded.refusal = draft.first_fact().command_refused();
  }
  return recorded;
}

}  // namespace billing::server
