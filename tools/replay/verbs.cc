#include "tools/replay/verbs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "aggregates/request/request.h"
#include "eventstore/file/disk_space.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tools/progress/progress.h"
#include "tools/replay/audit.h"
#include "tools/replay/export_writer.h"
#include "tools/replay/importing.h"
#include "tools/replay/json.h"
#include "tools/replay/reporting.h"
#include "tools/replay/running.h"

namespace billing::replay {
namespace {

using absl::StrCat;
using progress::Grouped;

constexpr mode_t kOwnerOnly = 0600;

// Whether `json` gives max_cards as 0, which in a message is the same as not to give it.
bool AllowsNoCards(const std::string& json) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(json, &object).ok()) return false;
  for (const char* name : {"max_cards", "maxCards"}) {
    const auto field = object.fields().find(name);
    if (field == object.fields().end()) continue;
    const google::protobuf::Value& value = field->second;
    if (value.has_number_value() ? value.number_value() == 0 : value.string_value() == "0") {
      return true;
    }
  }
  return false;
}

std::variant<account::Policy, Finding> PolicyIn(const std::string& text) {
  std::string json = text;
  std::error_code error;
  if (!text.starts_with('{') && std::filesystem::exists(text, error)) {
    auto contents = ReadFile(text);
    if (auto* wrong = std::get_if<Finding>(&contents)) return std::move(*wrong);
    json = std::get<std::string>(std::move(contents));
  }
  billing::v1::Policy policy;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &policy);
  if (!parsed.ok()) {
    return BadArgument(
        StrCat("the policy is neither a file nor JSON of billing.v1.Policy: ", parsed.ToString()));
  }
  // Who asks about no cards would be told about the default.
  if (AllowsNoCards(json)) return BadArgument("policy.max_cards must be 1 to 1,000");
  // As the server checks it.
  billing::v1::Command command;
  command.mutable_set_policy()->set_name("billingAccounts/any");
  *command.mutable_set_policy()->mutable_policy() = policy;
  const auto checked = request::Parse(command, /*fresh_id=*/"", /*now=*/{});
  if (const auto* violations = std::get_if<std::vector<request::Violation>>(&checked)) {
    return BadArgument(StrCat(violations->front().field, " ", violations->front().description));
  }
  return account::PolicyFrom(policy);
}

// What keeps a database with about so much in it from being made there.
std::optional<Finding> CheckPlace(const std::string& into, uint64_t bytes) {
  std::error_code error;
  if (std::filesystem::exists(into, error)) return BadArgument(StrCat(into, " is there already"));
  const absl::Status space = eventstore::CheckSpaceForDatabase(into, bytes, StrCat("for ", into));
  if (space.ok()) return std::nullopt;
  return Unreadable(std::string(space.message()));
}

// An export holds vault tokens and people's names: its owner alone may read it.
std::optional<Finding> MakeFile(const std::string& path) {
  const int made = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (made >= 0) {
    close(made);
    return std::nullopt;
  }
  if (errno == EEXIST) return BadArgument(StrCat(path, " is there already"));
  return Unreadable(StrCat("cannot make ", path, ": ", std::strerror(errno)));
}

std::string AllHeld(const Looked&) { return "all held"; }

std::string RateInWords(const Looked& looked) {
  const double rows_per_second =
      static_cast<double>(looked.audit.rows().size()) / std::max(looked.seconds, 1e-6);
  const double records_per_second =
      static_cast<double>(looked.audit.verification().size()) / std::max(looked.seconds, 1e-6);
  return StrCat(Grouped(looked.audit.rows().size()), " rows folded, ",
                Grouped(static_cast<uint64_t>(rows_per_second)), " rows and ",
                Grouped(static_cast<uint64_t>(records_per_second)), " records a second");
}

JsonObject JsonOf(const Otherwise& otherwise) {
  JsonObject json;
  return json.Number("position", otherwise.position)
      .Text("account", otherwise.account)
      .Text("command", otherwise.command)
      .Text("was", otherwise.was)
      .Text("would_be", otherwise.would_be)
      .Flag("newly_refused", otherwise.newly_refused);
}

std::string InWords(const Otherwise& otherwise) {
  return StrCat("position ", otherwise.position, ", account ", otherwise.account, ": ",
                otherwise.command, "\n  was       ", otherwise.was, "\n  would be  ",
                otherwise.would_be);
}

}  // namespace

int Verify(const Subject& subject, const Terminal& terminal) {
  auto prepared = Prepare(subject, Depth::kVerify, Contents::kLog);
  if (auto* wrong = std::get_if<Finding>(&prepared)) return Fail(*wrong, subject.json, terminal);
  return RunAndSay(subject, "verify", std::get<Prepared>(std::move(prepared)), terminal, AllHeld);
}

int Prove(const Subject& subject, const Terminal& terminal) {
  auto opened = Prepare(subject, Depth::kJudge, Contents::kLogAndRows);
  if (auto* wrong = std::get_if<Finding>(&opened)) return Fail(*wrong, subject.json, terminal);
  Prepared prepared = std::get<Prepared>(std::move(opened));
  return RunAndSay(subject, "prove", std::move(prepared), terminal, AllHeld);
}

