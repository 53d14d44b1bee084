// Both sides of every bound of what the payment processor and the biller report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

google::type::Money Money(std::string_view currency, int64_t units, int32_t nanos) {
  google::type::Money money;
  money.set_currency_code(std::string(currency));
  money.set_units(units);
  money.set_nanos(nanos);
  return money;
}

std::vector<std::string> BadWithAmount(const google::type::Money& amount) {
  v1::Command wire = Wire(kRecordCharge);
  *wire.mutable_record_charge()->mutable_charge()->mutable_amount() = amount;
  return BadFields(wire);
}

TEST(ChargeAmount, IsAsFineAsTheCurrencyButNoFiner) {
  EXPECT_THAT(BadWithAmount(Money("EUR", 0, 10'000'000)), IsEmpty());
  EXPECT_THAT(BadWithAmount(Money("EUR", 0, 5'000'000)), ElementsAre("charge.amount.nanos"));
  EXPECT_THAT(BadWithAmount(Money("JPY", 1, 0)), IsEmpty());
  EXPECT_THAT(BadWithAmount(Money("JPY", 1, 500'000'000)), ElementsAre("charge.amount.nanos"));
  EXPECT_THAT(BadWithAmount(Money("KWD", 0, 1'000'000)), IsEmpty());
}

TEST(ChargeAmount, IsMoreThanNothing) {
  EXPECT_THAT(BadWithAmount(Money("EUR", 0, 0)), ElementsAre("charge.amount"));
  EXPECT_THAT(BadWithAmount(Money("EUR", -1, 0)), ElementsAre("charge.amount"));
  EXPECT_THAT(BadWithAmount(Money("EUR", 1, -10'000'000)), ElementsAre("charge.amount"));
}

