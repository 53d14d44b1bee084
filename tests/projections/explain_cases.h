// Histories that end in a refusal, and the facts that each rests on: for every reason that
// rests on any.
#ifndef BILLING_TESTS_PROJECTIONS_EXPLAIN_CASES_H_
#define BILLING_TESTS_PROJECTIONS_EXPLAIN_CASES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "aggregates/kernel/decision.h"
#include "tests/projections/log.h"

namespace billing::projections {

// A refusal of a request in protobuf's text format: `set_active { card: "cards/visa" }`.
v1::Event Refused(kernel::Reason reason, const std::string& request,
                  const std::string& existing = "");

// What happened in `acme`, which position 1 opened: each fact a command of its own, from
// position 2 on. Then the refusal, and after it what must not matter any more.
struct Case {
  std::vector<v1::Event> past;
  v1::Event refusal;
  std::vector<uint64_t> facts;
  std::vector<v1::Event> after = {};
};

extern const v1::Event kVisa;
// Paid by visa, and by nothing.
extern const v1::Event kWeb;
extern const v1::Event kBare;
extern const v1::Event kBareMail;

v1::Event Moved(const std::string& card, const std::string& previous);
v1::Event SomeCharge(const std::string& id);
v1::Event About(v1::Event fact);

// By reason.
std::multimap<kernel::Reason, Case> AllCases();

}  // namespace billing::projections

#endif  // BILLING_TESTS_PROJECTIONS_EXPLAIN_CASES_H_
