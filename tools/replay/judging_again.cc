#include "tools/replay/judging_again.h"

#include <algorithm>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "aggregates/judge/judge.h"
#include "aggregates/kernel/names.h"
#include "google/protobuf/util/message_differencer.h"
#include "projections/fold/fold.h"
#include "projections/history/history.h"
#include "projections/recording/draft.h"
#include "projections/state/state_reader.h"
#include "tools/replay/made_twice.h"
#include "tools/replay/taking_over.h"

namespace billing::replay {
namespace {

using billing::v1::Event;
using projections::Draft;
using projections::StateReader;

// What a fact says, as far as a decision gives it.
bool SameFact(const Event& expected, const Event& recorded) {
  // Nearly all are, and telling by their bytes costs little.
  if (expected.SerializeAsString() == recorded.SerializeAsString()) return true;
  Event one = expected;
  Event other = recorded;
  // Which fields the request held and the log does not is known from the record alone.
  one.clear_redacted_fields();
  other.clear_redacted_fields();
  return google::protobuf::util::MessageDifferencer::Equals(one, other);
}

// Where two facts of one type differ, in the words of the wire.
std::string DifferenceOf(const Event& expected, const Event& recorded) {
  std::string words;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&words);
  differencer.Compare(recorded, expected);
  std::replace(words.begin(), words.end(), '\n', ';');
  return words;
}

// Where the command's request id was used before, by the same caller. The writer answers such a
// command from what is there, and records nothing: refusals and empty successes count as well.
std::optional<uint64_t> FirstUseOfRequestId(const GivenCommand& given, const StateReader& states) {
  const std::string& request_id = given.request.request_id;
  if (request_id.empty()) return std::nullopt;
  return states.PositionOfRequest(request_id, given.context.caller.request_scope());
}

std::string InWords(std::span<const Event* const> facts) {
  std::string words;
  for (const Event* fact : facts) {
    absl::StrAppend(&words, words.empty() ? "" : "; ", projections::Describe(*fact));
  }
  return words;
}

std::string FactsIn(const Recorded& recorded) {
  std::vector<const Event*> facts;
  for (const auto* record : recorded.records()) facts.push_back(&record->event());
  return InWords(facts);
}

// The first fact that is not the one expected; nothing when all are.
std::optional<Finding> CompareFacts(const Recorded& recorded, const Draft& draft) {
  const size_t common = std::min(recorded.records().size(), draft.records.size());
  for (size_t i = 0; i < common; ++i) {
    const Event& expected = draft.records[i].event();
    const Event& found = recorded.records()[i]->event();
    if (SameFact(expected, found)) continue;
    const uint64_t position = recorded.first_position() + i;
    if (expected.data_case() == found.data_case()) {
      return At(Kind::kJudgement, position,
                absl::StrCat("the rules give another ", projections::TypeOf(expected), ": ",
                             DifferenceOf(expected, found)));
    }
    return At(Kind::kJudgement, position,
              absl::StrCat("recorded is: ", FactsIn(recorded),
                           "; the rules say: ", InWords(draft.Facts())));
  }
  if (recorded.records().size() == draft.records.size()) return std::nullopt;
  return At(Kind::kJudgement, recorded.first_position() + common,
            absl::StrCat("recorded is: ", FactsIn(recorded),
                         "; the rules say: ", InWords(draft.Facts())));
}

// The first record that is not what was recorded, byte for byte.
std::optional<size_t> FirstDiffering(const Recorded& recorded, const Draft& draft) {
  std::string bytes;
  for (size_t i = 0; i < draft.records.size(); ++i) {
    draft.records[i].SerializeToString(&bytes);
    if (bytes != recorded.bytes()[i]) return i;
  }
  return std::nullopt;
}

// What is wrong with such a record.
Finding DifferenceAt(size_t i, const Recorded& recorded, const Draft& draft) {
  std::string words;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&words);
  const bool equal = differencer.Compare(*recorded.records()[i], draft.records[i]);
  std::replace(words.begin(), words.end(), '\n', ';');
  return At(Kind::kJudgement, recorded.first_position() + i,
            equal ? std::string("the record holds bytes that no writer puts there")
                  : absl::StrCat("the record is not the one that the rules make: ", words));
}

}  // namespace

