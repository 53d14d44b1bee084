// Which records a read of the history is about: whose, and concerning what.
#ifndef BILLING_SERVER_READS_EVENT_SCOPE_H_
#define BILLING_SERVER_READS_EVENT_SCOPE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "projections/history/log_reader.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// `parent` and `subject` of a request.
struct EventScope {
  AccountOrAll parent;
  // Nothing: whatever it concerns.
  std::optional<kernel::ResourceName> subject;
};

// What a scope comes to for a caller who may read it.
struct OpenedScope {
  // Nothing can be in it: of what belongs to another account only the transfers that it sent
  // here concern this one.
  bool empty = false;
  // The account whose history index has it; nothing: the whole log.
  std::optional<projections::AccountNumber> account;
  // As that index names it; empty: the whole account.
  std::string subject;
  // Of all accounts, a transfer concerns also the one that it was sent to, whose index has it by
  // its full name. Else empty.
  std::string full_subject;
  // That one, once both are there.
  std::optional<projections::AccountNumber> receiver;

  // Whether records of more than one account may be in it.
  bool is_of_many() const { return !account || !full_subject.empty(); }
};

// ROLE_REQUIRED or BILLING_ACCOUNT_NOT_FOUND, as OpenAccount.
Answered<OpenedScope> OpenScope(const ReadContext& context, const EventScope& scope);

// The request's fields; notes what is malformed.
template <class Request>
std::optional<EventScope> ScopeIn(const Request& request, FieldChecks& checks) {
  auto parent = checks.AccountOrAllAccounts("parent", request.parent());
  std::optional<kernel::ResourceName> subject;
  if (!request.subject().empty()) {
    subject = kernel::ParseName(request.subject());
    if (!subject) checks.Add("subject", "must be the full name of a resource");
  }
  if (!parent) return std::nullopt;
  return EventScope{*std::move(parent), std::move(subject)};
}

// Names of facts, as in Event.type; none: all.
using FactTypes = std::set<std::string>;
FactTypes TypesIn(const google::protobuf::RepeatedPtrField<std::string>& types,
                  FieldChecks& checks);
bool IsAmong(const FactTypes& types, const storage::v1::Record& record);

// after < position <= until.
struct PositionBounds {
  uint64_t after = 0;
  uint64_t until = 0;
  bool empty() const { return after >= until; }
};

// Gives the positions of a scope, step by step, in order.
class PositionWalk {
 public:
  // The scope outlives the walk, and is not empty.
  PositionWalk(const OpenedScope& scope, PositionBounds bounds, bool newest_first)
      : scope_(scope), bounds_(bounds), newest_first_(newest_first) {}

  // The next ones, at most kRecordsPerStep; none at the end. Afterwards states.status() is to
  // be checked.
  std::vector<uint64_t> Next(const projections::StateReader& states);

  // Records worth loading at a time.
  static constexpr size_t kRecordsPerStep = 128;

 private:
  std::vector<uint64_t> FromIndex(const projections::StateReader& states) const;
  std::vector<uint64_t> FromLog() const;

  const OpenedScope& scope_;
  PositionBounds bounds_;
  const bool newest_first_;
};

// What the caller may see of the account in whose stream the record's command was recorded.
judge::Sight CommandSight(AccountCache& accounts, const projections::LoadedRecord& loaded);

// The record as the event that the caller may see.
Answered<billing::v1::Event> ShowEvent(const ReadContext& context, AccountCache& accounts,
                                       const projections::LoadedRecord& loaded);

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_EVENT_SCOPE_H_
