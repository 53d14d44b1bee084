#include "server/reads/card_reads.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/reads/row_page.h"

namespace billing::server {
namespace {

using ExpiringCard = projections::StateReader::ExpiringCard;

bool IsMonth(const billing::v1::YearMonth& month) {
  return month.year() >= 1000 && month.year() <= 9999 && month.month() >= 1 && month.month() <= 12;
}

std::string CursorAt(const ExpiringCard& card) {
  return JoinCursor({absl::StrCat(card.month.year), absl::StrCat(card.month.month),
                     absl::StrCat(card.account), card.card.value()});
}

std::optional<ExpiringCard> ExpiringCardAt(std::string_view cursor) {
  const auto parts = SplitCursor(cursor, 4);
  kernel::YearMonth month;
  projections::AccountNumber account = 0;
  if (!parts || !absl::SimpleAtoi((*parts)[0], &month.year) ||
      !absl::SimpleAtoi((*parts)[1], &month.month) || !absl::SimpleAtoi((*parts)[2], &account)) {
    return std::nullopt;
  }
  return ExpiringCard{month, account, kernel::CardId::FromStored((*parts)[3])};
}

}  // namespace

Parsed<GetCardQuery> GetCardQuery::Parse(const billing::v1::GetCardRequest& request) {
  FieldChecks checks;
  const auto name = checks.Resource("name", request.name(), kernel::kCards);
  if (!checks.ok()) return checks.Take();
  return GetCardQuery{name->account, kernel::CardId::FromStored(name->id)};
}

Answered<billing::v1::GetCardResponse> GetCardQuery::Answer(const ReadContext& context) const {
  const auto opened = OpenAccountOrProfiles(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  const auto state = context.states.Card(owner.number, card);
  if (!state || !IsInSight(owner, *state)) return RefusedRead(kernel::Reason::kCardNotFound);
  auto shown = ShowCard(context, owner, card, *state);
  if (const auto* problem = std::get_if<Problem>(&shown)) return *problem;
  billing::v1::GetCardResponse response;
  *response.mutable_card() = std::get<billing::v1::Card>(std::move(shown));
  return response;
}

Parsed<ListCardsQuery> ListCardsQuery::Parse(const billing::v1::ListCardsRequest& request) {
  FieldChecks checks;
  auto account = checks.Account("parent", request.parent());
  auto page = checks.Page(request);
  if (!checks.ok()) return checks.Take();
  return ListCardsQuery{*std::move(account), request.show_removed(), std::move(page)};
}

Answered<billing::v1::ListCardsResponse> ListCardsQuery::Answer(const ReadContext& context) const {
  const auto opened = OpenAccountOrProfiles(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  using Response = billing::v1::ListCardsResponse;
  return FillPage<Response>(
      page,
      [&](const std::string& after, size_t limit) {
        return context.states.Cards(owner.number, after, limit);
      },
      [&](const kernel::CardId& id, const card::CardState& state, Response& response,
          PageMeter& meter) -> std::optional<Problem> {
        if ((!show_removed && !state.live()) || !IsInSight(owner, state)) return std::nullopt;
        auto shown = ShowCard(context, owner, id, state);
        if (auto* problem = std::get_if<Problem>(&shown)) return std::move(*problem);
        meter.Add(std::get<billing::v1::Card>(std::move(shown)), *response.mutable_cards());
        return std::nullopt;
      });
}

Parsed<ListExpiringCardsQuery> ListExpiringCardsQuery::Parse(
    const billing::v1::ListExpiringCardsRequest& request) {
  FieldChecks checks;
  auto parent = checks.AccountOrAllAccounts("parent", request.parent());
  if (!IsMonth(request.before())) {
    checks.Add("before", "must be a month: year of four digits, month 1 to 12");
  }
  auto page = checks.Page(request);
  auto after = checks.Place(page, ExpiringCardAt);
  if (!checks.ok()) return checks.Take();
  return ListExpiringCardsQuery{*std::move(parent),
                                {request.before().year(), request.before().month()},
                                std::move(after),
                                std::move(page)};
}

Answered<billing::v1::ListExpiringCardsResponse> ListExpiringCardsQuery::Answer(
    const ReadContext& context) const {
  std::optional<projections::AccountNumber> only;
  if (parent.account) {
    const auto opened = OpenAccount(context, *parent.account);
    if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
    only = std::get<ReadableAccount>(opened).number;
  } else if (!MayReadAllAccounts(context)) {
    return RefusedRead(kernel::Reason::kRoleRequired);
  }
  AccountCache accounts(context);
  billing::v1::ListExpiringCardsResponse response;
  PageMeter meter(page.size);
  const auto rows = context.states.ExpiringCards(only, before, after, page.size + 1);
  size_t examined = 0;
  for (const ExpiringCard& row : rows) {
    if (meter.full()) break;
    const auto& opened = accounts.Open(row.account);
    if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
    const auto state = context.states.Card(row.account, row.card);
    // Only an unreadable row is not there: states.status() says so.
    if (state) {
      auto shown = ShowCard(context, std::get<ReadableAccount>(opened), row.card, *state);
      if (const auto* problem = std::get_if<Problem>(&shown)) return *problem;
      meter.Add(std::get<billing::v1::Card>(std::move(shown)), *response.mutable_cards());
    }
    if (meter.left_one()) break;
    ++examined;
  }
  if (examined < rows.size()) {
    response.set_next_page_token(page.TokenAt(CursorAt(rows[examined - 1])));
  }
  return response;
}

}  // namespace billing::server
