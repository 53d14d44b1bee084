#include "projections/recording/draft.h"

#include <cassert>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "aggregates/judge/judge.h"
#include "aggregates/kernel/names.h"
#include "projections/recording/answers.h"

namespace billing::projections {
namespace {

using billing::v1::Event;

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

// Makes the records of the events: each in its stream, at its position and revision.
void Place(uint64_t first_position, const StateReader& states, kernel::Facts& events,
           Draft& draft) {
  // Streams that the command writes to, each with its last revision.
  std::map<AccountNumber, uint64_t> revisions;
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

void FindAccountAndKeys(const JudgedCommand& command, const StateReader& states, uint64_t next_slot,
                        Draft& draft) {
  for (auto& record : draft.records) {
    const Event& event = record.event();
    if (TakesKeySlot(event)) {
      record.set_key_slot(next_slot);
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
  } else if (const auto account = states.SharedAccount(draft.account)) {
    draft.account_key = {account->key_slot, account->key_generation};
    draft.account_id = account->id.value();
  }
}

// Without what the facts repeat.
void StoreRequest(const JudgedCommand& command, std::span<const Event* const> facts, Draft& draft) {
  if (!draft.has_facts()) return;
  *draft.header().mutable_request() = request::Stored(command.request.decided, facts);
}

}  // namespace

bool Draft::has_facts() const {
  return !first_fact().has_command_refused() && !first_fact().has_nothing_changed();
}

std::vector<const Event*> Draft::Facts() const {
  std::vector<const Event*> facts;
  facts.reserve(records.size());
  for (const auto& record : records) facts.push_back(&record.event());
  return facts;
}

absl::StatusOr<Draft> DraftOf(const JudgedCommand& command, kernel::Decision decision,
                              const LogEnd& end, const StateReader& states) {
  kernel::Facts events = EventsOf(command.request, std::move(decision));
  Draft draft;
  const uint64_t first_position = end.position + 1;
  draft.account = events.front().has_billing_account_created()
                      ? first_position
                      : judge::StreamOf(command.request.command, states).value_or(0);
  if (!states.status().ok()) return states.status();
  assert(draft.account != 0);
  Place(first_position, states, events, draft);
  DescribeCaller(command, *draft.records.front().mutable_event());
  draft.header().set_record_count(static_cast<uint32_t>(draft.records.size()));
  draft.header().set_commit_time_us(command.context.now.us);
  draft.header().set_id_generated(command.request.id_generated);
  FindAccountAndKeys(command, states, end.key_slots + 1, draft);
  if (!states.status().ok()) return states.status();
  return draft;
}

eventstore::Hash ClearDigestOf(const request::Request& request) {
  return eventstore::Sha256(request::ClearDigestInput(
      request.decided, judge::AccountOf(request.command), request.id_generated));
}

void AddRequestId(const request::Request& request, Draft& draft) {
  if (request.request_id.empty()) return;
  draft.header().set_request_id(request.request_id);
  draft.header().set_clear_digest(std::string(eventstore::AsBytes(ClearDigestOf(request))));
}

std::unique_ptr<storage::v1::Answer> CompleteDraft(const JudgedCommand& command,
                                                   const StateReader& states, Draft& draft) {
  const std::vector<const Event*> facts = draft.Facts();
  StoreRequest(command, facts, draft);
  if (draft.first_fact().has_command_refused()) return nullptr;
  auto answer = std::make_unique<storage::v1::Answer>(
      AnswerOf(command.request.command, draft.account, states, command.context.now, facts));
  // Only a request id can ask for the first answer again.
  if (!command.request.request_id.empty()) {
    *draft.header().mutable_answer() = Kept(*answer, facts);
  }
  return answer;
}

void CompleteUnanswered(const JudgedCommand& command, const StateReader& states, Draft& draft) {
  const std::vector<const Event*> facts = draft.Facts();
  StoreRequest(command, facts, draft);
  const bool is_kept =
      !draft.first_fact().has_command_refused() && !command.request.request_id.empty();
  if (!is_kept) return;
  *draft.header().mutable_answer() =
      KeptAnswerOf(command.request.command, draft.account, states, command.context.now, facts);
}

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

}  // namespace billing::projections
