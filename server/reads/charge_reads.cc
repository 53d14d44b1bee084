#include "server/reads/charge_reads.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "aggregates/account/account.h"
#include "aggregates/kernel/money.h"
#include "projections/resources/resources.h"
#include "server/reads/row_page.h"

namespace billing::server {
namespace {

using billing::v1::GetBalanceResponse;
using kernel::ChargeId;
using projections::ChargeClass;
using Place = GetBalanceQuery::Place;

constexpr char kAtPastDue[] = "past_due";
constexpr char kAtPending[] = "pending";

billing::v1::Charge Shown(const ReadContext& context, const ReadableAccount& owner,
                          const ChargeId& id, const charge::ChargeState& state) {
  return context.presenter.Charge(projections::ToMessage(id, state, owner.state.currency),
                                  owner.view);
}

std::string CursorAt(const Place& place) {
  return JoinCursor(
      {place.charge_class == ChargeClass::kPastDue ? kAtPastDue : kAtPending, place.charge});
}

std::optional<Place> PlaceAt(std::string_view cursor) {
  auto parts = SplitCursor(cursor, 2);
  if (!parts || ((*parts)[0] != kAtPastDue && (*parts)[0] != kAtPending)) return std::nullopt;
  return Place{(*parts)[0] == kAtPastDue ? ChargeClass::kPastDue : ChargeClass::kPending,
               std::move((*parts)[1])};
}

// The unpaid charges after a place, in the order of a balance.
std::vector<Place> UnpaidAfter(const ReadContext& context, projections::AccountNumber account,
                               const std::string& scope, const std::optional<Place>& after,
                               size_t limit) {
  std::vector<Place> places;
  for (const ChargeClass charge_class : {ChargeClass::kPastDue, ChargeClass::kPending}) {
    if (after && charge_class < after->charge_class) continue;
    const std::string from =
        after && after->charge_class == charge_class ? after->charge : std::string();
    for (const ChargeId& id :
         context.states.UnpaidCharges(account, scope, charge_class, from, limit - places.size())) {
      places.push_back({charge_class, id.value()});
    }
    if (places.size() >= limit) break;
  }
  return places;
}

// What a page of a balance shows.
struct Balance {
  kernel::Unpaid unpaid;
  // After the page's start, one more than the page takes.
  std::vector<Place> places;
};

// On one card (`on_card`), or of the whole account.
Balance WholeBalance(const ReadContext& context, const ReadableAccount& owner,
                     const card::CardState* on_card, const GetBalanceQuery& query) {
  const std::string scope = query.card ? query.card->Relative() : "";
  return {.unpaid = on_card ? on_card->unpaid : context.states.Head(owner.number).unpaid,
          .places = UnpaidAfter(context, owner.number, scope, query.after, query.page.size + 1)};
}

// Of the billing profiles in sight.
Balance BalanceInSight(const ReadContext& context, const ReadableAccount& owner,
                       const GetBalanceQuery& query) {
  std::vector<Place> all;
  for (const auto& profile : owner.view.sight.profiles) {
    std::ranges::move(UnpaidAfter(context, owner.number, kernel::Relative(profile), std::nullopt,
                                  account::kUnpaidChargesMax),
                      std::back_inserter(all));
  }
  std::ranges::sort(all);
  Balance balance;
  for (Place& place : all) {
    const auto state = context.states.Charge(owner.number, ChargeId::FromStored(place.charge));
    if (!state) continue;  // only an unreadable row: states.status() says so
    if (query.card && (!state->card || state->card->value() != query.card->id)) continue;
    (state->past_due() ? balance.unpaid.past_due_minor : balance.unpaid.pending_minor) +=
        state->amount_minor;
    const bool is_before = query.after && place <= *query.after;
    if (!is_before && balance.places.size() <= query.page.size) {
      balance.places.push_back(std::move(place));
    }
  }
  return balance;
}

}  // namespace

Parsed<GetChargeQuery> GetChargeQuery::Parse(const billing::v1::GetChargeRequest& request) {
  FieldChecks checks;
  const auto name = checks.Resource("name", request.name(), kernel::kCharges);
  if (!checks.ok()) return checks.Take();
  return GetChargeQuery{name->account, ChargeId::FromStored(name->id)};
}

Answered<billing::v1::GetChargeResponse> GetChargeQuery::Answer(const ReadContext& context) const {
  const auto opened = OpenAccountOrProfiles(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  const auto state = context.states.Charge(owner.number, charge);
  if (!state || !IsInSight(owner, *state)) return RefusedRead(kernel::Reason::kChargeNotFound);
  billing::v1::GetChargeResponse response;
  *response.mutable_charge() = Shown(context, owner, charge, *state);
  return response;
}

Parsed<ListChargesQuery> ListChargesQuery::Parse(const billing::v1::ListChargesRequest& request) {
  FieldChecks checks;
  auto account = checks.Account("parent", request.parent());
  auto page = checks.Page(request);
  if (!checks.ok()) return checks.Take();
  return ListChargesQuery{*std::move(account), std::move(page)};
}

Answered<billing::v1::ListChargesResponse> ListChargesQuery::Answer(
    const ReadContext& context) const {
  const auto opened = OpenAccountOrProfiles(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  using Response = billing::v1::ListChargesResponse;
  return FillPage<Response>(
      page,
      [&](const std::string& after, size_t limit) {
        return context.states.Charges(owner.number, after, limit);
      },
      [&](const ChargeId& id, const charge::ChargeState& state, Response& response,
          PageMeter& meter) -> std::optional<Problem> {
        if (!IsInSight(owner, state)) return std::nullopt;
        meter.Add(Shown(context, owner, id, state), *response.mutable_charges());
        return std::nullopt;
      });
}

Parsed<GetBalanceQuery> GetBalanceQuery::Parse(const billing::v1::GetBalanceRequest& request) {
  FieldChecks checks;
  auto account = checks.Account("parent", request.parent());
  std::optional<kernel::ResourceName> card;
  if (!request.card().empty()) card = checks.Resource("card", request.card(), kernel::kCards);
  auto page = checks.Page(request);
  auto after = checks.Place(page, PlaceAt);
  if (!checks.ok()) return checks.Take();
  return GetBalanceQuery{*std::move(account), std::move(card), std::move(after), std::move(page)};
}

Answered<GetBalanceResponse> GetBalanceQuery::Answer(const ReadContext& context) const {
  const auto opened = OpenAccountOrProfiles(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  std::optional<card::CardState> on_card;
  if (card) {
    const auto id = kernel::CardId::FromStored(card->id);
    if (card->account == account) on_card = context.states.Card(owner.number, id);
    if (!on_card || !IsInSight(owner, *on_card)) {
      return RefusedRead(kernel::Reason::kCardNotFound);
    }
  }
  const auto [unpaid, places] =
      owner.view.sight.account ? WholeBalance(context, owner, on_card ? &*on_card : nullptr, *this)
                               : BalanceInSight(context, owner, *this);
  GetBalanceResponse response;
  *response.mutable_pending() = kernel::MoneyOf(unpaid.pending_minor, owner.state.currency);
  *response.mutable_past_due() = kernel::MoneyOf(unpaid.past_due_minor, owner.state.currency);
  PageMeter meter(page.size);
  size_t examined = 0;
  for (const Place& place : places) {
    if (meter.full()) break;
    const auto id = ChargeId::FromStored(place.charge);
    const auto state = context.states.Charge(owner.number, id);
    // Only an unreadable row is not there: states.status() says so.
    if (state) meter.Add(Shown(context, owner, id, *state), *response.mutable_charges());
    if (meter.left_one()) break;
    ++examined;
  }
  if (examined < places.size()) {
    response.set_next_page_token(page.TokenAt(CursorAt(places[examined - 1])));
  }
  return response;
}

}  // namespace billing::server
