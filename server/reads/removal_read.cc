#include "server/reads/removal_read.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "aggregates/account/account.h"
#include "aggregates/request/field_checks.h"
#include "projections/history/history.h"

namespace billing::server {
namespace {

using billing::v1::CheckRemovalResponse;
using Place = CheckRemovalQuery::Place;

constexpr char kAtBlocker[] = "blocker";
constexpr char kAtSubscription[] = "subscription";

std::string CursorAt(const Place& place) {
  return place.blocker ? JoinCursor({kAtBlocker, place.blocker->type, place.blocker->subject})
                       : JoinCursor({kAtSubscription, place.subscription, ""});
}

std::optional<Place> PlaceAt(std::string_view cursor) {
  auto parts = SplitCursor(cursor, 3);
  if (!parts) return std::nullopt;
  if ((*parts)[0] == kAtBlocker) {
    return Place{.blocker = kernel::Blocker{std::move((*parts)[1]), std::move((*parts)[2])}};
  }
  return Place{.subscription = std::move((*parts)[1])};
}

// A policy to judge under is checked by the rules that SetPolicy's is.
account::Policy PolicyIn(const billing::v1::Policy& policy, FieldChecks& checks) {
  request::FieldChecks found;
  found.Policy("policy", policy);
  for (auto& violation : std::move(found).Take()) {
    checks.Add(std::move(violation.field), std::move(violation.description));
  }
  return account::PolicyFrom(policy);
}

// One answer being filled, page by page, in one order: blockers, then subscriptions.
class RemovalPage {
 public:
  RemovalPage(const ReadContext& context, const ReadableAccount& owner,
              const CheckRemovalQuery& query, const card::CardState& card)
      : context_(context),
        owner_(owner),
        query_(query),
        card_(card),
        policy_(query.policy.value_or(owner.state.policy)),
        meter_(query.page.size) {}

  CheckRemovalResponse Fill() && {
    const bool past_blockers = query_.after && !query_.after->blocker;
    if (FillBlockers(past_blockers)) FillSubscriptions();
    return std::move(response_);
  }

 private:
  // False when the page is full before they are all told.
  bool FillBlockers(bool only_count) {
    const kernel::Blocker* after =
        query_.after && query_.after->blocker ? &*query_.after->blocker : nullptr;
    const int limit = only_count ? 0 : static_cast<int>(query_.page.size) + 1;
    const judge::Obstacles obstacles = judge::ObstaclesToRemoval(
        owner_.number, query_.card, card_, policy_, context_.states.Head(owner_.number).live_cards,
        after, limit, context_.states);
    response_.set_blocker_count(obstacles.count);
    response_.set_removable(obstacles.count == 0);
    const kernel::Blocker* last = nullptr;
    for (const kernel::Blocker& blocker : obstacles.blockers) {
      billing::v1::Blocker row;
      row.set_type(blocker.type);
      row.set_subject(blocker.subject);
      projections::ExpandNames(row, owner_.view.account_id);
      if (!meter_.Add(std::move(row), *response_.mutable_blockers())) {
        return ContinueAt({.blocker = *last});
      }
      last = &blocker;
    }
    return true;
  }

  void FillSubscriptions() {
    std::string last = query_.after ? query_.after->subscription : "";
    const auto detached = judge::DetachedByRemoval(owner_.number, query_.card, card_, policy_, last,
                                                   meter_.rows_left() + 1, context_.states);
    for (const kernel::SubscriptionId& id : detached) {
      if (!meter_.Add(kernel::FullName(owner_.view.account_id, kernel::Relative(id)),
                      *response_.mutable_affected_subscriptions())) {
        ContinueAt({.subscription = last});
        return;
      }
      last = id.value();
    }
  }

  bool ContinueAt(const Place& place) {
    response_.set_next_page_token(query_.page.TokenAt(CursorAt(place)));
    return false;
  }

  const ReadContext& context_;
  const ReadableAccount& owner_;
  const CheckRemovalQuery& query_;
  const card::CardState& card_;
  const account::Policy policy_;
  PageMeter meter_;
  CheckRemovalResponse response_;
};

}  // namespace

Parsed<CheckRemovalQuery> CheckRemovalQuery::Parse(
    const billing::v1::CheckRemovalRequest& request) {
  FieldChecks checks;
  const auto name = checks.Resource("name", request.name(), kernel::kCards);
  std::optional<account::Policy> policy;
  if (request.has_policy()) policy = PolicyIn(request.policy(), checks);
  auto page = checks.Page(request);
  auto after = checks.Place(page, PlaceAt);
  if (!checks.ok()) return checks.Take();
  return CheckRemovalQuery{name->account, kernel::CardId::FromStored(name->id), policy,
                           std::move(after), std::move(page)};
}

Answered<CheckRemovalResponse> CheckRemovalQuery::Answer(const ReadContext& context) const {
  const auto opened = OpenAccount(context, account);
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  const auto& owner = std::get<ReadableAccount>(opened);
  const auto state = context.states.Card(owner.number, card);
  if (!state || !state->live()) return RefusedRead(kernel::Reason::kCardNotFound);
  return RemovalPage(context, owner, *this, *state).Fill();
}

}  // namespace billing::server
