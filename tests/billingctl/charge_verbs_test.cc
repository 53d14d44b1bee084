#include <gtest/gtest.h>

#include "billing/v1/payment_service.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

const std::string kFreshId = "request_id: \"" + std::string(kFreshRequestId) + "\"";

billing::v1::Charge SomeCharge(const std::string& id) {
  billing::v1::Charge charge;
  charge.set_name("billingAccounts/acme/charges/" + id);
  charge.set_subscription("billingAccounts/acme/subscriptions/web");
  charge.set_card("billingAccounts/acme/cards/visa");
  charge.mutable_amount()->set_currency_code("EUR");
  charge.mutable_amount()->set_units(12);
  charge.mutable_amount()->set_nanos(500'000'000);
  charge.set_state(billing::v1::CHARGE_STATE_PENDING);
  return charge;
}

billing::v1::Charge Declined(const std::string& id) {
  billing::v1::Charge charge = SomeCharge(id);
  charge.set_state(billing::v1::CHARGE_STATE_PAST_DUE);
  charge.set_reason(billing::v1::DECLINE_REASON_INSUFFICIENT_CREDIT);
  charge.set_kind(billing::v1::DECLINE_KIND_SOFT);
  return charge;
}

TEST(ChargeRecord, SendsTheAmountExactlyAndSaysWhichCardItIsOn) {
  FakeServer server;
  billing::v1::RecordChargeResponse response;
  *response.mutable_charge() = SomeCharge("c1");
  response.mutable_receipt()->set_position(9);
  server.Answer(response);
  const Printed printed =
      RunLine(server, {"charge", "record", "c1", "--account", "acme", "--subscription", "web",
                       "--amount", "12.50 EUR", "--due", "2026-03-01 15:05:09"});
  EXPECT_EQ(printed.out, "charge c1 recorded on visa at position 9\n");
  EXPECT_EQ(server.Asked<billing::v1::RecordChargeRequest>(),
            "RecordCharge parent: \"billingAccounts/acme\" charge_id: \"c1\" charge { "
            "subscription: \"billingAccounts/acme/subscriptions/web\" amount { currency_code: "
            "\"EUR\" units: 12 nanos: 500000000 } due_time { seconds: 1772370309 } } " +
                kFreshId + "\n");
}

TEST(ChargeRecord, MayBeForAProfileAndOnNoCard) {
  FakeServer server;
  billing::v1::RecordChargeResponse response;
  *response.mutable_charge() = SomeCharge("c1");
  response.mutable_charge()->clear_card();
  response.mutable_receipt()->set_position(9);
  server.Answer(response);
  const Printed printed = RunLine(server, {"charge", "record", "--account", "acme",
                                           "--billing-profile", "main", "--amount", "1500JPY"});
  EXPECT_EQ(printed.out, "charge c1 recorded on no card at position 9\n");
  EXPECT_EQ(server.Asked<billing::v1::RecordChargeRequest>(),
            "RecordCharge parent: \"billingAccounts/acme\" charge { billing_profile: "
            "\"billingAccounts/acme/billingProfiles/main\" amount { currency_code: \"JPY\" units: "
            "1500 } } " +
                kFreshId + "\n");
}

TEST(ChargeRecordPayment, TellsWhatADeclineMeans) {
  FakeServer server;
  billing::v1::RecordPaymentResponse response;
  *response.mutable_charge() = Declined("c1");
  response.mutable_receipt()->set_position(11);
  server.Answer(response);
  const Printed printed = RunLine(
      server, {"charge", "record-payment", "c1", "--account", "acme", "--outcome", "declined",
               "--network-code", "51", "--advice-code", "02", "--processor-reference", "psp-7"});
  EXPECT_EQ(printed.out,
            "payment of charge c1 recorded as declined at position 11\n"
            "it means INSUFFICIENT_CREDIT (SOFT); what to do: billingctl guidance "
            "billingAccounts/acme/charges/c1\n");
  EXPECT_EQ(server.Asked<billing::v1::RecordPaymentRequest>(),
            "RecordPayment name: \"billingAccounts/acme/charges/c1\" outcome: "
            "PAYMENT_OUTCOME_DECLINED network_code: \"51\" advice_code: \"02\" "
            "processor_reference: \"psp-7\" " +
                kFreshId + "\n");
}

