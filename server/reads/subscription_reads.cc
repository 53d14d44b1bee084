#include "server/reads/subscription_reads.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "projections/history/history.h"
#include "projections/resources/resources.h"

namespace billing::server {
namespace {

using kernel::SubscriptionId;

billing::v1::Subscription Shown(const View& view, const SubscriptionId& id,
                                const subscription::SubscriptionState& state) {
  billing::v1::Subscription subscription = projections::ToMessage(id, state);
  projections::ExpandNames(subscription, view.account_id);
  return subscription;
}

// Live subscriptions that the card pays for, by id, after `after`, at most `limit`.
std::vector<SubscriptionId> PaidBy(const ReadContext& context, projections::AccountNumber account,
                                   const kernel::CardId& card, const std::string& after,
                                   size_t limit) {
  std::vector<SubscriptionId> ids = context.states.AllHolders(account, card);
  std::erase_if(ids, [&](const SubscriptionId& id) { return id.value() <= after; });
  if (ids.size() > limit) ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(limit), ids.end());
  return ids;
}

// Cards of one account, each read once: many subscriptions share one.
class CardCache {
 public:
  CardCache(const ReadContext& context, projections::AccountNumber account)
      : context_(context), account_(account) {}

  // Null when there is none.
  const card::CardState* Find(const std::optional<kernel::CardId>& id) {
    if (!id) return nullptr;
    const auto [found, is_new] = cards_.try_emplace(*id);
    if (is_new) found->second = context_.states.Card(account_, *id);
    return found->second ? &*found->second : nullptr;
  }

 private:
  const ReadContext& context_;
  const projections::AccountNumber account_;
  std::map<kernel::CardId, std::optional<card::CardState>> cards_;
};

}  // namespace

Parsed<GetSubscriptionQuery> GetSubscriptionQuery::Parse(
    const billing::v1::GetSubscriptionRequest& request) {
  FieldChecks checks;
  const auto name = checks.Resource("name", request.name(), kernel::kSubscriptions);
  if (!checks.ok()) return checks.Take();
  return GetSubscriptionQuery{name->account, SubscriptionId::FromStored(name->id)};
}

Answered<billing::v1::GetSubscriptionResponse> GetSubscriptionQuery::Answer(
    const ReadContext& context) const {
  const auto opened = OpenAccount(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  const auto state = context.states.Subscription(owner.number, subscription);
  if (!state) return RefusedRead(kernel::Reason::kSubscriptionNotFound);
  billing::v1::GetSubscriptionResponse response;
  *response.mutable_subscription() = Shown(owner.view, subscription, *state);
  return response;
}

Parsed<ListSubscriptionsQuery> ListSubscriptionsQuery::Parse(
    const billing::v1::ListSubscriptionsRequest& request) {
  FieldChecks checks;
  auto account = checks.Account("parent", request.parent());
  auto page = checks.Page(request);
  if (!checks.ok()) return checks.Take();
  return ListSubscriptionsQuery{*std::move(account), *std::move(page)};
}

Answered<billing::v1::ListSubscriptionsResponse> ListSubscriptionsQuery::Answer(
    const ReadContext& context) const {
  const auto opened = OpenAccount(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  const auto rows =
      context.states.Subscriptions(owner.number, page.after.value_or(""), page.size + 1);
  billing::v1::ListSubscriptionsResponse response;
  PageMeter meter(page.size);
  const std::string* last = nullptr;
  for (const auto& [id, state] : rows) {
    if (meter.full()) {
      response.set_next_page_token(TokenOf(*last, page.digest));
      break;
    }
    *response.add_subscriptions() = Shown(owner.view, id, state);
    meter.Count(*response.subscriptions().rbegin());
    last = &id.value();
  }
  return response;
}

Parsed<ListCardsInUseQuery> ListCardsInUseQuery::Parse(
    const billing::v1::ListCardsInUseRequest& request) {
  FieldChecks checks;
  auto account = checks.Account("parent", request.parent());
  std::optional<kernel::ResourceName> card;
  if (!request.card().empty()) card = checks.Resource("card", request.card(), kernel::kCards);
  auto page = checks.Page(request);
  if (!checks.ok()) return checks.Take();
  return ListCardsInUseQuery{*std::move(account), std::move(card), *std::move(page)};
}

Answered<billing::v1::ListCardsInUseResponse> ListCardsInUseQuery::Answer(
    const ReadContext& context) const {
  const auto opened = OpenAccount(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  CardCache cards(context, owner.number);
  const std::string after = page.after.value_or("");
  std::vector<SubscriptionId> ids;
  if (card) {
    const auto id = kernel::CardId::FromStored(card->id);
    if (card->account != account || cards.Find(id) == nullptr) {
      return RefusedRead(kernel::Reason::kCardNotFound);
    }
    ids = PaidBy(context, owner.number, id, after, page.size + 1);
  } else {
    ids = context.states.LiveSubscriptions(owner.number, after, page.size + 1);
  }
  billing::v1::ListCardsInUseResponse response;
  PageMeter meter(page.size);
  const std::string* last = nullptr;
  for (const SubscriptionId& id : ids) {
    if (meter.full()) {
      response.set_next_page_token(TokenOf(*last, page.digest));
      break;
    }
    last = &id.value();
    const auto state = context.states.Subscription(owner.number, id);
    if (!state) continue;  // only an unreadable row: states.status() says so
    auto& row = *response.add_cards_in_use();
    row = projections::ToCardInUse(id, *state, cards.Find(state->card), owner.state.policy,
                                   context.now);
    projections::ExpandNames(row, owner.view.account_id);
    meter.Count(row);
  }
  return response;
}

}  // namespace billing::server
