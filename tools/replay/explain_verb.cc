#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/names.h"
#include "eventstore/memory/memory_event_log.h"
#include "google/protobuf/util/time_util.h"
#include "projections/explain/explain.h"
#include "projections/history/history.h"
#include "projections/history/log_reader.h"
#include "projections/state/state_reader.h"
#include "tools/replay/json.h"
#include "tools/replay/running.h"

namespace billing::replay {
namespace {

using absl::StrCat;
using billing::v1::CommandRefused;
using google::protobuf::util::TimeUtil;
using projections::Rule;

// The log up to the refusal, while it is folded.
class UpTo {
 public:
  // `stored`: the log that is read, when it can be looked up; null: what is read is kept.
  UpTo(uint64_t position, const eventstore::EventLog* stored)
      : position_(position), stored_(stored) {
    if (stored_ == nullptr) kept_ = eventstore::NewMemoryEventLog();
  }

  // The next command; false: the refusal was reached, or the log cannot be kept.
  bool Take(const Recorded& recorded) {
    last_ = recorded.records().back()->event().position();
    if (kept_ != nullptr) {
      const std::vector<std::string_view> bytes(recorded.bytes().begin(), recorded.bytes().end());
      status_ = kept_->Append(kept_->Head(), bytes);
    }
    return status_.ok() && last_ < position_;
  }

  const absl::Status& status() const { return status_; }
  uint64_t last() const { return last_; }
  const eventstore::EventLog& log() const { return stored_ != nullptr ? *stored_ : *kept_; }

 private:
  const uint64_t position_;
  const eventstore::EventLog* const stored_;
  std::unique_ptr<eventstore::EventLog> kept_;
  uint64_t last_ = 0;
  absl::Status status_;
};

// What is said of one refusal.
struct Story {
  storage::v1::Record record;
  storage::v1::Record command;
  std::string account_id;
  projections::Explanation explanation;
  // In words, of every fact in the explanation; by position.
  std::map<uint64_t, std::string> facts;

