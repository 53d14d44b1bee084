#include "aggregates/charge/decline_table.h"

namespace billing::charge {
namespace {

using v1::DeclineKind;
using v1::DeclineReason;

constexpr DeclineKind kSoft = v1::DECLINE_KIND_SOFT;
constexpr DeclineKind kHard = v1::DECLINE_KIND_HARD;
constexpr DeclineKind kCustomer = v1::DECLINE_KIND_CUSTOMER_ACTION;

struct Row {
  std::string_view code;
  DeclineReason reason;
  DeclineKind kind;
};

// Source of both tables: design page "The domain", Payment guidance. Network codes are
// response codes of ISO 8583 field 39 and the words that processors use for them.
constexpr Row kNetworkCodes[] = {
    {"57", v1::DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED, kCustomer},
    {"62", v1::DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED, kCustomer},
    {"5C", v1::DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED, kCustomer},
    {"9G", v1::DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED, kCustomer},
    {"card_not_supported", v1::DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED, kCustomer},
    {"transaction_not_allowed", v1::DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED, kCustomer},
    {"51", v1::DECLINE_REASON_INSUFFICIENT_CREDIT, kSoft},
    {"61", v1::DECLINE_REASON_INSUFFICIENT_CREDIT, kSoft},
    {"65", v1::DECLINE_REASON_INSUFFICIENT_CREDIT, kSoft},
    {"insufficient_funds", v1::DECLINE_REASON_INSUFFICIENT_CREDIT, kSoft},
    {"card_velocity_exceeded", v1::DECLINE_REASON_INSUFFICIENT_CREDIT, kSoft},
    {"R0", v1::DECLINE_REASON_RECURRING_PAYMENTS_DISABLED, kCustomer},
    {"R1", v1::DECLINE_REASON_RECURRING_PAYMENTS_DISABLED, kCustomer},
    {"R3", v1::DECLINE_REASON_RECURRING_PAYMENTS_DISABLED, kCustomer},
    {"revocation_of_authorization", v1::DECLINE_REASON_RECURRING_PAYMENTS_DISABLED, kCustomer},
    {"54", v1::DECLINE_REASON_CARD_EXPIRED, kCustomer},
    {"33", v1::DECLINE_REASON_CARD_EXPIRED, kCustomer},
    {"expired_card", v1::DECLINE_REASON_CARD_EXPIRED, kCustomer},
    {"41", v1::DECLINE_REASON_CARD_LOST_OR_STOLEN, kHard},
    {"43", v1::DECLINE_REASON_CARD_LOST_OR_STOLEN, kHard},
    {"04", v1::DECLINE_REASON_CARD_LOST_OR_STOLEN, kHard},
    {"07", v1::DECLINE_REASON_CARD_LOST_OR_STOLEN, kHard},
    {"lost_card", v1::DECLINE_REASON_CARD_LOST_OR_STOLEN, kHard},
    {"stolen_card", v1::DECLINE_REASON_CARD_LOST_OR_STOLEN, kHard},
    {"pickup_card", v1::DECLINE_REASON_CARD_LOST_OR_STOLEN, kHard},
    {"05", v1::DECLINE_REASON_DO_NOT_HONOR, kSoft},
    {"do_not_honor", v1::DECLINE_REASON_DO_NOT_HONOR, kSoft},
    {"generic_decline", v1::DECLINE_REASON_DO_NOT_HONOR, kSoft},
    {"14", v1::DECLINE_REASON_INVALID_CARD_DETAILS, kHard},
    {"15", v1::DECLINE_REASON_INVALID_CARD_DETAILS, kHard},
    {"46", v1::DECLINE_REASON_INVALID_CARD_DETAILS, kHard},
    {"incorrect_number", v1::DECLINE_REASON_INVALID_CARD_DETAILS, kHard},
    {"incorrect_cvc", v1::DECLINE_REASON_INVALID_CARD_DETAILS, kHard},
    {"91", v1::DECLINE_REASON_ISSUER_UNAVAILABLE, kSoft},
    {"96", v1::DECLINE_REASON_ISSUER_UNAVAILABLE, kSoft},
    {"processing_error", v1::DECLINE_REASON_ISSUER_UNAVAILABLE, kSoft},
    {"1A", v1::DECLINE_REASON_AUTHENTICATION_REQUIRED, kCustomer},
    {"authentication_required", v1::DECLINE_REASON_AUTHENTICATION_REQUIRED, kCustomer},
};

// Merchant advice codes.
constexpr Row kAdviceCodes[] = {
    {"01", v1::DECLINE_REASON_CARD_EXPIRED, kCustomer},
    {"02", v1::DECLINE_REASON_INSUFFICIENT_CREDIT, kSoft},
    {"03", v1::DECLINE_REASON_OTHER, kHard},
    {"21", v1::DECLINE_REASON_RECURRING_PAYMENTS_DISABLED, kCustomer},
    {"40", v1::DECLINE_REASON_CARD_TYPE_NOT_ACCEPTED, kHard},
    {"41", v1::DECLINE_REASON_CARD_TYPE_NOT_ACCEPTED, kHard},
};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool SameCode(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (Lower(a[i]) != Lower(b[i])) return false;
  }
  return true;
}

template <size_t kRows>
const Row* Find(const Row (&table)[kRows], std::string_view code) {
  for (const Row& row : table) {
    if (SameCode(row.code, code)) return &row;
  }
  return nullptr;
}

}  // namespace

Decline DeclineOf(std::string_view network_code, std::string_view advice_code) {
  const Row* row = Find(kAdviceCodes, advice_code);
  if (row == nullptr) row = Find(kNetworkCodes, network_code);
  if (row == nullptr) return {v1::DECLINE_REASON_OTHER, kSoft};
  return {row->reason, row->kind};
}

}  // namespace billing::charge
