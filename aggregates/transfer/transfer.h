// The transfer: the offer of a subscription to another account.
#ifndef BILLING_AGGREGATES_TRANSFER_TRANSFER_H_
#define BILLING_AGGREGATES_TRANSFER_TRANSFER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/names.h"
#include "aggregates/kernel/time.h"
#include "billing/v1/subscription.pb.h"
#include "billing/v1/transfer.pb.h"

namespace billing::transfer {

// How long an offer stands. Source: design page "The domain", States.
inline constexpr int64_t kOfferDays = 15;

constexpr kernel::Instant ExpireTimeOf(kernel::Instant send_time) {
  return {send_time.us + kOfferDays * kernel::kMicrosecondsPerDay};
}

struct TransferState {
  kernel::SubscriptionId subscription;
  // Need not exist.
  kernel::AccountId to_account;
  // As recorded: see StateAt.
  billing::v1::TransferState state;
  kernel::Instant send_time;
  kernel::Instant expire_time;
  uint64_t etag = 0;

  // A deadline has passed when now >= deadline, whether or not the scheduler has recorded
  // it.
  billing::v1::TransferState StateAt(kernel::Instant now) const;
};

struct SendTransfer {
  kernel::AccountId account;
  kernel::TransferId transfer;
  kernel::SubscriptionId subscription;
  kernel::AccountId to_account;
  std::optional<uint64_t> etag;
};

struct AcceptTransfer {
  // The sender's.
  kernel::AccountId account;
  kernel::TransferId transfer;
  // Id of the new subscription, in the receiving account.
  kernel::SubscriptionId subscription;
  // Of whatever account the caller named.
  std::optional<kernel::ResourceName> card;
  std::optional<kernel::ResourceName> billing_profile;
  std::optional<uint64_t> etag;
};

// By the recipient, the sender, the scheduler.
enum class End { kDecline, kCancel, kExpire };

struct EndTransfer {
  End end;
  // The sender's.
  kernel::AccountId account;
  kernel::TransferId transfer;
  std::optional<uint64_t> etag;
};

// What SendTransfer needs to know.
struct Offer {
  bool id_taken = false;
  billing::v1::SubscriptionState subscription_state;
  // The subscription is offered in another transfer that has not expired.
  bool already_pending = false;
};

// What AcceptTransfer needs to know of both accounts, besides the new subscription.
struct Handover {
  billing::v1::SubscriptionState subscription_state;
  std::string sender_country;
  std::string receiver_country;
  // Past-due charges of the receiving account.
  uint32_t receiver_past_due_charges = 0;
};

// REQUIRES: role and etag were checked, and everything that the command names was found.
kernel::Decision Decide(const SendTransfer& command, const Offer& offer);
kernel::Decision Decide(const EndTransfer& command, const TransferState& transfer,
                        kernel::Instant now);
// What is in the way of accepting, as far as it is not the new subscription's.
std::optional<kernel::Refusal> RefusalOf(const TransferState& transfer, const Handover& handover,
                                         kernel::Instant now);
// The two facts of an accepted transfer; `created` is the SubscriptionCreated that
// CreateSubscription would have recorded in the receiving account.
kernel::Facts Accepted(const AcceptTransfer& command, const TransferState& transfer,
                       const billing::v1::SubscriptionCreated& created);

}  // namespace billing::transfer

#endif  // BILLING_AGGREGATES_TRANSFER_TRANSFER_H_