// A charge keeps the reason of its last decline after it is paid.
TEST(ChargeRecordPayment, ASuccessSaysNothingOfEarlierDeclines) {
  FakeServer server;
  billing::v1::RecordPaymentResponse response;
  *response.mutable_charge() = Declined("c1");
  response.mutable_receipt()->set_position(12);
  server.Answer(response);
  const Printed printed =
      RunLine(server, {"charge", "record-payment", "c1", "--account", "acme", "--outcome",
                       "succeeded", "--processor-reference", "psp-8", "--validate-only"});
  EXPECT_EQ(printed.out,
            "payment of charge c1 would be recorded as succeeded (judged at position 12, nothing "
            "recorded)\n");
}

TEST(ChargeVoid, NamesTheCharge) {
  FakeServer server;
  billing::v1::VoidChargeResponse response;
  response.mutable_receipt()->set_position(13);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"charge", "void", "charges/c1", "--account", "acme"}).out,
            "charge c1 voided at position 13\n");
  EXPECT_EQ(server.Asked<billing::v1::VoidChargeRequest>(),
            "VoidCharge name: \"billingAccounts/acme/charges/c1\" " + kFreshId + "\n");
}

TEST(ChargeList, ShowsWhatIsOwedForWhatAndWhy) {
  FakeServer server;
  billing::v1::ListChargesResponse page;
  *page.add_charges() = Declined("c1");
  billing::v1::Charge& other = *page.add_charges();
  other = SomeCharge("c2");
  other.clear_subscription();
  other.set_billing_profile("billingAccounts/acme/billingProfiles/main");
  other.mutable_due_time()->set_seconds(1772370309);
  server.Answer(page);
  EXPECT_EQ(
      RunLine(server, {"charge", "list", "--account", "acme"}).out,
      "CHARGE  FOR                   CARD  AMOUNT     STATE     DUE                         "
      "REASON\n"
      "c1      subscriptions/web     visa  12.50 EUR  PAST_DUE  -                           "
      "INSUFFICIENT_CREDIT\n"
      "c2      billingProfiles/main  visa  12.50 EUR  PENDING   2026-03-01 15:05:09 +02:00  -\n");
}

TEST(ChargeGet, ShowsEveryField) {
  FakeServer server;
  billing::v1::GetChargeResponse response;
  *response.mutable_charge() = Declined("c1");
  response.mutable_charge()->set_network_code("51");
  response.mutable_charge()->add_redacted_fields("advice_code");
  response.mutable_charge()->set_etag("\"11\"");
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"charge", "get", "c1", "--account", "acme"}).out,
            "charge        c1\n"
            "for           subscriptions/web\n"
            "card          visa\n"
            "amount        12.50 EUR\n"
            "state         PAST_DUE\n"
            "due           -\n"
            "reason        INSUFFICIENT_CREDIT\n"
            "kind          SOFT\n"
            "network code  51\n"
            "advice code   -\n"
            "created       -\n"
            "updated       -\n"
            "etag          \"11\"\n"
            "redacted      advice_code\n");
}

const std::vector<std::string> kSettle = {
    "settle", "--account", "acme",      "--failed-card",         "visa", "--paying-card",
    "amex",   "--amount",  "25.00 EUR", "--processor-reference", "psp-9"};

TEST(Settle, SaysWhatWasPaidAndWhatMoved) {
  FakeServer server;
  billing::v1::SettleBalanceResponse response;
  response.add_charges("billingAccounts/acme/charges/c1");
  response.add_charges("billingAccounts/acme/charges/c2");
  response.add_moved_subscriptions("billingAccounts/acme/subscriptions/web");
  response.mutable_receipt()->set_position(14);
  server.Answer(response);
  std::vector<std::string> arguments = kSettle;
  arguments.insert(arguments.end(), {"--requested-by", "users/alice"});
  EXPECT_EQ(RunLine(server, arguments).out,
            "balance of visa settled with amex at position 14\n"
            "paid: c1, c2\n"
            "active now on web\n");
  EXPECT_EQ(server.Asked<billing::v1::SettleBalanceRequest>(),
            "SettleBalance parent: \"billingAccounts/acme\" failed_card: "
            "\"billingAccounts/acme/cards/visa\" paying_card: \"billingAccounts/acme/cards/amex\" "
            "amount { currency_code: \"EUR\" units: 25 } processor_reference: \"psp-9\" "
            "requested_by: \"users/alice\" " +
                kFreshId + "\n");
}

