// Random commands against a slow, separately written model: facts, refusals, answers and
// every state are the model's, and what is always true is true after each command.
//
//   BILLING_MODEL_COMMANDS  how many commands in all (default 20,000)
//   BILLING_SEED            of the first trial (default 1)
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "aggregates/kernel/reason.h"
#include "tests/model/model_fixture.h"
#include "tests/model/trial.h"

namespace billing::model {
namespace {

// A trial is short, so that a failure is soon repeated; the next begins with an empty log.
constexpr int kStepsPerTrial = 400;
// From how many commands on everything must have happened.
constexpr int64_t kCommandsForEverything = 20'000;

int64_t Setting(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoll(value, nullptr, 10);
}

struct Failure {
  size_t index = 0;
  std::string what;
  std::string story;
};

class RandomCommands : public ModelTest {
 protected:
  // Nothing when all is well.
  std::optional<Failure> Replay(const std::vector<Step>& steps) const {
    Trial trial(vault());
    for (size_t i = 0; i < steps.size(); ++i) {
      std::string wrong = trial.Take(steps[i]);
      if (wrong.empty() && i + 1 == steps.size()) wrong = trial.CheckAll();
      if (!wrong.empty()) return Failure{i, wrong, trial.Story()};
    }
    return std::nullopt;
  }

  // The fewest steps, as far as leaving some out can tell, that still fail.
  std::vector<Step> Shrink(std::vector<Step> steps) const {
    for (size_t chunk = steps.size() / 2; chunk > 0; chunk /= 2) {
      for (size_t begin = 0; begin + 1 < steps.size();) {
        std::vector<Step> fewer = steps;
        const size_t end = std::min(begin + chunk, steps.size() - 1);
        fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(begin),
                    fewer.begin() + static_cast<ptrdiff_t>(end));
        if (const auto failure = Replay(fewer)) {
          fewer.resize(failure->index + 1);
          steps = std::move(fewer);
        } else {
          begin += chunk;
        }
      }
    }
    return steps;
  }

  std::string Report(uint64_t seed, const std::vector<Step>& steps, const Failure& failure) const {
    const std::vector<Step> fewest = Shrink(steps);
    const auto again = Replay(fewest);
    std::string report =
        absl::StrCat("seed ", seed, ", command ", failure.index + 1, ":\n  ", InWords(steps.back()),
                     "\n", failure.what, "\nbefore it, on that account:\n", failure.story,
                     "\n\nThe fewest commands that fail:\n");
    for (const Step& step : fewest) absl::StrAppend(&report, "  ", InWords(step), "\n");
    return absl::StrCat(report, again ? again->what : "");
  }
};

// Everything that can happen but the limits of an account: limits_test.cc reaches those.
std::vector<std::string> Everything() {
  std::vector<std::string> names;
  for (const kernel::Reason reason : kernel::AllReasons()) {
    if (reason != kernel::Reason::kSubscriptionLimitReached &&
        reason != kernel::Reason::kBillingProfileLimitReached &&
        reason != kernel::Reason::kRoleLimitReached &&
        reason != kernel::Reason::kChargeLimitReached) {
      names.emplace_back(kernel::NameOf(reason));
    }
  }
  const auto* facts = v1::Event::descriptor()->FindOneofByName("data");
  for (int i = 0; i < facts->field_count(); ++i) {
    const std::string name(facts->field(i)->message_type()->name());
    if (name != "CommandRefused") names.push_back(name);
  }
  for (const char* blocker :
       {"CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION", "RECURRING_CHARGES", "RESERVED_INSTANCES",
        "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", "CARD_IS_BILLING_PROFILE_DEFAULT",
        "OUTSTANDING_CHARGES", "PENDING_CHARGES", "LAST_PAYMENT_METHOD_REQUIRED"}) {
    names.emplace_back(blocker);
  }
  return names;
}

TEST_F(RandomCommands, AreAnsweredAsTheModelAnswersThem) {
  const int64_t commands = Setting("BILLING_MODEL_COMMANDS", kCommandsForEverything);
  const int64_t first_seed = Setting("BILLING_SEED", 1);
  std::cout << commands << " commands from seed " << first_seed << " on\n";
  Tally tally;
  for (int64_t done = 0; done < commands; done += kStepsPerTrial) {
    const auto seed = static_cast<uint64_t>(first_seed + done / kStepsPerTrial);
    Trial trial(vault());
    Generator generator(seed, trial.world());
    std::vector<Step> steps;
    while (steps.size() < kStepsPerTrial) {
      steps.push_back(generator.Next());
      std::string wrong = trial.Take(steps.back());
      if (wrong.empty() && steps.size() == kStepsPerTrial) wrong = trial.CheckAll();
      if (wrong.empty()) continue;
      FAIL() << Report(seed, steps, Failure{steps.size() - 1, wrong, trial.Story()});
    }
    for (const auto& [what, count] : trial.tally()) tally[what] += count;
  }
  std::vector<std::string> missing;
  for (const std::string& name : Everything()) {
    if (tally[name] == 0) missing.push_back(name);
  }
  for (const auto& [what, count] : tally) std::cout << "  " << what << ": " << count << "\n";
  if (commands >= kCommandsForEverything) {
    EXPECT_EQ(absl::StrJoin(missing, ", "), "") << "the generator never reaches these";
  }
}

}  // namespace
}  // namespace billing::model
