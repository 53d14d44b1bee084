// Why a payment was declined, and what the customer can do about it.
#ifndef BILLING_SERVER_READS_GUIDANCE_READ_H_
#define BILLING_SERVER_READS_GUIDANCE_READ_H_

#include <string>

#include "billing/v1/payment_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// About a charge, or about the past-due charge of a card that was declined last, of those that
// the caller may see. Nothing is told of what was never declined, or is paid or voided.
struct GetPaymentGuidanceQuery {
  static Parsed<GetPaymentGuidanceQuery> Parse(
      const billing::v1::GetPaymentGuidanceRequest& request);
  // Without `position`; afterwards states.status() is to be checked.
  Answered<billing::v1::GetPaymentGuidanceResponse> Answer(const ReadContext& context) const;

  // Of a card or a charge.
  kernel::ResourceName name;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_GUIDANCE_READ_H_
