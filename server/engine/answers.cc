#include "server/engine/answers.h"

#include <cassert>
#include <string>
#include <type_traits>
#include <variant>

#include "aggregates/kernel/etag.h"
#include "aggregates/kernel/names.h"
#include "google/protobuf/util/time_util.h"
#include "projections/resources/resources.h"

namespace billing::server {
namespace {

using billing::v1::Event;
using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;

void AddMoves(const Event& fact, storage::v1::Answer& answer) {
  if (!fact.has_active_card_changed()) return;
  for (const auto& move : fact.active_card_changed().moves()) {
    answer.add_moved_subscriptions(move.subscription());
  }
}

void SetCard(const kernel::CardId& id, projections::AccountNumber account,
             const projections::StateReader& states, kernel::Instant now,
             storage::v1::Answer& answer) {
  const auto card = states.Card(account, id);
  const auto owner = states.Account(account);
  if (!card || !owner) return;  // unreadable: states.status() says so
  *answer.mutable_card() = projections::ToMessage(id, *card, owner->policy, now);
  if (card->personal.slot() != 0) *answer.mutable_personal() = card->personal;
}

void SetSubscription(const kernel::SubscriptionId& id, projections::AccountNumber account,
                     const projections::StateReader& states, storage::v1::Answer& answer) {
  const auto subscription = states.Subscription(account, id);
  if (!subscription) return;
  *answer.mutable_subscription() = projections::ToMessage(id, *subscription);
}

// A created thing's answer is its fact, plus what being created means.
void FillCreatedSubscription(const storage::v1::Record& record, const Timestamp& time,
                             billing::v1::Subscription& subscription) {
  subscription = record.event().subscription_created().subscription();
  subscription.set_state(billing::v1::SUBSCRIPTION_STATE_ACTIVE);
  *subscription.mutable_active_since() = time;
  *subscription.mutable_create_time() = time;
  *subscription.mutable_update_time() = time;
  subscription.set_etag(kernel::EtagAt(record.event().position()));
}

void FillAddedCard(const storage::v1::Record& record, const Timestamp& time,
                   storage::v1::Answer& answer) {
  const bool in_use = answer.card().in_use();
  billing::v1::Card& card = *answer.mutable_card();
  card = record.event().card_added().card();
  card.set_in_use(in_use);
  card.set_state(billing::v1::CARD_STATE_LIVE);
  *card.mutable_create_time() = time;
  *card.mutable_update_time() = time;
  card.set_etag(kernel::EtagAt(record.event().position()));
  if (record.has_personal()) *answer.mutable_personal() = record.personal();
}

// What every change of an existing thing moves.
template <class Resource>
void FillChanged(const storage::v1::Record& record, const Timestamp& time, Resource& resource) {
  *resource.mutable_update_time() = time;
  resource.set_etag(kernel::EtagAt(record.event().position()));
}

void FillFrom(const storage::v1::Record& record, const Timestamp& time,
              storage::v1::Answer& answer) {
  const Event& fact = record.event();
  switch (fact.data_case()) {
    case Event::kBillingAccountCreated:
    case Event::kPolicyChanged:
    case Event::kCardRemoved:
      return;
    case Event::kCardAdded:
      return FillAddedCard(record, time, answer);
    case Event::kCardUpdated:
      answer.mutable_card()->set_name(fact.card_updated().card().name());
      return FillChanged(record, time, *answer.mutable_card());
    case Event::kActiveCardChanged:
      AddMoves(fact, answer);
      if (!answer.has_subscription()) return;
      answer.mutable_subscription()->set_name(fact.active_card_changed().selected_subscription());
      answer.mutable_subscription()->set_card(fact.active_card_changed().card());
      return;
    case Event::kSubscriptionCreated:
      return FillCreatedSubscription(record, time, *answer.mutable_subscription());
    case Event::kSubscriptionUpdated:
      answer.mutable_subscription()->set_name(fact.subscription_updated().subscription().name());
      return FillChanged(record, time, *answer.mutable_subscription());
    case Event::kBillingProfileChanged:
    case Event::kSubscriptionDisabled:
    case Event::kSubscriptionCancelled:
    case Event::kSubscriptionReactivated:
    case Event::kSubscriptionDeleted:
      return FillChanged(record, time, *answer.mutable_subscription());
    case Event::kCommandRefused:
    case Event::kNothingChanged:
    case Event::DATA_NOT_SET:
      break;
  }
  assert(false && "the command's records hold no facts");
}

}  // namespace

storage::v1::Answer AnswerOf(const judge::Command& command, projections::AccountNumber account,
                             const projections::StateReader& states, kernel::Instant now,
                             std::span<const Event* const> facts) {
  storage::v1::Answer answer;
  for (const Event* fact : facts) AddMoves(*fact, answer);
  std::visit(
      [&](const auto& c) {
        using C = std::decay_t<decltype(c)>;
        if constexpr (std::is_same_v<C, account::CreateBillingAccount> ||
                      std::is_same_v<C, account::SetPolicy>) {
          if (const auto state = states.Account(account)) {
            *answer.mutable_billing_account() = projections::ToMessage(*state);
          }
        } else if constexpr (std::is_same_v<C, card::AddCard> ||
                             std::is_same_v<C, card::UpdateCard>) {
          SetCard(c.card, account, states, now, answer);
        } else if constexpr (!std::is_same_v<C, card::RemoveCard>) {
          SetSubscription(c.subscription, account, states, answer);
        }
      },
      command);
  return answer;
}

storage::v1::Answer WithoutFacts(storage::v1::Answer answer, std::span<const Event* const> facts) {
  answer.clear_moved_subscriptions();
  const Event& first = *facts.front();
  if (first.has_subscription_created()) {
    answer.clear_subscription();
  } else if (first.has_card_added()) {
    const bool in_use = answer.card().in_use();
    answer.clear_card();
    answer.clear_personal();
    if (in_use) answer.mutable_card()->set_in_use(true);
  } else if (first.has_card_updated()) {
    answer.mutable_card()->clear_name();
    answer.mutable_card()->clear_update_time();
    answer.mutable_card()->clear_etag();
  } else if (first.has_active_card_changed()) {
    answer.mutable_subscription()->clear_name();
    answer.mutable_subscription()->clear_card();
  } else if (first.has_subscription_updated()) {
    answer.mutable_subscription()->clear_name();
    answer.mutable_subscription()->clear_update_time();
    answer.mutable_subscription()->clear_etag();
  } else if (answer.has_subscription()) {
    answer.mutable_subscription()->clear_update_time();
    answer.mutable_subscription()->clear_etag();
  }
  return answer;
}

storage::v1::Answer WithFacts(storage::v1::Answer stored,
                              std::span<const storage::v1::Record> records) {
  const Timestamp time =
      TimeUtil::MicrosecondsToTimestamp(records.front().command().commit_time_us());
  for (const storage::v1::Record& record : records) FillFrom(record, time, stored);
  return stored;
}

void ShowPersonal(const request::Request& request, storage::v1::Answer& answer) {
  if (!answer.has_card() || !request.personal.has_card_fields()) return;
  answer.mutable_card()->set_holder_name(request.personal.holder_name);
  if (request.personal.billing_address.ByteSizeLong() > 0) {
    *answer.mutable_card()->mutable_billing_address() = request.personal.billing_address;
  }
}

}  // namespace billing::server
