#include "projections/history/words.h"

namespace billing::projections {
namespace {

// `12.50 EUR`: as many decimals as the amount has.
std::string Amount(const google::type::Money& money) {
  std::string decimals = absl::StrFormat("%09d", money.nanos());
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  return absl::StrCat(money.units(), money.nanos() == 0 ? "" : "." + decimals, " ",
                      money.currency_code());
}

std::string WasOn(const std::string& previous_card) {
  return previous_card.empty() ? "" : absl::StrCat(" (was ", Kind(previous_card), ")");
}

template <class Fact>
std::string Ended(const Fact& fact, const char* how) {
  return absl::StrCat(
      Kind(fact.transfer()),
      fact.subscription().empty() ? "" : absl::StrCat(" of ", Kind(fact.subscription())), " ", how);
}

}  // namespace

std::string Words(const billing::v1::BillingProfileCreated& fact) {
  const auto& profile = fact.billing_profile();
  return absl::StrCat("billing profile ", Bare(profile.name()), " created (", Kind(profile.card()),
                      ")");
}

std::string Words(const billing::v1::PaymentMethodReplaced& fact) {
  return absl::StrCat(Kind(fact.billing_profile()), " pays with ", Kind(fact.card()),
                      WasOn(fact.previous_card()));
}

std::string Words(const billing::v1::PaymentMethodDetached& fact) {
  return absl::StrCat(Kind(fact.billing_profile()), " detached from its payment method",
                      WasOn(fact.previous_card()), ", inactive for good");
}

std::string Words(const billing::v1::ChargeRecorded& fact) {
  const auto& charge = fact.charge();
  return absl::StrCat(
      Kind(charge.name()), " recorded: ", Amount(charge.amount()), " for ",
      Kind(charge.subscription().empty() ? charge.billing_profile() : charge.subscription()),
      charge.card().empty() ? ", on no card" : absl::StrCat(", on ", Kind(charge.card())));
}

std::string Words(const billing::v1::PaymentSucceeded& fact) {
  return absl::StrCat(Kind(fact.charge()), " paid (reference ", fact.processor_reference(), ")");
}

// What the codes mean; the codes themselves are not for everybody.
std::string Words(const billing::v1::PaymentDeclined& fact) {
  return absl::StrCat(Kind(fact.charge()),
                      " declined: ", Short(DeclineReason_Name(fact.reason()), "DECLINE_REASON_"),
                      " (", Short(DeclineKind_Name(fact.kind()), "DECLINE_KIND_"), ", reference ",
                      fact.processor_reference(), ")");
}

std::string Words(const billing::v1::BalanceSettled& fact) {
  std::vector<std::string> charges;
  for (const std::string& charge : fact.charges()) charges.push_back(Bare(charge));
  return absl::StrCat("balance of ", Kind(fact.failed_card()), " settled with ",
                      Kind(fact.paying_card()), ": ", Amount(fact.amount()), " for ",
                      List(std::move(charges)));
}

std::string Words(const billing::v1::SwitchedToInvoice& fact) {
  return absl::StrCat(
      Kind(fact.subscription().empty() ? fact.billing_profile() : fact.subscription()),
      " pays by invoice", WasOn(fact.previous_card()));
}

std::string Words(const billing::v1::TransferSent& fact) {
  const auto& transfer = fact.transfer();
  return absl::StrCat(Kind(transfer.name()), " sent: ", Kind(transfer.subscription()),
                      " offered to ", Kind(transfer.to_billing_account()));
}

std::string Words(const billing::v1::SubscriptionTransferredIn& fact) {
  const auto& subscription = fact.subscription();
  std::string method = "no payment method";
  if (!subscription.card().empty()) method = Kind(subscription.card());
  if (!subscription.billing_profile().empty()) method = Kind(subscription.billing_profile());
  return absl::StrCat("subscription ", Bare(subscription.name()), " received by ",
                      Kind(fact.transfer()), " (", method, ")");
}

std::string Words(const billing::v1::SubscriptionTransferredOut& fact) {
  return absl::StrCat(Kind(fact.subscription()), " left by ", Kind(fact.transfer()));
}

std::string Words(const billing::v1::ChargeVoided& fact) {
  return absl::StrCat(Kind(fact.charge()), " voided");
}

std::string Words(const billing::v1::TransferDeclined& fact) { return Ended(fact, "declined"); }
std::string Words(const billing::v1::TransferCancelled& fact) { return Ended(fact, "cancelled"); }
std::string Words(const billing::v1::TransferExpired& fact) { return Ended(fact, "expired"); }

}  // namespace billing::projections
