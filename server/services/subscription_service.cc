#include "server/services/subscription_service.h"

#include "server/reads/subscription_reads.h"

namespace billing::server {

SubscriptionServiceCalls::SubscriptionServiceCalls(const CallParts& parts) : ServiceCalls(parts) {
  Command<v1::CreateSubscriptionResponse>("CreateSubscription",
                                          &v1::Command::mutable_create_subscription);
  Command<v1::UpdateSubscriptionResponse>("UpdateSubscription",
                                          &v1::Command::mutable_update_subscription);
  Command<v1::ChangeBillingProfileResponse>("ChangeBillingProfile",
                                            &v1::Command::mutable_change_billing_profile);
  Command<v1::DisableSubscriptionResponse>("DisableSubscription",
                                           &v1::Command::mutable_disable_subscription);
  Command<v1::CancelSubscriptionResponse>("CancelSubscription",
                                          &v1::Command::mutable_cancel_subscription);
  Command<v1::ReactivateSubscriptionResponse>("ReactivateSubscription",
                                              &v1::Command::mutable_reactivate_subscription);
  Command<v1::DeleteSubscriptionResponse>("DeleteSubscription",
                                          &v1::Command::mutable_delete_subscription);
  Read<GetSubscriptionQuery, v1::GetSubscriptionRequest, v1::GetSubscriptionResponse>(
      "GetSubscription");
  Read<ListSubscriptionsQuery, v1::ListSubscriptionsRequest, v1::ListSubscriptionsResponse>(
      "ListSubscriptions");
}

}  // namespace billing::server
