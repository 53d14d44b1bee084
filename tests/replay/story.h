// A log command by command, by the code that makes real ones, with one command at most whose
// outcome was forged: recorded, sealed and folded as if it had been decided so.
#ifndef BILLING_TESTS_REPLAY_STORY_H_
#define BILLING_TESTS_REPLAY_STORY_H_

#include <functional>
#include <string>

#include "aggregates/kernel/context.h"
#include "aggregates/kernel/decision.h"
#include "eventstore/vault/vault.h"
#include "tests/model/generator.h"
#include "tests/model/system.h"
#include "tests/replay/recorded_log.h"

namespace billing::replay {

struct Forged {
  kernel::Context context;
  kernel::Decision decision;
};

class Story {
 public:
  explicit Story(eventstore::Vault* vault) : system_(vault) {}

  // The account acme of users/alice, and what happens in it.
  void Open();
  void AddCard(const std::string& id);
  void ChangeExpiry(const std::string& card);
  void Subscribe(const std::string& id, const std::string& card);
  void SetActive(const std::string& subscription, const std::string& card);
  void Remove(const std::string& card);
  void Disable(const std::string& subscription);
  void Charge(const std::string& id, const std::string& subscription);
  void Pay(const std::string& charge, v1::PaymentOutcome outcome);
  void SetPolicy(int max_cards);

  // What becomes of the next command.
  void Forge(std::function<void(Forged&)> forge) { forge_ = std::move(forge); }
  // Of the forged command's first record.
  uint64_t forged_position() const { return forged_position_; }

  RecordedLog log() const { return {system_.log_id(), system_.log()}; }

 private:
  // Every command has a request id.
  void Do(const kernel::Caller& caller, v1::Command wire);

  model::System system_;
  model::Time now_ = model::StartOfMonth(2026, 3);
  int commands_ = 0;
  std::function<void(Forged&)> forge_;
  uint64_t forged_position_ = 0;
};

}  // namespace billing::replay

#endif  // BILLING_TESTS_REPLAY_STORY_H_
