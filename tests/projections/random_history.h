// A valid history of two accounts, made from a seed, and what it must amount to: kept in
// plain maps beside the log, without any of the code under test.
#ifndef BILLING_TESTS_PROJECTIONS_RANDOM_HISTORY_H_
#define BILLING_TESTS_PROJECTIONS_RANDOM_HISTORY_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/projections/log.h"

namespace billing::projections {

class RandomHistory {
 public:
  struct Card {
    bool live = true;
    kernel::YearMonth expiry;
  };
  struct Subscription {
    v1::SubscriptionState state = v1::SUBSCRIPTION_STATE_ACTIVE;
    v1::SubscriptionKind kind = v1::SUBSCRIPTION_KIND_CONSUMPTION;
    std::string card = {};  // empty: none
    bool live() const { return state != v1::SUBSCRIPTION_STATE_DELETED; }
  };
  struct Account {
    std::map<std::string, Card> cards;
    std::map<std::string, Subscription> subscriptions;
  };

  RandomHistory(uint32_t seed, int commands);

  const Log& log() const { return log_; }
  const std::map<AccountNumber, Account>& accounts() const { return accounts_; }

 private:
  void Step();
  void AddCard();
  void UpdateCard();
  void SetActive();
  void RemoveCard();
  void CreateSubscription();
  void ChangeLifecycle();

  // Less than `bound`.
  size_t Below(size_t bound) { return random_() % bound; }
  kernel::YearMonth Expiry();
  // A live one; empty when there is none.
  std::string LiveCard();
  std::string LiveSubscription();
  // The fact that moves the subscription's same-card group, done in the model too.
  v1::Event MoveGroup(const std::string& subscription, const std::string& card);
  void Refuse(const std::string& card) { log_.Commit({RemovalRefused(card, {})}); }
  Account& account() { return accounts_[current_]; }

  std::mt19937 random_;
  Log log_;
  std::map<AccountNumber, Account> accounts_;
  AccountNumber current_ = 0;
  int ids_ = 0;
};

}  // namespace billing::projections

#endif  // BILLING_TESTS_PROJECTIONS_RANDOM_HISTORY_H_
