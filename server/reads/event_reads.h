// Reads of the history.
#ifndef BILLING_SERVER_READS_EVENT_READS_H_
#define BILLING_SERVER_READS_EVENT_READS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "billing/v1/history_service.pb.h"
#include "server/reads/event_scope.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// Which records a page of events shows, besides its bounds.
struct EventFilter {
  // Fact types; empty: all.
  FactTypes types;
  // As caller or as the one named in x-on-behalf-of; empty: all.
  std::string principal;
  // 16 bytes; empty: all.
  std::string request_id;

  // Whether it asks who called, or with what request id.
  bool asks_for_caller() const { return !principal.empty() || !request_id.empty(); }
  // `command` is the first record of the record's command.
  bool TakesCommand(const storage::v1::Record& command) const;
};

// A query is a checked request. Parse says what is malformed; Answer does the read,
// without `position`, and afterwards states.status() is to be checked.
//
// A page examines at most kExaminedMax records and then ends, possibly empty, with a
// token: rare events are found in as many pages as it takes.
struct ListEventsQuery {
  static Parsed<ListEventsQuery> Parse(const billing::v1::ListEventsRequest& request);
  Answered<billing::v1::ListEventsResponse> Answer(const ReadContext& context) const;

  EventScope scope;
  EventFilter filter;
  // Positions: after < position <= until.
  uint64_t after_position = 0;
  uint64_t until_position = UINT64_MAX;
  // Microseconds since 1970: start <= commit time < end.
  std::optional<int64_t> start_us;
  std::optional<int64_t> end_us;
  bool newest_first = false;
  // The last position that the page before examined.
  std::optional<uint64_t> examined;
  PageQuery page;
};

struct GetEventQuery {
  static Parsed<GetEventQuery> Parse(const billing::v1::GetEventRequest& request);
  Answered<billing::v1::GetEventResponse> Answer(const ReadContext& context) const;

  uint64_t position;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_EVENT_READS_H_
