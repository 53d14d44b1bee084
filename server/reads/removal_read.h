// What removing a card would meet and break, without trying.
#ifndef BILLING_SERVER_READS_REMOVAL_READ_H_
#define BILLING_SERVER_READS_REMOVAL_READ_H_

#include <optional>
#include <string>

#include "billing/v1/payment_method_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

struct CheckRemovalQuery {
  // Where a page ended: at a blocker, or, when there are no more of them, at an affected
  // subscription (empty: before the first).
  struct Place {
    std::optional<kernel::Blocker> blocker;
    std::string subscription;
  };

  static Parsed<CheckRemovalQuery> Parse(const billing::v1::CheckRemovalRequest& request);
  // Without `position`; afterwards states.status() is to be checked.
  Answered<billing::v1::CheckRemovalResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  kernel::CardId card;
  // Nothing: the account's own.
  std::optional<account::Policy> policy;
  std::optional<Place> after;
  PageQuery page;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_REMOVAL_READ_H_
