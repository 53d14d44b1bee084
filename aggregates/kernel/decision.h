// What deciding a command yields: facts, nothing to change, or a refusal. A refusal
// is a value, never thrown; machine failures do not occur here.
#ifndef BILLING_AGGREGATES_KERNEL_DECISION_H_
#define BILLING_AGGREGATES_KERNEL_DECISION_H_

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "aggregates/kernel/reason.h"
#include "billing/v1/event.pb.h"

namespace billing::kernel {

// A refusal carries at most this many blockers, and the true count.
inline constexpr int kBlockersPerRefusal = 20;

// One thing in the way of a removal. `subject` is a relative resource name, empty for
// the account itself. The remedy follows from the type: RemedyFor.
struct Blocker {
  std::string type;
  std::string subject;
  friend bool operator==(const Blocker&, const Blocker&) = default;
};

// What the customer can do about a blocker, naming the command that clears it; empty for
// an unknown type. It says "it", never the name: the subject stands beside it, and twenty
// blockers have to fit into the 6 KiB of an error's details. At most 90 bytes.
std::string RemedyFor(std::string_view type);

// What stands in the way of a removal or a detach: the first kBlockersPerRefusal in the
// order of a refusal, and how many there are.
struct Blockers {
  std::vector<Blocker> first = {};
  int count = 0;
};

struct Refusal {
  Reason reason;
  // The first kBlockersPerRefusal.
  std::vector<Blocker> blockers = {};
  int blocker_count = 0;
  // Metadata that names a resource, e.g. {"card", "cards/visa"} (relative).
  std::vector<std::pair<std::string, std::string>> resources = {};
  // With kInvalidRequest: the field that is wrong, and why.
  std::string bad_field = {};
  std::string bad_field_description = {};
};

// Facts in order: events with only `data` set, resource names relative to the
// account, personal fields empty. A fact of another account's stream than the command's
// also has that account's full name in `billing_account`, and its names are relative to
// that account.
using Facts = std::vector<billing::v1::Event>;

// Just one. (A list in braces would copy it.)
inline Facts FactsOf(billing::v1::Event fact) {
  Facts facts;
  facts.push_back(std::move(fact));
  return facts;
}

// The command is allowed and there is nothing to change.
struct NothingToChange {};

using Decision = std::variant<Facts, NothingToChange, Refusal>;

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_DECISION_H_
