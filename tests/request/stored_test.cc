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
      .card = kernel::PayingCard{.live = true, .expiry = {2030, 4}}};
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

TEST(StoredRequest, OfUpdateBillingAccountKeepsTheEtag) {
  EXPECT_EQ(StoredText(kUpdateBillingAccount, {R"(billing_account_updated {
                billing_account { display_name: "Acme N.V." business: true }
                update_mask { paths: "display_name" paths: "business" } })"}),
            "update_billing_account { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfUpdateBillingAccountGivesValuesBackThatAreTakenAway) {
  const Request request = Parsed(kUpdateBillingAccount, R"(update_billing_account {
      billing_account { display_name: "" business: false } etag: "" })");
  EXPECT_EQ(StoredText(request, FactsFrom({R"(billing_account_updated { billing_account {}
                update_mask { paths: "display_name" paths: "business" } })"})),
            "update_billing_account { }");
}

TEST(StoredRequest, OfARoleKeepsTheEtag) {
  EXPECT_EQ(StoredText(kGrantRole, {R"(role_granted { billing_profile: "billingProfiles/emea"
                principal: "users/bob" role: ROLE_CONTRIBUTOR })"}),
            "grant_role { etag: \"\\\"12\\\"\" }");
  EXPECT_EQ(StoredText(kRevokeRole, {R"(role_revoked { billing_profile: "billingProfiles/emea"
                principal: "users/bob" role: ROLE_CONTRIBUTOR })"}),
            "revoke_role { etag: \"\\\"12\\\"\" }");
  const Request whole = Parsed(kGrantRole, R"(grant_role { name: "billingAccounts/acme" })");
  EXPECT_EQ(StoredText(whole, FactsFrom({R"(role_granted {
                principal: "users/bob" role: ROLE_CONTRIBUTOR })"})),
            "grant_role { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfAHandoverKeepsTheEtag) {
  EXPECT_EQ(StoredText(kHandOverAdministrator, {R"(administrator_changed {
                administrator: "users/carol" previous_administrator: "users/alice" })"}),
            "hand_over_administrator { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfInvoicePaymentKeepsTheEtag) {
  EXPECT_EQ(StoredText(kRequestInvoicePayment, {"invoice_payment_requested {}"}),
            "request_invoice_payment { etag: \"\\\"12\\\"\" }");
  EXPECT_EQ(StoredText(kDecideInvoicePayment, {"invoice_payment_approved {}"}),
            "decide_invoice_payment { etag: \"\\\"12\\\"\" }");
  EXPECT_EQ(StoredText(Parsed(kDecideInvoicePayment, "decide_invoice_payment { approved: false }"),
                       FactsFrom({"invoice_payment_rejected {}"})),
            "decide_invoice_payment { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfSwitchToInvoiceGivesBackWhatWasSwitched) {
  EXPECT_EQ(StoredText(kSwitchToInvoice, {R"(switched_to_invoice {
                subscription: "subscriptions/web" previous_card: "cards/visa" })"}),
            "switch_to_invoice { etag: \"\\\"12\\\"\" }");
  const Request emea =
      Parsed(kSwitchToInvoice,
             R"(switch_to_invoice { name: "billingAccounts/acme/billingProfiles/emea" })");
  EXPECT_EQ(StoredText(emea, FactsFrom({R"(switched_to_invoice {
                billing_profile: "billingProfiles/emea" })"})),
            "switch_to_invoice { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfAProfileIsInItsFacts) {
  EXPECT_EQ(StoredText(kCreateBillingProfile, {R"(billing_profile_created { billing_profile {
                name: "billingProfiles/emea" display_name: "EMEA" card: "cards/visa" } })"}),
            "create_billing_profile { }");
  EXPECT_EQ(StoredText(kReplacePaymentMethod, {R"(payment_method_replaced {
                billing_profile: "billingProfiles/emea" card: "cards/visa"
                previous_card: "cards/old" })"}),
            "replace_payment_method { etag: \"\\\"12\\\"\" }");
  EXPECT_EQ(StoredText(kDetachPaymentMethod, {R"(payment_method_detached {
                billing_profile: "billingProfiles/emea" previous_card: "cards/old" })"}),
            "detach_payment_method { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfRecordChargeIsAllInTheFactBesidesTheCardThatTheRulesFound) {
  EXPECT_EQ(StoredText(kRecordCharge, {R"(charge_recorded { charge { name: "charges/november"
                subscription: "subscriptions/web" card: "cards/visa"
                amount { currency_code: "EUR" units: 12 nanos: 340000000 }
                due_time { seconds: 1796083200 } } })"}),
            "record_charge { }");
}

TEST(StoredRequest, OfRecordChargeToAProfileIsAllInTheFact) {
  v1::Command wire = Wire(kRecordCharge, R"(record_charge { charge_id: "" charge {
      subscription: "" billing_profile: "billingAccounts/acme/billingProfiles/emea" } })");
  wire.mutable_record_charge()->mutable_charge()->clear_due_time();
  std::vector<v1::Event> facts = FactsFrom({R"(charge_recorded { charge {
      billing_profile: "billingProfiles/emea"
      amount { currency_code: "EUR" units: 12 nanos: 340000000 } } })"});
  facts[0].mutable_charge_recorded()->mutable_charge()->set_name("charges/" + kFreshId);
  EXPECT_EQ(StoredText(Parsed(wire), facts), "record_charge { }");
}

TEST(StoredRequest, OfRecordPaymentGivesTheOutcomeBack) {
  EXPECT_EQ(StoredText(kRecordPayment,
                       {R"(payment_declined { charge: "charges/november" network_code: "51"
                             advice_code: "02" processor_reference: "pay:2026-11.1"
                             reason: DECLINE_REASON_INSUFFICIENT_CREDIT kind: DECLINE_KIND_SOFT })",
                        R"(subscription_became_past_due { subscription: "subscriptions/web" })"}),
            "record_payment { etag: \"\\\"12\\\"\" }");
  const Request succeeded = Parsed(kRecordPayment, R"(record_payment {
      outcome: PAYMENT_OUTCOME_SUCCEEDED network_code: "00" advice_code: "" })");
  EXPECT_EQ(StoredText(succeeded, FactsFrom({R"(payment_succeeded { charge: "charges/november"
                network_code: "00" processor_reference: "pay:2026-11.1" })"})),
            "record_payment { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfVoidChargeKeepsTheEtag) {
  EXPECT_EQ(StoredText(kVoidCharge,
                       {R"(charge_voided { charge: "charges/november" })",
                        R"(subscription_became_current { subscription: "subscriptions/web" })"}),
            "void_charge { etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfSettleBalanceIsAllInTheFact) {
  EXPECT_EQ(StoredText(kSettleBalance,
                       {R"(balance_settled { failed_card: "cards/old" paying_card: "cards/visa"
                       amount { currency_code: "EUR" units: 12 nanos: 340000000 }
                       charges: "charges/november" processor_reference: "capture:77"
                       requested_by: "users/alice" })",
                        R"(active_card_changed { card: "cards/visa" cause: CHANGE_CAUSE_SETTLE
                       moves { subscription: "subscriptions/web" previous_card: "cards/old" } })"}),
            "settle_balance { }");
}

TEST(StoredRequest, OfSendTransferKeepsTheEtag) {
  EXPECT_EQ(StoredText(kSendTransfer, {R"(transfer_sent { transfer { name: "transfers/sale"
                subscription: "subscriptions/web"
                to_billing_account: "billingAccounts/buyer" } })"}),
            "send_transfer { etag: \"\\\"12\\\"\" }");
}