  const CommandRefused& refused() const { return record.event().command_refused(); }
  std::string FullNameOf(const std::string& subject) const {
    return subject.empty() ? kernel::AccountName(account_id)
                           : kernel::FullName(account_id, subject);
  }
};

std::variant<Story, Finding> Tell(uint64_t position, const UpTo& log,
                                  const projections::RowReader& rows) {
  const auto broken = [position](const absl::Status& status) {
    return At(Kind::kFormat, position, std::string(status.message()));
  };
  if (!log.status().ok()) return Unreadable(std::string(log.status().message()));
  if (log.last() < position) {
    return BadArgument(
        StrCat("position ", position, " is beyond the log, which ends at ", log.last()));
  }
  const std::vector<uint64_t> wanted = {position};
  const auto loaded = projections::LoadRecords(log.log(), wanted);
  if (!loaded.ok()) return broken(loaded.status());
  Story story{.record = *loaded->front().record, .command = *loaded->front().command};
  if (!story.record.event().has_command_refused()) {
    return BadArgument(StrCat("position ", position,
                              " is no refusal: ", projections::Describe(story.record.event())));
  }
  const projections::StateReader states(rows);
  if (const auto account = states.Account(story.record.account())) {
    story.account_id = account->id.value();
  }
  projections::IndexedPast past(log.log(), states, position);
  auto explanation = projections::Explain(story.record, past, projections::kUnbounded);
  if (!explanation.ok()) return broken(explanation.status());
  story.explanation = *std::move(explanation);
  const std::vector<uint64_t>& of_reason = story.explanation.facts.positions;
  std::set<uint64_t> named(of_reason.begin(), of_reason.end());
  for (const auto& blocker : story.explanation.blockers) {
    named.insert(blocker.facts.positions.begin(), blocker.facts.positions.end());
  }
  const std::vector<uint64_t> positions(named.begin(), named.end());
  const auto facts = projections::LoadRecords(log.log(), positions);
  if (!facts.ok()) return broken(facts.status());
  for (const auto& fact : *facts) {
    story.facts.emplace(fact.record->event().position(),
                        projections::Describe(fact.record->event()));
  }
  return story;
}

std::string TimeOf(const storage::v1::Record& command) {
  return TimeUtil::ToString(TimeUtil::MicrosecondsToTimestamp(command.command().commit_time_us()));
}

// --- for people ------------------------------------------------------------------------------

void SayFacts(const std::vector<uint64_t>& facts, const Story& story, const char* indent,
              std::ostream& out) {
  for (const uint64_t position : facts) {
    out << indent << "because  position " << position << ": " << story.facts.at(position) << "\n";
  }
}

void Say(const Story& story, std::ostream& out) {
  const auto& event = story.command.event();
  const Rule& rule = *story.explanation.rule;
  out << "position " << story.record.event().position() << ", " << TimeOf(story.command) << ": "
      << event.principal() << " in " << kernel::AccountName(story.account_id) << ": "
      << projections::Describe(story.record.event()) << "\n"
      << "rule     " << rule.text << " (" << rule.source << ")\n";
  if (!rule.remedy.empty()) out << "remedy   " << rule.remedy << "\n";
  SayFacts(story.explanation.facts.positions, story, "", out);
  for (int i = 0; i < story.refused().blockers_size(); ++i) {
    const auto& blocker = story.refused().blockers(i);
    const auto& explained = story.explanation.blockers[static_cast<size_t>(i)];
    out << "blocker  " << blocker.type() << " " << story.FullNameOf(blocker.subject()) << "\n";
    if (explained.rule != nullptr) out << "  rule     " << explained.rule->text << "\n";
    out << "  remedy   " << kernel::RemedyFor(blocker.type()) << "\n";
    SayFacts(explained.facts.positions, story, "  ", out);
  }
  const int more = story.refused().blocker_count() - story.refused().blockers_size();
  if (more > 0) out << "and " << more << " more blockers, which the record only counts\n";
}

// --- for programs ----------------------------------------------------------------------------

std::vector<JsonObject> JsonOf(const std::vector<uint64_t>& facts, const Story& story) {
  std::vector<JsonObject> list;
  for (const uint64_t position : facts) {
    list.emplace_back().Number("position", position).Text("fact", story.facts.at(position));
  }
  return list;
}

JsonObject JsonOf(const Story& story) {
  const Rule& rule = *story.explanation.rule;
  std::vector<JsonObject> blockers;
  for (int i = 0; i < story.refused().blockers_size(); ++i) {
    const auto& blocker = story.refused().blockers(i);
    const auto& explained = story.explanation.blockers[static_cast<size_t>(i)];
    blockers.emplace_back()
        .Text("type", blocker.type())
        .Text("subject", story.FullNameOf(blocker.subject()))
        .Text("rule", explained.rule == nullptr ? "" : explained.rule->text)
        .Text("remedy", kernel::RemedyFor(blocker.type()))
        .List("facts", JsonOf(explained.facts.positions, story));
  }
  JsonObject json;
  json.Number("position", story.record.event().position())
      .Text("account", kernel::AccountName(story.account_id))
      .Text("commit_time", TimeOf(story.command))
      .Text("principal", story.command.event().principal())
      .Text("command", story.refused().command())
      .Text("reason", story.refused().reason())
      .Text("rule", rule.text)
      .Text("rule_source", rule.source)
      .Text("remedy", rule.remedy)
      .List("facts", JsonOf(story.explanation.facts.positions, story))
      .Number("blocker_count", static_cast<uint64_t>(story.refused().blocker_count()))
      .List("blockers", blockers);
  return json;
}

}  // namespace

int ExplainRefusal(const Subject& subject, uint64_t position, const Terminal& terminal) {
  if (position == 0) {
    return Fail(BadArgument("positions begin at 1"), subject.json, terminal);
  }
  auto opened = Prepare(subject, Depth::kFold, Contents::kLog);
  if (auto* wrong = std::get_if<Finding>(&opened)) return Fail(*wrong, subject.json, terminal);
  Prepared prepared = std::get<Prepared>(std::move(opened));
  UpTo log(position, prepared.opened.log.get());
  prepared.options.command = [&log](const Recorded& recorded, const projections::RowReader&) {
    return log.Take(recorded);
  };
  return RunAudit(subject, "explain", std::move(prepared), terminal,
                  [&](const Looked& looked) -> std::optional<Finding> {
                    auto told = Tell(position, log, looked.audit.rows());
                    if (auto* wrong = std::get_if<Finding>(&told)) return std::move(*wrong);
                    const Story& story = std::get<Story>(told);
                    if (subject.json) {
                      terminal.out << JsonOf(story).Done() << "\n";
                    } else {
                      Say(story, terminal.out);
                    }
                    return std::nullopt;
                  });
}

}  // namespace billing::replay
