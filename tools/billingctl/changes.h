// What a fact changed, from what to what. Many facts say only what a thing became; what it was
// before stands in an earlier one.
#ifndef BILLING_TOOLS_BILLINGCTL_CHANGES_H_
#define BILLING_TOOLS_BILLINGCTL_CHANGES_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "billing/v1/event.pb.h"

namespace billing::billingctl {

// A field of a resource that a fact set.
struct FieldSet {
  // By full name.
  std::string subject;
  // In words: `expiry`.
  std::string field;
  std::string after;
  // Where the fact itself says it; empty text: it had none.
  std::optional<std::string> before = std::nullopt;
  // The fact made the resource: nothing was before.
  bool is_new = false;
};

// In the order of the fact. None for a fact that changes nothing, or that says all of it in
// Describe's one line.
std::vector<FieldSet> FieldsSetBy(const billing::v1::Event& event);

// Names of the facts that may set the field.
std::vector<std::string> FactsThatSet(const std::string& field);

// Not thread-safe.
class Changes {
 public:
  // Gives the newest fact before a position that concerns a subject and is so; nothing when
  // there is none, or when it cannot be had.
  struct Question {
    std::string subject;
    std::vector<std::string> types;
    uint64_t before_position = 0;
    std::function<bool(const billing::v1::Event&)> is;
  };
  using Lookup = std::function<std::optional<billing::v1::Event>(const Question&)>;

  // `sees_all`: it is shown every event of each account from some position on, so that what
  // it has seen need not be looked up.
  Changes(Lookup lookup, bool sees_all) : lookup_(std::move(lookup)), sees_all_(sees_all) {}

  // One line for each field that changed: `expiry of visa: 2030-04 → 2031-05`. What was before
  // and cannot be had is `?`.
  std::vector<std::string> Of(const billing::v1::Event& event);

 private:
  std::optional<std::string> Before(const FieldSet& set, uint64_t position);

  void Remember(const FieldSet& set, uint64_t position);

  const Lookup lookup_;
  const bool sees_all_;
  struct Known {
    uint64_t position = 0;
    std::string value;
  };
  // By subject and field.
  std::map<std::pair<std::string, std::string>, Known> known_;
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_CHANGES_H_
