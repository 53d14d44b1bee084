// Decided → stored → decided, for every command that succeeded, and for the others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/request/requests.h"

namespace billing::request {
namespace {

std::vector<v1::Event> FactsFrom(const std::vector<std::string_view>& texts) {
  std::vector<v1::Event> facts;
  for (const std::string_view text : texts) {
    EXPECT_TRUE(
        google::protobuf::TextFormat::ParseFromString(std::string(text), &facts.emplace_back()))
        << text;
  }
  return facts;
}

std::vector<const v1::Event*> Pointers(const std::vector<v1::Event>& facts) {
  std::vector<const v1::Event*> pointers;
  for (const v1::Event& fact : facts) pointers.push_back(&fact);
  return pointers;
}

// What is stored, after checking that it gives the decided request back.
std::string StoredText(const Request& request, const std::vector<v1::Event>& facts) {
  const std::vector<const v1::Event*> pointers = Pointers(facts);
  const v1::Command stored = Stored(request.decided, pointers);
  EXPECT_EQ(stored.command_case(), request.decided.command_case());
  const v1::Command restored = Restored(stored, pointers);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(restored, request.decided))
      << "restored: " << restored.ShortDebugString()
      << "\ndecided:  " << request.decided.ShortDebugString();
  EXPECT_EQ(restored.SerializeAsString(), request.decided.SerializeAsString());
  return stored.ShortDebugString();
}

std::string StoredText(std::string_view text, const std::vector<std::string_view>& facts) {
  return StoredText(Parsed(text), FactsFrom(facts));
}

// The facts that the rules give for the command of a request.
template <class Command, class... States>
std::vector<v1::Event> Decided(const Request& request, const States&... states) {
  return std::get<kernel::Facts>(Decide(std::get<Command>(request.command), states...));
}

account::AccountState Acme() {
  return {.id = *kernel::AccountId::Parse("acme"),
          .display_name = "",
          .agreement = v1::AGREEMENT_PAY_AS_YOU_GO,
          .administrator = *kernel::Principal::Parse("users/alice"),
          .country = "NL",
          .currency = "EUR",
          .policy = {},
          .invoice_payment = v1::INVOICE_PAYMENT_STATE_NONE};
}

TEST(StoredRequest, OfCreateBillingAccountIsAllInTheFact) {
  const Request request = Parsed(kCreateBillingAccount);
  EXPECT_EQ(StoredText(request, Decided<account::CreateBillingAccount>(request, false)),
            "create_billing_account { }");
}

TEST(StoredRequest, OfCreateBillingAccountGivesAGeneratedIdBack) {
  const Request request =
      Parsed(kCreateBillingAccount, R"(create_billing_account { billing_account_id: "" })");
  EXPECT_EQ(StoredText(request, Decided<account::CreateBillingAccount>(request, false)),
            "create_billing_account { }");
}

TEST(StoredRequest, OfSetPolicyKeepsTheEtag) {
  const Request request = Parsed(kSetPolicy);
  EXPECT_EQ(StoredText(request, Decided<account::SetPolicy>(request, Acme())),
            "set_policy { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfAddCardIsAllInTheFact) {
  const Request request = Parsed(kAddCard, R"(add_card { subscription: "" set_active: false })");
  EXPECT_EQ(StoredText(request, Decided<card::AddCard>(request, Acme(), card::Wallet(), kNow)),
            "add_card { }");
}

TEST(StoredRequest, OfAddCardFromASubscriptionIsAllInTheFact) {
  const Request request = Parsed(kAddCard, "add_card { set_active: false }");
  EXPECT_EQ(StoredText(request, Decided<card::AddCard>(request, Acme(), card::Wallet(), kNow)),
            "add_card { }");
}

TEST(StoredRequest, OfAddCardTellsSetActiveByTheSecondFact) {
  EXPECT_EQ(
      StoredText(kAddCard, {R"(card_added { card { name: "cards/visa" token: "tok_visa1"
                             fingerprint: "fp:visa-1" brand: BRAND_VISA funding: FUNDING_CREDIT
                             last_four: "4242" expiry { year: 2030 month: 4 } country: "NL" }
                           subscription: "subscriptions/web" })",
                            R"(active_card_changed { selected_subscription: "subscriptions/web"
                             card: "cards/visa" moves { subscription: "subscriptions/web" }
                             cause: CHANGE_CAUSE_ADD_CARD })"}),
      "add_card { }");
}

