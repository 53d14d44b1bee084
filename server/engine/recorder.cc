#include "server/engine/recorder.h"

#include <cassert>
#include <map>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "aggregates/judge/judge.h"
#include "aggregates/kernel/names.h"
#include "eventstore/event_log.h"
#include "eventstore/integrity/merkle.h"
#include "server/engine/answers.h"
#include "server/engine/sealing.h"

namespace billing::server {
namespace {

using billing::v1::Event;
using projections::StateReader;

constexpr size_t kSaltBytes = 16;
// A record holds its fact and, in the first one, the command besides: an eighth is for that.
// Only a settlement of some 12,000 charges with long names comes near.
constexpr size_t kFactBytesMax = eventstore::EventLog::kRecordBytesMax / 8 * 7;

// `command_refused.request.add_card.card.holder_name` …
void NotePersonalPaths(const request::Request& request, const std::string& fact, Event& event) {
  const auto* descriptor = request.decided.GetDescriptor();
  const auto* field = request.decided.GetReflection()->GetOneofFieldDescriptor(
      request.decided, descriptor->oneof_decl(0));
  assert(field != nullptr);
  for (const auto& path : request::PersonalPaths(request.decided, request.personal)) {
    event.add_redacted_fields(absl::StrCat(fact, ".request.", field->name(), ".", path));
  }
}

// The facts of a decision, as events with only their data.
kernel::Facts EventsOf(const request::Request& request, kernel::Decision decision) {
  if (auto* facts = std::get_if<kernel::Facts>(&decision)) return std::move(*facts);
  kernel::Facts events(1);
  if (const auto* refusal = std::get_if<kernel::Refusal>(&decision)) {
    assert(kernel::IsRecorded(refusal->reason));
    *events[0].mutable_command_refused() = RefusedFact(request, *refusal);
    NotePersonalPaths(request, "command_refused", events[0]);
  } else {
    billing::v1::NothingChanged& nothing = *events[0].mutable_nothing_changed();
    nothing.set_command(request::NameOf(request.decided));
    *nothing.mutable_request() = request.decided;
    NotePersonalPaths(request, "nothing_changed", events[0]);
  }
  return events;
}

bool HoldsFacts(const Event& event) {
  return !event.has_command_refused() && !event.has_nothing_changed();
}

bool TakesKeySlot(const Event& event) {
  return event.has_billing_account_created() || event.has_card_added();
}

void DescribeCaller(const JudgedCommand& command, Event& event) {
  const kernel::Caller& caller = command.context.caller;
  event.set_principal(caller.principal.value());
  if (caller.on_behalf_of) event.set_on_behalf_of(caller.on_behalf_of->value());
  for (const auto role : kernel::RolesIn(caller.roles)) {
    event.add_roles(std::string(kernel::NameOf(role)));
  }
  event.set_trace_parent(command.trace_parent);
  event.set_rules_version(kernel::kRulesVersion);
}

}  // namespace

billing::v1::CommandRefused RefusedFact(const request::Request& request,
                                        const kernel::Refusal& refusal) {
  billing::v1::CommandRefused fact;
  fact.set_command(request::NameOf(request.decided));
  *fact.mutable_request() = request.decided;
  fact.set_reason(std::string(kernel::NameOf(refusal.reason)));
  for (const auto& blocker : refusal.blockers) {
    auto& message = *fact.add_blockers();
    message.set_type(blocker.type);
    message.set_subject(blocker.subject);
  }
  fact.set_blocker_count(refusal.blocker_count);
  for (const auto& [key, resource] : refusal.resources) {
    auto& detail = *fact.add_details();
    detail.set_key(key);
    detail.set_resource(resource);
  }
  return fact;
}

// A command's records while they are being made.
struct Recorder::Draft {
  // The stream of the command, whose first record is there.
  projections::AccountNumber account = 0;
  std::string account_id;
  std::vector<storage::v1::Record> records;
  // Keys for the account's reasons and the card's fields; slot 0: none.
  eventstore::KeyRef account_key;
  eventstore::KeyRef card_key;

