#include "projections/fold/transfers.h"

#include "aggregates/kernel/names.h"
#include "projections/fold/ids_in.h"

namespace billing::projections {

transfer::TransferState SentBy(const billing::v1::TransferSent& fact, uint64_t position,
                               kernel::Instant now) {
  const auto& message = fact.transfer();
  return {.subscription = IdIn<kernel::SubscriptionId>(message.subscription()),
          .to_account = IdIn<kernel::AccountId>(message.to_billing_account()),
          .state = billing::v1::TRANSFER_STATE_PENDING,
          .send_time = now,
          .expire_time = transfer::ExpireTimeOf(now),
          .etag = position};
}

std::optional<TransferEnd> EndIn(const billing::v1::Event& event) {
  if (event.has_subscription_transferred_out()) {
    return TransferEnd{event.subscription_transferred_out().transfer(),
                       billing::v1::TRANSFER_STATE_ACCEPTED};
  }
  if (event.has_transfer_declined() && !kernel::IsFullName(event.transfer_declined().transfer())) {
    return TransferEnd{event.transfer_declined().transfer(), billing::v1::TRANSFER_STATE_DECLINED};
  }
  if (event.has_transfer_cancelled()) {
    return TransferEnd{event.transfer_cancelled().transfer(),
                       billing::v1::TRANSFER_STATE_CANCELLED};
  }
  if (event.has_transfer_expired()) {
    return TransferEnd{event.transfer_expired().transfer(), billing::v1::TRANSFER_STATE_EXPIRED};
  }
  return std::nullopt;
}

}  // namespace billing::projections
