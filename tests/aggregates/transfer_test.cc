// A subscription offered by `acme` to `other`, of users/olivia.
#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

const v1::Event kOther = BillingAccountCreated({.id = "other", .administrator = "users/olivia"});

kernel::Caller Recipient() { return User("olivia"); }

// `acme` has `web`, and these; `other` has its `visa`.
Scenario TwoAccounts(const std::vector<v1::Event>& facts = {}) {
  auto scenario = Given({kOther, CardAdded("visa"), BillingAccountCreated(), CardAdded("visa"),
                         SubscriptionCreated("web", "visa")});
  return scenario.And(facts);
}

// `web` was offered at noon, and it is this time.
Scenario Offered(const std::vector<v1::Event>& facts = {}) {
  auto scenario = TwoAccounts({TransferSent("offer", "web")});
  return scenario.And(facts);
}

Scenario OfferedTo(const kernel::Caller& caller, const std::vector<v1::Event>& facts = {}) {
  return Offered(facts).By(caller);
}

const auto kAccept = AcceptTransfer("offer", "web-here");

std::vector<v1::Event> Accepted(const v1::Event& created) {
  return {SubscriptionTransferredIn("acme", "offer", created),
          Of("acme", SubscriptionTransferredOut("offer", "web"))};
}

v1::TransferState StateOfOffer(const Scenario& scenario) {
  return scenario.states().Transfer(scenario.number(), Transfer("offer"))->state;
}

// ---- Sending.

TEST(SendTransfer, OffersAnActiveSubscription) {
  auto scenario = TwoAccounts().When(SendTransfer("offer", "web"));
  scenario.Then({TransferSent("offer", "web")}).ThenRecordedIn("acme");
  const auto offer = scenario.states().Transfer(scenario.number(), Transfer("offer"));
  EXPECT_EQ(offer->send_time, Noon());
  EXPECT_EQ(offer->expire_time, Later(Noon(), 15));
}

TEST(SendTransfer, LooksAtNothingOfTheReceivingAccount) {
  TwoAccounts()
      .When(SendTransfer("offer", "web", "nowhere"))
      .Then({TransferSent("offer", "web", "nowhere")});
}

TEST(SendTransfer, ItsReasonsAnswerLeftToRight) {
  TwoAccounts().When(SendTransfer("offer", "nowhere")).ThenRefused(Reason::kSubscriptionNotFound);
  auto scenario = Offered();
  scenario.When(CancelSubscription("web"))
      .When(SendTransfer("offer", "web", "acme"))
      .ThenRefused(Reason::kTransferAlreadyExists);
  EXPECT_EQ(std::get<kernel::Refusal>(scenario.decision()).resources,
            (std::vector<std::pair<std::string, std::string>>{{"transfer", "transfers/offer"}}));
  scenario.When(SendTransfer("second", "web", "acme")).ThenRefused(Reason::kSubscriptionNotActive);
  Offered()
      .When(SendTransfer("second", "web", "acme"))
      .ThenRefused(Reason::kTransferAlreadyPending);
  TwoAccounts().When(SendTransfer("offer", "web", "acme")).ThenRefused(Reason::kTransferToSelf);
}

TEST(SendTransfer, OnlyAnActiveOneMayBeOffered) {
  TwoAccounts({ChargeRecorded("may", {.subscription = "web"}), PaymentDeclined("may"),
               SubscriptionBecamePastDue("web")})
      .When(SendTransfer("offer", "web"))
      .ThenRefused(Reason::kSubscriptionNotActive);
}

TEST(SendTransfer, ALapsedOfferDoesNotBlockTheNext) {
  Offered()
      .On(Later(Noon(), 15, -1))
      .When(SendTransfer("second", "web"))
      .ThenRefused(Reason::kTransferAlreadyPending)
      .On(Later(Noon(), 15))
      .When(SendTransfer("second", "web"))
      .Then({TransferSent("second", "web")})
      // The first lapses for good, and the second stands.
      .By(Scheduler())
      .When(ExpireTransfer("offer"))
      .Then({TransferExpired("offer", "web")})
      .By(Administrator())
      .When(SendTransfer("third", "web"))
      .ThenRefused(Reason::kTransferAlreadyPending);
}

TEST(SendTransfer, AnEndedOfferDoesNotBlockTheNext) {
  Offered()
      .When(CancelTransfer("offer"))
      .Then({TransferCancelled("offer", "web")})
      .When(SendTransfer("second", "web"))
      .Then({TransferSent("second", "web")});
}

