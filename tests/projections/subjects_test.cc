#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "projections/fold/fold.h"
#include "projections/fold/references.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Of an account whose own things nobody names in full.
std::vector<std::string> SubjectsOf(const v1::Event& event) {
  return projections::SubjectsOf(event, "here");
}

TEST(OneOfEachFact, MissesNoFactType) {
  const auto* data = v1::Event::descriptor()->FindOneofByName("data");
  std::set<std::string> types;
  for (const auto& event : OneOfEachFact()) types.insert(TypeOf(event));
  EXPECT_EQ(types.size(), static_cast<size_t>(data->field_count()));
}

TEST(TypeOf, IsTheFactsMessageName) {
  EXPECT_EQ(TypeOf(given::CardAdded("visa")), "CardAdded");
  EXPECT_EQ(TypeOf(RemovalRefused("visa", {})), "CommandRefused");
}

// The lists that are written out for speed name exactly what the schema marks.
TEST(SubjectsOf, AreTheReferencesOfTheFact) {
  for (const auto& event : OneOfEachFact()) {
    std::set<std::string> references;
    for (const std::string& name : ReferencesIn(event)) {
      const bool elsewhere = name.starts_with("billingAccounts/");
      if (!elsewhere || name.find("/transfers/") != name.npos) references.insert(name);
    }
    EXPECT_THAT(SubjectsOf(event), testing::ElementsAreArray(references)) << TypeOf(event);
  }
}

TEST(SubjectsOf, AnAccountsOwnFactIsNothingBelowIt) {
  EXPECT_THAT(SubjectsOf(given::BillingAccountCreated()), IsEmpty());
  EXPECT_THAT(SubjectsOf(given::PolicyChanged({})), IsEmpty());
}

TEST(SubjectsOf, ANewCardConcernsTheSubscriptionItWasAddedFrom) {
  EXPECT_THAT(SubjectsOf(given::CardAdded("visa", {.subscription = "web"})),
              ElementsAre("cards/visa", "subscriptions/web"));
  EXPECT_THAT(SubjectsOf(given::CardAdded("visa")), ElementsAre("cards/visa"));
}

TEST(SubjectsOf, ACascadeConcernsEveryCardAndSubscriptionInItOnce) {
  EXPECT_THAT(SubjectsOf(given::ActiveCardChanged(
                  "web", "visa", {{"mail", "amex"}, {"shop", ""}, {"web", "amex"}})),
              ElementsAre("cards/amex", "cards/visa", "subscriptions/mail", "subscriptions/shop",
                          "subscriptions/web"));
}

TEST(SubjectsOf, ARemovalConcernsTheSubscriptionsItDetaches) {
  EXPECT_THAT(SubjectsOf(given::CardRemoved("visa", {"web", "mail"})),
              ElementsAre("cards/visa", "subscriptions/mail", "subscriptions/web"));
}

TEST(SubjectsOf, AFactOfTheWholeAccountIsNothingBelowIt) {
  for (const auto& event :
       {given::BillingAccountReclassified(true), given::RoleGranted("users/bob", v1::ROLE_OWNER),
        given::RoleRevoked("users/bob", v1::ROLE_OWNER),
        given::AdministratorChanged("users/bob", "users/alice"), given::InvoicePaymentRequested(),
        given::InvoicePaymentApproved(), given::InvoicePaymentRejected()}) {
    EXPECT_THAT(SubjectsOf(event), IsEmpty()) << TypeOf(event);
  }
  EXPECT_THAT(SubjectsOf(given::RoleGranted("users/bob", v1::ROLE_OWNER, "main")),
              ElementsAre("billingProfiles/main"));
}

TEST(SubjectsOf, AProfilesFactConcernsBothItsCards) {
  EXPECT_THAT(SubjectsOf(given::PaymentMethodReplaced("main", "amex", "visa")),
              ElementsAre("billingProfiles/main", "cards/amex", "cards/visa"));
  EXPECT_THAT(SubjectsOf(given::PaymentMethodDetached("main")),
              ElementsAre("billingProfiles/main"));
  EXPECT_THAT(SubjectsOf(given::BillingProfileChanged("web", "east", "main")),
              ElementsAre("billingProfiles/east", "billingProfiles/main", "subscriptions/web"));
}

