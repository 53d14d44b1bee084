#include "projections/explain/explain.h"

#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "projections/explain/search.h"

namespace billing::projections {

absl::StatusOr<Explanation> Explain(const storage::v1::Record& refusal, Past& past,
                                    const ExplainBounds& bounds) {
  assert(refusal.event().has_command_refused());
  const auto& refused = refusal.event().command_refused();
  const auto reason = kernel::ReasonNamed(refused.reason());
  if (!reason) {
    return absl::DataLossError(
        absl::StrCat("the record at position ", refusal.event().position(),
                     " was refused for a reason that is none: ", refused.reason()));
  }
  Search search(refusal, past, bounds);
  Explanation explanation{.rule = &RuleOf(*reason)};
  explanation.facts = search.FactsOf(explanation.rule->grounds);
  for (const auto& blocker : refused.blockers()) {
    Explanation::OfBlocker& explained = explanation.blockers.emplace_back();
    explained.rule = RuleOfBlocker(blocker.type());
    if (explained.rule == nullptr) continue;
    explained.facts = search.FactsOf(explained.rule->grounds, blocker.subject());
  }
  if (!search.status().ok()) return search.status();
  return explanation;
}

}  // namespace billing::projections