// ---- Accepting.

TEST(AcceptTransfer, MovesTheSubscriptionIntoTheReceivingAccount) {
  auto scenario = OfferedTo(Recipient());
  scenario.When(PayingWith(kAccept, "other", "visa"))
      .Then(Accepted(SubscriptionCreated("web-here", "visa")))
      .ThenRecordedIn("other");
  const auto states = scenario.states();
  const auto here = states.Subscription(scenario.number("other"), Subscription("web-here")).value();
  EXPECT_EQ(here.state, v1::SUBSCRIPTION_STATE_ACTIVE);
  EXPECT_EQ(here.card, Card("visa"));
  const auto there = states.Subscription(scenario.number("acme"), Subscription("web")).value();
  EXPECT_EQ(there.state, v1::SUBSCRIPTION_STATE_TRANSFERRED);
  EXPECT_EQ(there.card, std::nullopt);
  EXPECT_EQ(StateOfOffer(scenario), v1::TRANSFER_STATE_ACCEPTED);
}

TEST(AcceptTransfer, TakesNameAndKindAlong) {
  v1::Event plan = SubscriptionCreated("plan", "", v1::SUBSCRIPTION_KIND_SUPPORT_PLAN);
  plan.mutable_subscription_created()->mutable_subscription()->set_display_name("Help");
  v1::Event arrives = plan;
  arrives.mutable_subscription_created()->mutable_subscription()->set_name("subscriptions/here");
  TwoAccounts({plan, TransferSent("offer", "plan")})
      .By(Recipient())
      .When(AcceptTransfer("offer", "here"))
      .Then({SubscriptionTransferredIn("acme", "offer", arrives),
             Of("acme", SubscriptionTransferredOut("offer", "plan"))});
}

TEST(AcceptTransfer, OnceOnly) {
  OfferedTo(Recipient())
      .When(kAccept)
      .Then(Accepted(SubscriptionCreated("web-here")))
      .When(AcceptTransfer("offer", "again"))
      .ThenRefused(Reason::kTransferNotPending)
      .ThenRecordedIn("other");
}

TEST(AcceptTransfer, UnpaidChargesStayWithTheSender) {
  auto scenario =
      OfferedTo(Recipient(), {ChargeRecorded("may", {.subscription = "web", .card = "visa"})});
  scenario.When(kAccept).Then(Accepted(SubscriptionCreated("web-here")));
  EXPECT_EQ(scenario.states().Head(scenario.number("acme")).unpaid.pending_count, 1u);
  EXPECT_EQ(scenario.states().Head(scenario.number("other")).unpaid, kernel::Unpaid{});
  scenario.By(Biller())
      .When(Declined("may"))
      .Then({Concerning({.subscription = "web", .card = "visa"}, PaymentDeclined("may"))})
      .By(Administrator())
      .When(RemoveCard("visa"))
      .ThenBlockedBy({{"OUTSTANDING_CHARGES", "charges/may"}});
}

TEST(AcceptTransfer, IsForTheReceivingAccountsAdministratorAlone) {
  const std::vector<v1::Event> roles = {Of("other", RoleGranted("users/owen", v1::ROLE_OWNER))};
  for (const auto& caller :
       {Administrator(), Stranger(), Operator(), Biller(), Auditor(), Scheduler(), User("owen")}) {
    SCOPED_TRACE(caller.principal.value());
    OfferedTo(caller, roles).When(kAccept).ThenRefused(Reason::kRoleRequired);
    OfferedTo(caller, roles).When(DeclineTransfer("offer")).ThenRefused(Reason::kRoleRequired);
  }
}

TEST(AcceptTransfer, WhatIsNotThereIsToldToTheSenderAlone) {
  for (const judge::Command& command : std::initializer_list<judge::Command>{
           AcceptTransfer("none", "here"), DeclineTransfer("none")}) {
    TwoAccounts().By(Recipient()).When(command).ThenRefused(Reason::kRoleRequired);
    TwoAccounts()
        .By(Administrator())
        .When(command)
        .ThenRefused(Reason::kTransferNotFound)
        .ThenRecordedIn("acme");
    GivenNothing().By(Recipient()).When(command).ThenRefused(Reason::kRoleRequired);
  }
  // Offered to an account that nobody opened.
  TwoAccounts({TransferSent("offer", "web", "nowhere")})
      .By(Administrator())
      .When(kAccept)
      .ThenRefused(Reason::kRoleRequired);
}

