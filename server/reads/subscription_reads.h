// Reads of subscriptions, and of which card pays for each.
#ifndef BILLING_SERVER_READS_SUBSCRIPTION_READS_H_
#define BILLING_SERVER_READS_SUBSCRIPTION_READS_H_

#include <cstddef>
#include <optional>

#include "billing/v1/payment_method_service.pb.h"
#include "billing/v1/subscription_service.pb.h"
#include "server/reads/cards_in_use_page.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// A query is a checked request. Parse says what is malformed; Answer does the read,
// without `position`, and afterwards states.status() is to be checked.
struct GetSubscriptionQuery {
  static constexpr bool kIsShort = true;
  static Parsed<GetSubscriptionQuery> Parse(const billing::v1::GetSubscriptionRequest& request);
  Answered<billing::v1::GetSubscriptionResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  kernel::SubscriptionId subscription;
};

struct ListSubscriptionsQuery {
  static constexpr size_t kRowsAtOnce = 32;
  static Parsed<ListSubscriptionsQuery> Parse(const billing::v1::ListSubscriptionsRequest& request);
  Answered<billing::v1::ListSubscriptionsResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  PageQuery page;
};

struct ListCardsInUseQuery {
  static constexpr size_t kRowsAtOnce = 64;
  static Parsed<ListCardsInUseQuery> Parse(const billing::v1::ListCardsInUseRequest& request);
  Answered<CardsInUsePage> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  // Only what this card pays for. Of another account: not found.
  std::optional<kernel::ResourceName> card;
  PageQuery page;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_SUBSCRIPTION_READS_H_
