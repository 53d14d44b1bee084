#include "server/reads/field_checks.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"

namespace billing::server {
namespace {

constexpr std::string_view kAll = "-";
constexpr std::string_view kAllByName = "billingAccounts/-";

// 9999-12-31T23:59:59Z, the last second that a Timestamp may say; and the first.
constexpr int64_t kTimestampSecondsMax = 253'402'300'799;
constexpr int64_t kTimestampSecondsMin = -62'135'596'800;
constexpr int32_t kNanosPerSecond = 1'000'000'000;

}  // namespace

bool IsTimestamp(const google::protobuf::Timestamp& timestamp) {
  return timestamp.seconds() >= kTimestampSecondsMin &&
         timestamp.seconds() <= kTimestampSecondsMax && timestamp.nanos() >= 0 &&
         timestamp.nanos() < kNanosPerSecond;
}

void FieldChecks::Add(std::string field, std::string description) {
  violations_.push_back({.field = std::move(field), .description = std::move(description)});
}

void FieldChecks::AddForeignToken() {
  Add("page_token", "is not a next_page_token of this request; start without one");
}

std::optional<kernel::AccountId> FieldChecks::Account(std::string field, std::string_view name) {
  auto account = kernel::ParseAccountName(name);
  if (!account) Add(std::move(field), "must be `billingAccounts/{account}`");
  return account;
}

std::optional<AccountOrAll> FieldChecks::AccountOrAllAccounts(std::string field,
                                                              std::string_view name) {
  if (name == kAll || name == kAllByName) return AccountOrAll{};
  auto account = kernel::ParseAccountName(name);
  if (!account) {
    Add(std::move(field), "must be `billingAccounts/{account}`, or `-` for all accounts");
    return std::nullopt;
  }
  return AccountOrAll{.account = std::move(account)};
}

std::optional<kernel::ResourceName> FieldChecks::Resource(std::string field, std::string_view name,
                                                          std::string_view collection) {
  auto resource = kernel::ParseName(name);
  if (!resource || resource->collection != collection) {
    Add(std::move(field),
        fmt::format("must be `billingAccounts/{{account}}/{}/{{id}}`", collection));
    return std::nullopt;
  }
  return resource;
}

PageQuery FieldChecks::Page(int32_t size, std::string_view token,
                            const google::protobuf::Message& request) {
  PageQuery page{.request = &request};
  if (size < 0) Add("page_size", "must not be negative");
  if (size > 0) page.size = static_cast<size_t>(std::min(size, kPageSizeMax));
  if (token.empty()) return page;
  page.after = CursorIn(token, DigestOf(request));
  if (!page.after) AddForeignToken();
  return page;
}

}  // namespace billing::server
