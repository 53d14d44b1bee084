// The requests that a bench makes, and who makes them.
#ifndef BILLING_TOOLS_BENCH_REQUESTS_H_
#define BILLING_TOOLS_BENCH_REQUESTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "billing/v1/billing_account_service.pb.h"
#include "billing/v1/command.pb.h"
#include "billing/v1/payment_method_service.pb.h"
#include "billing/v1/payment_service.pb.h"
#include "billing/v1/subscription_service.pb.h"
#include "tools/bench/traffic.h"

namespace billing::bench {

inline constexpr char kAdministrator[] = "users/alice";
inline constexpr char kOperator[] = "services/bench";

// As the server's development mode takes them.
Headers AsAdministrator();
Headers AsOperator();
// The administrator, who also reports payments.
Headers AsBiller();

inline constexpr char kCreateBillingAccount[] =
    "/billing.v1.BillingAccountService/CreateBillingAccount";
inline constexpr char kSetPolicy[] = "/billing.v1.BillingAccountService/SetPolicy";
inline constexpr char kCreateSubscription[] = "/billing.v1.SubscriptionService/CreateSubscription";
inline constexpr char kAddCard[] = "/billing.v1.PaymentMethodService/AddCard";
inline constexpr char kGetCard[] = "/billing.v1.PaymentMethodService/GetCard";
inline constexpr char kListCardsInUse[] = "/billing.v1.PaymentMethodService/ListCardsInUse";
inline constexpr char kRemoveCard[] = "/billing.v1.PaymentMethodService/RemoveCard";
inline constexpr char kSetActive[] = "/billing.v1.PaymentMethodService/SetActive";

inline constexpr char kExecuteCommands[] = "/billing.v1.BulkService/ExecuteCommands";
inline constexpr char kWatchEvents[] = "/billing.v1.HistoryService/WatchEvents";

// An account takes 100 cards by default, and 1,000 when its policy says so.
inline constexpr size_t kCardsPerAccount = 90;
inline constexpr size_t kCardsPerLargeAccount = 900;

// Ids that no other bench of the same server has made, nor this one elsewhere.
class Names {
 public:
  Names();
  // A new account's id.
  std::string NewAccountId();
  // A time-ordered UUIDv7: the clock's milliseconds, then a counter.
  std::string NewRequestId();

 private:
  std::string prefix_;
  size_t accounts_ = 0;
  uint64_t request_ids_ = 0;
};

std::string AccountName(const std::string& account);
std::string CardName(const std::string& account, const std::string& card);
std::string SubscriptionName(const std::string& account, const std::string& subscription);

billing::v1::CreateBillingAccountRequest OpenAccount(const std::string& account,
                                                     const std::string& administrator);
billing::v1::AddCardRequest AddCard(const std::string& account, const std::string& card,
                                    std::string request_id);
// Paid by `card` of the account.
billing::v1::CreateSubscriptionRequest Subscribe(const std::string& account,
                                                 const std::string& subscription,
                                                 const std::string& card);

billing::v1::SetActiveRequest SetActive(const std::string& account, const std::string& subscription,
                                        const std::string& card);
billing::v1::RemoveCardRequest RemoveCard(const std::string& account, const std::string& card);
// What a subscription owes: 9.99 EUR.
billing::v1::RecordChargeRequest RecordCharge(const std::string& account, const std::string& charge,
                                              const std::string& subscription);
billing::v1::RecordPaymentRequest RecordPayment(const std::string& account,
                                                const std::string& charge,
                                                billing::v1::PaymentOutcome outcome,
                                                const std::string& reference);
// The account takes as many cards as an account can.
billing::v1::SetPolicyRequest RaiseCardLimit(const std::string& account);

// Openings of so many accounts, and their ids.
struct Openings {
  std::vector<std::string> accounts;
  Traffic traffic;
};
Openings OpenAccounts(Names& names, size_t count);

// `count` new cards with request ids, one account after another, kCardsPerAccount each.
// REQUIRES: there are accounts enough, without cards.
Traffic AddCards(Names& names, const std::vector<std::string>& accounts, size_t count);
// How many accounts that takes.
constexpr size_t AccountsFor(size_t cards, size_t cards_per_account = kCardsPerAccount) {
  return (cards + cards_per_account - 1) / cards_per_account;
}
// The same, but each account takes one card after the other has.
Traffic AddCardsInTurn(Names& names, const std::vector<std::string>& accounts, size_t count);

// The command as a stream's next message, numbered from 1.
void AppendToStream(Traffic& traffic, const billing::v1::Command& command);
// The same cards as AddCards, for ExecuteCommands.
Traffic StreamCards(Names& names, const std::vector<std::string>& accounts, size_t count);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_REQUESTS_H_
