// A valid history of one account under a customer agreement, made from a seed: profiles that
// change cards, subscriptions that change profiles and states, charges that are declined,
// paid, voided and settled. What it must amount to is recounted from its own rows.
#ifndef BILLING_TESTS_PROJECTIONS_RANDOM_PAYMENTS_H_
#define BILLING_TESTS_PROJECTIONS_RANDOM_PAYMENTS_H_

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/projections/log.h"

namespace billing::projections {

class RandomPayments {
 public:
  struct Charge {
    std::string card;  // empty: on none
    int64_t cents = 0;
    bool past_due = false;
  };

  RandomPayments(uint32_t seed, int commands);

  const Log& log() const { return log_; }
  AccountNumber account() const { return account_; }

 private:
  void Step();
  void CreateProfile();
  void ReplaceCard();
  void Detach();
  void CreateSubscription();
  void ChangeProfile();
  void ChangeLifecycle();
  void RecordCharge();
  void EndCharge();
  void Settle();

  // Less than `bound`.
  size_t Below(size_t bound) { return random_() % bound; }
  std::string NewId(const char* kind) { return kind + std::to_string(++ids_); }
  std::string AnyCard() { return "card-" + std::to_string(Below(5)); }
  // A key of the map; empty when it has none.
  template <class Value>
  std::string Any(const std::map<std::string, Value>& map);

  std::mt19937 random_;
  Log log_;
  AccountNumber account_ = 0;
  int ids_ = 0;
  // ACTIVE profiles and their cards; live subscriptions, their profiles and whether they
  // run; unpaid charges.
  std::map<std::string, std::string> profiles_;
  struct Subscription {
    std::string profile;
    bool runs = true;
  };
  std::map<std::string, Subscription> subscriptions_;
  std::map<std::string, Charge> charges_;
};

}  // namespace billing::projections

#endif  // BILLING_TESTS_PROJECTIONS_RANDOM_PAYMENTS_H_
