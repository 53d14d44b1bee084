#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "billing/v1/history_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/describe.h"
#include "tools/billingctl/history_flags.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/timeline.h"
#include "tools/billingctl/times.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::HistoryService::Stub;
using billing::v1::Event;

std::string SubjectsText(const Event& event) {
  return absl::StrJoin(event.subjects(), ", ", [](std::string* out, const std::string& name) {
    *out += RelativeName(name);
  });
}

std::vector<Column<Event>> EventColumns(const absl::TimeZone& zone) {
  return {
      {{"position"}, [](const Event& event) { return absl::StrCat(event.position()); }},
      {{"time"}, [zone](const Event& event) { return TimeText(event.commit_time(), zone); }},
      {{"account"}, [](const Event& event) { return ShortName(event.billing_account()); }, false},
      {{"who"}, WhoText},
      {{"type"}, [](const Event& event) { return event.type(); }},
      {{"what"}, [zone](const Event& event) { return Describe(event, zone); }},
      {{"reason"}, [](const Event& event) { return event.reason(); }, false},
      {{"subjects"}, SubjectsText, false},
      {{"request-id"}, [](const Event& event) { return event.request_id(); }, false},
      {{"roles"}, [](const Event& event) { return absl::StrJoin(event.roles(), ", "); }, false},
      {{"revision"},
       [](const Event& event) { return absl::StrCat(event.stream_revision()); },
       false},
      {{"event-id"}, [](const Event& event) { return event.event_id(); }, false},
      {{"decided-at"},
       [](const Event& event) { return absl::StrCat(event.decided_at_position()); },
       false},
      {{"rules-version"},
       [](const Event& event) { return absl::StrCat(event.rules_version()); },
       false},
      {{"leaf-hash"},
       [](const Event& event) { return absl::BytesToHexString(event.leaf_hash()); },
       false},
      {{"trace-parent"}, [](const Event& event) { return event.trace_parent(); }, false},
      {{"redacted"},
       [](const Event& event) { return absl::StrJoin(event.redacted_fields(), ", "); },
       false},
  };
}

struct HistoryArguments {
  EventScopeFlags scope;
  billing::v1::ListEventsRequest request;
  std::string since;
  std::string before;
};

// The request that the flags mean.
billing::v1::ListEventsRequest RequestOf(const HistoryArguments& arguments,
                                         const Context& context) {
  billing::v1::ListEventsRequest request = arguments.request;
  arguments.scope.FillIn(context, request);
  if (!arguments.since.empty()) {
    *request.mutable_start_time() = TimeOf({"--since", arguments.since}, context.zone);
  }
  if (!arguments.before.empty()) {
    *request.mutable_end_time() = TimeOf({"--before", arguments.before}, context.zone);
  }
  return request;
}

// Events one by one, a line each: a history may be longer than memory.
ExitCode PrintJsonLines(const Context& context, const billing::v1::ListEventsRequest& request) {
  return EachPage(context, &Stub::ListEvents, request,
                  [&](const billing::v1::ListEventsResponse& page) {
                    for (const Event& event : page.events()) {
                      const ExitCode code = PrintJson(context, event, JsonLayout::kOneLine);
                      if (code != ExitCode::kOk) return code;
                    }
                    return ExitCode::kOk;
                  });
}

// The same as a timeline.
ExitCode PrintTimeline(const Context& context, const billing::v1::ListEventsRequest& request) {
  const bool sees_all = request.subject().empty() && request.types().empty() &&
                        request.principal().empty() && request.request_id().empty();
  Timeline timeline(context, {.sees_all = sees_all, .shows_account = request.parent() == "-"});
  return EachPage(context, &Stub::ListEvents, request,
                  [&](const billing::v1::ListEventsResponse& page) {
                    for (const Event& event : page.events()) timeline.Print(event);
                    return ExitCode::kOk;
                  });
}

void AddHistoryFlags(CommandLine& line, CLI::App* verb,
                     const std::shared_ptr<HistoryArguments>& arguments) {
  AddEventScope(line, verb, arguments);
  AddText(verb, {"--by", "Only what this principal did, as caller or as the one named"},
          [arguments](const std::string& who) { arguments->request.set_principal(who); })
      ->type_name("PRINCIPAL");
  AddText(verb, {"--request-id", "Only the write with this id"},
          [arguments](const std::string& id) { arguments->request.set_request_id(id); });
  verb->add_option_function<uint64_t>(
      "--after",
      [arguments](uint64_t position) { arguments->request.set_after_position(position); },
      "Only positions greater than this");
  verb->add_option_function<uint64_t>(
      "--until",
      [arguments](uint64_t position) { arguments->request.set_until_position(position); },
      "Only positions up to and including this");
  verb->add_option("--since", arguments->since, "Only what was committed at or after this time");
  verb->add_option("--before", arguments->before, "Only what was committed before this time");
  verb->add_flag_callback(
      "--newest-first", [arguments] { arguments->request.set_newest_first(true); },
      "Descending positions");
}

void AddHistory(CommandLine& line) {
  auto arguments = std::make_shared<HistoryArguments>();
  CLI::App* verb =
      line.AddList({&line.root(), "history", "Lists what happened, to what, when, by whom and why"},
                   HeadingsOf(EventColumns(absl::UTCTimeZone())), [=](const Context& context) {
                     const billing::v1::ListEventsRequest request = RequestOf(*arguments, context);
                     if (context.json) return PrintJsonLines(context, request);
                     if (context.lists.columns.empty()) return PrintTimeline(context, request);
                     return List(
                         context, &Stub::ListEvents, request, EventColumns(context.zone),
                         [](const billing::v1::ListEventsResponse& page) -> const auto& {
                           return page.events();
                         });
                   });
  AddHistoryFlags(line, verb, arguments);
}

// What a record says beyond its table row: a refusal's blockers.
void PrintBlockers(const Context& context, const Event& event) {
  for (const billing::v1::Blocker& blocker : event.command_refused().blockers()) {
    context.out << Printable(absl::StrCat("  blocked by ", blocker.type(), " ", blocker.subject(),
                                          ": ", blocker.remedy()))
                << '\n';
  }
}

void AddEvent(CommandLine& line) {
  auto position = std::make_shared<uint64_t>(0);
  CLI::App* verb = line.AddRead(
      {&line.root(), "event", "Shows one record of the log"}, [=](const Context& context) {
        billing::v1::GetEventRequest request;
        request.set_position(*position);
        return Read(context, &Stub::GetEvent, request,
                    [&](const billing::v1::GetEventResponse& response) {
                      const auto columns = EventColumns(context.zone);
                      PrintRecord(HeadingsOf(columns), CellsOf(columns, response.event()),
                                  context.style, context.out);
                      PrintBlockers(context, response.event());
                    });
      });
  verb->add_option("position", *position, "From 1")->required()->check(FromOneOn());
}

}  // namespace

void AddHistoryVerbs(CommandLine& line) {
  AddHistory(line);
  AddEvent(line);
}

}  // namespace billing::billingctl
