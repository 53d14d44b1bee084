#include "tools/bench/requests.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

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

}  // namespace billing::bench