// The fact has the receiving account's relative names, the request full ones.
TEST(StoredRequest, OfAcceptTransferKeepsThePaymentMethod) {
  EXPECT_EQ(StoredText(kAcceptTransfer,
                       {R"(subscription_transferred_in { subscription { name: "subscriptions/shop"
                             display_name: "Web shop" card: "cards/amex" }
                             transfer: "billingAccounts/acme/transfers/sale" })",
                        R"(billing_account: "billingAccounts/acme" subscription_transferred_out {
                             subscription: "subscriptions/web" transfer: "transfers/sale" })"}),
            "accept_transfer { card: \"billingAccounts/buyer/cards/amex\" "
            "etag: \"\\\"12\\\"\" }");
}

TEST(StoredRequest, OfAcceptTransferGivesAGeneratedIdBack) {
  std::vector<v1::Event> facts = FactsFrom({R"(subscription_transferred_in {
                subscription { billing_profile: "billingProfiles/emea" }
                transfer: "billingAccounts/acme/transfers/sale" })"});
  facts[0].mutable_subscription_transferred_in()->mutable_subscription()->set_name(
      "subscriptions/" + kFreshId);
  EXPECT_EQ(StoredText(Parsed(R"(accept_transfer { name: "billingAccounts/acme/transfers/sale"
                billing_profile: "billingAccounts/buyer/billingProfiles/emea" })"),
                       facts),
            "accept_transfer { billing_profile: \"billingAccounts/buyer/billingProfiles/emea\" }");
}

