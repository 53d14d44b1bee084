// A page of rows of which some may not be shown.
#ifndef BILLING_SERVER_READS_ROW_PAGE_H_
#define BILLING_SERVER_READS_ROW_PAGE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "server/reads/page.h"
#include "server/status.h"

namespace billing::server {

// Goes through the rows from where the page before ended. Rows that are not shown stay for
// good, so a page may have to pass over many: it gives up after kExaminedMax and leaves the
// rest to the next page.
//   read(after, limit)                the rows after an id, by id: pairs of id and state
//   show(id, state, response, meter)  adds the row by the meter, or passes over it; gives a
//                                     problem that ends the page
template <class Response, class Read, class Show>
Answered<Response> FillPage(const PageQuery& page, Read read, Show show) {
  // As many as the page takes, and the one that tells whether another page follows.
  const size_t step = page.size + 1;
  Response response;
  PageMeter meter(page.size);
  std::string last = page.after.value_or("");
  const auto unfinished = [&] {
    response.set_next_page_token(page.TokenAt(last));
    return std::move(response);
  };
  for (size_t examined = 0;;) {
    const auto rows = read(last, step);
    for (const auto& [id, state] : rows) {
      if (meter.full() || examined == kExaminedMax) return unfinished();
      ++examined;
      std::optional<Problem> problem = show(id, state, response, meter);
      if (problem) return *std::move(problem);
      if (meter.left_one()) return unfinished();
      last = id.value();
    }
    if (rows.size() < step) return response;
  }
}

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_ROW_PAGE_H_
