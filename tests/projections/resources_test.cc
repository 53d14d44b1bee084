#include "projections/resources/resources.h"

#include <gtest/gtest.h>

#include "google/protobuf/util/time_util.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using google::protobuf::util::TimeUtil;

// 2030-05-01 12:00 UTC: the card of 2030-04 stops being valid.
const kernel::Instant kExpiry = kernel::ExpiryOf({2030, 4});
const kernel::Instant kBeforeExpiry = {kExpiry.us - 1};

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
  };
  card.personal.set_holder_name("sealed");
  return card;
}

subscription::SubscriptionState PaidByVisa(v1::SubscriptionState state) {
  return {
      .display_name = "Web",
      .kind = v1::SUBSCRIPTION_KIND_RESERVATION,
      .state = state,
      .card = CardNamed("visa"),
      .active_since = {3'000'000},
      .create_time = {1'000'000},
      .update_time = {4'000'000},
      .etag = 13,
  };
}

TEST(AccountResource, ShowsTheStateAndThePolicyInForce) {
  const account::AccountState state{
      .id = kernel::AccountId::FromStored("acme"),
      .display_name = "Acme",
      .agreement = v1::AGREEMENT_PAY_AS_YOU_GO,
      .administrator = kernel::Principal::FromStored("users/alice"),
      .business = true,
      .country = "NL",
      .currency = "EUR",
      .invoice_payment = v1::INVOICE_PAYMENT_STATE_NONE,
      .create_time = {1'000'001},
      .etag = 7,
  };
  const account::RoleBinding reader{
      .principal = kernel::Principal::FromStored("users/bob"),
      .role = v1::ROLE_READER,
      .billing_profile = kernel::BillingProfileId::FromStored("east")};
  const v1::BillingAccount account = ToMessage(state, {&reader, 1});
  ASSERT_EQ(account.roles_size(), 2);
  EXPECT_EQ(account.roles(1).principal(), "users/bob");
  EXPECT_EQ(account.roles(1).role(), v1::ROLE_READER);
  EXPECT_EQ(account.roles(1).billing_profile(), "billingProfiles/east");
  EXPECT_EQ(account.name(), "") << "relative to itself";
  EXPECT_EQ(account.display_name(), "Acme");
  EXPECT_EQ(account.agreement(), v1::AGREEMENT_PAY_AS_YOU_GO);
  EXPECT_EQ(account.administrator(), "users/alice");
  EXPECT_TRUE(account.business());
  EXPECT_EQ(account.country(), "NL");
  EXPECT_EQ(account.currency(), "EUR");
  EXPECT_EQ(account.policy().holding_states_size(), 2);
  EXPECT_EQ(account.policy().max_cards(), account::kCardsMaxDefault);
  EXPECT_EQ(account.invoice_payment(), v1::INVOICE_PAYMENT_STATE_NONE);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(account.create_time()), 1'000'001);
  EXPECT_EQ(account.etag(), "\"7\"");
  EXPECT_EQ(account.roles(0).principal(), "users/alice");
  EXPECT_EQ(account.roles(0).role(), v1::ROLE_ADMINISTRATOR);
}

TEST(CardResource, ShowsTheStateAndNothingSealed) {
  const v1::Card card = ToMessage(CardNamed("visa"), Visa(), {}, kBeforeExpiry);
  EXPECT_EQ(card.name(), "cards/visa");
  EXPECT_EQ(card.token(), "tok-visa");
  EXPECT_EQ(card.fingerprint(), "fp-visa");
  EXPECT_EQ(card.brand(), v1::BRAND_VISA);
  EXPECT_EQ(card.funding(), v1::FUNDING_DEBIT);
  EXPECT_TRUE(card.virtual_());
  EXPECT_EQ(card.last_four(), "1111");
  EXPECT_EQ(card.expiry().year(), 2030);
  EXPECT_EQ(card.expiry().month(), 4);
  EXPECT_EQ(card.country(), "NL");
  EXPECT_EQ(card.state(), v1::CARD_STATE_LIVE);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(card.create_time()), 1'000'000);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(card.update_time()), 2'000'001);
  EXPECT_EQ(card.etag(), "\"12\"");
  EXPECT_EQ(card.holder_name(), "");
  EXPECT_FALSE(card.has_billing_address());
}

TEST(CardResource, HasExpiredFromTheInstantOfItsExpiry) {
  EXPECT_FALSE(ToMessage(CardNamed("visa"), Visa(), {}, kBeforeExpiry).expired());
  EXPECT_TRUE(ToMessage(CardNamed("visa"), Visa(), {}, kExpiry).expired());
}