TEST(AcceptTransfer, UntilTheFifteenthDayIsOver) {
  OfferedTo(Recipient())
      .On(Later(Noon(), 15, -1))
      .When(kAccept)
      .Then(Accepted(SubscriptionCreated("web-here")));
  OfferedTo(Recipient()).On(Later(Noon(), 15)).When(kAccept).ThenRefused(Reason::kTransferExpired);
  OfferedTo(Recipient())
      .On(Later(Noon(), 15, -1))
      .When(DeclineTransfer("offer"))
      .Then({OfferDeclined("acme", "offer"), Of("acme", TransferDeclined("offer", "web"))});
  OfferedTo(Recipient())
      .On(Later(Noon(), 15))
      .When(DeclineTransfer("offer"))
      .ThenRefused(Reason::kTransferExpired);
  OfferedTo(Administrator())
      .On(Later(Noon(), 15, -1))
      .When(CancelTransfer("offer"))
      .Then({TransferCancelled("offer", "web")});
  OfferedTo(Administrator())
      .On(Later(Noon(), 15))
      .When(CancelTransfer("offer"))
      .ThenRefused(Reason::kTransferExpired);
}

TEST(AcceptTransfer, AMethodOfAnotherAccountIsNotFound) {
  OfferedTo(Recipient())
      .When(PayingWith(kAccept, "acme", "visa"))
      .ThenRefused(Reason::kCardNotFound);
  OfferedTo(Recipient())
      .When(PayingWith(kAccept, "other", "none"))
      .ThenRefused(Reason::kCardNotFound);
  OfferedTo(Recipient())
      .When(BilledTo(kAccept, "acme", "main"))
      .ThenRefused(Reason::kBillingProfileNotFound);
}

TEST(AcceptTransfer, ItsReasonsAnswerLeftToRight) {
  const v1::Event abroad =
      BillingAccountCreated({.id = "abroad", .administrator = "users/olivia", .country = "DE"});
  const std::vector<v1::Event> debt = {
      Of("abroad", SubscriptionCreated("taken")),
      Of("abroad", ChargeRecorded("may", {.subscription = "taken"})),
      Of("abroad", PaymentDeclined("may"))};
  auto scenario = Given({abroad, BillingAccountCreated(), SubscriptionCreated("web"),
                         TransferSent("offer", "web", "abroad")});
  scenario.And(debt).When(CancelSubscription("web"));
  const auto taken = AcceptTransfer("offer", "taken");
  Scenario(scenario)
      .By(Recipient())
      .On(Later(Noon(), 15))
      .When(taken)
      .ThenRefused(Reason::kTransferExpired);
  Scenario(scenario).By(Recipient()).When(taken).ThenRefused(Reason::kSubscriptionNotActive);
  scenario.And({Of("acme", SubscriptionReactivated("web"))});
  Scenario(scenario).By(Recipient()).When(taken).ThenRefused(Reason::kCrossCountryNotSupported);
  Scenario(scenario).By(Recipient()).When(AtVersion(taken, 999)).ThenRefused(Reason::kEtagMismatch);
}

TEST(AcceptTransfer, AnAccountThatIsPastDueReceivesNothing) {
  const std::vector<v1::Event> debt = {
      Of("other", SubscriptionCreated("taken", "visa")),
      Of("other", ChargeRecorded("may", {.subscription = "taken"})),
      Of("other", PaymentDeclined("may"))};
  OfferedTo(Recipient(), debt)
      .When(AcceptTransfer("offer", "taken"))
      .ThenRefused(Reason::kDestinationPastDue)
      .And({Of("other", PaymentSucceeded("may"))})
      .When(AcceptTransfer("offer", "taken"))
      .ThenRefused(Reason::kSubscriptionAlreadyExists);
}

TEST(AcceptTransfer, TheCardHasToBeUsable) {
  OfferedTo(Recipient(), {Of("other", CardRemoved("visa"))})
      .When(PayingWith(kAccept, "other", "visa"))
      .ThenRefused(Reason::kCardRemoved);
  OfferedTo(Recipient(), {Of("other", CardUpdated("visa", {"expiry"}, kernel::YearMonth{2026, 2}))})
      .When(PayingWith(kAccept, "other", "visa"))
      .ThenRefused(Reason::kCardExpired);
}

