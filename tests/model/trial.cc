#include "tests/model/trial.h"

#include <algorithm>
#include <set>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "aggregates/judge/judge.h"
#include "projections/recording/answers.h"
#include "tests/model/invariants.h"
#include "tests/model/lines.h"

namespace billing::model {
namespace {

using absl::StrAppend;
using absl::StrCat;

// How much of an account's past a failure tells.
constexpr size_t kStoryLength = 12;
// Every row is compared after so many steps; in between those of the step's accounts.
constexpr int kStepsPerFullComparison = 50;

std::string InWords(const std::vector<v1::Event>& facts) {
  std::string words = "facts:";
  for (const v1::Event& fact : facts) StrAppend(&words, "\n    ", fact.ShortDebugString());
  return words;
}

template <class Pairs, class Word>
std::string Refusal(const std::string& reason, const std::string& field, size_t count,
                    const Pairs& details, const std::vector<Word>& blockers) {
  std::string words = StrCat("refused ", reason, field.empty() ? "" : " of " + field);
  for (const auto& [key, value] : details) StrAppend(&words, " (", key, " ", value, ")");
  if (count > 0) StrAppend(&words, " ", count, " blockers: ", absl::StrJoin(blockers, ", "));
  return words;
}

std::string InWords(const Verdict& verdict) {
  if (!verdict.refused()) {
    return verdict.facts.empty() ? "nothing to change" : InWords(verdict.facts);
  }
  std::vector<std::string> blockers;
  for (const auto& [type, subject] : verdict.blockers) {
    if (blockers.size() < kernel::kBlockersPerRefusal) blockers.push_back(type + " " + subject);
  }
  return Refusal(verdict.reason, verdict.bad_field, verdict.blockers.size(), verdict.details,
                 blockers);
}

std::string InWords(const kernel::Decision& decision) {
  if (const auto* facts = std::get_if<kernel::Facts>(&decision)) return InWords(*facts);
  const auto* refusal = std::get_if<kernel::Refusal>(&decision);
  if (refusal == nullptr) return "nothing to change";
  std::vector<std::string> blockers;
  for (const auto& blocker : refusal->blockers) {
    blockers.push_back(blocker.type + " " + blocker.subject);
  }
  return Refusal(std::string(kernel::NameOf(refusal->reason)), refusal->bad_field,
                 static_cast<size_t>(refusal->blocker_count), refusal->resources, blockers);
}

// The version that the command's resource has in the model; nothing when it is not there,
// or the command is about no one resource.
class CurrentVersion {
 public:
  explicit CurrentVersion(const World& world) : world_(world) {}

  std::optional<uint64_t> Of(const judge::Command& command) const {
    return std::visit([this](const auto& each) { return Version(each); }, command);
  }

 private:
  template <class T>
  std::optional<uint64_t> Version(const T& command) const {
    const Account* account = world_.Find(command.account.value());
    if (account == nullptr) return std::nullopt;
    // By what the command is about, the narrowest first.
    if constexpr (!requires { command.etag; }) {
      return std::nullopt;
    } else if constexpr (requires { command.subscription.value().size(); }) {
      if constexpr (
          requires { command.transfer; } && !requires { command.to_account; }) {
        return In(account->transfers, command.transfer.value());
      } else {
        return In(account->subscriptions, command.subscription.value());
      }
    } else if constexpr (requires { command.billing_profile; }) {
      return In(account->profiles, command.billing_profile.value());
    } else if constexpr (requires { command.card; }) {
      return In(account->cards, command.card.value());
    } else if constexpr (requires { command.charge; }) {
      return In(account->charges, command.charge.value());
    } else if constexpr (requires { command.transfer; }) {
      return In(account->transfers, command.transfer.value());
    } else {
      return account->etag;
    }
  }

  template <class Things>
  static std::optional<uint64_t> In(const Things& things, const std::string& id) {
    const auto found = things.find(id);
    return found == things.end() ? std::nullopt : std::optional(found->second.etag);
  }

