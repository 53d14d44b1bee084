#include "tests/replay/story.h"

#include <gtest/gtest.h>

#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace billing::replay {
namespace {

using absl::StrCat;

constexpr char kAccount[] = "billingAccounts/acme";

}  // namespace

void Story::Do(const kernel::Caller& caller, v1::Command wire) {
  now_ += model::kSecond;
  const auto* field =
      wire.GetReflection()->GetOneofFieldDescriptor(wire, wire.GetDescriptor()->oneof_decl(0));
  google::protobuf::Message& message = *wire.GetReflection()->MutableMessage(&wire, field);
  message.GetReflection()->SetString(&message,
                                     message.GetDescriptor()->FindFieldByName("request_id"),
                                     absl::StrFormat("0190b6f0-0000-4000-8000-%012d", ++commands_));
  auto parsed = request::Parse(wire, "0190b6f0-0000-7000-9000-000000000000", {now_});
  ASSERT_TRUE(std::holds_alternative<request::Request>(parsed)) << wire.ShortDebugString();
  const request::Request& request = std::get<request::Request>(parsed);
  Forged outcome{.context = {.caller = caller, .now = {now_}}};
  outcome.decision = system_.Judge(request, outcome.context);
  if (forge_) {
    forge_(outcome);
    forge_ = nullptr;
    forged_position_ = system_.head() + 1;
  }
  const absl::Status recorded =
      system_.Record(request, outcome.context, std::move(outcome.decision));
  ASSERT_TRUE(recorded.ok()) << recorded;
}

void Story::Open() {
  v1::Command wire;
  auto& request = *wire.mutable_create_billing_account();
  request.set_billing_account_id("acme");
  auto& account = *request.mutable_billing_account();
  account.set_agreement(v1::AGREEMENT_PAY_AS_YOU_GO);
  account.set_administrator("users/alice");
  account.set_country("NL");
  account.set_currency("EUR");
  Do(model::Operator(), wire);
}

void Story::AddCard(const std::string& id) {
  v1::Command wire;
  auto& request = *wire.mutable_add_card();
  request.set_parent(kAccount);
  request.set_card_id(id);
  auto& card = *request.mutable_card();
  card.set_token(StrCat("token-of-", id));
  card.set_brand(v1::BRAND_VISA);
  card.set_funding(v1::FUNDING_CREDIT);
  card.set_last_four("1111");
  card.mutable_expiry()->set_year(2030);
  card.mutable_expiry()->set_month(4);
  card.set_country("NL");
  card.set_holder_name("Alice Example");
  Do(model::User("alice"), wire);
}

void Story::ChangeExpiry(const std::string& card) {
  v1::Command wire;
  auto& request = *wire.mutable_update_card();
  request.mutable_card()->set_name(StrCat(kAccount, "/cards/", card));
  request.mutable_card()->mutable_expiry()->set_year(2031);
  request.mutable_card()->mutable_expiry()->set_month(5);
  request.mutable_update_mask()->add_paths("expiry");
  Do(model::User("alice"), wire);
}

void Story::Subscribe(const std::string& id, const std::string& card) {
  v1::Command wire;
  auto& request = *wire.mutable_create_subscription();
  request.set_parent(kAccount);
  request.set_subscription_id(id);
  request.mutable_subscription()->set_card(StrCat(kAccount, "/cards/", card));
  Do(model::User("alice"), wire);
}

void Story::SetActive(const std::string& subscription, const std::string& card) {
  v1::Command wire;
  wire.mutable_set_active()->set_subscription(StrCat(kAccount, "/subscriptions/", subscription));
  wire.mutable_set_active()->set_card(StrCat(kAccount, "/cards/", card));
  Do(model::User("alice"), wire);
}

void Story::Remove(const std::string& card) {
  v1::Command wire;
  wire.mutable_remove_card()->set_name(StrCat(kAccount, "/cards/", card));
  Do(model::User("alice"), wire);
}

void Story::Disable(const std::string& subscription) {
  v1::Command wire;
  wire.mutable_disable_subscription()->set_name(StrCat(kAccount, "/subscriptions/", subscription));
  Do(model::Operator(), wire);
}

void Story::Charge(const std::string& id, const std::string& subscription) {
  v1::Command wire;
  auto& request = *wire.mutable_record_charge();
  request.set_parent(kAccount);
  request.set_charge_id(id);
  request.mutable_charge()->set_subscription(StrCat(kAccount, "/subscriptions/", subscription));
  request.mutable_charge()->mutable_amount()->set_currency_code("EUR");
  request.mutable_charge()->mutable_amount()->set_units(12);
  Do(model::Biller(), wire);
}

void Story::Pay(const std::string& charge, v1::PaymentOutcome outcome) {
  v1::Command wire;
  auto& request = *wire.mutable_record_payment();
  request.set_name(StrCat(kAccount, "/charges/", charge));
  request.set_outcome(outcome);
  request.set_processor_reference(StrCat("psp-", commands_));
  if (outcome == v1::PAYMENT_OUTCOME_DECLINED) request.set_network_code("51");
  Do(model::Biller(), wire);
}

void Story::SetPolicy(int max_cards) {
  v1::Command wire;
  wire.mutable_set_policy()->set_name(kAccount);
  wire.mutable_set_policy()->mutable_policy()->set_max_cards(max_cards);
  Do(model::Operator(), wire);
}

}  // namespace billing::replay
