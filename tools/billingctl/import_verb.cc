// `billingctl import`: a file of commands over one stream.
#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/util/json_util.h"
#include "tools/billingctl/bulk_sender.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/import_file.h"
#include "tools/billingctl/json.h"
#include "tools/billingctl/whole_file.h"
#include "tools/progress/progress.h"

namespace billing::billingctl {
namespace {

using billing::v1::ExecuteCommandsResponse;
using progress::Grouped;
using progress::ProgressLine;

constexpr size_t kWindowMax = 100'000;
// Lines hold vault tokens and people's names.
constexpr mode_t kOwnerOnly = 0600;

struct ImportFlags {
  std::string path;
  // Where failed lines go; empty: to stderr.
  std::string failed_path;
  size_t window = 1'000;
};

// Lines, by what became of them.
struct Counts {
  uint64_t done = 0;
  // Of these, answered from an earlier run: nothing happened now.
  uint64_t repeated = 0;
  uint64_t failed = 0;
  uint64_t lines() const { return done + failed; }
};

Failure FailureIn(const google::rpc::Status& status) {
  return FailureOf(
      {static_cast<grpc::StatusCode>(status.code()), status.message(), status.SerializeAsString()});
}

Failure FailedLinesNotWritten() { return InternalFailure("the failed lines could not be written"); }

// One import, from the opened file to the summary.
class Import {
 public:
  Import(const Context& context, const ImportFlags& flags, ImportFile& file, std::ostream& failed)
      : context_(context),
        flags_(flags),
        file_(file),
        failed_(failed),
        line_(context.err, context.err_is_terminal && !context.json) {}

  ExitCode Run() {
    BulkSender sender(
        context_.session, {.window = flags_.window, .patience = context_.session.timeout()},
        {.next = [this] { return NextCommand(); },
         .answered = [this](const auto& line, const auto& answer) { Take(line, answer); },
         .tick = [this] { Draw(); }});
    Draw();
    const std::optional<Failure> gave_up = sender.Run();
    line_.Erase();
    failed_.flush();
    Summarise();
    if (gave_up) return GiveUp(*gave_up);
    if (!file_.status().ok()) {
      return Fail(context_, UsageFailure(std::string(file_.status().message())));
    }
    if (!failed_) return Fail(context_, FailedLinesNotWritten());
    return counts_.failed > 0 ? ExitCode::kSomeFailed : ExitCode::kOk;
  }

 private:
  // What is no command is failed here, and never sent.
  std::optional<ImportLine> NextCommand() {
    while (auto line = file_.Next()) {
      if (line->problem.empty()) return line;
      Failure failure;
      failure.code = "INVALID_ARGUMENT";
      failure.reason = "INVALID_REQUEST";
      failure.message = line->problem;
      const std::lock_guard lock(mutex_);
      ++counts_.failed;
      Settle(*line);
      Write(JsonObjectOf(failure)
                .Raw("line", absl::StrCat(line->number))
                .Text("text", line->text)
                .Done());
    }
    return std::nullopt;
  }

  void Take(const ImportLine& line, const ExecuteCommandsResponse& answer) {
    const std::lock_guard lock(mutex_);
    Settle(line);
    if (answer.has_receipt()) {
      ++counts_.done;
      counts_.repeated += answer.receipt().replayed() ? 1 : 0;
      return;
    }
    ++counts_.failed;
    const Failure failure = FailureIn(answer.status());
    Write(JsonObjectOf(failure)
              .Raw("line", absl::StrCat(line.number))
              .Raw("command", CommandToRepeat(line, failure))
              .Done());
  }

  // As it was given, so that it is a new attempt when it is imported again; with its request
  // id where it may have happened.
  static std::string CommandToRepeat(const ImportLine& line, const Failure& failure) {
    billing::v1::Command command = line.command;
    if (line.request_id_made && !OutcomeIsUncertain(failure)) SetRequestId("", command);
    std::string json;
    const auto printed = google::protobuf::util::MessageToJsonString(command, &json);
    return printed.ok() ? json : JsonQuoted(line.text);
  }

  // REQUIRES mutex_. A line of its own also where the progress is drawn.
  void Write(const std::string& json) {
    if (&failed_ == &context_.err) line_.Erase();
    failed_ << json << '\n';
  }

  // REQUIRES mutex_.
  void Settle(const ImportLine& line) { bytes_ = std::max(bytes_, line.end); }

