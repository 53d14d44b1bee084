// Sources: the design page "The domain", Payment guidance (which reasons give the questions)
// and rule 8 of the founding document (the questions); what helps against each reason: design
// research "billing_peers" §5, Declines → action.
#include "server/reads/guidance_table.h"

#include <algorithm>
#include <iterator>

namespace billing::server {
namespace {

using namespace billing::v1;
using Words = std::span<const std::string_view>;

constexpr std::string_view kUseAnotherCard =
    "Choose another card for this subscription, or for the billing profile that pays for it.";
constexpr std::string_view kAskTheBank =
    "Ask your bank why it declined the payment, and have it allowed.";

constexpr std::string_view kAllowInternational[] = {
    "Ask your bank to enable international transactions for this card.", kUseAnotherCard};
constexpr std::string_view kFreeTheLimit[] = {
    "Make sure that the card has enough credit or balance for the amount. The payment can then "
    "be tried again.",
    kUseAnotherCard};
constexpr std::string_view kAllowRecurring[] = {
    "Ask your bank to enable recurring payments for this card.", kUseAnotherCard};
constexpr std::string_view kUpdateExpiry[] = {
    "If your bank renewed the card under the same number, enter its new expiry date.",
    kUseAnotherCard};
constexpr std::string_view kAnotherCardOnly[] = {kUseAnotherCard};
constexpr std::string_view kAskOrChange[] = {kAskTheBank, kUseAnotherCard};
constexpr std::string_view kEnterAgain[] = {
    "Check the card's details. If its number was wrong, add the card again.", kUseAnotherCard};
constexpr std::string_view kWait[] = {
    "Nothing is wrong with the card: the bank could not be reached, and the payment can be tried "
    "again later."};
constexpr std::string_view kAuthenticate[] = {
    "Confirm the payment with your bank (3-D Secure) when it is tried again.", kUseAnotherCard};

constexpr std::string_view kQuestions[] = {
    "Are international transactions enabled for this card?",
    "Does the card have enough credit limit for the balance?",
    "Are recurring payments enabled for this card?",
};

struct Row {
  DeclineReason reason;
  Words actions;
  Words questions_for_the_bank;
};

constexpr Row kTable[] = {
    {DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED, kAllowInternational, kQuestions},
    {DECLINE_REASON_INSUFFICIENT_CREDIT, kFreeTheLimit, kQuestions},
    {DECLINE_REASON_RECURRING_PAYMENTS_DISABLED, kAllowRecurring, kQuestions},
    {DECLINE_REASON_CARD_EXPIRED, kUpdateExpiry, {}},
    {DECLINE_REASON_CARD_LOST_OR_STOLEN, kAnotherCardOnly, {}},
    {DECLINE_REASON_DO_NOT_HONOR, kAskOrChange, kQuestions},
    {DECLINE_REASON_INVALID_CARD_DETAILS, kEnterAgain, {}},
    {DECLINE_REASON_ISSUER_UNAVAILABLE, kWait, {}},
    {DECLINE_REASON_AUTHENTICATION_REQUIRED, kAuthenticate, {}},
    {DECLINE_REASON_CARD_TYPE_NOT_ACCEPTED, kAnotherCardOnly, {}},
    {DECLINE_REASON_OTHER, kAskOrChange, kQuestions},
};
static_assert(std::size(kTable) == DeclineReason_ARRAYSIZE - 1, "one row for every reason");
constexpr const Row& kOther = kTable[std::size(kTable) - 1];
static_assert(kOther.reason == DECLINE_REASON_OTHER);

}  // namespace

Guidance GuidanceFor(DeclineReason reason) {
  if (reason == DECLINE_REASON_UNSPECIFIED) return {};
  const auto* row = std::find_if(std::begin(kTable), std::end(kTable),
                                 [&](const Row& one) { return one.reason == reason; });
  const Row& found = row == std::end(kTable) ? kOther : *row;
  return {found.actions, found.questions_for_the_bank};
}

}  // namespace billing::server
