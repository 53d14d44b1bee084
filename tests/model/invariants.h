// I1 to I6 of the design page "The domain", looked for in the rows and records of the code
// under test, by reading everything. Each answers what is wrong; empty when nothing is.
#ifndef BILLING_TESTS_MODEL_INVARIANTS_H_
#define BILLING_TESTS_MODEL_INVARIANTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "aggregates/kernel/context.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/request/request.h"
#include "projections/state/state_reader.h"

namespace billing::model {

// A number of a card that the generator offers in texts and that must be found nowhere.
inline constexpr char kCardNumber[] = "4111111111111111";

// I1 and I2, of one account.
std::string CheckPaymentMethods(const projections::StateReader& states,
                                projections::AccountNumber number);
// I3: before the facts of a removal are folded, nobody uses the card.
std::string CheckRemovals(const kernel::Decision& decision, projections::AccountNumber number,
                          const projections::StateReader& states);
// I4: after the facts are folded. Without the wider cascade nobody keeps the card that the
// group had; under it nobody who pays by card keeps another one.
std::string CheckCascades(const std::vector<v1::Event>& facts, projections::AccountNumber number,
                          const projections::StateReader& states);

// I5 and I6, of the records of one command that was judged at position `head`.
struct Written {
  const std::vector<std::string>& records;
  const request::Request& request;
  const kernel::Context& context;
  uint64_t head = 0;
};
std::string CheckRecords(const Written& written);

}  // namespace billing::model

#endif  // BILLING_TESTS_MODEL_INVARIANTS_H_
