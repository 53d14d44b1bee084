// Reads of transfers: what an account offers to others, and what it is offered.
#ifndef BILLING_SERVER_READS_TRANSFER_READS_H_
#define BILLING_SERVER_READS_TRANSFER_READS_H_

#include <optional>
#include <string>

#include "billing/v1/transfer_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// A query is a checked request. Parse says what is malformed; Answer does the read,
// without `position`, and afterwards states.status() is to be checked.
//
// `to_subscription` is shown to readers of the receiving account alone, and redacted for others.

// For readers of the sender's account, and for the receiving account's administrator. To
// anybody else it is ROLE_REQUIRED, whether there is such a transfer or not.
struct GetTransferQuery {
  static constexpr bool kIsShort = true;
  static Parsed<GetTransferQuery> Parse(const billing::v1::GetTransferRequest& request);
  Answered<billing::v1::GetTransferResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  kernel::TransferId transfer;
};

// Sent ones by id, then received ones by sender (the older account first) and id.
struct ListTransfersQuery {
  // The transfer that the page before ended with.
  struct Place {
    // Of a sent one; empty: before the first.
    std::string sent;
    // Set among the received ones.
    std::optional<projections::StateReader::ReceivedTransfer> received;
  };

  static Parsed<ListTransfersQuery> Parse(const billing::v1::ListTransfersRequest& request);
  Answered<billing::v1::ListTransfersResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  std::optional<Place> after;
  PageQuery page;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_TRANSFER_READS_H_
