#include <gtest/gtest.h>

#include "billing/v1/billing_account_service.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

const std::vector<std::string> kCreate = {
    "account",       "create",    "acme", "--administrator", "users/alice", "--agreement",
    "pay-as-you-go", "--country", "NL",   "--currency",      "EUR"};

billing::v1::CreateBillingAccountResponse Opened() {
  billing::v1::CreateBillingAccountResponse response;
  response.mutable_billing_account()->set_name("billingAccounts/acme");
  response.mutable_receipt()->set_position(1);
  return response;
}

billing::v1::BillingAccount SomeAccount() {
  billing::v1::BillingAccount account;
  account.set_name("billingAccounts/acme");
  account.set_agreement(billing::v1::AGREEMENT_PAY_AS_YOU_GO);
  account.set_administrator("users/alice");
  account.set_country("NL");
  account.set_currency("EUR");
  account.set_etag("\"1\"");
  account.mutable_create_time()->set_seconds(1772370309);
  billing::v1::Policy& policy = *account.mutable_policy();
  policy.add_holding_states(billing::v1::SUBSCRIPTION_STATE_ACTIVE);
  policy.add_holding_states(billing::v1::SUBSCRIPTION_STATE_PAST_DUE);
  policy.set_cascade(billing::v1::CASCADE_SAME_CARD);
  policy.set_profile_managers(billing::v1::PROFILE_MANAGERS_OWNERS_AND_CONTRIBUTORS);
  policy.set_max_cards(100);
  auto* role = account.add_roles();
  role->set_principal("users/alice");
  role->set_role(billing::v1::ROLE_ADMINISTRATOR);
  auto* on_profile = account.add_roles();
  on_profile->set_principal("services/shop");
  on_profile->set_role(billing::v1::ROLE_CONTRIBUTOR);
  on_profile->set_billing_profile("billingAccounts/acme/billingProfiles/main");
  return account;
}

TEST(AccountCreate, SendsWhatItsFlagsSay) {
  FakeServer server;
  server.Answer(Opened());
  std::vector<std::string> arguments = kCreate;
  for (const char* flag : {"--business", "--display-name", "Acme BV", "--max-cards", "5",
                           "--cascade", "all-subscriptions", "--reason", "new customer"}) {
    arguments.push_back(flag);
  }
  const Printed printed = RunLine(server, arguments);
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_EQ(printed.out, "account acme opened at position 1\n");
  EXPECT_EQ(printed.err, "");
  EXPECT_EQ(server.Asked<billing::v1::CreateBillingAccountRequest>(),
            "CreateBillingAccount billing_account_id: \"acme\" billing_account { display_name: "
            "\"Acme BV\" agreement: AGREEMENT_PAY_AS_YOU_GO administrator: \"users/alice\" "
            "business: true country: \"NL\" currency: \"EUR\" policy { cascade: "
            "CASCADE_ALL_SUBSCRIPTIONS max_cards: 5 } } request_id: \"" +
                std::string(kFreshRequestId) + "\" reason: \"new customer\"\n");
}

TEST(AccountCreate, WithoutPolicyFlagsSendsNoPolicy) {
  FakeServer server;
  server.Answer(Opened());
  EXPECT_EQ(RunLine(server, kCreate).code, ExitCode::kOk);
  EXPECT_EQ(server.Asked<billing::v1::CreateBillingAccountRequest>().find("policy"),
            std::string::npos);
}

TEST(AccountGet, ShowsTheAccountAndItsPolicy) {
  FakeServer server;
  billing::v1::GetBillingAccountResponse response;
  *response.mutable_billing_account() = SomeAccount();
  server.Answer(response);
  const Printed printed = RunLine(server, {"account", "get", "acme", "--min-position", "7"});
  EXPECT_EQ(server.Asked<billing::v1::GetBillingAccountRequest>(),
            "GetBillingAccount name: \"billingAccounts/acme\" min_position: 7\n");
  EXPECT_EQ(printed.out,
            "account                     acme\n"
            "agreement                   PAY_AS_YOU_GO\n"
            "country                     NL\n"
            "currency                    EUR\n"
            "administrator               users/alice\n"
            "display name                -\n"
            "business                    no\n"
            "invoice payment             -\n"
            "created                     2026-03-01 15:05:09 +02:00\n"
            "etag                        \"1\"\n"
            "redacted                    -\n"
            "holding states              ACTIVE, PAST_DUE\n"
            "cascade                     SAME_CARD\n"
            "profile managers            OWNERS_AND_CONTRIBUTORS\n"
            "require payment method      no\n"
            "require card country match  no\n"
            "max cards                   100\n"
            "\n"
            "PRINCIPAL      ROLE           PROFILE\n"
            "users/alice    ADMINISTRATOR  -\n"
            "services/shop  CONTRIBUTOR    main\n");
}

TEST(AccountList, FollowsThePagesToTheEnd) {
  FakeServer server;
  billing::v1::ListBillingAccountsResponse page;
  *page.add_billing_accounts() = SomeAccount();
  page.set_next_page_token("more");
  page.set_position(4);
  server.Answer(page);
  page.mutable_billing_accounts(0)->set_name("billingAccounts/beta");
  page.clear_next_page_token();
  server.Answer(page);
  const Printed printed = RunLine(server, {"account", "list", "--columns", "account,country"});
  EXPECT_EQ(printed.out,
            "ACCOUNT  COUNTRY\n"
            "acme     NL\n"
            "beta     NL\n");
  EXPECT_EQ(server.Asked<billing::v1::ListBillingAccountsRequest>(),
            "ListBillingAccounts page_size: 500\n"
            "ListBillingAccounts page_size: 500 page_token: \"more\"\n");
}

TEST(AccountSetPolicy, ReplacesThePolicyAndShowsTheNewOne) {
  FakeServer server;
  billing::v1::SetPolicyResponse response;
  *response.mutable_billing_account() = SomeAccount();
  response.mutable_receipt()->set_position(9);
  server.Answer(response);
  const Printed printed =
      RunLine(server, {"account", "set-policy", "acme", "--holding-states", "active,past-due",
                       "--holding-states", "disabled", "--etag", "1"});
  EXPECT_EQ(server.Asked<billing::v1::SetPolicyRequest>(),
            "SetPolicy name: \"billingAccounts/acme\" policy { holding_states: "
            "SUBSCRIPTION_STATE_ACTIVE holding_states: SUBSCRIPTION_STATE_PAST_DUE "
            "holding_states: SUBSCRIPTION_STATE_DISABLED } request_id: \"" +
                std::string(kFreshRequestId) + "\" etag: \"\\\"1\\\"\"\n");
  EXPECT_EQ(printed.out,
            "policy of acme set at position 9\n"
            "holding states              ACTIVE, PAST_DUE\n"
            "cascade                     SAME_CARD\n"
            "profile managers            OWNERS_AND_CONTRIBUTORS\n"
            "require payment method      no\n"
            "require card country match  no\n"
            "max cards                   100\n");
}

TEST(AccountSetPolicy, WithoutFlagsAsksForEveryDefault) {
  FakeServer server;
  server.Answer(billing::v1::SetPolicyResponse());
  EXPECT_EQ(RunLine(server, {"account", "set-policy", "acme"}).code, ExitCode::kOk);
  EXPECT_EQ(server.Asked<billing::v1::SetPolicyRequest>(),
            "SetPolicy name: \"billingAccounts/acme\" policy { } request_id: \"" +
                std::string(kFreshRequestId) + "\"\n");
}

}  // namespace
}  // namespace billing::billingctl
