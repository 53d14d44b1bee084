#include "projections/state/row_codec.h"

#include <gtest/gtest.h>

#include "billing/views/v1/rows.pb.h"

namespace billing::projections {
namespace {

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

TEST(RowCodec, KeepsEveryFieldOfAnAccountHead) {
  const auto read = DecodeAccountHead(
      Encode(account::AccountHead{.stream_revision = 9, .live_cards = 2, .live_subscriptions = 3}));
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
  };
  const auto read = DecodeSubscription(Encode(subscription));
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

}  // namespace
}  // namespace billing::projections
