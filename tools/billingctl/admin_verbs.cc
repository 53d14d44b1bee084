#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "billing/v1/admin_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/times.h"
#include "tools/billingctl/words.h"
#include "tools/progress/progress.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::AdminService::Stub;
using billing::v1::GetServerStatusResponse;
using billing::v1::ListProjectionsRequest;
using billing::v1::ListProjectionsResponse;
using billing::v1::Projection;
using billing::v1::RebuildProjectionResponse;
using progress::Progress;
using progress::ProgressLine;

// Between two looks at how far a rebuild is.
constexpr std::chrono::milliseconds kLookEvery{200};

std::vector<Column<GetServerStatusResponse>> StatusColumns(const absl::TimeZone& zone) {
  using Status = GetServerStatusResponse;
  return {
      {{"version"}, [](const Status& status) { return status.version(); }},
      {{"log-id"}, [](const Status& status) { return status.log_id(); }},
      {{"position"}, [](const Status& status) { return absl::StrCat(status.position()); }},
      {{"rules-version"},
       [](const Status& status) { return absl::StrCat(status.rules_version()); }},
      {{"started"}, [zone](const Status& status) { return TimeText(status.start_time(), zone); }},
      {{"time"}, [zone](const Status& status) { return TimeText(status.time(), zone); }},
      {{"commands"}, [](const Status& status) { return absl::StrCat(status.commands()); }},
      {{"batches"}, [](const Status& status) { return absl::StrCat(status.batches()); }},
      {{"queued"}, [](const Status& status) { return absl::StrCat(status.queued()); }},
      {{"records-behind"},
       [](const Status& status) { return absl::StrCat(status.records_behind()); }},
      {{"storage-full"}, [](const Status& status) { return YesOrNo(status.storage_full()); }},
      {{"clock-suspect"}, [](const Status& status) { return YesOrNo(status.clock_suspect()); }},
      {{"watchers"}, [](const Status& status) { return absl::StrCat(status.watchers()); }},
  };
}

void AddStatus(CommandLine& line) {
  line.AddRead({&line.root(), "status", "Shows what the server is and how it does"},
               [](const Context& context) {
                 return Read(context, &Stub::GetServerStatus, billing::v1::GetServerStatusRequest(),
                             [&](const GetServerStatusResponse& response) {
                               const auto columns = StatusColumns(context.zone);
                               PrintRecord(HeadingsOf(columns), CellsOf(columns, response),
                                           context.style, context.out);
                             });
               });
}

std::vector<Column<Projection>> ProjectionColumns() {
  return {
      {{"name"}, [](const Projection& projection) { return projection.name(); }},
      {{"state", true}, [](const Projection& projection) { return WordOf(projection.state()); }},
      {{"version"},
       [](const Projection& projection) { return absl::StrCat(projection.version()); }},
      {{"position"},
       [](const Projection& projection) { return absl::StrCat(projection.position()); }},
      {{"lag"}, [](const Projection& projection) { return absl::StrCat(projection.lag()); }},
      {{"stored"},
       [](const Projection& projection) { return absl::StrCat(projection.stored_position()); }},
      {{"answers"}, [](const Projection& projection) { return projection.description(); }},
  };
}

void AddProjectionList(CommandLine& line, CLI::App* noun) {
  line.AddList(
      {noun, "list", "Lists the read models and how far each has come"},
      HeadingsOf(ProjectionColumns()), [](const Context& context) {
        // All are rebuilt together.
        std::string error;
        const ExitCode code = List(
            context, &Stub::ListProjections, ListProjectionsRequest(),
            ProjectionColumns(), [&error](const ListProjectionsResponse& page) -> const auto& {
              if (page.projections_size() > 0) {
                error = page.projections(0).rebuild_error();
              }
              return page.projections();
            });
        if (code == ExitCode::kOk && !error.empty()) {
          context.out << Printable("the last rebuild failed: " + error) << '\n';
        }
        return code;
      });
}

