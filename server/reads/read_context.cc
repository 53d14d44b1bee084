#include "server/reads/read_context.h"

#include <optional>
#include <utility>

#include "projections/resources/resources.h"

namespace billing::server {
namespace {

// How much of an account a read asks for.
enum class Extent { kWhole, kProfiles };

Answered<ReadableAccount> Opened(const ReadContext& context, projections::AccountNumber number,
                                 std::optional<account::AccountState> state, Extent extent) {
  judge::Sight sight =
      state ? judge::SightOf(context.caller, &*state,
                             judge::GrantedRoles(context.caller, number, *state, context.states))
            : judge::SightOf(context.caller, nullptr, {});
  const bool in_part = extent == Extent::kProfiles && !sight.profiles.empty();
  if (state && (sight.account || in_part)) {
    View view{.account_id = state->id.value(), .sight = std::move(sight)};
    return ReadableAccount{.number = number, .state = *std::move(state), .view = std::move(view)};
  }
  const bool may_know = !state && (sight.account || sight.all_accounts);
  return RefusedRead(may_know ? kernel::Reason::kBillingAccountNotFound
                              : kernel::Reason::kRoleRequired);
}

Answered<ReadableAccount> OpenById(const ReadContext& context, const kernel::AccountId& id,
                                   Extent extent) {
  const auto number = context.states.FindAccount(id);
  if (!number) return Opened(context, 0, std::nullopt, extent);
  return Opened(context, *number, context.states.Account(*number), extent);
}

}  // namespace

ReadContext ContextOf(Engine& engine, const Presenter& presenter,
                      const projections::Version& version, const kernel::Caller& caller) {
  return ContextOf(engine, presenter, version, version.position(), caller);
}

ReadContext ContextOf(Engine& engine, const Presenter& presenter,
                      const projections::RowReader& rows, uint64_t position,
                      const kernel::Caller& caller) {
  return {.states = projections::StateReader(rows),
          .rows = rows,
          .position = position,
          .log = engine.log(),
          .checkpoints = engine.checkpoints(),
          .presenter = presenter,
          .caller = caller,
          .now = engine.Now(),
          .engine = engine};
}

Answered<ReadableAccount> OpenAccount(const ReadContext& context, const kernel::AccountId& id) {
  return OpenById(context, id, Extent::kWhole);
}

Answered<ReadableAccount> OpenAccount(const ReadContext& context,
                                      projections::AccountNumber number) {
  return Opened(context, number, context.states.Account(number), Extent::kWhole);
}

Answered<ReadableAccount> OpenAccountOrProfiles(const ReadContext& context,
                                                const kernel::AccountId& id) {
  return OpenById(context, id, Extent::kProfiles);
}

bool IsInSight(const ReadableAccount& account, const kernel::BillingProfileId& profile) {
  const judge::Sight& sight = account.view.sight;
  return sight.account || sight.profiles.contains(profile);
}

bool IsInSight(const ReadableAccount& account,
               const std::optional<kernel::BillingProfileId>& billed_to) {
  return billed_to ? IsInSight(account, *billed_to) : account.view.sight.account;
}

bool IsInSight(const ReadableAccount& account, const subscription::SubscriptionState& state) {
  return IsInSight(account, state.billing_profile);
}

bool IsInSight(const ReadableAccount& account, const charge::ChargeState& state) {
  return IsInSight(account, state.paying_profile);
}

bool IsInSight(const ReadableAccount& account, const card::CardState& state) {
  return account.view.sight.account || state.live();
}

bool IsInSight(const ReadableAccount& account, const kernel::PayingCard& card) {
  return account.view.sight.account || card.live;
}

const Answered<ReadableAccount>& AccountCache::Open(projections::AccountNumber number) {
  const auto found = accounts_.find(number);
  if (found != accounts_.end()) return found->second;
  return accounts_.emplace(number, OpenAccount(context_, number)).first->second;
}

bool MayReadAllAccounts(const ReadContext& context) {
  return judge::SightOf(context.caller, nullptr, {}).all_accounts;
}

Answered<billing::v1::Card> ShowCard(const ReadContext& context, const ReadableAccount& account,
                                     const kernel::CardId& id, const card::CardState& state) {
  auto card =
      context.presenter.Card(projections::ToMessage(id, state, account.state.policy, context.now),
                             state.personal, account.view);
  if (!card.ok()) return StoreReadFailed(card.status());
  return *std::move(card);
}

}  // namespace billing::server
