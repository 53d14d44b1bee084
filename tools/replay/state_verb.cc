#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "aggregates/kernel/names.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/time_util.h"
#include "tools/replay/account_as_of.h"
#include "tools/replay/running.h"

namespace billing::replay {
namespace {

using absl::StrCat;
using google::protobuf::util::TimeUtil;

std::string Rfc3339(kernel::Instant time) {
  return TimeUtil::ToString(TimeUtil::MicrosecondsToTimestamp(time.us));
}

std::variant<kernel::AccountId, Finding> AccountIn(const std::string& text) {
  auto id =
      kernel::IsFullName(text) ? kernel::ParseAccountName(text) : kernel::AccountId::Parse(text);
  if (id) return *std::move(id);
  return BadArgument(StrCat("`", text, "` is no account"));
}

// A position, or a time as RFC 3339 has it; nothing given: the log's end.
std::variant<StateAt, Finding> PlaceIn(const std::string& text) {
  if (text.empty()) return StateAt{};
  const bool is_number =
      std::all_of(text.begin(), text.end(), [](char c) { return '0' <= c && c <= '9'; });
  if (is_number) {
    uint64_t position = 0;
    if (absl::SimpleAtoi(text, &position) && position > 0) return StateAt{.position = position};
    return BadArgument(StrCat("`", text, "` is no position: they begin at 1"));
  }
  google::protobuf::Timestamp time;
  if (TimeUtil::FromString(text, &time)) {
    return StateAt{.time = {TimeUtil::TimestampToMicroseconds(time)}};
  }
  return BadArgument(
      StrCat("`", text, "` is neither a position nor a time like 2026-03-01T12:00:00Z"));
}

// What was asked for and cannot be shown.
std::optional<Finding> Missing(const std::string& account, const StateAt& at,
                               const AccountAsOf& state) {
  if (at.position != UINT64_MAX && state.position() < at.position) {
    return BadArgument(
        StrCat("position ", at.position, " is beyond the log, which ends at ", state.position()));
  }
  if (state.position() == 0) {
    return BadArgument(StrCat("nothing was committed by ", Rfc3339(at.time)));
  }
  if (state.is_there()) return std::nullopt;
  return BadArgument(StrCat("up to position ", state.position(), ", committed ",
                            Rfc3339(state.commit_time()), ", nobody opened an account ", account));
}

// Writes parts as JSON: one a line for programs, indented for people.
class PartWriter {
 public:
  PartWriter(std::ostream& out, bool one_a_line) : out_(out), one_a_line_(one_a_line) {
    options_.preserve_proto_field_names = true;
    options_.add_whitespace = !one_a_line;
  }

  void Write(const billing::v1::GetAccountStateResponse& part) {
    std::string json;
    const auto written = google::protobuf::util::MessageToJsonString(part, &json, options_);
    if (!written.ok()) return status_.Update(absl::DataLossError(written.ToString()));
    out_ << json << (one_a_line_ ? "\n" : "");
  }
  const absl::Status& status() const { return status_; }

 private:
  std::ostream& out_;
  const bool one_a_line_;
  google::protobuf::util::JsonPrintOptions options_;
  absl::Status status_;
};

// What was asked for.
struct Wanted {
  std::string account;
  StateAt at;
  // Derived fields are as of the time that was asked for, else of the record's.
  kernel::Instant NowFor(const AccountAsOf& state) const {
    return at.time.us == INT64_MAX ? state.commit_time() : at.time;
  }
};

std::optional<Finding> Show(const Wanted& wanted, AccountAsOf& state, const Looked& looked,
                            bool json, std::ostream& out) {
  if (state.status().ok()) {
    if (auto missing = Missing(wanted.account, wanted.at, state)) return missing;
    if (!json) {
      out << kernel::AccountName(wanted.account) << " behind position " << state.position()
          << ", committed " << Rfc3339(state.commit_time())
          << ", as recorded; prove says whether that was right\n";
    }
  }
  PartWriter writer(out, json);
  absl::Status shown = state.status();
  if (shown.ok()) {
    shown = state.Show(wanted.NowFor(state), looked.audit.rows(),
                       [&writer](const auto& part) { writer.Write(part); });
  }
  shown.Update(writer.status());
  if (shown.ok()) return std::nullopt;
  return At(Kind::kFormat, state.position(), std::string(shown.message()));
}

}  // namespace

int ShowState(const Subject& subject, const std::string& account, const std::string& at,
              const Terminal& terminal) {
  const auto id = AccountIn(account);
  if (const auto* wrong = std::get_if<Finding>(&id)) return Fail(*wrong, subject.json, terminal);
  const auto place = PlaceIn(at);
  if (const auto* wrong = std::get_if<Finding>(&place)) {
    return Fail(*wrong, subject.json, terminal);
  }
  const Wanted wanted{std::get<kernel::AccountId>(id).value(), std::get<StateAt>(place)};
  auto opened = Prepare(subject, Depth::kFold, Contents::kLog);
  if (auto* wrong = std::get_if<Finding>(&opened)) return Fail(*wrong, subject.json, terminal);
  Prepared prepared = std::get<Prepared>(std::move(opened));
  AccountAsOf state(wanted.account, wanted.at);
  prepared.options.command = [&state](const Recorded& recorded,
                                      const projections::RowReader& rows) {
    return state.Take(recorded, rows);
  };
  return RunAudit(subject, "state", std::move(prepared), terminal, [&](const Looked& looked) {
    return Show(wanted, state, looked, subject.json, terminal.out);
  });
}

}  // namespace billing::replay
