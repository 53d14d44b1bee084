// Reads of cards.
#ifndef BILLING_SERVER_READS_CARD_READS_H_
#define BILLING_SERVER_READS_CARD_READS_H_

#include <cstddef>
#include <optional>

#include "billing/v1/payment_method_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// A query is a checked request. Parse says what is malformed; Answer does the read,
// without `position`, and afterwards states.status() is to be checked.
struct GetCardQuery {
  static constexpr bool kIsShort = true;
  static Parsed<GetCardQuery> Parse(const billing::v1::GetCardRequest& request);
  Answered<billing::v1::GetCardResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  kernel::CardId card;
};

struct ListCardsQuery {
  static constexpr size_t kRowsAtOnce = 16;
  static Parsed<ListCardsQuery> Parse(const billing::v1::ListCardsRequest& request);
  Answered<billing::v1::ListCardsResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  bool show_removed = false;
  PageQuery page;
};

struct ListExpiringCardsQuery {
  static Parsed<ListExpiringCardsQuery> Parse(const billing::v1::ListExpiringCardsRequest& request);
  Answered<billing::v1::ListExpiringCardsResponse> Answer(const ReadContext& context) const;

  AccountOrAll parent;
  kernel::YearMonth before;
  std::optional<projections::StateReader::ExpiringCard> after;
  PageQuery page;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_CARD_READS_H_