TEST(CardResource, IsInUseWhenThePolicySaysSo) {
  const account::Policy strict{.disabled_holds = true};
  card::CardState card = Visa();
  EXPECT_FALSE(ToMessage(CardNamed("visa"), card, strict, kBeforeExpiry).in_use());
  card.holders.At(v1::SUBSCRIPTION_STATE_DISABLED, v1::SUBSCRIPTION_KIND_CONSUMPTION) = 1;
  EXPECT_FALSE(ToMessage(CardNamed("visa"), card, {}, kBeforeExpiry).in_use());
  EXPECT_TRUE(ToMessage(CardNamed("visa"), card, strict, kBeforeExpiry).in_use());
}

TEST(SubscriptionResource, ShowsTheState) {
  const v1::Subscription web =
      ToMessage(SubscriptionNamed("web"), PaidByVisa(v1::SUBSCRIPTION_STATE_ACTIVE));
  EXPECT_EQ(web.name(), "subscriptions/web");
  EXPECT_EQ(web.display_name(), "Web");
  EXPECT_EQ(web.kind(), v1::SUBSCRIPTION_KIND_RESERVATION);
  EXPECT_EQ(web.state(), v1::SUBSCRIPTION_STATE_ACTIVE);
  EXPECT_EQ(web.card(), "cards/visa");
  EXPECT_EQ(web.billing_profile(), "");
  EXPECT_FALSE(web.pays_by_invoice());
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(web.active_since()), 3'000'000);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(web.create_time()), 1'000'000);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(web.update_time()), 4'000'000);
  EXPECT_EQ(web.etag(), "\"13\"");
}

TEST(SubscriptionResource, ShowsTheProfileItIsBilledTo) {
  auto state = PaidByVisa(v1::SUBSCRIPTION_STATE_ACTIVE);
  state.card.reset();
  state.billing_profile = kernel::BillingProfileId::FromStored("east");
  const v1::Subscription web = ToMessage(SubscriptionNamed("web"), state);
  EXPECT_EQ(web.card(), "");
  EXPECT_EQ(web.billing_profile(), "billingProfiles/east");
}

const ActiveCard kPaysByVisa{CardNamed("visa"), {2030, 4}};

subscription::SubscriptionPayment WebPaidByVisa(v1::SubscriptionState state) {
  return {.state = state, .card = CardNamed("visa"), .active_since = {3'000'000}};
}

TEST(CardInUse, ShowsWhoPaysSinceWhenAndWhetherThatHoldsTheCard) {
  const auto shown = [](v1::SubscriptionState state, const account::Policy& policy) {
    return ToCardInUse(SubscriptionNamed("web"), WebPaidByVisa(state), nullptr, kPaysByVisa, policy,
                       kBeforeExpiry);
  };
  const CardInUse active = shown(v1::SUBSCRIPTION_STATE_ACTIVE, {});
  EXPECT_EQ(active.subscription, SubscriptionNamed("web"));
  EXPECT_EQ(active.subscription_state, v1::SUBSCRIPTION_STATE_ACTIVE);
  EXPECT_EQ(active.card, CardNamed("visa"));
  EXPECT_EQ(active.active_since.us, 3'000'000);
  EXPECT_FALSE(active.expired);
  EXPECT_TRUE(active.in_use);
  EXPECT_FALSE(shown(v1::SUBSCRIPTION_STATE_CANCELLED, {}).in_use);
  EXPECT_TRUE(shown(v1::SUBSCRIPTION_STATE_CANCELLED, {.cancelled_holds = true}).in_use);
}

TEST(CardInUse, SaysThatTheCardHasExpired) {
  EXPECT_TRUE(ToCardInUse(SubscriptionNamed("web"), WebPaidByVisa(v1::SUBSCRIPTION_STATE_ACTIVE),
                          nullptr, kPaysByVisa, {}, kExpiry)
                  .expired);
}

TEST(CardInUse, PaidThroughAProfileCountsFromWhicheverIsLater) {
  auto state = WebPaidByVisa(v1::SUBSCRIPTION_STATE_ACTIVE);
  state.card.reset();
  state.billing_profile = kernel::BillingProfileId::FromStored("east");
  const auto since = [&](int64_t profile_us) {
    const profile::BillingProfileState east{.active_since = {profile_us}};
    const auto web =
        ToCardInUse(SubscriptionNamed("web"), state, &east, kPaysByVisa, {}, kBeforeExpiry);
    EXPECT_EQ(web.card, CardNamed("visa"));
    EXPECT_EQ(web.billing_profile, kernel::BillingProfileId::FromStored("east"));
    return web.active_since.us;
  };
  EXPECT_EQ(since(1'000'000), 3'000'000);
  EXPECT_EQ(since(9'000'000), 9'000'000);
}

TEST(CardInUse, IsEmptyWhereNoCardPays) {
  auto state = WebPaidByVisa(v1::SUBSCRIPTION_STATE_ACTIVE);
  state.card.reset();
  const auto web = ToCardInUse(SubscriptionNamed("web"), state, nullptr, {}, {}, kExpiry);
  EXPECT_EQ(web.card, std::nullopt);
  EXPECT_FALSE(web.expired);
  EXPECT_FALSE(web.in_use);
}

