// States ↔ the bytes of their rows (billing/views/v1/rows.proto). The same state always
// gives the same bytes: rows of two folds are compared byte for byte.
#ifndef BILLING_PROJECTIONS_STATE_ROW_CODEC_H_
#define BILLING_PROJECTIONS_STATE_ROW_CODEC_H_

#include <string>
#include <string_view>

#include "aggregates/account/account.h"
#include "aggregates/card/card.h"
#include "aggregates/charge/charge.h"
#include "aggregates/kernel/paying_card.h"
#include "aggregates/profile/profile.h"
#include "aggregates/subscription/subscription.h"
#include "aggregates/transfer/transfer.h"

namespace billing::projections {

std::string Encode(const account::AccountState& state);
std::string Encode(const account::AccountHead& head);
std::string Encode(const card::CardState& state);
std::string Encode(const subscription::SubscriptionState& state);
std::string Encode(const profile::BillingProfileState& state);
std::string Encode(const charge::ChargeState& state);
std::string Encode(const charge::SettlementReport& report);
std::string Encode(const transfer::TransferState& state);

// REQUIRES: `row` came from Encode. The row store answers for damaged bytes.
account::AccountState DecodeAccount(std::string_view row);
account::AccountHead DecodeAccountHead(std::string_view row);
card::CardState DecodeCard(std::string_view row);
// Of the row of a card.
kernel::PayingCard DecodePayingCard(std::string_view row);
subscription::SubscriptionState DecodeSubscription(std::string_view row);
// Of the row of a subscription.
subscription::SubscriptionPayment DecodeSubscriptionPayment(std::string_view row);
profile::BillingProfileState DecodeBillingProfile(std::string_view row);
charge::ChargeState DecodeCharge(std::string_view row);
charge::SettlementReport DecodeSettlement(std::string_view row);
transfer::TransferState DecodeTransfer(std::string_view row);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_STATE_ROW_CODEC_H_
