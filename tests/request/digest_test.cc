#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

const kernel::AccountId kAcme = *kernel::AccountId::Parse("acme");
const kernel::AccountId kOther = *kernel::AccountId::Parse("other");

std::string ClearInput(const Request& request) {
  return ClearDigestInput(request.decided, kAcme, request.id_generated);
}

TEST(ClearDigest, IsTheSameForTheSameRequest) {
  for (const std::string_view good : GoodRequests()) {
    EXPECT_EQ(ClearInput(Parsed(good)), ClearInput(Parsed(good))) << good;
  }
}

TEST(ClearDigest, LeavesOutRequestIdValidateOnlyReasonAndPersonalFields) {
  EXPECT_EQ(ClearInput(Parsed(kAddCard)), ClearInput(Parsed(kAddCard, R"(add_card {
              request_id: "ffffffff-ffff-ffff-ffff-ffffffffffff" validate_only: true
              reason: "another" card { holder_name: "Bob" billing_address { city: "Delft" } }
            })")));
}

TEST(ClearDigest, CoversEveryClearField) {
  const std::string_view changes[] = {
      "",
      R"(add_card { card_id: "visa2" })",
      R"(add_card { card { token: "tok_visa2" } })",
      R"(add_card { card { fingerprint: "fp:visa-2" } })",
      R"(add_card { card { brand: BRAND_AMEX } })",
      R"(add_card { card { funding: FUNDING_DEBIT } })",
      R"(add_card { card { virtual: true } })",
      R"(add_card { card { last_four: "1881" } })",
      R"(add_card { card { expiry { month: 5 } } })",
      R"(add_card { card { country: "BE" } })",
      R"(add_card { subscription: "billingAccounts/acme/subscriptions/mail" })",
      R"(add_card { subscription: "billingAccounts/other/subscriptions/web" })",
      R"(add_card { set_active: false })",
  };
  std::set<std::string> inputs;
  for (const std::string_view change : changes) inputs.insert(ClearInput(Parsed(kAddCard, change)));
  EXPECT_EQ(inputs.size(), std::size(changes));
}

TEST(ClearDigest, CoversWhatAPaymentReports) {
  const std::string_view changes[] = {
      "",
      R"(record_payment { name: "billingAccounts/acme/charges/october" })",
      "record_payment { outcome: PAYMENT_OUTCOME_SUCCEEDED }",
      R"(record_payment { network_code: "05" })",
      R"(record_payment { advice_code: "03" })",
      R"(record_payment { processor_reference: "pay:2" })",
  };
  std::set<std::string> inputs;
  for (const auto& change : changes) inputs.insert(ClearInput(Parsed(kRecordPayment, change)));
  EXPECT_EQ(inputs.size(), std::size(changes));
}

TEST(ClearDigest, IsTheSameForADueTimeThatDiffersInWhatIsNotKept) {
  EXPECT_EQ(
      ClearInput(Parsed(kRecordCharge, "record_charge { charge { due_time { nanos: 1999 } } }")),
      ClearInput(Parsed(kRecordCharge, "record_charge { charge { due_time { nanos: 1000 } } }")));
}

TEST(ClearDigest, CoversTheEtag) {
  EXPECT_NE(ClearInput(Parsed(kRemoveCard)),
            ClearInput(Parsed(kRemoveCard, R"(remove_card { etag: "\"13\"" })")));
}

TEST(ClearDigest, TellsCommandsOfTheSameShapeApart) {
  std::set<std::string> inputs;
  for (const std::string_view text :
       {kDisableSubscription, kCancelSubscription, kReactivateSubscription, kDeleteSubscription}) {
    inputs.insert(ClearInput(Parsed(text)));
  }
  EXPECT_EQ(inputs.size(), 4U);
}

TEST(ClearDigest, TellsAccountsApart) {
  const Request request = Parsed(kRemoveCard);
  EXPECT_NE(ClearDigestInput(request.decided, kAcme, false),
            ClearDigestInput(request.decided, kOther, false));
}

TEST(ClearDigest, LeavesAGeneratedIdOut) {
  for (const std::string_view text :
       {R"(create_subscription { parent: "billingAccounts/acme" })",
        R"(create_billing_account { billing_account { agreement: AGREEMENT_PAY_AS_YOU_GO
             administrator: "users/alice" country: "NL" currency: "EUR" } })",
        R"(add_card { parent: "billingAccounts/acme" card { token: "tok_visa1" brand: BRAND_VISA
             funding: FUNDING_CREDIT last_four: "4242" expiry { year: 2030 month: 4 }
             country: "NL" } })",
        R"(create_billing_profile { parent: "billingAccounts/acme"
             billing_profile { card: "billingAccounts/acme/cards/visa" } })",
        R"(record_charge { parent: "billingAccounts/acme"
             charge { subscription: "billingAccounts/acme/subscriptions/web"
                      amount { currency_code: "EUR" units: 1 } } })",
        R"(send_transfer { subscription: "billingAccounts/acme/subscriptions/web"
             to_billing_account: "billingAccounts/buyer" })",
        R"(accept_transfer { name: "billingAccounts/acme/transfers/sale" })"}) {
    const v1::Command wire = Wire(text);
    const Request first = Parsed(wire);
    const auto again = std::get<Request>(Parse(wire, "019aae16-9400-7000-8000-000000000002", kNow));
    ASSERT_NE(first.decided.SerializeAsString(), again.decided.SerializeAsString());
    EXPECT_EQ(ClearInput(first), ClearInput(again)) << text;
  }
}

