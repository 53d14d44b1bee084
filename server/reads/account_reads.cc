#include "server/reads/account_reads.h"

#include <utility>

#include "projections/history/history.h"
#include "projections/resources/resources.h"

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
  const std::string after = page.after.value_or("");
  const auto accounts =
      MayReadAllAccounts(context)
          ? context.states.Accounts(after, page.size + 1)
          : context.states.AccountsOf(context.caller.actor(), after, page.size + 1);
  billing::v1::ListBillingAccountsResponse response;
  PageMeter meter(page.size);
  const std::string* last = nullptr;
  for (const auto& [id, number] : accounts) {
    if (meter.full()) {
      response.set_next_page_token(page.TokenAt(*last));
      break;
    }
    last = &id.value();
    const auto state = context.states.Account(number);
    if (!state) continue;  // only an unreadable row: states.status() says so
    *response.add_billing_accounts() = Shown(context, number, *state);
    meter.Count(*response.billing_accounts().rbegin());
  }
  return response;
}

}  // namespace billing::server