TEST(BillingProfileResource, ShowsTheState) {
  const profile::BillingProfileState state{.display_name = "Main",
                                           .state = v1::BILLING_PROFILE_STATE_INACTIVE,
                                           .card = CardNamed("visa"),
                                           .pays_by_invoice = true,
                                           .active_since = {9'000'000},
                                           .create_time = {1'000'000},
                                           .update_time = {2'000'000},
                                           .etag = 14};
  const v1::BillingProfile main = ToMessage(kernel::BillingProfileId::FromStored("main"), state);
  EXPECT_EQ(main.name(), "billingProfiles/main");
  EXPECT_EQ(main.display_name(), "Main");
  EXPECT_EQ(main.state(), v1::BILLING_PROFILE_STATE_INACTIVE);
  EXPECT_EQ(main.card(), "cards/visa");
  EXPECT_TRUE(main.pays_by_invoice());
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(main.create_time()), 1'000'000);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(main.update_time()), 2'000'000);
  EXPECT_EQ(main.etag(), "\"14\"");
}

TEST(ChargeResource, ShowsTheStateInTheAccountsCurrency) {
  const charge::ChargeState state{.subscription = SubscriptionNamed("web"),
                                  .card = CardNamed("visa"),
                                  .amount_minor = 1'005,
                                  .due_time = kernel::Instant{3'000'000},
                                  .state = v1::CHARGE_STATE_PAST_DUE,
                                  .network_code = "51",
                                  .advice_code = "02",
                                  .reason = v1::DECLINE_REASON_INSUFFICIENT_CREDIT,
                                  .kind = v1::DECLINE_KIND_SOFT,
                                  .create_time = {1'000'000},
                                  .update_time = {2'000'000},
                                  .etag = 15};
  const auto id = kernel::ChargeId::FromStored("may");
  const v1::Charge may = ToMessage(id, state, "KWD");
  EXPECT_EQ(may.name(), "charges/may");
  EXPECT_EQ(may.subscription(), "subscriptions/web");
  EXPECT_EQ(may.billing_profile(), "");
  EXPECT_EQ(may.card(), "cards/visa");
  EXPECT_EQ(may.amount().currency_code(), "KWD");
  EXPECT_EQ(may.amount().units(), 1);
  EXPECT_EQ(may.amount().nanos(), 5'000'000);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(may.due_time()), 3'000'000);
  EXPECT_EQ(may.state(), v1::CHARGE_STATE_PAST_DUE);
  EXPECT_EQ(may.network_code(), "51");
  EXPECT_EQ(may.advice_code(), "02");
  EXPECT_EQ(may.reason(), v1::DECLINE_REASON_INSUFFICIENT_CREDIT);
  EXPECT_EQ(may.kind(), v1::DECLINE_KIND_SOFT);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(may.create_time()), 1'000'000);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(may.update_time()), 2'000'000);
  EXPECT_EQ(may.etag(), "\"15\"");
  const charge::ChargeState bare{.billing_profile = kernel::BillingProfileId::FromStored("main"),
                                 .amount_minor = 7,
                                 .state = v1::CHARGE_STATE_PENDING};
  const v1::Charge june = ToMessage(id, bare, "JPY");
  EXPECT_EQ(june.subscription(), "");
  EXPECT_EQ(june.billing_profile(), "billingProfiles/main");
  EXPECT_EQ(june.card(), "");
  EXPECT_FALSE(june.has_due_time());
  EXPECT_EQ(june.amount().units(), 7);
}

TEST(TransferResource, ShowsALapsedOneAsExpired) {
  const transfer::TransferState state{.subscription = SubscriptionNamed("web"),
                                      .to_account = kernel::AccountId::FromStored("other"),
                                      .state = v1::TRANSFER_STATE_PENDING,
                                      .send_time = {1'000'000},
                                      .expire_time = {2'000'000},
                                      .etag = 16};
  const auto id = kernel::TransferId::FromStored("offer");
  const v1::Transfer offer = ToMessage(id, state, {1'999'999});
  EXPECT_EQ(offer.name(), "transfers/offer");
  EXPECT_EQ(offer.subscription(), "subscriptions/web");
  EXPECT_EQ(offer.to_billing_account(), "billingAccounts/other");
  EXPECT_EQ(offer.to_subscription(), "");
  EXPECT_EQ(offer.state(), v1::TRANSFER_STATE_PENDING);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(offer.send_time()), 1'000'000);
  EXPECT_EQ(TimeUtil::TimestampToMicroseconds(offer.expire_time()), 2'000'000);
  EXPECT_EQ(offer.etag(), "\"16\"");
  EXPECT_EQ(ToMessage(id, state, {2'000'000}).state(), v1::TRANSFER_STATE_EXPIRED);
}

}  // namespace
}  // namespace billing::projections
