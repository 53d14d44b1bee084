// What another policy would have decided, against a count by the slow world of the model.
//
//   BILLING_PROVE_COMMANDS  random commands in all (default 20,000)
//   BILLING_SEED            of the first log (default 1)
#include <gtest/gtest.h>

#include <iostream>
#include <set>

#include "tests/model/model_fixture.h"
#include "tests/replay/recorded_log.h"
#include "tests/replay/setting.h"
#include "tools/replay/audit.h"

namespace billing::replay {
namespace {

constexpr int kCommandsPerLog = 2'000;

class WhatIfTest : public model::ModelTest {};

// Whether somebody whom only the strict policy counts pays with the card that is to be removed.
bool StoppedOnesUse(const std::string& card_name, const model::World& world) {
  const size_t slash = card_name.find('/');
  const std::string account_id =
      card_name.substr(slash + 1, card_name.find('/', slash + 1) - slash - 1);
  const model::Account* account = world.Find(account_id);
  if (account == nullptr) return false;
  for (const auto& [id, subscription] : account->subscriptions) {
    if (subscription.stopped() && account->CardOf(subscription) == model::IdIn(card_name)) {
      return true;
    }
  }
  return false;
}

// Positions of the removals that were granted although a stopped subscription paid with the
// card, as the log is made.
struct Counted {
  RecordedLog log;
  std::set<uint64_t> removals;
};

Counted CountWhileMaking(eventstore::Vault* vault, uint64_t seed) {
  Counted counted;
  bool stopped_ones_use = false;
  uint64_t head = 0;
  const auto before = [&](const model::Step& step, const model::Trial& trial) {
    head = trial.world().head();
    stopped_ones_use = step.wire.has_remove_card() &&
                       StoppedOnesUse(step.wire.remove_card().name(), trial.world());
  };
  const auto after = [&](const model::Step&, const model::Trial& trial) {
    if (!stopped_ones_use || trial.world().head() == head) return;
    storage::v1::Record record;
    record.ParseFromString(trial.system().log().back());
    if (record.event().has_card_removed()) counted.removals.insert(head + 1);
  };
  counted.log = RandomLog(vault, seed, kCommandsPerLog, before, after);
  return counted;
}

TEST_F(WhatIfTest, TheStrictPolicyWouldHaveRefusedExactlyTheRemovalsOfCardsOfStoppedSubscriptions) {
  account::Policy strict;
  strict.disabled_holds = true;
  strict.cancelled_holds = true;
  const WhatIf what_if(strict);
  const int commands = Setting("BILLING_PROVE_COMMANDS", 20'000);
  const int first_seed = Setting("BILLING_SEED", 1);
  std::cout << commands << " commands from seed " << first_seed << " on\n";
  // Some seeds have few: then it goes on, until there are enough to mean anything.
  constexpr size_t kRemovalsMin = 5;
  const int commands_max = 20 * commands;
  size_t removals = 0;
  for (int done = 0; done < commands || (removals < kRemovalsMin && done < commands_max);
       done += kCommandsPerLog) {
    const auto seed = static_cast<uint64_t>(first_seed + done / kCommandsPerLog);
    const Counted counted = CountWhileMaking(vault(), seed);
    std::set<uint64_t> listed;
    RecordsSource source(counted.log);
    Audit audit(source, {.depth = Depth::kJudge,
                         .what_if = &what_if,
                         .otherwise = [&listed](const Otherwise& otherwise) {
                           if (otherwise.command != "RemoveCard") return;
                           if (otherwise.newly_refused) listed.insert(otherwise.position);
                         }});
    const auto finding = audit.Run();
    ASSERT_FALSE(finding) << InWords(*finding);
    EXPECT_EQ(listed, counted.removals) << "seed " << seed;
    removals += listed.size();
  }
  EXPECT_GE(removals, kRemovalsMin) << "too few to mean anything";
}

}  // namespace
}  // namespace billing::replay
