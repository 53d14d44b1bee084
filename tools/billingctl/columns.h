// How resources stand in tables: each defined with the verbs that list them.
#ifndef BILLING_TOOLS_BILLINGCTL_COLUMNS_H_
#define BILLING_TOOLS_BILLINGCTL_COLUMNS_H_

#include <vector>

#include "absl/time/time.h"
#include "billing/v1/billing_account.pb.h"
#include "billing/v1/billing_profile.pb.h"
#include "billing/v1/card.pb.h"
#include "billing/v1/charge.pb.h"
#include "billing/v1/subscription.pb.h"
#include "billing/v1/transfer.pb.h"
#include "tools/billingctl/table.h"

namespace billing::billingctl {

// Times are shown in `zone`.
std::vector<Column<billing::v1::BillingAccount>> AccountColumns(const absl::TimeZone& zone);
std::vector<Column<billing::v1::Card>> CardColumns(const absl::TimeZone& zone);
std::vector<Column<billing::v1::Subscription>> SubscriptionColumns(const absl::TimeZone& zone);
std::vector<Column<billing::v1::BillingProfile>> ProfileColumns(const absl::TimeZone& zone);
std::vector<Column<billing::v1::Charge>> ChargeColumns(const absl::TimeZone& zone);
std::vector<Column<billing::v1::Transfer>> TransferColumns(const absl::TimeZone& zone);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_COLUMNS_H_
