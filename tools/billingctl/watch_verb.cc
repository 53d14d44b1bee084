// `billingctl watch`: what happens, as it happens.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "billing/v1/history_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/event_stream.h"
#include "tools/billingctl/history_flags.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/timeline.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::HistoryService::Stub;
using billing::v1::WatchEventsRequest;
using billing::v1::WatchEventsResponse;
using std::chrono::milliseconds;

struct WatchArguments {
  EventScopeFlags scope;
  // Nothing: from now on.
  std::optional<uint64_t> after;
  uint64_t limit = 0;
};

// `0.4 s`.
std::string SecondsText(milliseconds time) {
  return absl::StrFormat("%.1f s", static_cast<double>(time.count()) / 1'000);
}

class Watching {
 public:
  Watching(const Context& context, const WatchArguments& arguments,
           const WatchEventsRequest& request)
      : context_(context),
        limit_(arguments.limit),
        timeline_(context, {.sees_all = request.subject().empty() && request.types().empty(),
                            .shows_account = request.parent() == "-"}) {}

  ExitCode Run(WatchEventsRequest request) {
    EventStream stream(context_,
                       {.take = [this](const auto& message) { return Take(message); },
                        .lost = [this](const Failure& failure, uint64_t position,
                                       milliseconds pause) { Lost(failure, position, pause); },
                        .resumed = [this](uint64_t position) { Resumed(position); }});
    const auto failure = stream.Run(std::move(request));
    if (failure) return Fail(context_, *failure);
    return code_;
  }

 private:
  bool Take(const WatchEventsResponse& message) {
    if (context_.json) {
      code_ = PrintJson(context_, message, JsonLayout::kOneLine);
    } else if (message.has_event()) {
      timeline_.Print(message.event());
    }
    // Whoever reads them waits for each.
    context_.out.flush();
    if (message.has_event()) ++shown_;
    return code_ == ExitCode::kOk && context_.out.good() && (limit_ == 0 || shown_ < limit_);
  }

  void Lost(const Failure& failure, uint64_t position, milliseconds pause) const {
    if (context_.json) {
      context_.err << JsonObjectOf(failure)
                          .Text("watch", "lost")
                          .Text("position", absl::StrCat(position))
                          .Done()
                   << '\n';
      return;
    }
    const std::string& why = failure.reason.empty() ? failure.message : failure.reason;
    context_.err << "watch lost: " << Printable(why.empty() ? failure.code : why)
                 << "; goes on after position " << position << " in " << SecondsText(pause) << '\n';
  }

  void Resumed(uint64_t position) const {
    if (context_.json) {
      context_.err
          << JsonObject().Text("watch", "resumed").Text("position", absl::StrCat(position)).Done()
          << '\n';
    } else {
      context_.err << "watch resumed after position " << position << '\n';
    }
  }

  const Context& context_;
  const uint64_t limit_;
  Timeline timeline_;
  uint64_t shown_ = 0;
  ExitCode code_ = ExitCode::kOk;
};

// Where the log ends now.
std::variant<uint64_t, Failure> HeadOf(const Context& context, const WatchEventsRequest& watch) {
  billing::v1::ListEventsRequest request;
  request.set_parent(watch.parent());
  request.set_newest_first(true);
  request.set_page_size(1);
  const auto answer = context.session.Call(&Stub::ListEvents, request);
  if (const auto* failure = std::get_if<Failure>(&answer)) return *failure;
  return std::get<billing::v1::ListEventsResponse>(answer).position();
}

ExitCode Watch(const Context& context, const WatchArguments& arguments) {
  WatchEventsRequest request;
  arguments.scope.FillIn(context, request);
  if (arguments.after) {
    request.set_after_position(*arguments.after);
  } else {
    const auto head = HeadOf(context, request);
    if (const auto* failure = std::get_if<Failure>(&head)) return Fail(context, *failure);
    request.set_after_position(std::get<uint64_t>(head));
  }
  return Watching(context, arguments, request).Run(request);
}

}  // namespace

void AddWatchVerb(CommandLine& line) {
  auto arguments = std::make_shared<WatchArguments>();
  CLI::App* verb = line.AddPlain(
      {&line.root(), "watch",
       "Shows what happens as it happens, until interrupted; goes on by itself when the "
       "connection is lost"},
      [arguments](const Context& context) { return Watch(context, *arguments); });
  AddEventScope(line, verb, arguments);
  verb->add_option("--after", arguments->after,
                   "Show everything after this position first; 0: from the start. Default: from "
                   "now on");
  verb->add_option("--limit", arguments->limit, "End after so many events")->check(FromOneOn());
}

}  // namespace billing::billingctl
