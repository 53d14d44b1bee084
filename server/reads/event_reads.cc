#include "server/reads/event_reads.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "aggregates/kernel/uuid.h"
#include "projections/history/log_reader.h"

namespace billing::server {
namespace {

using billing::v1::Event;
using billing::v1::ListEventsRequest;
using billing::v1::ListEventsResponse;
using projections::FirstCommittedSince;
using projections::LoadedRecord;
using projections::LoadRecords;

// The first whole microsecond at or after the timestamp: commit times are whole ones, so
// no comparison changes.
std::optional<int64_t> MicrosecondsAt(std::string field,
                                      const google::protobuf::Timestamp& timestamp,
                                      FieldChecks& checks) {
  if (!IsTimestamp(timestamp)) {
    checks.Add(std::move(field), kTimestampBounds);
    return std::nullopt;
  }
  return timestamp.seconds() * 1'000'000 + (timestamp.nanos() + 999) / 1'000;
}

EventFilter FilterIn(const ListEventsRequest& request, FieldChecks& checks) {
  EventFilter filter{.types = TypesIn(request.types(), checks)};
  if (!request.principal().empty()) {
    if (!kernel::IsPrincipal(request.principal())) {
      checks.Add("principal", "must be `users/…` or `services/…`");
    }
    filter.principal = request.principal();
  }
  if (!request.request_id().empty()) {
    auto bytes = kernel::UuidBytes(request.request_id());
    if (!bytes) checks.Add("request_id", "must be a UUID");
    filter.request_id = std::move(bytes).value_or("");
  }
  return filter;
}

// A range that ends before it begins is a mistake; one that begins where it ends is empty.
void CheckOrder(const ListEventsQuery& query, FieldChecks& checks) {
  if (query.until_position < query.after_position) {
    checks.Add("until_position", "must not be less than after_position");
  }
  if (query.start_us && query.end_us && *query.end_us < *query.start_us) {
    checks.Add("end_time", "must not be before start_time");
  }
}

// What is left to examine.
absl::StatusOr<PositionBounds> BoundsOf(const ListEventsQuery& query, const ReadContext& context) {
  PositionBounds bounds{.after = query.after_position,
                        .until = std::min(query.until_position, context.position)};
  if (query.start_us) {
    const auto first = FirstCommittedSince(context.log, context.position, *query.start_us);
    if (!first.ok()) return first.status();
    bounds.after = std::max(bounds.after, *first - 1);
  }
  if (query.end_us) {
    const auto first = FirstCommittedSince(context.log, context.position, *query.end_us);
    if (!first.ok()) return first.status();
    bounds.until = std::min(bounds.until, *first - 1);
  }
  if (query.examined && query.newest_first) {
    bounds.until = std::min(bounds.until, *query.examined - 1);
  } else if (query.examined) {
    bounds.after = std::max(bounds.after, *query.examined);
  }
  return bounds;
}

// Fills one page from the positions of a walk.
class EventPage {
 public:
  EventPage(const ReadContext& context, const ListEventsQuery& query)
      : context_(context), query_(query), accounts_(context), meter_(query.page.size) {}

  Answered<ListEventsResponse> Fill(PositionWalk walk) {
    for (;;) {
      const std::vector<uint64_t> positions = walk.Next(context_.states);
      if (positions.empty()) return std::move(response_);
      const auto loaded = LoadRecords(context_.log, positions);
      if (!loaded.ok()) return StoreReadFailed(loaded.status());
      for (const LoadedRecord& one : *loaded) {
        if (meter_.full() || examined_ == kExaminedMax) return Unfinished();
        if (auto problem = Take(one)) return *std::move(problem);
        if (meter_.left_one()) return Unfinished();
        last_ = one.record->event().position();
      }
    }
  }

 private:
  std::optional<Problem> Take(const LoadedRecord& loaded) {
    ++examined_;
    const EventFilter& filter = query_.filter;
    if (!IsAmong(filter.types, *loaded.record) || !filter.TakesCommand(*loaded.command)) {
      return std::nullopt;
    }
    // What is not shown is not found either, or finding would show it.
    if (filter.asks_for_caller() && !CommandSight(accounts_, loaded).account) return std::nullopt;
    auto shown = ShowEvent(context_, accounts_, loaded);
    if (auto* problem = std::get_if<Problem>(&shown)) return std::move(*problem);
    meter_.Add(std::get<Event>(std::move(shown)), *response_.mutable_events());
    return std::nullopt;
  }

  ListEventsResponse Unfinished() {
    response_.set_next_page_token(query_.page.TokenAt(absl::StrCat(last_)));
    return std::move(response_);
  }

  const ReadContext& context_;
  const ListEventsQuery& query_;
  AccountCache accounts_;
  PageMeter meter_;
  size_t examined_ = 0;
  uint64_t last_ = 0;
  ListEventsResponse response_;
};

}  // namespace

bool EventFilter::TakesCommand(const storage::v1::Record& command) const {
  const Event& event = command.event();
  return (principal.empty() || event.principal() == principal ||
          event.on_behalf_of() == principal) &&
         (request_id.empty() || command.command().request_id() == request_id);
}

Parsed<ListEventsQuery> ListEventsQuery::Parse(const ListEventsRequest& request) {
  FieldChecks checks;
  ListEventsQuery query;
  auto scope = ScopeIn(request, checks);
  query.filter = FilterIn(request, checks);
  if (request.has_start_time()) {
    query.start_us = MicrosecondsAt("start_time", request.start_time(), checks);
  }
  if (request.has_end_time()) {
    query.end_us = MicrosecondsAt("end_time", request.end_time(), checks);
  }
  query.after_position = request.after_position();
  if (request.until_position() != 0) query.until_position = request.until_position();
  query.newest_first = request.newest_first();
  CheckOrder(query, checks);
  auto page = checks.Page(request);
  query.examined = checks.Place(page, [](std::string_view cursor) -> std::optional<uint64_t> {
    uint64_t examined = 0;
    if (!absl::SimpleAtoi(std::string(cursor), &examined) || examined == 0) return std::nullopt;
    return examined;
  });
  if (!checks.ok()) return checks.Take();
  query.scope = *std::move(scope);
  query.page = std::move(page);
  return query;
}

Answered<ListEventsResponse> ListEventsQuery::Answer(const ReadContext& context) const {
  const auto opened = OpenScope(context, scope);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& walked = std::get<OpenedScope>(opened);
  if (walked.empty) return ListEventsResponse();
  const auto bounds = BoundsOf(*this, context);
  if (!bounds.ok()) return StoreReadFailed(bounds.status());
  return EventPage(context, *this).Fill(PositionWalk(walked, *bounds, newest_first));
}

Parsed<GetEventQuery> GetEventQuery::Parse(const billing::v1::GetEventRequest& request) {
  FieldChecks checks;
  if (request.position() == 0) checks.Add("position", "must be at least 1");
  if (!checks.ok()) return checks.Take();
  return GetEventQuery{request.position()};
}

Answered<billing::v1::GetEventResponse> GetEventQuery::Answer(const ReadContext& context) const {
  if (position > context.position) return EventNotFound();
  const auto loaded = LoadRecords(context.log, std::span(&position, 1));
  if (!loaded.ok()) return StoreReadFailed(loaded.status());
  AccountCache accounts(context);
  auto shown = ShowEvent(context, accounts, loaded->front());
  if (auto* problem = std::get_if<Problem>(&shown)) return std::move(*problem);
  billing::v1::GetEventResponse response;
  *response.mutable_event() = std::get<Event>(std::move(shown));
  return response;
}

}  // namespace billing::server
