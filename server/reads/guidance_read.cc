#include "server/reads/guidance_read.h"

#include <optional>
#include <utility>

#include "aggregates/account/account.h"
#include "server/reads/guidance_table.h"
#include "server/redaction.h"

namespace billing::server {
namespace {

using billing::v1::GetPaymentGuidanceResponse;
using kernel::ChargeId;
using projections::ChargeClass;

struct Declined {
  ChargeId id;
  charge::ChargeState state;
};

// Of the charges in sight. The last fact of a past-due charge's own is its last decline, so its
// etag tells when that was.
std::optional<Declined> LastDeclinedOn(const ReadContext& context, const ReadableAccount& owner,
                                       const kernel::CardId& card) {
  std::optional<Declined> last;
  for (const ChargeId& id :
       context.states.UnpaidCharges(owner.number, kernel::Relative(card), ChargeClass::kPastDue, "",
                                    account::kUnpaidChargesMax)) {
    auto state = context.states.Charge(owner.number, id);
    if (!state) return std::nullopt;  // only an unreadable row: states.status() says so
    if (!IsInSight(owner, *state)) continue;
    if (!last || state->etag > last->state.etag) last = Declined{id, *std::move(state)};
  }
  return last;
}

GetPaymentGuidanceResponse GuidanceOn(const Declined& declined, const View& view) {
  GetPaymentGuidanceResponse response;
  response.set_reason(declined.state.reason);
  response.set_kind(declined.state.kind);
  // First what may be told, then what follows from it: the advice must not tell the rest.
  Redact(response, view.sight);
  const Guidance guidance = GuidanceFor(response.reason());
  for (const auto action : guidance.actions) response.add_actions(std::string(action));
  for (const auto question : guidance.questions_for_the_bank) {
    response.add_questions_for_the_bank(std::string(question));
  }
  response.set_charge(kernel::FullName(view.account_id, kernel::Relative(declined.id)));
  return response;
}

}  // namespace

Parsed<GetPaymentGuidanceQuery> GetPaymentGuidanceQuery::Parse(
    const billing::v1::GetPaymentGuidanceRequest& request) {
  FieldChecks checks;
  auto name = kernel::ParseName(request.name());
  if (!name || (name->collection != kernel::kCards && name->collection != kernel::kCharges)) {
    checks.Add("name",
               "must be `billingAccounts/{account}/cards/{id}` or "
               "`billingAccounts/{account}/charges/{id}`");
  }
  if (!checks.ok()) return checks.Take();
  return GetPaymentGuidanceQuery{*std::move(name)};
}

Answered<GetPaymentGuidanceResponse> GetPaymentGuidanceQuery::Answer(
    const ReadContext& context) const {
  const auto opened = OpenAccountOrProfiles(context, name.account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  std::optional<Declined> declined;
  if (name.collection == kernel::kCards) {
    const auto card = kernel::CardId::FromStored(name.id);
    const auto state = context.states.Card(owner.number, card);
    if (!state || !IsInSight(owner, *state)) return RefusedRead(kernel::Reason::kCardNotFound);
    declined = LastDeclinedOn(context, owner, card);
  } else {
    const auto id = ChargeId::FromStored(name.id);
    auto state = context.states.Charge(owner.number, id);
    if (!state || !IsInSight(owner, *state)) {
      return RefusedRead(kernel::Reason::kChargeNotFound);
    }
    if (state->past_due()) declined = Declined{id, *std::move(state)};
  }
  if (!declined) return GetPaymentGuidanceResponse();
  return GuidanceOn(*declined, owner.view);
}

}  // namespace billing::server
