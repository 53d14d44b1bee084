#include "server/reads/explain_read.h"

#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "projections/explain/explain.h"
#include "projections/history/log_reader.h"
#include "server/reads/event_scope.h"
#include "server/reads/page.h"

namespace billing::server {
namespace {

using billing::v1::Event;
using billing::v1::ExplainRefusalResponse;
using projections::Explanation;

// What is left has a bound: who, when, and what kind of fact.
void ClearContent(Event& event) {
  const auto* data = Event::descriptor()->FindOneofByName("data");
  event.GetReflection()->ClearOneof(&event, data);
  event.clear_subjects();
}

// Facts as the caller may see them, each loaded once however often it is asked for.
class ShownFacts {
 public:
  ShownFacts(const ReadContext& context, AccountCache& accounts)
      : context_(context), accounts_(accounts) {}

  std::optional<Problem> Load(const Explanation& explanation) {
    const std::vector<uint64_t>& of_reason = explanation.facts.positions;
    std::set<uint64_t> all(of_reason.begin(), of_reason.end());
    for (const auto& blocker : explanation.blockers) {
      all.insert(blocker.facts.positions.begin(), blocker.facts.positions.end());
    }
    const std::vector<uint64_t> positions(all.begin(), all.end());
    const auto loaded = projections::LoadRecords(context_.log, positions);
    if (!loaded.ok()) return StoreReadFailed(loaded.status());
    for (const auto& one : *loaded) {
      if (std::holds_alternative<Problem>(accounts_.Open(one.record->account()))) continue;
      auto shown = ShowEvent(context_, accounts_, one);
      if (auto* problem = std::get_if<Problem>(&shown)) return std::move(*problem);
      events_.emplace(one.record->event().position(), std::get<Event>(std::move(shown)));
    }
    return std::nullopt;
  }

  // A cascade's fact may have 200 KB, and be what twenty blockers rest on.
  void Put(const std::vector<uint64_t>& positions,
           google::protobuf::RepeatedPtrField<Event>& facts) {
    for (const uint64_t position : positions) {
      const auto found = events_.find(position);
      if (found == events_.end()) continue;
      Event& fact = *facts.Add();
      fact = found->second;
      if (bytes_ + fact.ByteSizeLong() > kPageBytes) ClearContent(fact);
      bytes_ += fact.ByteSizeLong();
    }
  }

 private:
  const ReadContext& context_;
  AccountCache& accounts_;
  std::map<uint64_t, Event> events_;
  size_t bytes_ = 0;
};

// `refused` as the caller may see it.
void PutBlocker(const billing::v1::Blocker& refused, const Explanation::OfBlocker& explained,
                ShownFacts& facts, ExplainRefusalResponse& response) {
  billing::v1::ExplainedBlocker& blocker = *response.add_blockers();
  blocker.set_type(refused.type());
  blocker.set_subject(refused.subject());
  blocker.set_remedy(refused.remedy());
  if (explained.rule != nullptr) blocker.set_rule(std::string(explained.rule->text));
  facts.Put(explained.facts.positions, *blocker.mutable_facts());
  blocker.set_facts_incomplete(explained.facts.incomplete);
}

}  // namespace

Parsed<ExplainRefusalQuery> ExplainRefusalQuery::Parse(
    const billing::v1::ExplainRefusalRequest& request) {
  FieldChecks checks;
  if (request.position() == 0) checks.Add("position", "must be at least 1");
  if (!checks.ok()) return checks.Take();
  return ExplainRefusalQuery{request.position()};
}

Answered<ExplainRefusalResponse> ExplainRefusalQuery::Answer(const ReadContext& context) const {
  if (position > context.position) return EventNotFound();
  const auto loaded = projections::LoadRecords(context.log, std::span(&position, 1));
  if (!loaded.ok()) return StoreReadFailed(loaded.status());
  AccountCache accounts(context);
  auto shown = ShowEvent(context, accounts, loaded->front());
  if (auto* problem = std::get_if<Problem>(&shown)) return std::move(*problem);
  const auto& record = *loaded->front().record;
  if (!record.event().has_command_refused()) {
    return NotARefusal(std::get<Event>(shown).type());
  }
  projections::IndexedPast past(context.log, context.states, position);
  const auto explanation = projections::Explain(record, past);
  if (!explanation.ok()) return StoreReadFailed(explanation.status());
  ShownFacts facts(context, accounts);
  if (auto problem = facts.Load(*explanation)) return *std::move(problem);

  ExplainRefusalResponse response;
  *response.mutable_event() = std::get<Event>(std::move(shown));
  const auto& refused = response.event().command_refused();
  response.set_command(refused.command());
  *response.mutable_request() = refused.request();
  response.set_reason(refused.reason());
  response.set_blocker_count(refused.blocker_count());
  response.set_rule(std::string(explanation->rule->text));
  response.set_rule_source(std::string(explanation->rule->source));
  response.set_remedy(std::string(explanation->rule->remedy));
  facts.Put(explanation->facts.positions, *response.mutable_facts());
  response.set_facts_incomplete(explanation->facts.incomplete);
  for (int i = 0; i < refused.blockers_size(); ++i) {
    PutBlocker(refused.blockers(i), explanation->blockers[static_cast<size_t>(i)], facts, response);
  }
  return response;
}

}  // namespace billing::server