TEST(Settle, OfAReferenceThatIsSettledSaysSo) {
  FakeServer server;
  billing::v1::SettleBalanceResponse response;
  response.mutable_receipt()->set_position(15);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, kSettle).out,
            "balance of visa was settled under this reference already; nothing changed\n");
}

TEST(Balance, ShowsTheSumsOfTheFirstPageAndTheChargesOfAll) {
  FakeServer server;
  billing::v1::GetBalanceResponse page;
  page.mutable_past_due()->set_currency_code("EUR");
  page.mutable_past_due()->set_units(12);
  page.mutable_past_due()->set_nanos(500'000'000);
  page.mutable_pending()->set_currency_code("EUR");
  *page.add_charges() = Declined("c1");
  page.set_next_page_token("more");
  page.set_position(20);
  server.Answer(page);
  // In between, somebody recorded more.
  page.clear_next_page_token();
  page.mutable_past_due()->set_units(99);
  page.set_position(21);
  *page.mutable_charges(0) = SomeCharge("c2");
  server.Answer(page);
  EXPECT_EQ(RunLine(server, {"balance", "--account", "acme", "--card", "visa", "--columns",
                             "charge,amount,state"})
                .out,
            "past due  12.50 EUR\n"
            "pending   0.00 EUR\n"
            "\n"
            "CHARGE  AMOUNT     STATE\n"
            "c1      12.50 EUR  PAST_DUE\n"
            "c2      12.50 EUR  PENDING\n");
  EXPECT_EQ(server.Asked<billing::v1::GetBalanceRequest>(),
            "GetBalance parent: \"billingAccounts/acme\" card: "
            "\"billingAccounts/acme/cards/visa\" page_size: 500\n"
            "GetBalance parent: \"billingAccounts/acme\" card: "
            "\"billingAccounts/acme/cards/visa\" page_size: 500 page_token: \"more\"\n");
}

TEST(Balance, OfNothingIsTwoSums) {
  FakeServer server;
  billing::v1::GetBalanceResponse page;
  page.mutable_past_due()->set_currency_code("EUR");
  page.mutable_pending()->set_currency_code("EUR");
  server.Answer(page);
  EXPECT_EQ(RunLine(server, {"balance", "--account", "acme"}).out,
            "past due  0.00 EUR\npending   0.00 EUR\n");
}

TEST(Guidance, SaysWhyWhatToDoAndWhatToAsk) {
  FakeServer server;
  billing::v1::GetPaymentGuidanceResponse response;
  response.set_reason(billing::v1::DECLINE_REASON_INSUFFICIENT_CREDIT);
  response.set_kind(billing::v1::DECLINE_KIND_SOFT);
  response.set_charge("billingAccounts/acme/charges/c1");
  response.add_actions("Pay with another card.");
  response.add_actions("Try again later.");
  response.add_questions_for_the_bank("Is there enough credit?");
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"guidance", "cards/visa", "--account", "acme"}).out,
            "the payment of charge c1 was declined: INSUFFICIENT_CREDIT (SOFT)\n"
            "what to do:\n"
            "  - Pay with another card.\n"
            "  - Try again later.\n"
            "what to ask the bank:\n"
            "  - Is there enough credit?\n");
  EXPECT_EQ(server.Asked<billing::v1::GetPaymentGuidanceRequest>(),
            "GetPaymentGuidance name: \"billingAccounts/acme/cards/visa\"\n");
}

TEST(Guidance, WhereNothingIsDeclinedSaysSo) {
  FakeServer server;
  server.Answer(billing::v1::GetPaymentGuidanceResponse());
  EXPECT_EQ(RunLine(server, {"guidance", "billingAccounts/acme/charges/c1"}).out,
            "nothing declined and unpaid on charges/c1\n");
}

}  // namespace
}  // namespace billing::billingctl
