// Paying by invoice: the account asks, an operator decides, subscriptions or profiles
// switch.
#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

const v1::Event kBusiness = BillingAccountCreated({.business = true});

Scenario Approved(const std::vector<v1::Event>& facts) {
  auto scenario = Given({kBusiness, InvoicePaymentRequested(), InvoicePaymentApproved()});
  return scenario.And(facts);
}

Scenario ApprovedUnderACustomerAgreement(const std::vector<v1::Event>& facts) {
  auto scenario = Given({CustomerAccountCreated(), BillingAccountReclassified(true),
                         InvoicePaymentRequested(), InvoicePaymentApproved()});
  return scenario.And(facts);
}

TEST(RequestInvoicePayment, RecordedForABusinessWithNothingPastDue) {
  Given({kBusiness}).When(RequestInvoicePayment()).Then({InvoicePaymentRequested()});
}

TEST(RequestInvoicePayment, ItsReasonsAnswerLeftToRight) {
  const std::vector<v1::Event> debt = {
      CardAdded("visa"), SubscriptionCreated("web", "visa"),
      ChargeRecorded("may", {.subscription = "web", .card = "visa"}), PaymentDeclined("may")};
  Given({}).And(debt).When(RequestInvoicePayment()).ThenRefused(Reason::kBusinessAccountRequired);
  Given({kBusiness, InvoicePaymentRequested()})
      .And(debt)
      .When(RequestInvoicePayment())
      .ThenRefused(Reason::kInvoicePaymentAlreadyRequested);
  Given({kBusiness})
      .And(debt)
      .When(RequestInvoicePayment())
      .ThenRefused(Reason::kOutstandingCharges)
      .And({PaymentSucceeded("may")})
      .When(RequestInvoicePayment())
      .Then({InvoicePaymentRequested()});
}

TEST(RequestInvoicePayment, APendingChargeIsNotInTheWay) {
  Given({kBusiness, CardAdded("visa"), SubscriptionCreated("web", "visa"),
         ChargeRecorded("may", {.subscription = "web", .card = "visa"})})
      .When(RequestInvoicePayment())
      .Then({InvoicePaymentRequested()});
}

TEST(RequestInvoicePayment, OnceApprovedThereIsNothingToAsk) {
  Approved({}).When(RequestInvoicePayment()).ThenRefused(Reason::kInvoicePaymentAlreadyRequested);
}

TEST(RequestInvoicePayment, AfterARejectionOneMayAskAgain) {
  Given({kBusiness, InvoicePaymentRequested(), InvoicePaymentRejected()})
      .When(RequestInvoicePayment())
      .Then({InvoicePaymentRequested()});
}

TEST(DecideInvoicePayment, ApprovesOrRejectsWhatWasAsked) {
  const auto asked = Given({kBusiness, InvoicePaymentRequested()}).By(Operator());
  Scenario(asked).When(ApproveInvoicePayment()).Then({InvoicePaymentApproved()});
  Scenario(asked).When(RejectInvoicePayment()).Then({InvoicePaymentRejected()});
}

TEST(DecideInvoicePayment, RefusedWhenNothingIsAsked) {
  for (const auto& command : {ApproveInvoicePayment(), RejectInvoicePayment()}) {
    Given({kBusiness})
        .By(Operator())
        .When(command)
        .ThenRefused(Reason::kInvoicePaymentNotRequested);
    Approved({}).By(Operator()).When(command).ThenRefused(Reason::kInvoicePaymentNotRequested);
    Given({kBusiness, InvoicePaymentRequested(), InvoicePaymentRejected()})
        .By(Operator())
        .When(command)
        .ThenRefused(Reason::kInvoicePaymentNotRequested);
  }
}

TEST(InvoicePayment, MovesTheAccountsVersion) {
  auto scenario = Given({kBusiness});
  const uint64_t version = scenario.VersionOfAccount();
  scenario.When(AtVersion(RequestInvoicePayment(), version))
      .Then({InvoicePaymentRequested()})
      .By(Operator())
      .When(AtVersion(ApproveInvoicePayment(), version))
      .ThenRefused(Reason::kEtagMismatch);
}

TEST(SwitchToInvoice, ClearsTheCardOfThisSubscriptionAlone) {
  auto scenario = Approved(
      {CardAdded("visa"), SubscriptionCreated("web", "visa"), SubscriptionCreated("mail", "visa")});
  scenario.When(SwitchToInvoice("web")).Then({SwitchedToInvoice("web", "visa")});
  const auto states = scenario.states();
  EXPECT_EQ(states.Subscription(scenario.number(), Subscription("web"))->card, std::nullopt);
  EXPECT_EQ(states.Subscription(scenario.number(), Subscription("mail"))->card, Card("visa"));
  scenario.When(SwitchToInvoice("web")).ThenNothingChanges();
}