Failure RebuildFailed(const std::string& error) {
  Failure failure =
      InternalFailure(absl::StrCat("The read models could not be built anew: ", error));
  failure.reason = "REBUILD_FAILED";
  return failure;
}

// Looks again and again until nothing is being rebuilt.
Answer<ListProjectionsResponse> AwaitRebuild(const Context& context) {
  ProgressLine line(context.err, context.err_is_terminal && !context.json);
  std::chrono::milliseconds first_look{0};
  Progress progress{.unit = "records"};
  for (bool is_first = true;; is_first = false) {
    Answer<ListProjectionsResponse> answer =
        context.session.Call(&Stub::ListProjections, ListProjectionsRequest());
    const auto* response = std::get_if<ListProjectionsResponse>(&answer);
    if (response == nullptr || response->projections().empty()) return answer;
    const Projection& projection = response->projections(0);
    if (projection.state() != billing::v1::PROJECTION_STATE_REBUILDING) return answer;
    progress.count = projection.rebuild_position();
    progress.share = static_cast<double>(progress.count) /
                     static_cast<double>(std::max<uint64_t>(1, response->position()));
    if (is_first) {
      first_look = context.waiting.now();
      progress.count_at_first = progress.count;
      progress.share_at_first = *progress.share;
    }
    progress.seconds = std::chrono::duration<double>(context.waiting.now() - first_look).count();
    line.Draw(progress);
    context.waiting.pause(kLookEvery);
  }
}

ExitCode WaitForRebuild(const Context& context) {
  const Answer<ListProjectionsResponse> answer = AwaitRebuild(context);
  if (const auto* failure = std::get_if<Failure>(&answer)) return Fail(context, *failure);
  const auto& response = std::get<ListProjectionsResponse>(answer);
  for (const Projection& projection : response.projections()) {
    if (projection.state() == billing::v1::PROJECTION_STATE_REBUILD_FAILED) {
      return Fail(context, RebuildFailed(projection.rebuild_error()));
    }
  }
  if (context.json) return PrintJson(context, response, JsonLayout::kIndented);
  context.out << "all read models built anew, at position " << response.position() << '\n';
  return ExitCode::kOk;
}

struct RebuildArguments {
  billing::v1::RebuildProjectionRequest request;
  bool wait = false;
};

ExitCode Rebuild(const Context& context, const RebuildArguments& arguments) {
  const Answer<RebuildProjectionResponse> answer =
      context.session.Call(&Stub::RebuildProjection, arguments.request);
  if (const auto* failure = std::get_if<Failure>(&answer)) return Fail(context, *failure);
  if (arguments.wait) return WaitForRebuild(context);
  const auto& response = std::get<RebuildProjectionResponse>(answer);
  if (context.json) return PrintJson(context, response, JsonLayout::kIndented);
  context.out << "all read models are being built anew, from the log up to position "
              << response.position() << "; projection list shows how far\n";
  return ExitCode::kOk;
}

void AddProjectionRebuild(CommandLine& line, CLI::App* noun) {
  auto arguments = std::make_shared<RebuildArguments>();
  CLI::App* verb = line.AddPlain(
      {noun, "rebuild",
       "Builds the read models anew from the log, beside those that serve. Whichever is named, "
       "all are"},
      [=](const Context& context) { return Rebuild(context, *arguments); });
  verb->add_option_function<std::string>(
          "name", [arguments](const std::string& name) { arguments->request.set_name(name); },
          "A read model, or - for all")
      ->required();
  verb->add_flag("--wait", arguments->wait,
                 "Return when it is done, showing how far it is on a terminal; exit code 1 when "
                 "it fails");
}

}  // namespace

void AddAdminVerbs(CommandLine& line) {
  AddStatus(line);
  CLI::App* noun = line.AddNoun("projection", "The read models: how far they are, rebuilding them");
  AddProjectionList(line, noun);
  AddProjectionRebuild(line, noun);
}

}  // namespace billing::billingctl
