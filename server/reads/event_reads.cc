#include "server/reads/event_reads.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "aggregates/kernel/uuid.h"
#include "google/protobuf/descriptor.h"
#include "projections/fold/fold.h"
#include "server/reads/log_reader.h"

namespace billing::server {
namespace {

using billing::v1::Event;
using billing::v1::ListEventsRequest;
using billing::v1::ListEventsResponse;

// Records loaded at a time.
constexpr size_t kRecordsPerStep = 128;
// 9999-12-31T23:59:59Z, the last second that a Timestamp may say; and the first.
constexpr int64_t kTimestampSecondsMax = 253'402'300'799;
constexpr int64_t kTimestampSecondsMin = -62'135'596'800;
constexpr int32_t kNanosPerSecond = 1'000'000'000;

bool IsFactType(const std::string& name) {
  const auto* facts = Event::descriptor()->FindOneofByName("data");
  for (int i = 0; i < facts->field_count(); ++i) {
    if (facts->field(i)->message_type()->name() == name) return true;
  }
  return false;
}

// The first whole microsecond at or after the timestamp: commit times are whole ones, so
// no comparison changes.
std::optional<int64_t> MicrosecondsAt(std::string field,
                                      const google::protobuf::Timestamp& timestamp,
                                      FieldChecks& checks) {
  if (timestamp.seconds() < kTimestampSecondsMin || timestamp.seconds() > kTimestampSecondsMax ||
      timestamp.nanos() < 0 || timestamp.nanos() >= kNanosPerSecond) {
    checks.Add(std::move(field), "must be a time in the years 1 to 9999");
    return std::nullopt;
  }
  return timestamp.seconds() * 1'000'000 + (timestamp.nanos() + 999) / 1'000;
}

EventFilter FilterIn(const ListEventsRequest& request, FieldChecks& checks) {
  EventFilter filter;
  for (int i = 0; i < request.types_size(); ++i) {
    if (!IsFactType(request.types(i))) {
      checks.Add(absl::StrCat("types[", i, "]"), "must be a fact's name, e.g. CardAdded");
    }
    filter.types.insert(request.types(i));
  }
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

std::optional<kernel::ResourceName> SubjectIn(const ListEventsRequest& request,
                                              FieldChecks& checks) {
  if (request.subject().empty()) return std::nullopt;
  auto subject = kernel::ParseName(request.subject());
  if (!subject) checks.Add("subject", "must be the full name of a resource");
  return subject;
}

// What is left to examine: after < position <= until.
struct Bounds {
  uint64_t after = 0;
  uint64_t until = 0;
  bool empty() const { return after >= until; }
};

absl::StatusOr<Bounds> BoundsOf(const ListEventsQuery& query, const ReadContext& context) {
  Bounds bounds{.after = query.after_position,
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

// Gives the positions that a page examines, step by step, in its order.
class PositionWalk {
 public:
  // Of one account: `number` and the subject, as the index names it; of the whole log: nothing.
  struct Subject {
    projections::AccountNumber number;
    std::string name;
  };
  PositionWalk(const ReadContext& context, std::optional<Subject> subject, Bounds bounds,
               bool newest_first)
      : context_(context),
        subject_(std::move(subject)),
        bounds_(bounds),
        newest_first_(newest_first) {}

  // At most kRecordsPerStep; none at the end.
  std::vector<uint64_t> Next() {
    if (bounds_.empty()) return {};
    std::vector<uint64_t> positions = subject_ ? FromIndex() : FromLog();
    if (positions.empty()) return positions;
    (newest_first_ ? bounds_.until : bounds_.after) =
        newest_first_ ? positions.back() - 1 : positions.back();
    return positions;
  }

 private:
  std::vector<uint64_t> FromIndex() const {
    using projections::Order;
    return context_.states.PositionsOf(
        subject_->number, subject_->name, {.after = bounds_.after, .before = bounds_.until + 1},
        newest_first_ ? Order::kDescending : Order::kAscending, kRecordsPerStep);
  }

  std::vector<uint64_t> FromLog() const {
    const size_t count = std::min<uint64_t>(kRecordsPerStep, bounds_.until - bounds_.after);
    std::vector<uint64_t> positions(count);
    for (size_t i = 0; i < count; ++i) {
      positions[i] = newest_first_ ? bounds_.until - i : bounds_.after + 1 + i;
    }
    return positions;
  }

  const ReadContext& context_;
  const std::optional<Subject> subject_;
  Bounds bounds_;
  const bool newest_first_;
};

// What the caller may see of the account in whose stream the record's command was recorded.
judge::Sight CommandSight(AccountCache& accounts, const LoadedRecord& loaded) {
  const auto& opened = accounts.Open(loaded.command->account());
  const auto* account = std::get_if<ReadableAccount>(&opened);
  return account == nullptr ? judge::Sight{} : account->view.sight;
}

// Fills one page from the positions of a walk.
class EventPage {
 public:
  EventPage(const ReadContext& context, const ListEventsQuery& query)
      : context_(context), query_(query), accounts_(context), meter_(query.page.size) {}

  Answered<ListEventsResponse> Fill(PositionWalk walk) {
    for (;;) {
      const std::vector<uint64_t> positions = walk.Next();
      if (positions.empty()) return std::move(response_);
      const auto loaded = LoadRecords(context_.log, positions);
      if (!loaded.ok()) return StoreReadFailed(loaded.status());
      for (const LoadedRecord& one : *loaded) {
        if (meter_.full() || examined_ == kExaminedMax) return Unfinished();
        if (auto problem = Take(one)) return *std::move(problem);
        if (!fits_) return Unfinished();
        last_ = one.record.event().position();
      }
    }
  }

 private:
  std::optional<Problem> Take(const LoadedRecord& loaded) {
    ++examined_;
    const EventFilter& filter = query_.filter;
    if (!filter.TakesType(loaded.record) || !filter.TakesCommand(*loaded.command)) {
      return std::nullopt;
    }
    const judge::Sight command_sight = CommandSight(accounts_, loaded);
    // What is not shown is not found either, or finding would show it.
    if (filter.asks_for_caller() && !command_sight.account) return std::nullopt;
    const auto& opened = accounts_.Open(loaded.record.account());
    if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
    auto event = context_.presenter.Event(loaded.record, *loaded.command, loaded.bytes,
                                          std::get<ReadableAccount>(opened).view, command_sight);
    if (!event.ok()) return StoreReadFailed(event.status());
    // A fact may have megabytes: together with others it would be more than a client takes.
    const size_t bytes = event->ByteSizeLong();
    fits_ = meter_.Fits(bytes);
    if (!fits_) return std::nullopt;
    *response_.add_events() = *std::move(event);
    meter_.Count(bytes);
    return std::nullopt;
  }

  ListEventsResponse Unfinished() {
    response_.set_next_page_token(TokenOf(absl::StrCat(last_), query_.page.digest));
    return std::move(response_);
  }

  const ReadContext& context_;
  const ListEventsQuery& query_;
  AccountCache accounts_;
  PageMeter meter_;
  size_t examined_ = 0;
  uint64_t last_ = 0;
  // False once an event had to be left to the next page.
  bool fits_ = true;
  ListEventsResponse response_;
};

}  // namespace

bool EventFilter::TakesType(const storage::v1::Record& record) const {
  return types.empty() || types.contains(projections::TypeOf(record.event()));
}

bool EventFilter::TakesCommand(const storage::v1::Record& command) const {
  const Event& event = command.event();
  return (principal.empty() || event.principal() == principal ||
          event.on_behalf_of() == principal) &&
         (request_id.empty() || command.command().request_id() == request_id);
}

Parsed<ListEventsQuery> ListEventsQuery::Parse(const ListEventsRequest& request) {
  FieldChecks checks;
  ListEventsQuery query;
  const auto parent = checks.AccountOrAllAccounts("parent", request.parent());
  query.subject = SubjectIn(request, checks);
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
  auto page = checks.Page(request);
  query.examined = checks.Place(page, [](std::string_view cursor) -> std::optional<uint64_t> {
    uint64_t examined = 0;
    if (!absl::SimpleAtoi(std::string(cursor), &examined) || examined == 0) return std::nullopt;
    return examined;
  });
  if (!checks.ok()) return checks.Take();
  query.parent = *parent;
  query.page = *std::move(page);
  return query;
}

Answered<ListEventsResponse> ListEventsQuery::Answer(const ReadContext& context) const {
  if (!parent.account && !MayReadAllAccounts(context)) {
    return RefusedRead(kernel::Reason::kRoleRequired);
  }
  std::optional<PositionWalk::Subject> walked;
  if (parent.account || subject) {
    const auto opened = OpenAccount(context, parent.account ? *parent.account : subject->account);
    if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
    walked = {.number = std::get<ReadableAccount>(opened).number,
              .name = subject ? subject->Relative() : ""};
    // Of what belongs to another account only the transfers that it sent here concern this one.
    if (parent.account && subject && subject->account != *parent.account) {
      if (subject->collection != kernel::kTransfers) return ListEventsResponse();
      walked->name = kernel::FullName(subject->account.value(), walked->name);
    }
  }
  const auto bounds = BoundsOf(*this, context);
  if (!bounds.ok()) return StoreReadFailed(bounds.status());
  return EventPage(context, *this)
      .Fill(PositionWalk(context, std::move(walked), *bounds, newest_first));
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
  const LoadedRecord& one = loaded->front();
  const auto opened = OpenAccount(context, one.record.account());
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  AccountCache accounts(context);
  auto event =
      context.presenter.Event(one.record, *one.command, one.bytes,
                              std::get<ReadableAccount>(opened).view, CommandSight(accounts, one));
  if (!event.ok()) return StoreReadFailed(event.status());
  billing::v1::GetEventResponse response;
  *response.mutable_event() = *std::move(event);
  return response;
}

}  // namespace billing::server
