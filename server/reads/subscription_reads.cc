#include "server/reads/subscription_reads.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "projections/history/history.h"
#include "projections/resources/resources.h"
#include "server/reads/row_page.h"

namespace billing::server {
namespace {

using kernel::SubscriptionId;
using subscription::SubscriptionPayment;

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

// What pays for the subscriptions of one account: cards and profiles, each read once, for
// many subscriptions share one.
class PaymentMethods {
 public:
  PaymentMethods(const ReadContext& context, const ReadableAccount& owner)
      : context_(context), owner_(owner) {}

  // Null when there is none.
  const kernel::PayingCard* Card(const kernel::CardId& id) {
    const auto [found, is_new] = cards_.try_emplace(id);
    if (is_new) found->second = context_.states.PayingCard(owner_.number, id);
    return found->second ? &*found->second : nullptr;
  }

  projections::CardInUse CardInUse(const SubscriptionId& id, const SubscriptionPayment& payment) {
    const profile::BillingProfileState* profile =
        payment.billing_profile ? Profile(*payment.billing_profile) : nullptr;
    const std::optional<kernel::CardId>& paying = profile != nullptr ? profile->card : payment.card;
    const kernel::PayingCard* card = paying ? Card(*paying) : nullptr;
    std::optional<projections::ActiveCard> active;
    if (card != nullptr) active.emplace(projections::ActiveCard{*paying, card->expiry});
    return projections::ToCardInUse(id, payment, profile, active, owner_.state.policy,
                                    context_.now);
  }

 private:
  const profile::BillingProfileState* Profile(const kernel::BillingProfileId& id) {
    const auto [found, is_new] = profiles_.try_emplace(id);
    if (is_new) found->second = context_.states.BillingProfile(owner_.number, id);
    return found->second ? &*found->second : nullptr;
  }

  const ReadContext& context_;
  const ReadableAccount& owner_;
  std::map<kernel::CardId, std::optional<kernel::PayingCard>> cards_;
  std::map<kernel::BillingProfileId, std::optional<profile::BillingProfileState>> profiles_;
};

// The page's live subscriptions, each with what pays for it: those that a card pays for, or all.
std::vector<std::pair<SubscriptionId, SubscriptionPayment>> Rows(
    const ReadContext& context, projections::AccountNumber account,
    const std::optional<kernel::CardId>& card, const std::string& after, size_t limit) {
  const std::vector<SubscriptionId> ids =
      card ? PaidBy(context, account, *card, after, limit)
           : context.states.LiveSubscriptions(account, after, limit);
  // Fewer only when rows are unreadable: states.status() says so.
  return context.states.SubscriptionPayments(account, ids);
}

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
  const auto opened = OpenAccountOrProfiles(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  const auto state = context.states.Subscription(owner.number, subscription);
  if (!state || !IsInSight(owner, *state)) {
    return RefusedRead(kernel::Reason::kSubscriptionNotFound);
  }
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
  return ListSubscriptionsQuery{*std::move(account), std::move(page)};
}

Answered<billing::v1::ListSubscriptionsResponse> ListSubscriptionsQuery::Answer(
    const ReadContext& context) const {
  const auto opened = OpenAccountOrProfiles(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  using Response = billing::v1::ListSubscriptionsResponse;
  return FillPage<Response>(
      page,
      [&](const std::string& after, size_t limit) {
        return context.states.Subscriptions(owner.number, after, limit);
      },
      [&](const SubscriptionId& id, const subscription::SubscriptionState& state,
          Response& response, PageMeter& meter) -> std::optional<Problem> {
        if (!IsInSight(owner, state)) return std::nullopt;
        meter.Add(Shown(owner.view, id, state), *response.mutable_subscriptions());
        return std::nullopt;
      });
}

Parsed<ListCardsInUseQuery> ListCardsInUseQuery::Parse(
    const billing::v1::ListCardsInUseRequest& request) {
  FieldChecks checks;
  auto account = checks.Account("parent", request.parent());
  std::optional<kernel::ResourceName> card;
  if (!request.card().empty()) card = checks.Resource("card", request.card(), kernel::kCards);
  auto page = checks.Page(request);
  if (!checks.ok()) return checks.Take();
  return ListCardsInUseQuery{*std::move(account), std::move(card), std::move(page)};
}

Answered<CardsInUsePage> ListCardsInUseQuery::Answer(const ReadContext& context) const {
  const auto opened = OpenAccountOrProfiles(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  PaymentMethods methods(context, owner);
  std::optional<kernel::CardId> only;
  if (card) {
    only = kernel::CardId::FromStored(card->id);
    const kernel::PayingCard* found = card->account == account ? methods.Card(*only) : nullptr;
    if (found == nullptr || !IsInSight(owner, *found)) {
      return RefusedRead(kernel::Reason::kCardNotFound);
    }
  }
  const std::string account_name = kernel::AccountName(account.value());
  return FillPage<CardsInUsePage>(
      page,
      [&](const std::string& after, size_t limit) {
        return Rows(context, owner.number, only, after, limit);
      },
      [&](const SubscriptionId& id, const SubscriptionPayment& payment, CardsInUsePage& response,
          PageMeter& meter) -> std::optional<Problem> {
        if (!IsInSight(owner, payment.billing_profile)) return std::nullopt;
        // 500 of them, names at their longest, are far from a page's bytes.
        meter.Count(response.Add(methods.CardInUse(id, payment), account_name));
        return std::nullopt;
      });
}

}  // namespace billing::server
