#include "tools/replay/audit.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/replay/invariants.h"
#include "tools/replay/stored_rows_check.h"

namespace billing::replay {
namespace {

constexpr uint64_t kRecordsPerReport = 1'024;

}  // namespace

Audit::Audit(Source& source, AuditOptions options)
    : source_(source),
      options_(std::move(options)),
      verification_(source.log_id(), options_.keys),
      judging_(source.log_id(), rows_) {}

std::optional<Finding> Audit::Expect() {
  if (auto wrong = verification_.CheckKeys()) return wrong;
  for (const Kept& kept : options_.kept) {
    if (auto wrong = verification_.Expect(kept.path, kept.note)) return wrong;
  }
  if (!options_.anchor) return std::nullopt;
  if (options_.anchor->log_id != source_.log_id()) {
    return Finding{Kind::kTree, 0, 0,
                   absl::StrCat("the anchor is that of log ", options_.anchor->log_id,
                                ", and this log is ", source_.log_id())};
  }
  verification_.Expect({"the anchor", options_.anchor->size, options_.anchor->root});
  return std::nullopt;
}

std::optional<Finding> Audit::Run() {
  if (auto wrong = Expect()) return wrong;
  if (options_.stored != nullptr && options_.stored->position() == 0) {
    if (auto wrong = CompareRowsHere()) return wrong;
  }
  while (true) {
    auto next = source_.Next();
    if (auto* wrong = std::get_if<Finding>(&next)) return std::move(*wrong);
    const Item& item = std::get<Item>(next);
    if (auto wrong = verification_.Take(item)) return wrong;
    if (options_.taken) options_.taken(item);
    if (item.kind == Item::Kind::kEnd) return Finish();
    if (item.kind == Item::Kind::kCheckpoint) continue;
    if (auto wrong = TakeRecord(item)) return wrong;
    if (seen_enough_) return std::nullopt;
  }
}

std::optional<Finding> Audit::TakeRecord(const Item& item) {
  if (item.number % kRecordsPerReport == 0) Report(item.number);
  const WellFormed& records = verification_.records();
  if (records.record().index() == 0) {
    ++tally_.commands;
    tally_.refused += records.record().event().has_command_refused() ? 1 : 0;
    tally_.nothing_changed += records.record().event().has_nothing_changed() ? 1 : 0;
  }
  if (options_.depth == Depth::kVerify) return std::nullopt;
  command_.Add(records.record(), item.bytes, item.leaf);
  if (!records.command_is_whole()) return std::nullopt;
  if (auto wrong = TakeCommand()) return wrong;
  seen_enough_ = options_.command && !options_.command(command_, rows_);
  command_.Clear();
  return std::nullopt;
}

std::optional<Finding> Audit::TakeCommand() {
  if (options_.depth == Depth::kJudge) {
    if (auto wrong = Judge()) return wrong;
  } else if (auto wrong = judging_.FoldUnjudged(command_)) {
    return wrong;
  }
  if (options_.stored != nullptr && options_.stored->position() == follower().position()) {
    return CompareRowsHere();
  }
  return std::nullopt;
}

std::optional<Finding> Audit::Judge() {
  const uint64_t position = command_.first_position();
  auto read = judging_.Read(command_);
  if (auto* wrong = std::get_if<Finding>(&read)) return std::move(*wrong);
  const GivenCommand& given = std::get<GivenCommand>(read);
  const projections::StateReader states(rows_);
  kernel::Decision decision = judging_.Judge(given);
  if (options_.what_if != nullptr) {
    const auto otherwise =
        options_.what_if->Look(given, decision, position, command_.first().account(), rows_);
    if (otherwise) options_.otherwise(*otherwise);
  }
  // What is always true is looked for first: it says more than that the rules disagree.
  if (const auto wrong = CheckBefore(command_.records(), states)) {
    return At(Kind::kInvariant, position, *wrong);
  }
  if (auto wrong = judging_.Fold(command_, given, std::move(decision))) return wrong;
  return CheckFolded();
}

std::optional<Finding> Audit::CheckFolded() {
  const projections::StateReader states(rows_);
  for (const auto* record : command_.records()) {
    const uint64_t position = record->event().position();
    const std::vector<std::string_view> subjects =
        SubjectsByTheSchema(record->event(), judging_.AccountId(record->account()));
    if (const auto wrong = CheckAfter(*record, subjects, states)) {
      return At(Kind::kInvariant, position, *wrong);
    }
    if (const auto wrong = subjects_.Take(*record, subjects, rows_)) {
      return At(Kind::kSubjects, position, *wrong);
    }
  }
  if (const auto wrong = subjects_.Finish(rows_)) {
    return At(Kind::kSubjects, command_.first_position(), *wrong);
  }
  return std::nullopt;
}

std::optional<Finding> Audit::CompareRowsHere() {
  tally_.rows_compared = true;
  return CompareRows(*options_.stored, rows_, follower());
}

std::optional<Finding> Audit::Finish() {
  Report(verification_.size());
  if (options_.stored != nullptr && !tally_.rows_compared) {
    const uint64_t position = options_.stored->position();
    return Finding{Kind::kRows, verification_.size() + 1, position,
                   absl::StrCat("they are missing: the log ends at position ", verification_.size(),
                                ", and the stored rows reach ", position)};
  }
  if (options_.depth == Depth::kJudge) {
    if (const auto wrong = CheckEverything(projections::StateReader(rows_))) {
      return At(Kind::kInvariant, verification_.size(), *wrong);
    }
  }
  if (options_.folded) {
    if (auto wrong = options_.folded(rows_, follower())) return wrong;
  }
  return options_.verified ? options_.verified(verification_) : std::nullopt;
}

void Audit::Report(uint64_t position) const {
  if (options_.progress) options_.progress(source_.Done(), position);
}

}  // namespace billing::replay