std::variant<GivenCommand, Finding> JudgingAgain::Read(const Recorded& recorded) const {
  auto read = ReadCommand(recorded.records(), AccountId(recorded.first().account()));
  if (auto* wrong = std::get_if<std::string>(&read)) {
    return At(Kind::kJudgement, recorded.first_position(), std::move(*wrong));
  }
  return std::get<GivenCommand>(std::move(read));
}

kernel::Decision JudgingAgain::Judge(const GivenCommand& given) const {
  return judge::Judge(given.request.command, given.context, StateReader(rows_));
}

std::optional<Finding> JudgingAgain::Fold(const Recorded& recorded, const GivenCommand& given,
                                          kernel::Decision decision) {
  const uint64_t position = recorded.first_position();
  const StateReader states(rows_);
  if (const auto first = FirstUseOfRequestId(given, states)) {
    return At(
        Kind::kJudgement, position,
        absl::StrCat("its request id was used before by the same caller, at position ", *first));
  }
  const auto* refusal = std::get_if<kernel::Refusal>(&decision);
  if (refusal != nullptr && !kernel::IsRecorded(refusal->reason)) {
    return At(
        Kind::kJudgement, position,
        absl::StrCat("recorded is: ", FactsIn(recorded), "; the rules refuse the command with ",
                     std::string(kernel::NameOf(refusal->reason)), " and record nothing"));
  }
  const projections::JudgedCommand judged{given.request, given.context,
                                          recorded.first().event().trace_parent()};
  auto draft = projections::DraftOf(judged, std::move(decision),
                                    {follower_.position(), follower_.key_slots()}, states);
  if (!draft.ok()) return Unreadable(std::string(draft.status().message()));
  // Comparing the facts says more, but nearly always all bytes turn out to be the same.
  const auto compared = [&](std::optional<Finding> otherwise) {
    auto wrong = CompareFacts(recorded, *draft);
    return wrong ? std::move(wrong) : std::move(otherwise);
  };
  if (draft->records.size() != recorded.records().size()) return compared(std::nullopt);
  if (auto wrong = TakeOver(recorded, *draft)) {
    return compared(At(Kind::kJudgement, position, *std::move(wrong)));
  }
  projections::AddRequestId(given.request, *draft);
  for (const auto& record : draft->records) {
    const absl::Status folded = follower_.Fold(record, rows_);
    if (!folded.ok()) return At(Kind::kJudgement, position, std::string(folded.message()));
    NoteAccount(record);
  }
  projections::CompleteUnanswered(judged, states, *draft);
  for (const auto& leaf : recorded.leaves()) follower_.Grow(leaf, rows_);
  if (!rows_.status().ok()) return Unreadable(std::string(rows_.status().message()));
  const auto differing = FirstDiffering(recorded, *draft);
  if (!differing) return std::nullopt;
  return compared(DifferenceAt(*differing, recorded, *draft));
}

std::optional<Finding> JudgingAgain::FoldUnjudged(const Recorded& recorded) {
  for (const auto* record : recorded.records()) {
    if (auto wrong = MadeTwice(*record, rows_)) {
      return At(Kind::kFormat, record->event().position(), *std::move(wrong));
    }
    const absl::Status folded = follower_.Fold(*record, rows_);
    if (!folded.ok()) {
      return At(Kind::kFormat, record->event().position(), std::string(folded.message()));
    }
    NoteAccount(*record);
  }
  for (const auto& leaf : recorded.leaves()) follower_.Grow(leaf, rows_);
  return std::nullopt;
}

const std::string& JudgingAgain::AccountId(uint64_t number) const {
  static const std::string none;
  const auto account = account_ids_.find(number);
  return account == account_ids_.end() ? none : account->second;
}

void JudgingAgain::NoteAccount(const storage::v1::Record& record) {
  if (!record.event().has_billing_account_created()) return;
  const std::string& name = record.event().billing_account_created().billing_account().name();
  account_ids_.emplace(record.account(), kernel::IdOf(name));
}

}  // namespace billing::replay
