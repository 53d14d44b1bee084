// The three kinds of verb: those that write, that read one thing, that list.
#ifndef BILLING_TOOLS_BILLINGCTL_CALLS_H_
#define BILLING_TOOLS_BILLINGCTL_CALLS_H_

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "billing/v1/common.pb.h"
#include "tools/billingctl/context.h"
#include "tools/billingctl/json.h"

namespace billing::billingctl {

// What a write did, in a sentence: `card visa` and `added`.
struct Deed {
  std::string subject;
  std::string done;
};

// `card visa added at position 4`, or that it would be, or that it was already.
std::string Sentence(const Deed& deed, const billing::v1::Receipt& receipt, const Context& context);

// `active now on mail, web`; nothing when no subscription moved.
std::string MovedText(const google::protobuf::RepeatedPtrField<std::string>& subscriptions,
                      const Context& context);

// `mail, web`: their ids.
std::string IdsText(const google::protobuf::RepeatedPtrField<std::string>& names);

// `card visa`, or `a card` while the server has yet to make its id.
std::string Subject(absl::string_view kind, absl::string_view name);

// `"12"` of `12`, as an etag is written; already quoted or empty: unchanged.
std::string QuotedEtag(absl::string_view etag);

ExitCode PrintJson(const Context& context, const google::protobuf::Message& message,
                   JsonLayout layout);

// Sends a command with the write flags; `say` tells of the response on `context.out`.
template <class Stub, class Request, class Response, class Say>
ExitCode Write(const Context& context, Method<Stub, Request, Response> method, Request request,
               Say say) {
  const WriteFlags& flags = context.writes;
  // An answer that records nothing can be repeated anyway.
  const bool needs_id = flags.request_id.empty() && !flags.validate_only;
  request.set_request_id(needs_id ? context.new_request_id() : flags.request_id);
  request.set_validate_only(flags.validate_only);
  request.set_reason(flags.reason);
  request.set_etag(QuotedEtag(flags.etag));
  Answer<Response> answer = context.session.Call(method, request);
  if (Failure* failure = std::get_if<Failure>(&answer)) {
    if (OutcomeIsUncertain(*failure) && !flags.validate_only) {
      failure->repeat_request_id = request.request_id();
    }
    return Fail(context, *failure);
  }
  const Response& response = std::get<Response>(answer);
  if (context.json) return PrintJson(context, response, JsonLayout::kIndented);
  say(response);
  return ExitCode::kOk;
}

// Asks for one thing; `show` prints the response on `context.out`.
template <class Stub, class Request, class Response, class Show>
ExitCode Read(const Context& context, Method<Stub, Request, Response> method, Request request,
              Show show) {
  request.set_min_position(context.reads.min_position);
  const Answer<Response> answer = context.session.Call(method, request);
  if (const Failure* failure = std::get_if<Failure>(&answer)) return Fail(context, *failure);
  const Response& response = std::get<Response>(answer);
  if (context.json) return PrintJson(context, response, JsonLayout::kIndented);
  show(response);
  return ExitCode::kOk;
}

// Rows of one page, over all its repeated fields.
int RowsOf(const google::protobuf::Message& page);

// Most rows of the next page when `got` rows are there.
int PageSize(const ListFlags& flags, int got);
bool IsEnough(const ListFlags& flags, int got);

// Says on `context.err` how to go on after a list that --limit ended.
void SayMore(const Context& context, const std::string& next_page_token);

// Asks for page after page, to the end or to the limit; `take` gets each and answers an
// exit code other than kOk to stop.
template <class Stub, class Request, class Response, class Take>
ExitCode EachPage(const Context& context, Method<Stub, Request, Response> method, Request request,
                  Take take) {
  request.set_min_position(context.reads.min_position);
  request.set_page_token(context.lists.page_token);
  int got = 0;
  do {
    request.set_page_size(PageSize(context.lists, got));
    Answer<Response> answer = context.session.Call(method, request);
    if (const Failure* failure = std::get_if<Failure>(&answer)) return Fail(context, *failure);
    Response& page = std::get<Response>(answer);
    got += RowsOf(page);
    request.set_page_token(page.next_page_token());
    const ExitCode code = take(page);
    if (code != ExitCode::kOk) return code;
  } while (!request.page_token().empty() && !IsEnough(context.lists, got));
  SayMore(context, request.page_token());
  return ExitCode::kOk;
}

// Adds a page to the pages before it: rows after rows, the first page's position, the
// last page's token.
template <class Response>
void Append(const Response& page, Response& pages) {
  const uint64_t position = pages.position() != 0 ? pages.position() : page.position();
  pages.MergeFrom(page);
  pages.set_position(position);
  pages.set_next_page_token(page.next_page_token());
}

// A list as a table, or as one JSON response of all its pages. `rows` gives the rows of
// a page.
template <class Row, class Stub, class Request, class Response, class Rows>
ExitCode List(const Context& context, Method<Stub, Request, Response> method, Request request,
              const std::vector<Column<Row>>& columns, Rows rows) {
  Response pages;
  const std::vector<Column<Row>> chosen = Chosen(columns, context.lists.columns);
  Table table(HeadingsOf(chosen), context.style);
  const ExitCode code = EachPage(context, method, std::move(request), [&](const Response& page) {
    if (context.json) {
      Append(page, pages);
      return ExitCode::kOk;
    }
    for (const Row& row : rows(page)) table.Add(CellsOf(chosen, row));
    table.Flush(context.out);
    return ExitCode::kOk;
  });
  if (code != ExitCode::kOk || !context.json) return code;
  return PrintJson(context, pages, JsonLayout::kIndented);
}

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_CALLS_H_