int Diff(const Subject& subject, const Terminal& terminal) {
  auto opened = Prepare(subject, Depth::kFold, Contents::kLogAndRows);
  if (auto* wrong = std::get_if<Finding>(&opened)) return Fail(*wrong, subject.json, terminal);
  Prepared prepared = std::get<Prepared>(std::move(opened));
  if (prepared.opened.stored == nullptr) {
    return Fail(BadArgument(StrCat(subject.from, " holds no stored rows to compare")), subject.json,
                terminal);
  }
  return RunAndSay(subject, "diff", std::move(prepared), terminal, [](const Looked& looked) {
    return StrCat("the stored rows are the fold at position ", looked.opened.stored->position());
  });
}

int AskWhatIf(const Subject& subject, const std::string& policy, const Terminal& terminal) {
  const auto read = PolicyIn(policy);
  if (const auto* wrong = std::get_if<Finding>(&read)) return Fail(*wrong, subject.json, terminal);
  auto opened = Prepare(subject, Depth::kJudge, Contents::kLogAndRows);
  if (auto* wrong = std::get_if<Finding>(&opened)) return Fail(*wrong, subject.json, terminal);
  Prepared prepared = std::get<Prepared>(std::move(opened));
  const WhatIf what_if(std::get<account::Policy>(read));
  uint64_t differing = 0;
  uint64_t newly_refused = 0;
  prepared.options.what_if = &what_if;
  prepared.options.otherwise = [&](const Otherwise& otherwise) {
    ++differing;
    newly_refused += otherwise.newly_refused ? 1 : 0;
    terminal.out << (subject.json ? JsonOf(otherwise).Done() : InWords(otherwise)) << "\n";
  };
  return RunAndSay(subject, "what-if", std::move(prepared), terminal, [&](const Looked&) {
    return StrCat(Grouped(differing), " commands would have been answered otherwise, ",
                  Grouped(newly_refused), " of them newly refused");
  });
}

int Rebuild(const Subject& subject, const std::string& into, const Terminal& terminal) {
  if (!into.empty()) {
    if (const auto wrong = CheckPlace(into, 0)) return Fail(*wrong, subject.json, terminal);
  }
  auto opened = Prepare(subject, Depth::kFold, Contents::kLog);
  if (auto* wrong = std::get_if<Finding>(&opened)) return Fail(*wrong, subject.json, terminal);
  Prepared prepared = std::get<Prepared>(std::move(opened));
  prepared.options.folded = [&](const projections::RowReader& rows,
                                const projections::Follower& follower) -> std::optional<Finding> {
    if (into.empty()) return std::nullopt;
    const absl::Status written = WriteViews(rows, follower, into);
    if (written.ok()) return std::nullopt;
    return Unreadable(std::string(written.message()));
  };
  return RunAndSay(subject, "rebuild", std::move(prepared), terminal, RateInWords);
}

int Export(const Subject& subject, const std::string& to, const Terminal& terminal) {
  auto opened = Prepare(subject, Depth::kVerify, Contents::kLog);
  if (auto* wrong = std::get_if<Finding>(&opened)) return Fail(*wrong, subject.json, terminal);
  Prepared prepared = std::get<Prepared>(std::move(opened));
  // What is said must not run into what is written.
  const Terminal said{to.empty() ? terminal.err : terminal.out, terminal.err,
                      terminal.err_is_terminal};
  std::ofstream file;
  if (!to.empty()) {
    if (const auto wrong = MakeFile(to)) return Fail(*wrong, subject.json, said);
    file.open(to, std::ios::binary);
  }
  std::ostream& out = to.empty() ? terminal.out : file;
  ExportWriter writer(out, prepared.opened.source->log_id());
  prepared.options.taken = [&writer](const Item& item) {
    if (item.kind != Item::Kind::kEnd) writer.Add(item);
  };
  prepared.options.verified = [&](const Verification& log) -> std::optional<Finding> {
    writer.Finish(log.size(), log.root());
    if (out) return std::nullopt;
    return Unreadable("writing the export failed");
  };
  const int code = RunAndSay(subject, "export", std::move(prepared), said, [&to](const Looked&) {
    return StrCat("exported to ", to.empty() ? "stdout" : to);
  });
  if (code != 0 && !to.empty()) {
    std::error_code error;
    std::filesystem::remove(to, error);
  }
  return code;
}

int Import(const Subject& subject, const std::string& into, const Terminal& terminal) {
  auto opened = Prepare(subject, Depth::kVerify, Contents::kLog);
  if (auto* wrong = std::get_if<Finding>(&opened)) return Fail(*wrong, subject.json, terminal);
  Prepared prepared = std::get<Prepared>(std::move(opened));
  if (prepared.opened.is_directory()) {
    return Fail(BadArgument(StrCat(subject.from, " is a directory, not an export")), subject.json,
                terminal);
  }
  std::error_code error;
  const uint64_t bytes = std::filesystem::file_size(subject.from, error);
  if (const auto wrong = CheckPlace(into, error ? 0 : bytes)) {
    return Fail(*wrong, subject.json, terminal);
  }
  AuditOptions again = prepared.options;
  prepared.options.verified = [&](const Verification& log) {
    return ImportVerified(subject.from, into, std::move(again), log.root());
  };
  return RunAndSay(subject, "import", std::move(prepared), terminal,
                   [&into](const Looked&) { return StrCat("imported into ", into); });
}

}  // namespace billing::replay
