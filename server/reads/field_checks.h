// Checks of the fields of a read's request: every bad field is found before the answer.
#ifndef BILLING_SERVER_READS_FIELD_CHECKS_H_
#define BILLING_SERVER_READS_FIELD_CHECKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/names.h"
#include "aggregates/request/request.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "server/reads/page.h"

namespace billing::server {

// A request's query, or what is wrong with the request.
template <class Query>
using Parsed = std::variant<Query, std::vector<request::Violation>>;

// Where a parent may be all accounts: nothing means all.
struct AccountOrAll {
  std::optional<kernel::AccountId> account;
};

// Whether it is a moment that a Timestamp may say: of the years 1 to 9999.
bool IsTimestamp(const google::protobuf::Timestamp& timestamp);
inline constexpr char kTimestampBounds[] = "must be a time in the years 1 to 9999";

// Each check gives nothing and notes a violation when the field is bad.
class FieldChecks {
 public:
  // `billingAccounts/{account}`.
  std::optional<kernel::AccountId> Account(std::string field, std::string_view name);
  // The same, or `-`, or `billingAccounts/-`.
  std::optional<AccountOrAll> AccountOrAllAccounts(std::string field, std::string_view name);
  // `billingAccounts/{account}/{collection}/{id}`.
  std::optional<kernel::ResourceName> Resource(std::string field, std::string_view name,
                                               std::string_view collection);

  // page_size and page_token of a paged request, which outlives what it asks for; of a bad one
  // nothing is taken.
  template <class Request>
  PageQuery Page(const Request& request) {
    return Page(request.page_size(), request.page_token(), request);
  }

  // Where the page before ended, as `read` finds it in the cursor; nothing for a first page.
  // A cursor in which `read` finds nothing is of a foreign token.
  template <class Read>
  auto Place(const PageQuery& page, Read read) -> decltype(read(std::string_view())) {
    if (!page.after) return std::nullopt;
    auto place = read(*page.after);
    if (!place) AddForeignToken();
    return place;
  }

  void Add(std::string field, std::string description);
  bool ok() const { return violations_.empty(); }
  std::vector<request::Violation> Take() { return std::move(violations_); }

 private:
  void AddForeignToken();
  PageQuery Page(int32_t size, std::string_view token, const google::protobuf::Message& request);

  std::vector<request::Violation> violations_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_FIELD_CHECKS_H_
