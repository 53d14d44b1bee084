#include "tools/bench/requests.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "billing/v1/bulk_service.pb.h"

namespace billing::bench {
namespace {

uint64_t NowMs() {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                   std::chrono::system_clock::now().time_since_epoch())
                                   .count());
}

}  // namespace

Headers AsAdministrator() { return {{"x-principal", kAdministrator}}; }

Headers AsOperator() { return {{"x-principal", kOperator}, {"x-roles", "operator"}}; }

Names::Names() : prefix_(absl::StrFormat("b%x", NowMs())) {}

// Letters between the numbers: a long run of digits could be a card's number.
std::string Names::NewAccountId() { return absl::StrCat(prefix_, "a", accounts_++); }

std::string Names::NewRequestId() {
  const uint64_t ms = NowMs();
  return absl::StrFormat("%08x-%04x-7000-8000-%012x", ms >> 16, ms & 0xffff, request_ids_++);
}

Headers AsBiller() { return {{"x-principal", kAdministrator}, {"x-roles", "biller"}}; }

std::string AccountName(const std::string& account) {
  return absl::StrCat("billingAccounts/", account);
}

std::string CardName(const std::string& account, const std::string& card) {
  return absl::StrCat("billingAccounts/", account, "/cards/", card);
}

std::string SubscriptionName(const std::string& account, const std::string& subscription) {
  return absl::StrCat("billingAccounts/", account, "/subscriptions/", subscription);
}

billing::v1::CreateBillingAccountRequest OpenAccount(const std::string& account,
                                                     const std::string& administrator) {
  billing::v1::CreateBillingAccountRequest request;
  request.set_billing_account_id(account);
  auto& opened = *request.mutable_billing_account();
  opened.set_agreement(billing::v1::AGREEMENT_PAY_AS_YOU_GO);
  opened.set_administrator(administrator);
  opened.set_country("NL");
  opened.set_currency("EUR");
  return request;
}

billing::v1::AddCardRequest AddCard(const std::string& account, const std::string& card,
                                    std::string request_id) {
  billing::v1::AddCardRequest request;
  request.set_parent(AccountName(account));
  request.set_card_id(card);
  request.set_request_id(std::move(request_id));
  auto& added = *request.mutable_card();
  added.set_token(absl::StrCat("tok_", account, "_", card));
  added.set_brand(billing::v1::BRAND_VISA);
  added.set_funding(billing::v1::FUNDING_CREDIT);
  added.set_last_four("1111");
  added.mutable_expiry()->set_year(2040);
  added.mutable_expiry()->set_month(12);
  added.set_holder_name("Alice Example");
  added.set_country("NL");
  return request;
}

billing::v1::CreateSubscriptionRequest Subscribe(const std::string& account,
                                                 const std::string& subscription,
                                                 const std::string& card) {
  billing::v1::CreateSubscriptionRequest request;
  request.set_parent(AccountName(account));
  request.set_subscription_id(subscription);
  request.mutable_subscription()->set_card(CardName(account, card));
  return request;
}

billing::v1::SetActiveRequest SetActive(const std::string& account, const std::string& subscription,
                                        const std::string& card) {
  billing::v1::SetActiveRequest request;
  request.set_subscription(SubscriptionName(account, subscription));
  request.set_card(CardName(account, card));
  return request;
}

billing::v1::RemoveCardRequest RemoveCard(const std::string& account, const std::string& card) {
  billing::v1::RemoveCardRequest request;
  request.set_name(CardName(account, card));
  return request;
}

billing::v1::RecordChargeRequest RecordCharge(const std::string& account, const std::string& charge,
                                              const std::string& subscription) {
  billing::v1::RecordChargeRequest request;
  request.set_parent(AccountName(account));
  request.set_charge_id(charge);
  request.mutable_charge()->set_subscription(SubscriptionName(account, subscription));
  auto& amount = *request.mutable_charge()->mutable_amount();
  amount.set_currency_code("EUR");
  amount.set_units(9);
  amount.set_nanos(990'000'000);
  return request;
}

billing::v1::RecordPaymentRequest RecordPayment(const std::string& account,
                                                const std::string& charge,
                                                billing::v1::PaymentOutcome outcome,
                                                const std::string& reference) {
  billing::v1::RecordPaymentRequest request;
  request.set_name(absl::StrCat(AccountName(account), "/charges/", charge));
  request.set_outcome(outcome);
  if (outcome == billing::v1::PAYMENT_OUTCOME_DECLINED) request.set_network_code("51");
  request.set_processor_reference(reference);
  return request;
}

billing::v1::SetPolicyRequest RaiseCardLimit(const std::string& account) {
  billing::v1::SetPolicyRequest request;
  request.set_name(AccountName(account));
  request.mutable_policy()->set_max_cards(1'000);
  return request;
}

Openings OpenAccounts(Names& names, size_t count) {
  Openings openings;
  openings.traffic.method = kCreateBillingAccount;
  openings.traffic.headers = AsOperator();
  for (size_t i = 0; i < count; ++i) {
    openings.accounts.push_back(names.NewAccountId());
    openings.traffic.requests.push_back(
        OpenAccount(openings.accounts.back(), kAdministrator).SerializeAsString());
  }
  return openings;
}

Traffic AddCards(Names& names, const std::vector<std::string>& accounts, size_t count) {
  Traffic traffic{.method = kAddCard, .headers = AsAdministrator(), .requests = {}};
  for (size_t i = 0; i < count; ++i) {
    traffic.requests.push_back(AddCard(accounts[i / kCardsPerAccount],
                                       absl::StrCat("card", i % kCardsPerAccount),
                                       names.NewRequestId())
                                   .SerializeAsString());
  }
  return traffic;
}

Traffic AddCardsInTurn(Names& names, const std::vector<std::string>& accounts, size_t count) {
  Traffic traffic{.method = kAddCard, .headers = AsAdministrator(), .requests = {}};
  for (size_t i = 0; i < count; ++i) {
    traffic.requests.push_back(AddCard(accounts[i % accounts.size()],
                                       absl::StrCat("card", i / accounts.size()),
                                       names.NewRequestId())
                                   .SerializeAsString());
  }
  return traffic;
}

void AppendToStream(Traffic& traffic, const billing::v1::Command& command) {
  billing::v1::ExecuteCommandsRequest request;
  request.set_sequence(traffic.requests.size() + 1);
  *request.mutable_command() = command;
  traffic.requests.push_back(request.SerializeAsString());
}

Traffic StreamCards(Names& names, const std::vector<std::string>& accounts, size_t count) {
  Traffic traffic{.method = kExecuteCommands, .headers = AsAdministrator(), .requests = {}};
  for (size_t i = 0; i < count; ++i) {
    billing::v1::Command command;
    *command.mutable_add_card() =
        AddCard(accounts[i / kCardsPerAccount], absl::StrCat("card", i % kCardsPerAccount),
                names.NewRequestId());
    AppendToStream(traffic, command);
  }
  return traffic;
}

}  // namespace billing::bench