TEST(SubjectsOf, AChargeConcernsWhatItIsForAndWhatItIsOn) {
  EXPECT_THAT(SubjectsOf(given::ChargeRecorded("may", {.subscription = "web", .card = "visa"})),
              ElementsAre("cards/visa", "charges/may", "subscriptions/web"));
  EXPECT_THAT(SubjectsOf(given::ChargeRecorded("may", {.profile = "main"})),
              ElementsAre("billingProfiles/main", "charges/may"));
  EXPECT_THAT(
      SubjectsOf(
          given::ChargeRecorded("may", {.subscription = "web", .profile = "main", .card = "visa"})),
      ElementsAre("billingProfiles/main", "cards/visa", "charges/may", "subscriptions/web"));
  EXPECT_THAT(SubjectsOf(given::BalanceSettled("visa", "amex", 1, {"may", "june"})),
              ElementsAre("cards/amex", "cards/visa", "charges/june", "charges/may"));
}

TEST(SubjectsOf, WhatEndsAChargeConcernsWhateverItWasChargedTo) {
  const given::ChargeOptions charged = {.subscription = "web", .profile = "main", .card = "visa"};
  for (const v1::Event& fact : {given::PaymentSucceeded("may"), given::PaymentDeclined("may"),
                                given::ChargeVoided("may")}) {
    EXPECT_THAT(
        SubjectsOf(given::Concerning(charged, fact)),
        ElementsAre("billingProfiles/main", "cards/visa", "charges/may", "subscriptions/web"))
        << TypeOf(fact);
  }
  EXPECT_THAT(SubjectsOf(given::OwedBy({"web"}, {"east", "main"},
                                       given::BalanceSettled("visa", "amex", 1, {"may"}))),
              ElementsAre("billingProfiles/east", "billingProfiles/main", "cards/amex",
                          "cards/visa", "charges/may", "subscriptions/web"));
}

TEST(SubjectsOf, ATransferIsASubjectOfBothAccounts) {
  EXPECT_THAT(SubjectsOf(given::TransferSent("offer", "web", "other")),
              ElementsAre("subscriptions/web", "transfers/offer"));
  EXPECT_THAT(SubjectsOf(given::SubscriptionTransferredOut("offer", "web")),
              ElementsAre("subscriptions/web", "transfers/offer"));
  EXPECT_THAT(
      SubjectsOf(given::SubscriptionTransferredIn("acme", "offer",
                                                  given::SubscriptionCreated("here", "visa"))),
      ElementsAre("billingAccounts/acme/transfers/offer", "cards/visa", "subscriptions/here"));
  EXPECT_THAT(SubjectsOf(given::OfferDeclined("acme", "offer")),
              ElementsAre("billingAccounts/acme/transfers/offer"));
}

TEST(SubjectsOf, ARefusalConcernsItsRequestItsBlockersAndWhatItPointsAt) {
  v1::Event refusal = RemovalRefused("visa", {"web"});
  auto& detail = *refusal.mutable_command_refused()->add_details();
  detail.set_key("card");
  detail.set_resource("cards/amex");
  // The account itself is the subject of LAST_PAYMENT_METHOD_REQUIRED.
  refusal.mutable_command_refused()->add_blockers()->set_type("LAST_PAYMENT_METHOD_REQUIRED");
  EXPECT_THAT(SubjectsOf(refusal), ElementsAre("cards/amex", "cards/visa", "subscriptions/web"));
}

TEST(SubjectsOf, ACardOfAnotherAccountIsNoSubjectOfThisOne) {
  v1::Event refusal;
  auto& request = *refusal.mutable_command_refused()->mutable_request()->mutable_set_active();
  request.set_subscription("subscriptions/web");
  request.set_card("billingAccounts/other/cards/visa");
  EXPECT_THAT(SubjectsOf(refusal), ElementsAre("subscriptions/web"));
}

// A request about a transfer holds full names throughout.
TEST(SubjectsOf, TheAccountsOwnThingsAreItsSubjectsInFullToo) {
  v1::Event refusal;
  auto& request = *refusal.mutable_command_refused()->mutable_request()->mutable_accept_transfer();
  request.set_name("billingAccounts/other/transfers/offer");
  request.set_card("billingAccounts/acme/cards/visa");
  request.set_billing_profile("billingAccounts/third/billingProfiles/main");
  EXPECT_THAT(projections::SubjectsOf(refusal, "acme"),
              ElementsAre("billingAccounts/other/transfers/offer", "cards/visa"));
  EXPECT_THAT(projections::SubjectsOf(refusal, "other"), ElementsAre("transfers/offer"));
}

TEST(SubjectsOf, AnEmptySuccessConcernsWhatItsRequestNames) {
  EXPECT_THAT(SubjectsOf(SetActiveChangedNothing("web", "visa")),
              ElementsAre("cards/visa", "subscriptions/web"));
}

}  // namespace
}  // namespace billing::projections