TEST(ClearDigest, OfANewAccountWithAGeneratedIdDoesNotDependOnIt) {
  const Request request =
      Parsed(kCreateBillingAccount, R"(create_billing_account { billing_account_id: "" })");
  EXPECT_EQ(ClearDigestInput(request.decided, kAcme, true),
            ClearDigestInput(request.decided, kOther, true));
}

TEST(ClearDigest, CoversAChosenId) {
  EXPECT_NE(
      ClearInput(Parsed(kCreateSubscription)),
      ClearInput(Parsed(kCreateSubscription, R"(create_subscription { subscription_id: "w2" })")));
}

TEST(ClearDigest, HasTheseBytes) {
  // Lengths in eight bytes before each part: the digests of recorded requests rest on it.
  const std::string zeros(7, '\0');
  EXPECT_EQ(ClearDigestInput(Parsed(kRemoveCard).decided, kAcme, false),
            zeros + "\x0A" + "RemoveCard" + zeros + "\x04" + "acme" + zeros + "\x15" +
                "\xBA\x01\x12\x0A\x0A" + "cards/visa" + "\x72\x04" + "\"12\"");
}

TEST(CardDigest, IsEmptyWithoutPersonalCardFields) {
  EXPECT_EQ(CardDigestInput({}), "");
  EXPECT_EQ(CardDigestInput({.reason = "lost"}), "");
}

TEST(CardDigest, TellsNameAndAddressApart) {
  std::set<std::string> inputs;
  Personal personal = {.holder_name = "Alice"};
  inputs.insert(CardDigestInput(personal));
  personal.billing_address.emplace().set_city("Utrecht");
  inputs.insert(CardDigestInput(personal));
  personal.holder_name = "";
  inputs.insert(CardDigestInput(personal));
  // A name that spells out the bytes of the address.
  inputs.insert(CardDigestInput({.holder_name = personal.billing_address->SerializeAsString()}));
  EXPECT_EQ(inputs.size(), 4U);
}

TEST(ReasonDigest, IsTheReason) {
  EXPECT_EQ(ReasonDigestInput({}), "");
  EXPECT_EQ(ReasonDigestInput({.holder_name = "Alice"}), "");
  EXPECT_NE(ReasonDigestInput({.reason = "lost"}), ReasonDigestInput({.reason = "stolen"}));
}

}  // namespace
}  // namespace billing::request
