#include "projections/state/row_codec.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "billing/views/v1/rows.pb.h"

namespace billing::projections {
namespace {

// That protobuf reads the bytes as its own, and would write the same.
template <class Row>
void ExpectWrittenByProtobuf(const std::string& bytes) {
  Row row;
  ASSERT_TRUE(row.ParseFromString(bytes));
  EXPECT_TRUE(row.GetReflection()->GetUnknownFields(row).empty());
  EXPECT_EQ(row.SerializeAsString(), bytes) << row.DebugString();
}

card::CardState Visa() {
  card::CardState card{
      .token = "tok-visa",
      .fingerprint = "fp-visa",
      .brand = v1::BRAND_VISA,
      .funding = v1::FUNDING_DEBIT,
      .is_virtual = true,
      .last_four = "1111",
      .expiry = {2030, 4},
      .country = "NL",
      .state = v1::CARD_STATE_LIVE,
      .create_time = {1'000'000},
      .update_time = {2'000'001},
      .etag = 12,
      .key_slot = 7,
      .key_generation = 1,
  };
  card.personal.set_slot(7);
  card.personal.set_generation(1);
  card.personal.set_holder_name("sealed name");
  card.personal.set_billing_address("sealed address");
  card.active_profiles = 11;
  card.unpaid = {.pending_count = 1, .past_due_count = 2, .pending_minor = 3, .past_due_minor = 4};
  card.holders.At(v1::SUBSCRIPTION_STATE_ACTIVE, v1::SUBSCRIPTION_KIND_CONSUMPTION) = 3;
  card.holders.At(v1::SUBSCRIPTION_STATE_CANCELLED, v1::SUBSCRIPTION_KIND_SAVINGS_PLAN) = 300;
  return card;
}

TEST(RowCodec, KeepsEveryFieldOfAnAccount) {
  const account::AccountState account{
      .id = kernel::AccountId::FromStored("acme"),
      .display_name = "Acme",
      .agreement = v1::AGREEMENT_CUSTOMER_AGREEMENT,
      .administrator = kernel::Principal::FromStored("users/alice"),
      .business = true,
      .country = "NL",
      .currency = "EUR",
      .policy = {.disabled_holds = true, .require_payment_method = true, .max_cards = 5},
      .invoice_payment = v1::INVOICE_PAYMENT_STATE_APPROVED,
      .create_time = {1'000'001},
      .etag = 9,
      .key_slot = 4,
      .key_generation = 2,
  };
  const auto read = DecodeAccount(Encode(account));
  ExpectWrittenByProtobuf<views::v1::AccountRow>(Encode(account));
  EXPECT_EQ(read.id, account.id);
  EXPECT_EQ(read.display_name, "Acme");
  EXPECT_EQ(read.agreement, account.agreement);
  EXPECT_EQ(read.administrator, account.administrator);
  EXPECT_TRUE(read.business);
  EXPECT_EQ(read.country, "NL");
  EXPECT_EQ(read.currency, "EUR");
  EXPECT_EQ(read.policy, account.policy);
  EXPECT_EQ(read.invoice_payment, account.invoice_payment);
  EXPECT_EQ(read.create_time, account.create_time);
  EXPECT_EQ(read.etag, 9u);
  EXPECT_EQ(read.key_slot, 4u);
  EXPECT_EQ(read.key_generation, 2u);
}

// Four different numbers, large ones among them.
constexpr kernel::Unpaid kUnpaid = {.pending_count = 4,
                                    .past_due_count = 3'000'000'000,
                                    .pending_minor = INT64_MAX,
                                    .past_due_minor = 7};

TEST(RowCodec, KeepsEveryFieldOfAnAccountHead) {
  const auto read = DecodeAccountHead(Encode(account::AccountHead{.stream_revision = 9,
                                                                  .live_cards = 2,
                                                                  .live_subscriptions = 3,
                                                                  .billing_profiles = 5,
                                                                  .role_bindings = 6,
                                                                  .unpaid = kUnpaid}));
  EXPECT_EQ(read.billing_profiles, 5u);
  EXPECT_EQ(read.role_bindings, 6u);
  EXPECT_EQ(read.unpaid, kUnpaid);
  EXPECT_EQ(read.stream_revision, 9u);
  EXPECT_EQ(read.live_cards, 2u);
  EXPECT_EQ(read.live_subscriptions, 3u);
}

TEST(RowCodec, KeepsEveryFieldOfACard) {
  const card::CardState card = Visa();
  const auto read = DecodeCard(Encode(card));
  EXPECT_EQ(read.token, "tok-visa");
  EXPECT_EQ(read.fingerprint, "fp-visa");
  EXPECT_EQ(read.brand, v1::BRAND_VISA);
  EXPECT_EQ(read.funding, v1::FUNDING_DEBIT);
  EXPECT_TRUE(read.is_virtual);
  EXPECT_EQ(read.last_four, "1111");
  EXPECT_EQ(read.expiry, card.expiry);
  EXPECT_EQ(read.country, "NL");
  EXPECT_EQ(read.state, v1::CARD_STATE_LIVE);
  EXPECT_EQ(read.create_time, card.create_time);
  EXPECT_EQ(read.update_time, card.update_time);
  EXPECT_EQ(read.etag, 12u);
  EXPECT_EQ(read.key_slot, 7u);
  EXPECT_EQ(read.key_generation, 1u);
  EXPECT_EQ(read.personal.SerializeAsString(), card.personal.SerializeAsString());
  EXPECT_EQ(read.holders, card.holders);
  EXPECT_EQ(read.active_profiles, 11u);
  EXPECT_EQ(read.unpaid, card.unpaid);
}

TEST(RowCodec, KeepsEveryFieldOfASubscription) {
  const subscription::SubscriptionState subscription{
      .display_name = "Web",
      .kind = v1::SUBSCRIPTION_KIND_RESERVATION,
      .state = v1::SUBSCRIPTION_STATE_DISABLED,
      .card = kernel::CardId::FromStored("visa"),
      .billing_profile = kernel::BillingProfileId::FromStored("east"),
      .pays_by_invoice = true,
      .active_since = {1},
      .create_time = {2},
      .update_time = {3},
      .etag = 4,
      .inactive_since = {5},
      .disabled_by_platform = true,
      .past_due_charges = 6,
      .pending_transfer = kernel::TransferId::FromStored("offer"),
  };
  const auto read = DecodeSubscription(Encode(subscription));
  ExpectWrittenByProtobuf<views::v1::SubscriptionRow>(Encode(subscription));
  EXPECT_EQ(read.display_name, "Web");
  EXPECT_EQ(read.kind, subscription.kind);
  EXPECT_EQ(read.state, subscription.state);
  EXPECT_EQ(read.card, subscription.card);
  EXPECT_EQ(read.billing_profile, subscription.billing_profile);
  EXPECT_TRUE(read.pays_by_invoice);
  EXPECT_EQ(read.active_since, subscription.active_since);
  EXPECT_EQ(read.create_time, subscription.create_time);
  EXPECT_EQ(read.update_time, subscription.update_time);
  EXPECT_EQ(read.etag, 4u);
  EXPECT_EQ(read.inactive_since, subscription.inactive_since);
  EXPECT_TRUE(read.disabled_by_platform);
  EXPECT_EQ(read.past_due_charges, 6u);
  EXPECT_EQ(read.pending_transfer, subscription.pending_transfer);
}

TEST(RowCodec, KeepsEveryFieldOfABillingProfile) {
  profile::BillingProfileState profile{.display_name = "Main",
                                       .state = v1::BILLING_PROFILE_STATE_ACTIVE,
                                       .card = kernel::CardId::FromStored("visa"),
                                       .pays_by_invoice = true,
                                       .active_since = {1},
                                       .create_time = {2},
                                       .update_time = {3},
                                       .etag = 4,
                                       .unpaid = kUnpaid};
  profile.holders.At(v1::SUBSCRIPTION_STATE_PAST_DUE, v1::SUBSCRIPTION_KIND_RESERVATION) = 5;
  const auto read = DecodeBillingProfile(Encode(profile));
  ExpectWrittenByProtobuf<views::v1::BillingProfileRow>(Encode(profile));
  EXPECT_EQ(read.display_name, "Main");
  EXPECT_EQ(read.state, profile.state);
  EXPECT_EQ(read.card, profile.card);
  EXPECT_TRUE(read.pays_by_invoice);
  EXPECT_EQ(read.active_since, profile.active_since);
  EXPECT_EQ(read.create_time, profile.create_time);
  EXPECT_EQ(read.update_time, profile.update_time);
  EXPECT_EQ(read.etag, 4u);
  EXPECT_EQ(read.holders, profile.holders);
  EXPECT_EQ(read.unpaid, kUnpaid);
}

TEST(RowCodec, KeepsEveryFieldOfACharge) {
  const charge::ChargeState charge{.subscription = kernel::SubscriptionId::FromStored("web"),
                                   .billing_profile = kernel::BillingProfileId::FromStored("east"),
                                   .card = kernel::CardId::FromStored("visa"),
                                   .paying_profile = kernel::BillingProfileId::FromStored("main"),
                                   .amount_minor = INT64_MAX,
                                   .due_time = kernel::Instant{1},
                                   .state = v1::CHARGE_STATE_PAST_DUE,
                                   .network_code = "51",
                                   .advice_code = "02",
                                   .reason = v1::DECLINE_REASON_INSUFFICIENT_CREDIT,
                                   .kind = v1::DECLINE_KIND_SOFT,
                                   .create_time = {2},
                                   .update_time = {3},
                                   .etag = 4};
  const auto read = DecodeCharge(Encode(charge));
  ExpectWrittenByProtobuf<views::v1::ChargeRow>(Encode(charge));
  EXPECT_EQ(read.subscription, charge.subscription);
  EXPECT_EQ(read.billing_profile, charge.billing_profile);
  EXPECT_EQ(read.card, charge.card);
  EXPECT_EQ(read.paying_profile, charge.paying_profile);
  EXPECT_EQ(read.amount_minor, INT64_MAX);
  EXPECT_EQ(read.due_time, charge.due_time);
  EXPECT_EQ(read.state, charge.state);
  EXPECT_EQ(read.network_code, "51");
  EXPECT_EQ(read.advice_code, "02");
  EXPECT_EQ(read.reason, charge.reason);
  EXPECT_EQ(read.kind, charge.kind);
  EXPECT_EQ(read.create_time, charge.create_time);
  EXPECT_EQ(read.update_time, charge.update_time);
  EXPECT_EQ(read.etag, 4u);
}

TEST(RowCodec, KeepsWhatAChargeDoesNotHave) {
  const auto read = DecodeCharge(Encode(charge::ChargeState{.state = v1::CHARGE_STATE_PENDING}));
  EXPECT_EQ(read.subscription, std::nullopt);
  EXPECT_EQ(read.billing_profile, std::nullopt);
  EXPECT_EQ(read.card, std::nullopt);
  EXPECT_EQ(read.paying_profile, std::nullopt);
  EXPECT_EQ(read.due_time, std::nullopt);
}

TEST(RowCodec, KeepsEveryFieldOfATransfer) {
  const transfer::TransferState transfer{.subscription = kernel::SubscriptionId::FromStored("web"),
                                         .to_account = kernel::AccountId::FromStored("other"),
                                         .state = v1::TRANSFER_STATE_DECLINED,
                                         .send_time = {1},
                                         .expire_time = {2},
                                         .etag = 3};
  const auto read = DecodeTransfer(Encode(transfer));
  ExpectWrittenByProtobuf<views::v1::TransferRow>(Encode(transfer));
  EXPECT_EQ(read.subscription, transfer.subscription);
  EXPECT_EQ(read.to_account, transfer.to_account);
  EXPECT_EQ(read.state, transfer.state);
  EXPECT_EQ(read.send_time, transfer.send_time);
  EXPECT_EQ(read.expire_time, transfer.expire_time);
  EXPECT_EQ(read.etag, 3u);
}

TEST(RowCodec, KeepsThatASubscriptionHasNoCardAndNoProfile) {
  const auto read = DecodeSubscription(Encode(subscription::SubscriptionState{
      .kind = v1::SUBSCRIPTION_KIND_CONSUMPTION, .state = v1::SUBSCRIPTION_STATE_ACTIVE}));
  EXPECT_EQ(read.card, std::nullopt);
  EXPECT_EQ(read.billing_profile, std::nullopt);
}

TEST(RowCodec, WritesTheSameStateAsTheSameBytes) {
  EXPECT_EQ(Encode(Visa()), Encode(DecodeCard(Encode(Visa()))));
}

TEST(RowCodec, WritesNoHoldersAndNoSealedFieldsWhenThereAreNone) {
  card::CardState card = Visa();
  card.holders = {};
  card.personal.clear_holder_name();
  card.personal.clear_billing_address();
  views::v1::CardRow row;
  ASSERT_TRUE(row.ParseFromString(Encode(card)));
  EXPECT_EQ(row.holders_size(), 0);
  EXPECT_FALSE(row.has_personal());
}

TEST(RowCodec, WritesNothingOfARecordThatThisProgramDoesNotKnow) {
  card::CardState card = Visa();
  const std::string known = Encode(card);
  card.personal.GetReflection()->MutableUnknownFields(&card.personal)->AddVarint(999, 1);
  EXPECT_EQ(Encode(card), known);
}

TEST(RowCodec, WritesWhatTheSchemaSays) {
  card::CardState visa = Visa();
  ExpectWrittenByProtobuf<views::v1::CardRow>(Encode(visa));
  visa.personal.set_billing_address(std::string(300, 'x'));
  ExpectWrittenByProtobuf<views::v1::CardRow>(Encode(visa));
  ExpectWrittenByProtobuf<views::v1::CardRow>(Encode(card::CardState()));
  views::v1::CardRow row;
  ASSERT_TRUE(row.ParseFromString(Encode(Visa())));
  EXPECT_EQ(row.expiry().year(), 2030);
  EXPECT_EQ(row.personal().holder_name(), "sealed name");
  EXPECT_EQ(row.holders(0), 3u);
  EXPECT_EQ(row.holders(15), 300u);
  EXPECT_EQ(row.unpaid().past_due_minor(), 4);
  ExpectWrittenByProtobuf<views::v1::AccountHeadRow>(
      Encode(account::AccountHead{.stream_revision = 300, .unpaid = kUnpaid}));
  ExpectWrittenByProtobuf<views::v1::SettlementRow>(
      Encode(charge::SettlementReport{.failed_card = kernel::CardId::FromStored("visa"),
                                      .paying_card = kernel::CardId::FromStored("amex"),
                                      .amount_minor = -1,
                                      .requested_by = "users/alice"}));
}

TEST(RowCodec, WritesAnAccountsPolicyAsItIsOnTheWire) {
  for (const auto& policy : {account::Policy(), account::Policy{.disabled_holds = true,
                                                .cancelled_holds = true,
                                                .cascade_all_subscriptions = true,
                                                .signed_up_user_manages_profiles = true,
                                                .require_payment_method = true,
                                                .require_card_country_match = true,
                                                .max_cards = 1'000}}) {
    const account::AccountState account{.id = kernel::AccountId::FromStored("acme"),
                                        .administrator = kernel::Principal::FromStored("users/a"),
                                        .policy = policy};
    const std::string bytes = Encode(account);
    ExpectWrittenByProtobuf<views::v1::AccountRow>(bytes);
    views::v1::AccountRow row;
    ASSERT_TRUE(row.ParseFromString(bytes));
    EXPECT_EQ(row.policy().SerializeAsString(), account::ToMessage(policy).SerializeAsString());
    EXPECT_EQ(DecodeAccount(bytes).policy, policy);
  }
}

}  // namespace
}  // namespace billing::projections
