// One trial: the same steps, given to the model and to the code under test, compared after
// each.
#ifndef BILLING_TESTS_MODEL_TRIAL_H_
#define BILLING_TESTS_MODEL_TRIAL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "eventstore/vault/vault.h"
#include "tests/model/generator.h"
#include "tests/model/model.h"
#include "tests/model/system.h"

namespace billing::model {

// How often each reason was given and each fact recorded.
using Tally = std::map<std::string, int64_t>;

class Trial {
 public:
  // `vault` outlives the trial. Of `steps_per_comparison` steps the last one compares every
  // state of the accounts that it is about; decisions and answers are always compared.
  explicit Trial(eventstore::Vault* vault, int steps_per_comparison = 1)
      : steps_per_comparison_(steps_per_comparison), system_(vault) {}

  // What is wrong after the step, in words; empty: nothing.
  std::string Take(const Step& step);
  // What is wrong with all of it: every row, and a fold of the log from its start.
  std::string CheckAll() const;

  const World& world() const { return model_.world(); }
  const System& system() const { return system_; }
  const Tally& tally() const { return tally_; }
  // The last few steps on the accounts that the last step was about, one line each.
  std::string Story() const;

 private:
  // Nothing when the request is malformed.
  std::optional<request::Request> Parse(const Step& step) const;
  std::string CheckAccounts(const std::vector<v1::Event>& facts, const std::string& stream) const;
  std::string Compare(const std::string& account) const;
  std::string CompareAcross() const;
  std::string CheckAnswer(const request::Request& request, const Verdict& verdict);
  void Remember(const Step& step, const request::Request& request, const std::string& decision);
  void Count(const Verdict& verdict);

  const int steps_per_comparison_;
  Model model_;
  System system_;
  Time now_ = 0;
  int steps_ = 0;
  Tally tally_;
  // By account, what happened there.
  std::map<std::string, std::vector<std::string>> stories_;
  std::string last_account_;
};

// Who, when and what: `12: 2026-03-14T09:00:00Z users/alice: set_active { … }`.
std::string InWords(const Step& step);

}  // namespace billing::model

#endif  // BILLING_TESTS_MODEL_TRIAL_H_
