#include "tools/billingctl/timeline.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "billing/v1/history_service.grpc.pb.h"
#include "tools/billingctl/describe.h"
#include "tools/billingctl/names.h"
#include "tools/billingctl/times.h"

namespace billing::billingctl {
namespace {

using billing::v1::Event;
using Stub = billing::v1::HistoryService::Stub;

// How far an earlier fact is looked for: so many pages of so many events.
constexpr int kPagesMax = 4;
constexpr int kEventsPerPage = 20;

// What a refusal says beyond its line.
void PrintBlockers(const Context& context, const billing::v1::CommandRefused& refused) {
  for (const billing::v1::Blocker& blocker : refused.blockers()) {
    context.out << Printable(absl::StrCat("    blocked by ", blocker.type(), " ",
                                          RelativeName(blocker.subject())))
                << '\n';
  }
}

}  // namespace

std::string WhoText(const Event& event) {
  if (event.on_behalf_of().empty()) return event.principal();
  return absl::StrCat(event.principal(), " for ", event.on_behalf_of());
}

Changes::Lookup LookupOf(const Context& context) {
  return [&context](const Changes::Question& question) -> std::optional<Event> {
    if (question.before_position <= 1) return std::nullopt;
    billing::v1::ListEventsRequest request;
    request.set_parent(AccountName(AccountOf(question.subject)));
    request.set_subject(question.subject);
    for (const std::string& type : question.types) request.add_types(type);
    request.set_until_position(question.before_position - 1);
    request.set_newest_first(true);
    request.set_page_size(kEventsPerPage);
    for (int page = 0; page < kPagesMax; ++page) {
      const auto answer = context.session.Call(&Stub::ListEvents, request);
      const auto* listed = std::get_if<billing::v1::ListEventsResponse>(&answer);
      if (listed == nullptr) return std::nullopt;
      for (const Event& event : listed->events()) {
        if (question.is(event)) return event;
      }
      if (listed->next_page_token().empty()) return std::nullopt;
      request.set_page_token(listed->next_page_token());
    }
    return std::nullopt;
  };
}

void Timeline::Print(const Event& event) {
  std::ostream& out = context_.out;
  const Table::Style style = context_.style;
  out << Highlighted(absl::StrCat(event.position()), style) << "  "
      << TimeText(event.commit_time(), context_.zone) << "  ";
  if (options_.shows_account) out << Printable(ShortName(event.billing_account())) << "  ";
  out << Printable(WhoText(event)) << "  "
      << (event.has_command_refused() ? Alarming(event.type(), style)
                                      : Highlighted(event.type(), style))
      << '\n';
  out << "    " << Printable(Describe(event, context_.zone)) << '\n';
  for (const std::string& change : changes_.Of(event)) {
    out << "    " << Printable(change) << '\n';
  }
  PrintBlockers(context_, event.command_refused());
  if (!event.reason().empty()) out << "    why: " << Printable(event.reason()) << '\n';
}

}  // namespace billing::billingctl
