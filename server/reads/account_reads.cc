#include "server/reads/account_reads.h"

#include <utility>

#include "projections/history/history.h"
#include "projections/resources/resources.h"
#include "server/reads/row_page.h"

namespace billing::server {
namespace {

billing::v1::BillingAccount Shown(const ReadContext& context, projections::AccountNumber number,
                                  const account::AccountState& state) {
  billing::v1::BillingAccount account =
      projections::ToMessage(state, context.states.RoleBindings(number));
  projections::ExpandNames(account, state.id.value());
  return account;
}

}  // namespace

Parsed<GetBillingAccountQuery> GetBillingAccountQuery::Parse(
    const billing::v1::GetBillingAccountRequest& request) {
  FieldChecks checks;
  auto account = checks.Account("name", request.name());
  if (!checks.ok()) return checks.Take();
  return GetBillingAccountQuery{*std::move(account)};
}

Answered<billing::v1::GetBillingAccountResponse> GetBillingAccountQuery::Answer(
    const ReadContext& context) const {
  const auto opened = OpenAccount(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  billing::v1::GetBillingAccountResponse response;
  *response.mutable_billing_account() = Shown(context, owner.number, owner.state);
  return response;
}

Parsed<ListBillingAccountsQuery> ListBillingAccountsQuery::Parse(
    const billing::v1::ListBillingAccountsRequest& request) {
  FieldChecks checks;
  auto page = checks.Page(request);
  if (!checks.ok()) return checks.Take();
  return ListBillingAccountsQuery{std::move(page)};
}

Answered<billing::v1::ListBillingAccountsResponse> ListBillingAccountsQuery::Answer(
    const ReadContext& context) const {
  const bool all = MayReadAllAccounts(context);
  using Response = billing::v1::ListBillingAccountsResponse;
  return FillPage<Response>(
      page,
      [&](const std::string& after, size_t limit) {
        return all ? context.states.Accounts(after, limit)
                   : context.states.AccountsOf(context.caller.actor(), after, limit);
      },
      [&](const kernel::AccountId&, projections::AccountNumber number, Response& response,
          PageMeter& meter) -> std::optional<Problem> {
        const auto state = context.states.Account(number);
        // Only an unreadable row is not there: states.status() says so.
        if (state) meter.Add(Shown(context, number, *state), *response.mutable_billing_accounts());
        return std::nullopt;
      });
}

}  // namespace billing::server