  const World& world_;
};

bool HasEtag(const judge::Command& command) {
  return std::visit(
      [](const auto& each) {
        return requires { each.etag; };
      },
      command);
}

void SetEtag(uint64_t version, v1::Command& wire) {
  const auto* field =
      wire.GetReflection()->GetOneofFieldDescriptor(wire, wire.GetDescriptor()->oneof_decl(0));
  google::protobuf::Message& request = *wire.GetReflection()->MutableMessage(&wire, field);
  request.GetReflection()->SetString(&request, request.GetDescriptor()->FindFieldByName("etag"),
                                     StrCat("\"", version, "\""));
}

}  // namespace

std::string InWords(const Step& step) {
  const kernel::Caller& caller = step.caller;
  std::string words = StrCat(
      absl::FormatTime(absl::RFC3339_full, absl::FromUnixMicros(step.now), absl::UTCTimeZone()),
      " ", caller.principal.value());
  for (const auto role : kernel::RolesIn(caller.roles)) {
    StrAppend(&words, "+", std::string(kernel::NameOf(role)));
  }
  if (caller.on_behalf_of) StrAppend(&words, " for ", caller.on_behalf_of->value());
  return StrCat(words, ": ", step.wire.ShortDebugString());
}

std::optional<request::Request> Trial::Parse(const Step& step) const {
  const kernel::Instant now{step.now};
  const std::string fresh_id = "0190b6f0-0000-7000-9000-000000000000";
  auto parsed = request::Parse(step.wire, fresh_id, now);
  auto* request = std::get_if<request::Request>(&parsed);
  if (request == nullptr) return std::nullopt;
  if (step.version == Version::kAny || !HasEtag(request->command)) return std::move(*request);
  uint64_t version = CurrentVersion(model_.world()).Of(request->command).value_or(1);
  if (step.version == Version::kOther) version += 7;
  v1::Command versioned = step.wire;
  SetEtag(version, versioned);
  auto again = request::Parse(versioned, fresh_id, now);
  request = std::get_if<request::Request>(&again);
  return request == nullptr ? std::nullopt : std::optional(std::move(*request));
}

std::string Trial::Take(const Step& step) {
  ++steps_;
  now_ = step.now;
  const auto request = Parse(step);
  if (!request) return step.malformed ? "" : "the generator's command is malformed";
  if (step.malformed) return "a card number got past the parser";
  const kernel::Context context{
      .caller = step.caller, .now = {step.now}, .reason_given = !request->personal.reason.empty()};
  const Verdict verdict = model_.Judge(request->command, context);
  const kernel::Decision decision = system_.Judge(*request, context);
  const std::string expected = InWords(verdict);
  const std::string actual = InWords(decision);
  Remember(step, *request, actual.substr(0, actual.find('\n')));
  if (expected != actual) return StrCat("  model:  ", expected, "\n  system: ", actual);
  Count(verdict);
  if (!verdict.recorded()) return "";
  const std::string stream =
      verdict.facts.empty() || !verdict.facts[0].has_billing_account_created()
          ? model_.StreamOf(request->command)
          : judge::AccountOf(request->command).value();
  const auto number = system_.states().FindAccount(kernel::AccountId::FromStored(stream));
  if (number) {
    if (std::string wrong = CheckRemovals(decision, *number, system_.states()); !wrong.empty()) {
      return wrong;
    }
  }
  const uint64_t head = system_.head();
  if (absl::Status status = system_.Record(*request, context, decision); !status.ok()) {
    return status.ToString();
  }
  model_.Apply(request->command, verdict, step.now);
  std::string wrong = CheckRecords({system_.last_records(), *request, context, head});
  if (wrong.empty()) wrong = CheckAnswer(*request, verdict);
  if (!wrong.empty() || steps_ % steps_per_comparison_ != 0) return wrong;
  wrong = CheckAccounts(verdict.facts, stream);
  if (wrong.empty() && steps_ % kStepsPerFullComparison == 0) wrong = CheckAll();
  return wrong;
}

std::string Trial::CheckAnswer(const request::Request& request, const Verdict& verdict) {
  if (verdict.refused()) return "";
  storage::v1::Answer answer = system_.answer();
  std::vector<storage::v1::Record> records;
  for (const std::string& bytes : system_.last_records()) {
    records.emplace_back().ParseFromString(bytes);
  }
  if (!request.request_id.empty()) {
    const storage::v1::Answer& kept = records.front().command().answer();
    const storage::v1::Answer again = projections::Whole(kept, records, system_.states());
    if (again.ShortDebugString() != answer.ShortDebugString()) {
      return StrCat("a repeat is answered otherwise\n  first: ", answer.ShortDebugString(),
                    "\n  again: ", again.ShortDebugString());
    }
  }
  if (!verdict.facts.empty()) {
    std::vector<const v1::Event*> facts;
    for (const auto& record : records) facts.push_back(&record.event());
    const v1::Command restored = request::Restored(records.front().command().request(), facts);
    if (restored.ShortDebugString() != request.decided.ShortDebugString()) {
      return StrCat("the log gives another request\n  given: ", request.decided.ShortDebugString(),
                    "\n  kept:  ", restored.ShortDebugString());
    }
  }
  answer.clear_personal();
  const std::string expected = model_.AnswerOf(request.command, verdict, now_).ShortDebugString();
  if (answer.ShortDebugString() == expected) return "";
  return StrCat("another answer\n  model:  ", expected, "\n  system: ", answer.ShortDebugString());
}

std::string Trial::CheckAccounts(const std::vector<v1::Event>& facts,
                                 const std::string& stream) const {
  std::set<std::string> accounts = {stream};
  for (const v1::Event& fact : facts) {
    if (!fact.billing_account().empty()) accounts.insert(IdIn(fact.billing_account()));
  }
  for (const std::string& account : accounts) {
    const auto number = system_.states().FindAccount(kernel::AccountId::FromStored(account));
    if (!number) return StrCat("no account ", account);
    std::string wrong = CheckPaymentMethods(system_.states(), *number);
    if (wrong.empty() && account == stream) {
      wrong = CheckCascades(facts, *number, system_.states());
    }
    if (wrong.empty()) wrong = Compare(account);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

std::string Trial::Compare(const std::string& account) const {
  const std::string difference =
      Difference(LinesOf(model_.world(), account, now_), LinesOf(system_.states(), account, now_));
  return difference.empty() ? "" : StrCat("other states of ", account, "\n", difference);
}

std::string Trial::CompareAcross() const {
  const kernel::YearMonth month = kernel::MonthOf({now_});
  const Across across{.now = now_,
                      .before_year = month.year + 1,
                      .before_month = month.month,
                      .principals = Users()};
  const std::string difference =
      Difference(LinesAcross(model_.world(), across), LinesAcross(system_.states(), across));
  return difference.empty() ? "" : StrCat("other states across accounts\n", difference);
}

std::string Trial::CheckAll() const {
  if (system_.head() != model_.world().head()) {
    return StrCat("the log ends at ", system_.head(), ", the model's at ", model_.world().head());
  }
  for (const auto& [id, account] : model_.world().accounts()) {
    if (std::string wrong = Compare(id); !wrong.empty()) return wrong;
  }
  if (std::string wrong = CompareAcross(); !wrong.empty()) return wrong;
  return system_.FoldAgain();
}

void Trial::Remember(const Step& step, const request::Request& request,
                     const std::string& decision) {
  last_account_ = judge::AccountOf(request.command).value();
  stories_[last_account_].push_back(
      StrCat("  ", steps_, ": ", InWords(step), "\n      → ", decision));
}

std::string Trial::Story() const {
  const auto found = stories_.find(last_account_);
  if (found == stories_.end()) return "";
  const size_t skipped = found->second.size() - std::min(found->second.size(), kStoryLength);
  return absl::StrJoin(found->second.begin() + static_cast<ptrdiff_t>(skipped), found->second.end(),
                       "\n");
}

void Trial::Count(const Verdict& verdict) {
  if (verdict.refused()) {
    ++tally_[verdict.reason];
  } else if (verdict.facts.empty()) {
    ++tally_["NothingChanged"];
  }
  for (const v1::Event& fact : verdict.facts) {
    const auto* field =
        fact.GetReflection()->GetOneofFieldDescriptor(fact, fact.GetDescriptor()->oneof_decl(0));
    ++tally_[field->message_type()->name()];
  }
  for (const auto& [type, subject] : verdict.blockers) ++tally_[type];
}

}  // namespace billing::model