  storage::v1::CommandHeader& header() { return *records.front().mutable_command(); }
  std::vector<const Event*> Facts() const {
    std::vector<const Event*> facts;
    for (const auto& record : records) facts.push_back(&record.event());
    return facts;
  }
};

void Recorder::Place(uint64_t first_position, const StateReader& states, kernel::Facts& events,
                     Draft& draft) {
  // Streams that the command writes to, each with its last revision.
  std::map<projections::AccountNumber, uint64_t> revisions;
  for (size_t i = 0; i < events.size(); ++i) {
    storage::v1::Record& record = draft.records.emplace_back();
    record.mutable_event()->Swap(&events[i]);
    record.set_account(draft.account);
    Event& event = *record.mutable_event();
    if (!event.billing_account().empty()) {
      const auto other = kernel::ParseAccountName(event.billing_account());
      assert(other && "a decision names the other stream's account in full");
      record.set_account(states.FindAccount(*other).value_or(0));
      event.clear_billing_account();
    }
    const auto [stream, is_first] = revisions.try_emplace(record.account());
    if (is_first) stream->second = states.Head(record.account()).stream_revision;
    event.set_position(first_position + i);
    event.set_stream_revision(++stream->second);
    record.set_index(static_cast<uint32_t>(i));
  }
}

absl::Status Recorder::FindAccountAndKeys(const JudgedCommand& command, const StateReader& states,
                                          uint64_t next_slot, Draft& draft) {
  for (auto& record : draft.records) {
    const Event& event = record.event();
    if (TakesKeySlot(event)) {
      record.set_key_slot(next_slot);
      if (vault_ != nullptr) {
        if (absl::Status status = vault_->Prepare(next_slot); !status.ok()) return status;
      }
      (event.has_card_added() ? draft.card_key : draft.account_key) = {next_slot, 0};
      ++next_slot;
    } else if (event.has_card_updated()) {
      const auto card =
          states.Card(draft.account, std::get<card::UpdateCard>(command.request.command).card);
      if (card) draft.card_key = {card->key_slot, card->key_generation};
    }
  }
  if (draft.account_key.slot != 0) {
    draft.account_id = judge::AccountOf(command.request.command).value();
  } else if (const auto account = states.Account(draft.account)) {
    draft.account_key = {account->key_slot, account->key_generation};
    draft.account_id = account->id.value();
  }
  return states.status();
}

absl::Status Recorder::Seal(const JudgedCommand& command, Draft& draft) {
  const request::Personal& personal = command.request.personal;
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

absl::Status Recorder::AddDigests(const JudgedCommand& command, Draft& draft) {
  const request::Request& request = command.request;
  storage::v1::CommandHeader& header = draft.header();
  header.set_request_id(request.request_id);
  header.set_clear_digest(std::string(eventstore::AsBytes(ClearDigestOf(request))));
  const PersonalDigestInputs inputs =
      PersonalDigestInputsOf(request.personal, HoldsFacts(draft.records.front().event()));
  auto account_digest = DigestUnder(*vault_, draft.account_key, inputs.account);
  if (!account_digest.ok()) return account_digest.status();
  header.set_account_digest(*std::move(account_digest));
  auto card_digest = DigestUnder(*vault_, draft.card_key, inputs.card);
  if (!card_digest.ok()) return card_digest.status();
  header.set_card_digest(*std::move(card_digest));
  return absl::OkStatus();
}

absl::StatusOr<RecordedCommand> Recorder::Record(const JudgedCommand& command,
                                                 kernel::Decision decision,
                                                 projections::Follower& follower,
                                                 projections::RowWriter& rows) {
  const StateReader states(rows);
  const bool refused = std::holds_alternative<kernel::Refusal>(decision);
  kernel::Facts events = EventsOf(command.request, std::move(decision));

  Draft draft;
  const uint64_t first_position = follower.position() + 1;
  draft.account = events.front().has_billing_account_created()
                      ? first_position
                      : judge::StreamOf(command.request.command, states).value_or(0);
  if (!states.status().ok()) return states.status();
  assert(draft.account != 0);
  Place(first_position, states, events, draft);
  if (!states.status().ok()) return states.status();
  DescribeCaller(command, *draft.records.front().mutable_event());
  draft.header().set_record_count(static_cast<uint32_t>(draft.records.size()));
  draft.header().set_commit_time_us(command.context.now.us);
  draft.header().set_id_generated(command.request.id_generated);

  absl::Status status = FindAccountAndKeys(command, states, follower.key_slots() + 1, draft);
  if (!status.ok()) return status;
  if (vault_ != nullptr) {
    status = Seal(command, draft);
    if (!status.ok()) return status;
    if (!command.request.request_id.empty()) status = AddDigests(command, draft);
    if (!status.ok()) return status;
  }
  // Before anything is folded: the log would refuse the batch, and with it all that is in it.
  for (const auto& record : draft.records) {
    if (record.ByteSizeLong() > kFactBytesMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat("a fact of ", record.ByteSizeLong(), " bytes is more than a record holds"));
    }
  }
  for (const auto& record : draft.records) follower.Fold(record, rows);

  RecordedCommand recorded;
  recorded.account_id = std::move(draft.account_id);
  if (refused) recorded.refusal = draft.records.front().event().command_refused();
  if (absl::Status finished = Finish(command, refused, states, draft, recorded); !finished.ok()) {
    return finished;
  }
  for (const std::string& bytes : recorded.records) follower.Grow(eventstore::LeafHash(bytes));
  return recorded;
}

absl::Status Recorder::Finish(const JudgedCommand& command, bool refused, const StateReader& states,
                              Draft& draft, RecordedCommand& recorded) {
  const std::vector<const Event*> facts = draft.Facts();
  const bool has_facts = HoldsFacts(*facts.front());
  if (!refused) {
    recorded.answer =
        AnswerOf(command.request.command, draft.account, states, command.context.now, facts);
  }
  if (!states.status().ok()) return states.status();
  if (vault_ == nullptr) return absl::OkStatus();
  if (has_facts) {
    *draft.header().mutable_request() = request::Stored(command.request.decided, facts);
  }
  // Only a request id can ask for the first answer again.
  if (!refused && !command.request.request_id.empty()) {
    *draft.header().mutable_answer() =
        has_facts ? WithoutFacts(recorded.answer, facts) : recorded.answer;
  }
  for (auto& record : draft.records) {
    auto salt = random_.Take(kSaltBytes);
    if (!salt.ok()) return salt.status();
    record.set_salt(*std::move(salt));
    recorded.records.push_back(record.SerializeAsString());
  }
  return absl::OkStatus();
}

}  // namespace billing::server