TEST(StoredRequest, OfUpdateCardKeepsTheEtag) {
  const Request request = Parsed(kUpdateCard);
  const card::CardState card = {.brand = v1::BRAND_VISA,
                                .funding = v1::FUNDING_CREDIT,
                                .expiry = {2030, 4},
                                .state = v1::CARD_STATE_LIVE};
  EXPECT_EQ(StoredText(request, Decided<card::UpdateCard>(request, card, kNow)),
            "update_card { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfUpdateCardWithOneFieldGivesTheMaskBack) {
  for (const std::string_view path : {"holder_name", "billing_address", "expiry"}) {
    v1::Command wire = Wire(kUpdateCard);
    wire.mutable_update_card()->mutable_update_mask()->clear_paths();
    wire.mutable_update_card()->mutable_update_mask()->add_paths(std::string(path));
    const Request request = Parsed(wire);
    const card::CardState card = {.brand = v1::BRAND_VISA,
                                  .funding = v1::FUNDING_CREDIT,
                                  .expiry = {2030, 4},
                                  .state = v1::CARD_STATE_LIVE};
    EXPECT_EQ(StoredText(request, Decided<card::UpdateCard>(request, card, kNow)),
              "update_card { etag: \"\\\"12\\\"\" }");
  }
}

TEST(StoredRequest, OfSetActiveKeepsGuardAndEtag) {
  EXPECT_EQ(StoredText(kSetActive, {R"(active_card_changed {
                selected_subscription: "subscriptions/web" card: "cards/visa"
                moves { subscription: "subscriptions/web" previous_card: "cards/old" }
                cause: CHANGE_CAUSE_SET_ACTIVE })"}),
            "set_active { expected_current_card: \"cards/old\" etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfRemoveCardKeepsTheEtag) {
  const Request request = Parsed(kRemoveCard);
  EXPECT_EQ(StoredText(request, Decided<card::RemoveCard>(request, card::Removal())),
            "remove_card { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, WithoutAnEtagStillSaysWhichCommandItWas) {
  const Request request = Parsed(kRemoveCard, R"(remove_card { etag: "" })");
  EXPECT_EQ(StoredText(request, Decided<card::RemoveCard>(request, card::Removal())),
            "remove_card { }");
}

TEST(StoredRequest, OfCreateSubscriptionIsAllInTheFact) {
  const Request with_card = Parsed(kCreateSubscription);
  const subscription::Newcomer newcomer = {
      .card = subscription::PayingCard{.live = true, .expiry = {2030, 4}}};
  EXPECT_EQ(StoredText(with_card, Decided<subscription::CreateSubscription>(with_card, Acme(),
                                                                            newcomer, kNow)),
            "create_subscription { }");
}

TEST(StoredRequest, OfCreateSubscriptionWithoutAnythingIsAllInTheFact) {
  const Request bare = Parsed(R"(create_subscription { parent: "billingAccounts/acme" })");
  EXPECT_EQ(StoredText(bare, Decided<subscription::CreateSubscription>(
                                 bare, Acme(), subscription::Newcomer(), kNow)),
            "create_subscription { }");
}

TEST(StoredRequest, OfUpdateSubscriptionKeepsTheEtag) {
  const Request request = Parsed(kUpdateSubscription);
  const subscription::SubscriptionState web = {.kind = v1::SUBSCRIPTION_KIND_CONSUMPTION,
                                               .state = v1::SUBSCRIPTION_STATE_ACTIVE};
  EXPECT_EQ(StoredText(request, Decided<subscription::UpdateSubscription>(request, web)),
            "update_subscription { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfChangeBillingProfileKeepsTheEtag) {
  EXPECT_EQ(StoredText(kChangeBillingProfile, {R"(billing_profile_changed {
                subscription: "subscriptions/web" billing_profile: "billingProfiles/emea" })"}),
            "change_billing_profile { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfALifecycleChangeKeepsTheEtag) {
  EXPECT_EQ(StoredText(kDisableSubscription,
                       {R"(subscription_disabled { subscription: "subscriptions/web" })"}),
            "disable_subscription { etag: \"\\\"12\\\"\" }");
  EXPECT_EQ(StoredText(kCancelSubscription,
                       {R"(subscription_cancelled { subscription: "subscriptions/web" })"}),
            "cancel_subscription { etag: \"\\\"12\\\"\" }");
  EXPECT_EQ(StoredText(kReactivateSubscription,
                       {R"(subscription_reactivated { subscription: "subscriptions/web" })"}),
            "reactivate_subscription { etag: \"\\\"12\\\"\" }");
  EXPECT_EQ(StoredText(kDeleteSubscription,
                       {R"(subscription_deleted { subscription: "subscriptions/web" })"}),
            "delete_subscription { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfARefusalIsInTheRefusal) {
  for (const std::string_view good : GoodRequests()) {
    const Request request = Parsed(good);
    v1::Event fact;
    *fact.mutable_command_refused()->mutable_request() = request.decided;
    const std::vector<const v1::Event*> facts = {&fact};
    const v1::Command stored = Stored(request.decided, facts);
    EXPECT_EQ(stored.command_case(), v1::Command::COMMAND_NOT_SET);
    EXPECT_EQ(Restored(stored, facts).SerializeAsString(), request.decided.SerializeAsString());
  }
}

TEST(StoredRequest, OfNothingChangedIsInThatFact) {
  const Request request = Parsed(kSetActive);
  v1::Event fact;
  *fact.mutable_nothing_changed()->mutable_request() = request.decided;
  const std::vector<const v1::Event*> facts = {&fact};
  EXPECT_EQ(Stored(request.decided, facts).command_case(), v1::Command::COMMAND_NOT_SET);
  EXPECT_EQ(Restored({}, facts).SerializeAsString(), request.decided.SerializeAsString());
}

}  // namespace
}  // namespace billing::request