TEST(StoredRequest, OfTheEndOfATransferKeepsTheEtag) {
  EXPECT_EQ(StoredText(kDeclineTransfer,
                       {R"(transfer_declined { transfer: "billingAccounts/acme/transfers/sale" })",
                        R"(billing_account: "billingAccounts/acme" transfer_declined {
                             transfer: "transfers/sale" subscription: "subscriptions/web" })"}),
            "decline_transfer { etag: \"\\\"12\\\"\" }");
  EXPECT_EQ(StoredText(kCancelTransfer, {R"(transfer_cancelled {
                transfer: "transfers/sale" subscription: "subscriptions/web" })"}),
            "cancel_transfer { etag: \"\\\"12\\\"\" }");
  EXPECT_EQ(StoredText(kExpireTransfer, {R"(transfer_expired {
                transfer: "transfers/sale" subscription: "subscriptions/web" })"}),
            "expire_transfer { etag: \"\\\"12\\\"\" }");
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

// The auditor reads requests as the log has them; the edge read them as clients sent them.
TEST(RestoredRequest, IsReadAsTheOneThatWasSent) {
  for (const std::string_view good : GoodRequests()) {
    SCOPED_TRACE(good);
    const Request sent = Parsed(good);
    const std::string account = judge::AccountOf(sent.command).value();
    const auto read = ParseRestored(sent.decided, account, kNow);
    ASSERT_TRUE(std::holds_alternative<Request>(read));
    const Request& again = std::get<Request>(read);
    EXPECT_EQ(again.decided.SerializeAsString(), sent.decided.SerializeAsString());
    EXPECT_EQ(again.command.index(), sent.command.index());
    EXPECT_EQ(judge::AccountOf(again.command), judge::AccountOf(sent.command));
  }
}

// The field of the first violation; empty when there is none.
std::string BadFieldOf(const v1::Command& restored, std::string_view account) {
  const auto read = ParseRestored(restored, account, kNow);
  const auto* violations = std::get_if<std::vector<Violation>>(&read);
  return violations == nullptr ? "" : violations->front().field;
}

TEST(RestoredRequest, HasNamesThatAreNamesOfTheRightKind) {
  v1::Command remove;
  for (const char* good : {"cards/visa", "billingAccounts/acme/cards/visa"}) {
    remove.mutable_remove_card()->set_name(good);
    EXPECT_EQ(BadFieldOf(remove, "acme"), "") << good;
  }
  for (const char* bad : {"", "cards", "cards/", "cards/Visa", "cards/visa/", "subscriptions/web",
                          "visa", "billingAccounts/acme", "billingAccounts//cards/visa"}) {
    remove.mutable_remove_card()->set_name(bad);
    EXPECT_EQ(BadFieldOf(remove, "acme"), "name") << bad;
  }
}

TEST(RestoredRequest, NamesItsAccountByNoNameAtAllAndOthersInFull) {
  EXPECT_EQ(BadFieldOf(Wire(R"(set_policy { policy { max_cards: 7 } })"), "acme"), "");
  v1::Command send = Parsed(kSendTransfer).decided;
  EXPECT_EQ(BadFieldOf(send, "acme"), "");
  send.mutable_send_transfer()->set_to_billing_account("");
  EXPECT_EQ(BadFieldOf(send, "acme"), "to_billing_account");
}

TEST(RestoredRequest, OfNoAccountNamesNothing) {
  const v1::Command removed = Parsed(kRemoveCard).decided;
  for (const char* no_account : {"", "No Account"}) {
    EXPECT_EQ(BadFieldOf(removed, no_account), "name") << no_account;
  }
}

TEST(RestoredRequest, KeepsANameInFullWhereTheLogShouldHaveIt) {
  v1::Command accept;
  accept.mutable_accept_transfer()->set_name("transfers/sale");
  accept.mutable_accept_transfer()->set_subscription_id("web");
  accept.mutable_accept_transfer()->set_card("cards/visa");
  const auto read = std::get<Request>(ParseRestored(accept, "acme", kNow));
  EXPECT_EQ(read.decided.accept_transfer().name(), "billingAccounts/acme/transfers/sale");
  EXPECT_EQ(read.decided.accept_transfer().card(), "billingAccounts/acme/cards/visa");
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
