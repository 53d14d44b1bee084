// Reads of charges and of what is owed.
#ifndef BILLING_SERVER_READS_CHARGE_READS_H_
#define BILLING_SERVER_READS_CHARGE_READS_H_

#include <cstddef>
#include <optional>
#include <string>

#include "billing/v1/payment_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// A query is a checked request. Parse says what is malformed; Answer does the read,
// without `position`, and afterwards states.status() is to be checked.
struct GetChargeQuery {
  static constexpr bool kIsShort = true;
  static Parsed<GetChargeQuery> Parse(const billing::v1::GetChargeRequest& request);
  Answered<billing::v1::GetChargeResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  kernel::ChargeId charge;
};

struct ListChargesQuery {
  static constexpr size_t kRowsAtOnce = 32;
  static Parsed<ListChargesQuery> Parse(const billing::v1::ListChargesRequest& request);
  Answered<billing::v1::ListChargesResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  PageQuery page;
};

// The sums come from the rows that count them, so a page costs its own charges only. Somebody
// who sees some billing profiles alone is told what these owe: no row counts that, so every
// page looks at all of it, at most account::kUnpaidChargesMax charges.
struct GetBalanceQuery {
  // The charge that the page before ended with.
  struct Place {
    projections::ChargeClass charge_class;
    std::string charge;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  static Parsed<GetBalanceQuery> Parse(const billing::v1::GetBalanceRequest& request);
  Answered<billing::v1::GetBalanceResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  // Only what is owed on this card. Of another account: not found.
  std::optional<kernel::ResourceName> card;
  std::optional<Place> after;
  PageQuery page;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_CHARGE_READS_H_