TEST(AcceptTransfer, UnderACustomerAgreementAProfilePays) {
  const v1::Event corp = BillingAccountCreated({.id = "corp",
                                                .agreement = v1::AGREEMENT_CUSTOMER_AGREEMENT,
                                                .administrator = "users/olivia"});
  const auto past = Given({corp, CardAdded("visa"), BillingProfileCreated("main", "visa"),
                           BillingAccountCreated(), SubscriptionCreated("web"),
                           TransferSent("offer", "web", "corp")})
                        .By(Recipient());
  Scenario(past).When(kAccept).ThenRefused(Reason::kBillingProfileRequired);
  Scenario(past)
      .When(PayingWith(kAccept, "corp", "visa"))
      .ThenRefused(Reason::kAgreementNotSupported);
  Scenario(past)
      .When(BilledTo(kAccept, "corp", "main"))
      .Then(Accepted(SubscriptionCreatedUnder("main", "web-here")));
}

TEST(AcceptTransfer, UnderPayAsYouGoNoProfilePays) {
  OfferedTo(Recipient())
      .When(BilledTo(kAccept, "other", "main"))
      .ThenRefused(Reason::kAgreementNotSupported);
}

// ---- Ending.

TEST(DeclineTransfer, IsToldToBothAccounts) {
  auto scenario = OfferedTo(Recipient());
  scenario.When(DeclineTransfer("offer"))
      .Then({OfferDeclined("acme", "offer"), Of("acme", TransferDeclined("offer", "web"))})
      .ThenRecordedIn("other")
      .When(DeclineTransfer("offer"))
      .ThenRefused(Reason::kTransferNotPending);
  EXPECT_EQ(StateOfOffer(scenario), v1::TRANSFER_STATE_DECLINED);
}

TEST(CancelTransfer, TakesTheOfferBack) {
  auto scenario = Offered();
  scenario.When(CancelTransfer("offer"))
      .Then({TransferCancelled("offer", "web")})
      .ThenRecordedIn("acme")
      .When(CancelTransfer("offer"))
      .ThenRefused(Reason::kTransferNotPending)
      .When(CancelTransfer("none"))
      .ThenRefused(Reason::kTransferNotFound)
      .By(Recipient())
      .When(kAccept)
      .ThenRefused(Reason::kTransferNotPending);
  EXPECT_EQ(StateOfOffer(scenario), v1::TRANSFER_STATE_CANCELLED);
}

TEST(CancelTransfer, TheOffersVersionGuardsIt) {
  auto scenario = Offered();
  const uint64_t version = scenario.VersionOf(Transfer("offer"));
  scenario.When(AtVersion(CancelTransfer("offer"), version + 1)).ThenRefused(Reason::kEtagMismatch);
  scenario.When(AtVersion(CancelTransfer("offer"), version))
      .Then({TransferCancelled("offer", "web")});
}

TEST(ExpireTransfer, RecordsThatNobodyAnsweredInTime) {
  OfferedTo(Scheduler())
      .On(Later(Noon(), 15, -1))
      .When(ExpireTransfer("offer"))
      .ThenNothingChanges()
      .On(Later(Noon(), 15))
      .When(ExpireTransfer("offer"))
      .Then({TransferExpired("offer", "web")})
      .When(ExpireTransfer("offer"))
      .ThenRefused(Reason::kTransferExpired);
}

TEST(ExpireTransfer, OfOneThatWasAnsweredIsRefused) {
  for (const auto& end : {TransferCancelled("offer", "web"), TransferDeclined("offer", "web"),
                          SubscriptionTransferredOut("offer", "web")}) {
    OfferedTo(Scheduler(), {end})
        .On(Later(Noon(), 15))
        .When(ExpireTransfer("offer"))
        .ThenRefused(Reason::kTransferNotPending);
  }
}

TEST(TransferredSubscription, AnswersForItself) {
  auto scenario = Offered({SubscriptionTransferredOut("offer", "web")});
  for (const judge::Command& command : std::initializer_list<judge::Command>{
           UpdateSubscription("web", "Web shop"), SetActive("web", "visa")}) {
    Scenario(scenario).When(command).ThenRefused(Reason::kSubscriptionTransferred);
  }
  Scenario(scenario)
      .When(CreateSubscription("web"))
      .ThenRefused(Reason::kSubscriptionAlreadyExists);
  Scenario(scenario).When(CancelSubscription("web")).ThenRefused(Reason::kInvalidSubscriptionState);
  Scenario(scenario).When(RemoveCard("visa")).Then({CardRemoved("visa")});
}

}  // namespace
}  // namespace billing::given
