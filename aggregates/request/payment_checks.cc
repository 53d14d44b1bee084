#include <algorithm>
#include <string>

#include "aggregates/kernel/card_number.h"
#include "aggregates/request/field_checks.h"
#include "google/protobuf/util/time_util.h"

namespace billing::request {

namespace {

constexpr size_t kProcessorCodeLengthMax = 32;
constexpr size_t kProcessorReferenceLengthMax = 128;
constexpr int kNanosMax = 999'999'999;
// 2000-01-01T00:00:00Z and 2200-01-01T00:00:00Z: what lies outside is a slip of units.
constexpr int64_t kFirstSecond = 946'684'800;
constexpr int64_t kEndSecond = 7'258'118'400;

bool HoldsOnly(std::string_view text, std::string_view punctuation) {
  return std::all_of(text.begin(), text.end(), [punctuation](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           punctuation.find(c) != std::string_view::npos;
  });
}

// Which field of the amount is wrong, below the amount's own path, and why.
Violation ProblemOf(kernel::BadMoney problem) {
  switch (problem) {
    case kernel::BadMoney::kCurrency:
      return {".currency_code", "must be the ISO 4217 code, in upper case, of a currency in use"};
    case kernel::BadMoney::kNotPositive:
      return {"", "must be more than nothing, with neither units nor nanos below 0"};
    case kernel::BadMoney::kNanos:
      return {".nanos", "must be 0 to 999,999,999"};
    case kernel::BadMoney::kTooFine:
      return {".nanos", "must be a whole number of the currency's minor units"};
    case kernel::BadMoney::kTooLarge:
      return {".units", "must be an amount whose minor units fit into 64 bits"};
  }
  return {};
}

}  // namespace

google::type::Money FieldChecks::Money(std::string_view path, const google::type::Money& money) {
  const kernel::ParsedAmount parsed = kernel::AmountOf(money);
  if (parsed.amount) return kernel::MoneyOf(*parsed.amount);
  for (const kernel::BadMoney bad : parsed.problems) {
    const Violation problem = ProblemOf(bad);
    Add(std::string(path) + problem.field, problem.description);
  }
  return {};
}

google::protobuf::Timestamp FieldChecks::Time(std::string_view path,
                                              const google::protobuf::Timestamp& time) {
  using google::protobuf::util::TimeUtil;
  const bool good_seconds = time.seconds() >= kFirstSecond && time.seconds() < kEndSecond;
  const bool good_nanos = time.nanos() >= 0 && time.nanos() <= kNanosMax;
  if (!good_seconds) Add(path, "must be a time in the years 2000 to 2199");
  if (!good_nanos) Add(std::string(path) + ".nanos", "must be 0 to 999,999,999");
  if (!good_seconds || !good_nanos) return {};
  return TimeUtil::MicrosecondsToTimestamp(TimeUtil::TimestampToMicroseconds(time));
}

void FieldChecks::ProcessorCode(Field code) {
  if (code.value.size() > kProcessorCodeLengthMax || !HoldsOnly(code.value, "._-")) {
    Add(code.path, "must be at most 32 of the characters A-Z a-z 0-9 . _ -");
  } else if (kernel::HoldsCardNumber(code.value)) {
    Add(code.path, kNoCardNumber);
  }
}

void FieldChecks::ProcessorReference(Field reference) {
  if (reference.value.empty()) {
    Add(reference.path, kIsRequired);
  } else if (reference.value.size() > kProcessorReferenceLengthMax ||
             !HoldsOnly(reference.value, "._:-")) {
    Add(reference.path, "must be 1 to 128 of the characters A-Z a-z 0-9 . _ : -");
  } else if (kernel::IsCardNumber(reference.value)) {
    Add(reference.path, kNoCardNumber);
  }
}

}  // namespace billing::request