TEST(SwitchToInvoice, OfOneThatHadNoCard) {
  Approved({SubscriptionCreated("web")})
      .When(SwitchToInvoice("web"))
      .Then({SwitchedToInvoice("web")});
}

TEST(SwitchToInvoice, PayAsYouGoCannotGoBack) {
  Approved(
      {CardAdded("visa"), SubscriptionCreated("web", "visa"), SwitchedToInvoice("web", "visa")})
      .When(SetActive("web", "visa"))
      .ThenRefused(Reason::kSwitchBackToCardNotAllowed);
}

TEST(SwitchToInvoice, OfASubscriptionIsForPayAsYouGo) {
  ApprovedUnderACustomerAgreement({CardAdded("visa"), BillingProfileCreated("main", "visa"),
                                   SubscriptionCreatedUnder("main", "web")})
      .When(SwitchToInvoice("web"))
      .ThenRefused(Reason::kAgreementNotSupported);
}

TEST(SwitchToInvoice, OfAProfileIsForCustomerAgreements) {
  Approved({}).When(SwitchProfileToInvoice("main")).ThenRefused(Reason::kAgreementNotSupported);
}

TEST(SwitchToInvoice, ItsReasonsAnswerLeftToRight) {
  const std::vector<v1::Event> ended = {SubscriptionCreated("web"), SubscriptionCancelled("web"),
                                        SubscriptionDeleted("web")};
  const std::vector<v1::Event> debt = {
      CardAdded("visa"), SubscriptionCreated("mail", "visa"),
      ChargeRecorded("may", {.subscription = "mail", .card = "visa"}), PaymentDeclined("may")};
  Given({})
      .And(debt)
      .And(ended)
      .When(SwitchToInvoice("web"))
      .ThenRefused(Reason::kSubscriptionDeleted);
  Given({}).And(debt).When(SwitchToInvoice("mail")).ThenRefused(Reason::kInvoicePaymentNotApproved);
  // Whoever else of the account owes.
  Approved(debt)
      .And({SubscriptionCreated("web")})
      .When(SwitchToInvoice("web"))
      .ThenRefused(Reason::kOutstandingCharges);
}

TEST(SwitchToInvoice, WhatIsOwedAnswersBeforeNothingToChange) {
  Approved({CardAdded("visa"), SubscriptionCreated("web"), SwitchedToInvoice("web"),
            ChargeRecorded("may", {.subscription = "web"}), PaymentDeclined("may")})
      .When(SwitchToInvoice("web"))
      .ThenRefused(Reason::kOutstandingCharges);
}

TEST(SwitchToInvoice, OfAProfileClearsItsCard) {
  ApprovedUnderACustomerAgreement({CardAdded("visa"), BillingProfileCreated("main", "visa")})
      .When(SwitchProfileToInvoice("main"))
      .Then({ProfileSwitchedToInvoice("main", "visa")})
      .When(SwitchProfileToInvoice("main"))
      .ThenNothingChanges()
      .When(RemoveCard("visa"))
      .Then({CardRemoved("visa")});
}

TEST(SwitchToInvoice, AProfileGoesBackToACard) {
  ApprovedUnderACustomerAgreement({CardAdded("visa"), BillingProfileCreated("main", "visa"),
                                   ProfileSwitchedToInvoice("main", "visa")})
      .When(ReplacePaymentMethod("main", "visa"))
      .Then({PaymentMethodReplaced("main", "visa")})
      .When(SwitchProfileToInvoice("main"))
      .Then({ProfileSwitchedToInvoice("main", "visa")});
}

TEST(SwitchToInvoice, OfAProfileItsReasonsAnswerLeftToRight) {
  const std::vector<v1::Event> profiles = {CardAdded("visa"), BillingProfileCreated("main", "visa"),
                                           BillingProfileCreated("old", "visa"),
                                           PaymentMethodDetached("old", "visa")};
  const std::vector<v1::Event> debt = {ChargeRecorded("may", {.profile = "main", .card = "visa"}),
                                       PaymentDeclined("may")};
  Given({CustomerAccountCreated()})
      .When(SwitchProfileToInvoice("main"))
      .ThenRefused(Reason::kBillingProfileNotFound)
      .And(profiles)
      .And(debt)
      .When(SwitchProfileToInvoice("old"))
      .ThenRefused(Reason::kBillingProfileInactive)
      .When(SwitchProfileToInvoice("main"))
      .ThenRefused(Reason::kInvoicePaymentNotApproved);
  ApprovedUnderACustomerAgreement(profiles)
      .And(debt)
      .When(SwitchProfileToInvoice("main"))
      .ThenRefused(Reason::kOutstandingCharges);
}

}  // namespace
}  // namespace billing::given