  void Draw() {
    const std::lock_guard lock(mutex_);
    line_.Draw({.share = Share(),
                .count = counts_.lines(),
                .unit = "lines",
                .seconds = Seconds(),
                .note = counts_.failed == 0 ? "" : Grouped(counts_.failed) + " failed"});
  }

  // Of the file's bytes, what is answered.
  double Share() const {
    if (file_.size() == 0) return 1;
    return static_cast<double>(bytes_) / static_cast<double>(file_.size());
  }

  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

  void Summarise() const {
    const Counts& counts = counts_;
    const double seconds = Seconds();
    if (context_.json) {
      context_.out << JsonObject()
                          .Raw("done", absl::StrCat(counts.done))
                          .Raw("repeated", absl::StrCat(counts.repeated))
                          .Raw("failed", absl::StrCat(counts.failed))
                          .Raw("seconds", absl::StrFormat("%.3f", seconds))
                          .Done()
                   << '\n';
      return;
    }
    context_.out << Grouped(counts.lines()) << " commands: " << Grouped(counts.done) << " done";
    if (counts.repeated > 0) {
      context_.out << " (" << Grouped(counts.repeated) << " of them by an earlier import)";
    }
    context_.out << ", " << Grouped(counts.failed) << " failed\n";
  }

  ExitCode GiveUp(Failure failure) const {
    if (!failure.message.empty()) {
      absl::StrAppend(&failure.message, absl::EndsWith(failure.message, ".") ? " " : ". ");
    }
    absl::StrAppend(&failure.message,
                    "The import stopped; run it again with the same file, and nothing happens "
                    "twice.");
    return Fail(context_, failure);
  }

  const Context& context_;
  const ImportFlags& flags_;
  ImportFile& file_;
  std::ostream& failed_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();

  std::mutex mutex_;
  Counts counts_;
  // The last that is answered ends there, in the file.
  uint64_t bytes_ = 0;
  ProgressLine line_;
};

// An earlier list of failed lines gives way to a whole one only: the import may get nowhere.
ExitCode ImportKeepingFailed(const Context& context, const ImportFlags& flags, ImportFile& file) {
  const auto cannot_write = UsageFailure(absl::StrCat("cannot write ", flags.failed_path));
  std::error_code missing;
  if (std::filesystem::is_other(flags.failed_path, missing)) {
    // A pipe or /dev/null: nothing was kept there.
    std::ofstream failed(flags.failed_path);
    if (!failed) return Fail(context, cannot_write);
    return Import(context, flags, file, failed).Run();
  }
  WholeFile failed({.path = flags.failed_path, .permissions = kOwnerOnly});
  if (!failed.out()) return Fail(context, cannot_write);
  const ExitCode code = Import(context, flags, file, failed.out()).Run();
  if (code != ExitCode::kOk && code != ExitCode::kSomeFailed) return code;
  return failed.Finish() ? code : Fail(context, FailedLinesNotWritten());
}

ExitCode RunImport(const Context& context, const ImportFlags& flags) {
  std::error_code no_such_file;
  if (std::filesystem::equivalent(flags.path, flags.failed_path, no_such_file)) {
    return Fail(context, UsageFailure("--failed must be another file than the one to import"));
  }
  const auto file = ImportFile::Open(flags.path);
  if (!file.ok()) return Fail(context, UsageFailure(std::string(file.status().message())));
  if (flags.failed_path.empty()) return Import(context, flags, **file, context.err).Run();
  return ImportKeepingFailed(context, flags, **file);
}

}  // namespace

void AddImportVerb(CommandLine& line) {
  auto flags = std::make_shared<ImportFlags>();
  CLI::App* verb =
      line.AddPlain({&line.root(), "import", "Sends a file of commands, one JSON object a line"},
                    [flags](const Context& context) { return RunImport(context, *flags); });
  verb->add_option("file", flags->path,
                   "The file, or - for standard input. A line: {\"addCard\": {…}}")
      ->type_name("FILE")
      ->required();
  verb->add_option("--failed", flags->failed_path,
                   "Write failed lines there instead of to stderr; it can be imported again")
      ->type_name("FILE");
  verb->add_option("--window", flags->window, "Most commands under way at once")
      ->check(CLI::Range(size_t{1}, kWindowMax))
      ->capture_default_str();
}

}  // namespace billing::billingctl
