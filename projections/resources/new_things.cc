#include <string>

#include "aggregates/kernel/etag.h"
#include "aggregates/transfer/transfer.h"
#include "google/protobuf/util/time_util.h"
#include "projections/resources/resources.h"

namespace billing::projections {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;

// What is new is active or pending, made and last changed now, at this version.
template <class Thing>
void Stamp(const Timestamp& time, const std::string& etag, Thing& thing) {
  *thing.mutable_create_time() = time;
  if constexpr (requires { thing.mutable_update_time(); }) *thing.mutable_update_time() = time;
  thing.set_etag(etag);
}

void Complete(const Timestamp& time, const std::string& etag, billing::v1::Subscription& thing) {
  thing.set_state(billing::v1::SUBSCRIPTION_STATE_ACTIVE);
  *thing.mutable_active_since() = time;
  Stamp(time, etag, thing);
}

void Complete(const Timestamp& time, const std::string& etag, billing::v1::Transfer& thing) {
  const kernel::Instant sent{TimeUtil::TimestampToMicroseconds(time)};
  thing.set_state(billing::v1::TRANSFER_STATE_PENDING);
  *thing.mutable_send_time() = time;
  *thing.mutable_expire_time() = TimeUtil::MicrosecondsToTimestamp(transfer::ExpireTimeOf(sent).us);
  thing.set_etag(etag);
}

}  // namespace

void CompleteNewThing(const Timestamp& time, billing::v1::Event& event) {
  const std::string etag = kernel::EtagAt(event.position());
  if (event.has_billing_account_created()) {
    auto& account = *event.mutable_billing_account_created()->mutable_billing_account();
    account.set_invoice_payment(billing::v1::INVOICE_PAYMENT_STATE_NONE);
    Stamp(time, etag, account);
  } else if (event.has_card_added()) {
    auto& card = *event.mutable_card_added()->mutable_card();
    card.set_state(billing::v1::CARD_STATE_LIVE);
    Stamp(time, etag, card);
  } else if (event.has_subscription_created()) {
    Complete(time, etag, *event.mutable_subscription_created()->mutable_subscription());
  } else if (event.has_subscription_transferred_in()) {
    Complete(time, etag, *event.mutable_subscription_transferred_in()->mutable_subscription());
  } else if (event.has_billing_profile_created()) {
    auto& profile = *event.mutable_billing_profile_created()->mutable_billing_profile();
    profile.set_state(billing::v1::BILLING_PROFILE_STATE_ACTIVE);
    Stamp(time, etag, profile);
  } else if (event.has_charge_recorded()) {
    auto& charge = *event.mutable_charge_recorded()->mutable_charge();
    charge.set_state(billing::v1::CHARGE_STATE_PENDING);
    Stamp(time, etag, charge);
  } else if (event.has_transfer_sent()) {
    Complete(time, etag, *event.mutable_transfer_sent()->mutable_transfer());
  }
}

}  // namespace billing::projections
