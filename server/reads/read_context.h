// What a read works on: one published state, held for one answer.
#ifndef BILLING_SERVER_READS_READ_CONTEXT_H_
#define BILLING_SERVER_READS_READ_CONTEXT_H_

#include <cstdint>
#include <map>
#include <optional>

#include "aggregates/judge/judge.h"
#include "aggregates/kernel/context.h"
#include "aggregates/kernel/paying_card.h"
#include "eventstore/event_log.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"
#include "server/engine/checkpoints.h"
#include "server/engine/engine.h"
#include "server/present.h"
#include "server/status.h"

namespace billing::server {

struct ReadContext {
  projections::StateReader states;
  // The rows that `states` reads.
  const projections::RowReader& rows;
  // The log position that `states` show: nothing beyond it is read from the log either.
  uint64_t position;
  const eventstore::EventLog& log;
  Checkpoints& checkpoints;
  const Presenter& presenter;
  const kernel::Caller& caller;
  kernel::Instant now;
  Engine& engine;
  // WatchEvents calls that are being served.
  size_t watchers = 0;
};

// What `caller` is answered from `version`, as of now. All outlive it.
ReadContext ContextOf(Engine& engine, const Presenter& presenter,
                      const projections::Version& version, const kernel::Caller& caller);
// The same from `rows` of the version at `position`.
ReadContext ContextOf(Engine& engine, const Presenter& presenter,
                      const projections::RowReader& rows, uint64_t position,
                      const kernel::Caller& caller);

// An account that the caller may read, as a whole or in part.
struct ReadableAccount {
  projections::AccountNumber number;
  account::AccountState state;
  View view;
};

// ROLE_REQUIRED when the caller may not read it, whether it exists or not;
// BILLING_ACCOUNT_NOT_FOUND when it does not exist and the caller may know that.
Answered<ReadableAccount> OpenAccount(const ReadContext& context, const kernel::AccountId& id);
// The same for a number that a row or record named.
Answered<ReadableAccount> OpenAccount(const ReadContext& context,
                                      projections::AccountNumber number);

// The same, also for whoever holds roles on some of its billing profiles only. What those
// may be shown is what IsInSight: what is not is left out of lists, and by name not found.
Answered<ReadableAccount> OpenAccountOrProfiles(const ReadContext& context,
                                                const kernel::AccountId& id);
bool IsInSight(const ReadableAccount& account, const kernel::BillingProfileId& profile);
// What is billed to such a profile, or to none.
bool IsInSight(const ReadableAccount& account,
               const std::optional<kernel::BillingProfileId>& billed_to);
// Those that are billed to such a profile.
bool IsInSight(const ReadableAccount& account, const subscription::SubscriptionState& state);
// Those that such a profile pays.
bool IsInSight(const ReadableAccount& account, const charge::ChargeState& state);
// The live ones.
bool IsInSight(const ReadableAccount& account, const card::CardState& state);
bool IsInSight(const ReadableAccount& account, const kernel::PayingCard& card);

// Accounts that one page names, each opened once.
class AccountCache {
 public:
  explicit AccountCache(const ReadContext& context) : context_(context) {}
  const Answered<ReadableAccount>& Open(projections::AccountNumber number);

 private:
  const ReadContext& context_;
  std::map<projections::AccountNumber, Answered<ReadableAccount>> accounts_;
};

// Whether the caller may read every account there is.
bool MayReadAllAccounts(const ReadContext& context);

// The card as the caller may see it.
Answered<billing::v1::Card> ShowCard(const ReadContext& context, const ReadableAccount& account,
                                     const kernel::CardId& id, const card::CardState& state);

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_READ_CONTEXT_H_
