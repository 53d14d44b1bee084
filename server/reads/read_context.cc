#include "server/reads/read_context.h"

#include <optional>
#include <utility>

#include "projections/resources/resources.h"

namespace billing::server {
namespace {

Answered<ReadableAccount> Opened(const ReadContext& context, projections::AccountNumber number,
                                 std::optional<account::AccountState> state) {
  const judge::Sight sight = judge::SightOf(context.caller, state ? &*state : nullptr);
  if (state && sight.account) {
    View view{.account_id = state->id.value(), .sight = sight};
    return ReadableAccount{.number = number, .state = *std::move(state), .view = std::move(view)};
  }
  const bool may_know = !state && (sight.account || sight.all_accounts);
  return RefusedRead(may_know ? kernel::Reason::kBillingAccountNotFound
                              : kernel::Reason::kRoleRequired);
}

}  // namespace

Answered<ReadableAccount> OpenAccount(const ReadContext& context, const kernel::AccountId& id) {
  const auto number = context.states.FindAccount(id);
  if (!number) return Opened(context, 0, std::nullopt);
  return OpenAccount(context, *number);
}

Answered<ReadableAccount> OpenAccount(const ReadContext& context,
                                      projections::AccountNumber number) {
  return Opened(context, number, context.states.Account(number));
}

const Answered<ReadableAccount>& AccountCache::Open(projections::AccountNumber number) {
  const auto found = accounts_.find(number);
  if (found != accounts_.end()) return found->second;
  return accounts_.emplace(number, OpenAccount(context_, number)).first->second;
}

bool MayReadAllAccounts(const ReadContext& context) {
  return judge::SightOf(context.caller, nullptr).all_accounts;
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
