// Reads of charges, balances and payment guidance.
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

std::string Text(const google::type::Money& money) {
  return money.currency_code() + " " + std::to_string(money.units());
}

// `web` pays with visa, `mail` with amex.
class PaymentRead : public ServiceTest {
 protected:
  PaymentRead() {
    HaveCard("amex");
    HaveCard("visa");
    HaveSubscription("mail", "amex");
    HaveSubscription("web", "visa");
  }

  Result<GetPaymentGuidanceResponse> Guidance(const std::string& name, const Who& who = kAlice) {
    GetPaymentGuidanceRequest request;
    request.set_name(name);
    return GetPaymentGuidance(request, who);
  }

  // All pages of a balance: the charges' ids, in order.
  std::vector<std::string> Owed(GetBalanceRequest request, int page_size) {
    request.set_page_size(page_size);
    std::vector<std::string> ids;
    do {
      const auto page = GetBalance(request);
      EXPECT_TRUE(page.ok()) << page.details().reason;
      EXPECT_LE(page->charges_size(), page_size);
      for (const auto& charge : page->charges()) {
        ids.push_back(charge.name().substr(charge.name().rfind('/') + 1));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }
};

TEST_F(PaymentRead, AChargeIsReadByNameAndByAccount) {
  HaveCharge("june", "web", 25);
  HaveCharge("july", "mail", 5);
  GetChargeRequest get;
  get.set_name(ChargeName("june"));
  const auto got = GetCharge(get);
  ASSERT_TRUE(got.ok()) << got.details().reason;
  EXPECT_EQ(got->charge().name(), ChargeName("june"));
  EXPECT_EQ(got->charge().subscription(), SubscriptionName("web"));
  EXPECT_EQ(got->charge().card(), CardName("visa"));
  EXPECT_EQ(Text(got->charge().amount()), "EUR 25");
  EXPECT_EQ(got->charge().state(), CHARGE_STATE_PENDING);
  EXPECT_EQ(got->position(), Head());
  get.set_name(ChargeName("may"));
  EXPECT_EQ(GetCharge(get).details().reason, "CHARGE_NOT_FOUND");
  EXPECT_EQ(GetCharge(get, kStranger).details().reason, "ROLE_REQUIRED");

  ListChargesRequest list;
  list.set_parent(kAcme);
  list.set_page_size(1);
  const auto first = ListCharges(list);
  ASSERT_EQ(first->charges_size(), 1);
  EXPECT_EQ(first->charges(0).name(), ChargeName("july"));
  list.set_page_token(first->next_page_token());
  const auto second = ListCharges(list);
  ASSERT_EQ(second->charges_size(), 1);
  EXPECT_EQ(second->charges(0).name(), ChargeName("june"));
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(PaymentRead, ABalanceSumsWhatIsOwedAndListsWhatIsPastDueFirst) {
  HaveCharge("a", "web", 1);
  HaveCharge("b", "mail", 20);
  HaveCharge("c", "web", 300);
  HaveCharge("d", "web", 4'000);
  Decline("c", "51");
  Decline("b", "51");
  GetBalanceRequest request;
  request.set_parent(kAcme);
  const auto all = GetBalance(request);
  ASSERT_TRUE(all.ok()) << all.details().reason;
  EXPECT_EQ(Text(all->past_due()), "EUR 320");
  EXPECT_EQ(Text(all->pending()), "EUR 4001");
  for (const int size : {1, 2, 3, 4}) {
    EXPECT_EQ(Owed(request, size), (std::vector<std::string>{"b", "c", "a", "d"})) << size;
  }
  request.set_card(CardName("visa"));
  const auto visa = GetBalance(request);
  ASSERT_TRUE(visa.ok()) << visa.details().reason;
  EXPECT_EQ(Text(visa->past_due()), "EUR 300");
  EXPECT_EQ(Text(visa->pending()), "EUR 4001");
  EXPECT_EQ(Owed(request, 2), (std::vector<std::string>{"c", "a", "d"}));
}

TEST_F(PaymentRead, ABalanceOfACardThatIsNotTheAccountsIsNotFound) {
  GetBalanceRequest request;
  request.set_parent(kAcme);
  for (const char* name :
       {"billingAccounts/acme/cards/none", "billingAccounts/globex/cards/visa"}) {
    request.set_card(name);
    EXPECT_EQ(GetBalance(request).details().reason, "CARD_NOT_FOUND") << name;
  }
  EXPECT_EQ(GetBalance(request, kStranger).details().reason, "ROLE_REQUIRED");
}

TEST_F(PaymentRead, NothingOwedIsZeroInTheAccountsCurrency) {
  GetBalanceRequest request;
  request.set_parent(kAcme);
  const auto balance = GetBalance(request);
  ASSERT_TRUE(balance.ok()) << balance.details().reason;
  EXPECT_EQ(Text(balance->past_due()), "EUR 0");
  EXPECT_EQ(Text(balance->pending()), "EUR 0");
}

TEST_F(PaymentRead, GuidanceTellsWhatToDoAndWhatToAskTheBank) {
  HaveCharge("june", "web");
  Decline("june", "57");
  const auto guidance = Guidance(ChargeName("june"));
  ASSERT_TRUE(guidance.ok()) << guidance.details().reason;
  EXPECT_EQ(guidance->reason(), DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED);
  EXPECT_EQ(guidance->kind(), DECLINE_KIND_CUSTOMER_ACTION);
  EXPECT_EQ(guidance->charge(), ChargeName("june"));
  ASSERT_GT(guidance->actions_size(), 0);
  EXPECT_NE(guidance->actions(0).find("international transactions"), std::string::npos);
  EXPECT_EQ(guidance->questions_for_the_bank_size(), 3);
}

TEST_F(PaymentRead, GuidanceOnACardIsAboutItsChargeThatWasDeclinedLast) {
  HaveCharge("a", "web");
  HaveCharge("b", "web");
  HaveCharge("c", "mail");
  Decline("b", "54");
  Decline("a", "51");
  Decline("c", "14");
  EXPECT_EQ(Guidance(CardName("visa"))->charge(), ChargeName("a"));
  Decline("b", "91", "attempt-2");
  const auto guidance = Guidance(CardName("visa"));
  EXPECT_EQ(guidance->charge(), ChargeName("b"));
  EXPECT_EQ(guidance->reason(), DECLINE_REASON_ISSUER_UNAVAILABLE);
  EXPECT_EQ(guidance->questions_for_the_bank_size(), 0);
}

TEST_F(PaymentRead, GuidanceOnWhatIsNotDeclinedIsEmpty) {
  HaveCharge("june", "web");
  for (const auto& name : {ChargeName("june"), CardName("visa")}) {
    const auto guidance = Guidance(name);
    ASSERT_TRUE(guidance.ok()) << guidance.details().reason;
    EXPECT_EQ(guidance->reason(), DECLINE_REASON_UNSPECIFIED);
    EXPECT_EQ(guidance->actions_size(), 0);
    EXPECT_EQ(guidance->charge(), "");
  }
  Decline("june", "51");
  VoidChargeRequest request;
  request.set_name(ChargeName("june"));
  ASSERT_TRUE(VoidCharge(request, kBiller).ok());
  EXPECT_EQ(Guidance(ChargeName("june"))->reason(), DECLINE_REASON_UNSPECIFIED);
  EXPECT_EQ(Guidance(CardName("visa"))->reason(), DECLINE_REASON_UNSPECIFIED);
}

TEST_F(PaymentRead, GuidanceNeedsACardOrAChargeThatIsThere) {
  EXPECT_EQ(Guidance(CardName("none")).details().reason, "CARD_NOT_FOUND");
  EXPECT_EQ(Guidance(ChargeName("none")).details().reason, "CHARGE_NOT_FOUND");
  EXPECT_EQ(Guidance(SubscriptionName("web")).details().fields, std::vector<std::string>{"name"});
  EXPECT_EQ(Guidance(CardName("visa"), kStranger).details().reason, "ROLE_REQUIRED");
}

class Declined : public PaymentRead {
 protected:
  Declined() {
    HaveCharge("june", "web");
    Decline("june", "41");
  }
};

TEST_F(Declined, OnlyPlatformRolesSeeTheBanksCodesAndThatACardWasLost) {
  GetChargeRequest request;
  request.set_name(ChargeName("june"));
  for (const Who& who : {kOperator, kAuditor, kBiller}) {
    const auto got = GetCharge(request, who);
    EXPECT_EQ(got->charge().network_code(), "41") << who.principal;
    EXPECT_EQ(got->charge().reason(), DECLINE_REASON_CARD_LOST_OR_STOLEN) << who.principal;
    EXPECT_EQ(got->charge().kind(), DECLINE_KIND_HARD) << who.principal;
    EXPECT_EQ(got->charge().redacted_fields_size(), 0) << who.principal;
    EXPECT_EQ(Guidance(ChargeName("june"), who)->questions_for_the_bank_size(), 0);
  }
  const auto got = GetCharge(request);
  EXPECT_EQ(got->charge().network_code(), "");
  EXPECT_EQ(got->charge().reason(), DECLINE_REASON_DO_NOT_HONOR);
  EXPECT_EQ(got->charge().kind(), DECLINE_KIND_SOFT);
  ASSERT_EQ(got->charge().redacted_fields_size(), 1);
  EXPECT_EQ(got->charge().redacted_fields(0), "network_code");
}

TEST_F(Declined, ListsBalancesAndGuidanceHideAsMuch) {
  ListChargesRequest list;
  list.set_parent(kAcme);
  EXPECT_EQ(ListCharges(list)->charges(0).reason(), DECLINE_REASON_DO_NOT_HONOR);
  EXPECT_EQ(ListCharges(list)->charges(0).network_code(), "");
  GetBalanceRequest balance;
  balance.set_parent(kAcme);
  EXPECT_EQ(GetBalance(balance)->charges(0).reason(), DECLINE_REASON_DO_NOT_HONOR);
  const auto guidance = Guidance(CardName("visa"));
  EXPECT_EQ(guidance->reason(), DECLINE_REASON_DO_NOT_HONOR);
  EXPECT_EQ(guidance->kind(), DECLINE_KIND_SOFT);
  EXPECT_EQ(guidance->questions_for_the_bank_size(), 3);
}

TEST_F(Declined, TheHistoryHidesItInFactsAndInRefusedRequests) {
  RecordPaymentRequest again;
  again.set_name(ChargeName("june"));
  again.set_outcome(PAYMENT_OUTCOME_DECLINED);
  again.set_network_code("41");
  again.set_processor_reference("attempt-1");
  ASSERT_TRUE(RecordPayment(again, kBiller).ok());
  ListEventsRequest request;
  request.set_parent(kAcme);
  request.set_subject(ChargeName("june"));
  request.add_types("PaymentDeclined");
  request.add_types("NothingChanged");
  const auto seen = ListEvents(request);
  ASSERT_EQ(seen->events_size(), 2);
  const PaymentDeclined& fact = seen->events(0).payment_declined();
  EXPECT_EQ(fact.network_code(), "");
  EXPECT_EQ(fact.reason(), DECLINE_REASON_DO_NOT_HONOR);
  EXPECT_EQ(fact.kind(), DECLINE_KIND_SOFT);
  EXPECT_EQ(fact.processor_reference(), "attempt-1");
  EXPECT_EQ(seen->events(0).redacted_fields(0), "payment_declined.network_code");
  const auto& nothing = seen->events(1).nothing_changed().request().record_payment();
  EXPECT_EQ(nothing.network_code(), "");
  EXPECT_EQ(nothing.processor_reference(), "attempt-1");
  const auto full = ListEvents(request, kAuditor);
  EXPECT_EQ(full->events(0).payment_declined().reason(), DECLINE_REASON_CARD_LOST_OR_STOLEN);
  EXPECT_EQ(full->events(1).nothing_changed().request().record_payment().network_code(), "41");
}

TEST_F(Declined, TheBillersOwnAnswerKeepsTheCodes) {
  HaveCharge("july", "web");
  RecordPaymentRequest request;
  request.set_name(ChargeName("july"));
  request.set_outcome(PAYMENT_OUTCOME_DECLINED);
  request.set_network_code("43");
  request.set_processor_reference("attempt-1");
  const auto recorded = RecordPayment(request, kBiller);
  ASSERT_TRUE(recorded.ok()) << recorded.details().reason;
  EXPECT_EQ(recorded->charge().network_code(), "43");
  EXPECT_EQ(recorded->charge().reason(), DECLINE_REASON_CARD_LOST_OR_STOLEN);
  EXPECT_EQ(recorded->charge().name(), ChargeName("july"));
}

TEST_F(PaymentRead, SettlingAnswersWhatWasPaidAndWhatMoved) {
  HaveCharge("june", "web", 12);
  Decline("june", "51");
  SettleBalanceRequest request;
  request.set_parent(kAcme);
  request.set_failed_card(CardName("visa"));
  request.set_paying_card(CardName("amex"));
  request.mutable_amount()->set_currency_code("EUR");
  request.mutable_amount()->set_units(12);
  request.set_processor_reference("capture-1");
  const auto settled = SettleBalance(request, kBiller);
  ASSERT_TRUE(settled.ok()) << settled.details().reason << settled.status.error_message();
  ASSERT_EQ(settled->charges_size(), 1);
  EXPECT_EQ(settled->charges(0), ChargeName("june"));
  ASSERT_EQ(settled->moved_subscriptions_size(), 1);
  EXPECT_EQ(settled->moved_subscriptions(0), SubscriptionName("web"));
}

TEST_F(PaymentRead, AnAmountInAnotherCurrencyIsABadField) {
  RecordChargeRequest request;
  request.set_parent(kAcme);
  request.mutable_charge()->set_subscription(SubscriptionName("web"));
  request.mutable_charge()->mutable_amount()->set_currency_code("USD");
  request.mutable_charge()->mutable_amount()->set_units(1);
  const uint64_t head = Head();
  const Details details = RecordCharge(request, kBiller).details();
  EXPECT_EQ(details.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(details.reason, "INVALID_REQUEST");
  EXPECT_EQ(details.fields, std::vector<std::string>{"charge.amount.currency_code"});
  EXPECT_EQ(Head(), head);
}

}  // namespace
}  // namespace billing::server
