// What facts make of a transfer, without any rows: a transfer is all in its sender's
// records that name it.
#ifndef BILLING_PROJECTIONS_FOLD_TRANSFERS_H_
#define BILLING_PROJECTIONS_FOLD_TRANSFERS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "aggregates/kernel/time.h"
#include "aggregates/transfer/transfer.h"
#include "billing/v1/event.pb.h"

namespace billing::projections {

// A transfer as its TransferSent, committed at `now`, left it.
transfer::TransferState SentBy(const billing::v1::TransferSent& fact, uint64_t position,
                               kernel::Instant now);

// How a fact of the sender's account ended a transfer.
struct TransferEnd {
  // Relative; lives as long as the fact.
  std::string_view transfer;
  billing::v1::TransferState state;
};
// Nothing for facts that end none, and for the receiving account's own record of one.
std::optional<TransferEnd> EndIn(const billing::v1::Event& event);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_TRANSFERS_H_