TEST(ChargeAmount, HasLessThanAUnitOfNanos) {
  EXPECT_THAT(BadWithAmount(Money("EUR", 1, 990'000'000)), IsEmpty());
  EXPECT_THAT(BadWithAmount(Money("EUR", 1, 1'000'000'000)), ElementsAre("charge.amount.nanos"));
}

TEST(ChargeAmount, FitsIntoSixtyFourBitsOfMinorUnits) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(BadWithAmount(Money("JPY", kMost, 0)), IsEmpty());
  EXPECT_THAT(BadWithAmount(Money("EUR", kMost / 100, 70'000'000)), IsEmpty());
  EXPECT_THAT(BadWithAmount(Money("EUR", kMost / 100, 80'000'000)),
              ElementsAre("charge.amount.units"));
}

TEST(ChargeAmount, HasEachBadFieldTold) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(BadWithAmount(Money("eur", -1, 0)),
              ElementsAre("charge.amount.currency_code", "charge.amount"));
  EXPECT_THAT(BadWithAmount(Money("", 0, -1)),
              ElementsAre("charge.amount.currency_code", "charge.amount"));
  EXPECT_THAT(BadWithAmount(Money("ZZZ", 1, 1'000'000'000)),
              ElementsAre("charge.amount.currency_code", "charge.amount.nanos"));
  EXPECT_THAT(BadWithAmount(Money("EUR", -1, 1'000'000'000)),
              ElementsAre("charge.amount", "charge.amount.nanos"));
  EXPECT_THAT(BadWithAmount(Money("EUR", kMost, 1)),
              ElementsAre("charge.amount.nanos", "charge.amount.units"));
}

TEST(SettledAmount, HasEachBadFieldTold) {
  EXPECT_THAT(
      BadFields(kSettleBalance, R"(settle_balance { amount { currency_code: "?" units: -1 } })"),
      ElementsAre("amount.currency_code", "amount"));
}

TEST(ChargeAmount, SaysOfEveryProblemSomethingElse) {
  std::vector<std::string> descriptions;
  for (const auto& amount : {Money("", 1, 0), Money("EUR", 0, 0), Money("EUR", 1, 1'000'000'000),
                             Money("EUR", 1, 1), Money("EUR", 100'000'000'000'000'000, 0)}) {
    v1::Command wire = Wire(kRecordCharge);
    *wire.mutable_record_charge()->mutable_charge()->mutable_amount() = amount;
    for (const Violation& violation : Violations(wire)) {
      descriptions.push_back(violation.description);
    }
  }
  EXPECT_THAT(descriptions,
              ElementsAre("must be the ISO 4217 code, in upper case, of a currency in use",
                          "must be more than nothing, with neither units nor nanos below 0",
                          "must be 0 to 999,999,999",
                          "must be a whole number of the currency's minor units",
                          "must be an amount whose minor units fit into 64 bits"));
}

std::vector<std::string> BadWithDueTime(int64_t seconds, int32_t nanos) {
  v1::Command wire = Wire(kRecordCharge);
  auto& due_time = *wire.mutable_record_charge()->mutable_charge()->mutable_due_time();
  due_time.set_seconds(seconds);
  due_time.set_nanos(nanos);
  return BadFields(wire);
}

TEST(DueTime, IsInTheYears2000To2199) {
  constexpr int64_t kYear2000 = 946'684'800;
  constexpr int64_t kYear2200 = 7'258'118'400;
  EXPECT_THAT(BadWithDueTime(kYear2000, 0), IsEmpty());
  EXPECT_THAT(BadWithDueTime(kYear2000 - 1, 999'999'999), ElementsAre("charge.due_time"));
  EXPECT_THAT(BadWithDueTime(kYear2200 - 1, 999'999'999), IsEmpty());
  EXPECT_THAT(BadWithDueTime(kYear2200, 0), ElementsAre("charge.due_time"));
}

TEST(DueTime, HasNanosOfOneSecond) {
  EXPECT_THAT(BadWithDueTime(1'796'083'200, 1'000'000'000), ElementsAre("charge.due_time.nanos"));
  EXPECT_THAT(BadWithDueTime(1'796'083'200, -1), ElementsAre("charge.due_time.nanos"));
  EXPECT_THAT(BadWithDueTime(0, -1), ElementsAre("charge.due_time", "charge.due_time.nanos"));
}

TEST(ProcessorCodes, HaveAtMostThirtyTwoCharactersAndMayBeEmpty) {
  v1::Command wire = Wire(kRecordPayment);
  v1::RecordPaymentRequest& request = *wire.mutable_record_payment();
  request.set_network_code(std::string(32, 'c'));
  request.set_advice_code(std::string(32, 'c'));
  EXPECT_THAT(BadFields(wire), IsEmpty());
  request.set_network_code(std::string(33, 'c'));
  request.set_advice_code(std::string(33, 'c'));
  EXPECT_THAT(BadFields(wire), ElementsAre("network_code", "advice_code"));
  request.clear_network_code();
  request.clear_advice_code();
  EXPECT_THAT(BadFields(wire), IsEmpty());
}

TEST(ProcessorReference, HasOneToHundredTwentyEightCharacters) {
  v1::Command wire = Wire(kSettleBalance);
  v1::SettleBalanceRequest& request = *wire.mutable_settle_balance();
  for (const std::string& good :
       {std::string("7"), std::string(128, 'r'), std::string("A.b_c:-9")}) {
    request.set_processor_reference(good);
    EXPECT_THAT(BadFields(wire), IsEmpty()) << good;
  }
  request.set_processor_reference(std::string(129, 'r'));
  EXPECT_THAT(BadFields(wire), ElementsAre("processor_reference"));
}

TEST(ProcessorReference, MayContainAWindowThatLooksLikeACardNumber) {
  EXPECT_THAT(
      BadFields(kRecordPayment, R"(record_payment { processor_reference: "9a4242424242424242" })"),
      IsEmpty());
}

}  // namespace
}  // namespace billing::request
