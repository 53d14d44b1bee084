// Commands out of a seed: over a few accounts and few ids, so that collisions, old versions,
// wrong callers, foreign things and passed deadlines happen all the time. It looks at the
// model's world to choose what is likely to matter, and judges nothing.
#ifndef BILLING_TESTS_MODEL_GENERATOR_H_
#define BILLING_TESTS_MODEL_GENERATOR_H_

#include <cstdint>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "aggregates/kernel/context.h"
#include "billing/v1/command.pb.h"
#include "tests/model/world.h"

namespace billing::model {

// Which etag a command carries; chosen when it is run, so that a shorter run of the same
// steps stays meaningful.
enum class Version { kAny, kCurrent, kOther };

struct Step {
  Time now = 0;
  kernel::Caller caller{kernel::Principal::FromStored("users/nobody")};
  v1::Command wire;
  Version version = Version::kAny;
  // Holds a card number: must not get past the parser.
  bool malformed = false;
};

// Who calls, by what they may do.
kernel::Caller User(const std::string& name);
kernel::Caller Operator();
kernel::Caller Biller();
kernel::Caller Scheduler();
// Every principal that may come to hold a role.
const std::vector<std::string>& Users();

class Generator {
 public:
  Generator(uint64_t seed, const World& world);

  Step Next();

 private:
  // One command, filled in by its own function.
  using Fill = void (Generator::*)();
  struct Choice {
    int weight;
    Fill fill;
  };
  static const std::vector<Choice>& Choices();

  void Choose();
  // Whether the account lacked something, and its command is chosen.
  bool BuildUp();
  void CreateBillingAccount();
  void SetPolicy();
  void UpdateBillingAccount();
  void GrantRole();
  void RevokeRole();
  void HandOverAdministrator();
  void RequestInvoicePayment();
  void DecideInvoicePayment();
  void AddCard();
  void UpdateCard();
  void RemoveCard();
  void SetActive();
  void CreateSubscription();
  void UpdateSubscription();
  void ChangeBillingProfile();
  void DisableSubscription();
  void CancelSubscription();
  void ReactivateSubscription();
  void DeleteSubscription();
  void SwitchToInvoice();
  void CreateBillingProfile();
  void ReplacePaymentMethod();
  void DetachPaymentMethod();
  void RecordCharge();
  void RecordPayment();
  void VoidCharge();
  void SettleBalance();
  void SendTransfer();
  void AcceptTransfer();
  void DeclineTransfer();
  void CancelTransfer();
  void ExpireTransfer();

  // Less than `bound`.
  size_t Below(size_t bound) { return random_() % bound; }
  bool Chance(int percent) { return Below(100) < static_cast<size_t>(percent); }
  template <class T>
  const T& OneOf(const std::vector<T>& values) {
    return values[Below(values.size())];
  }

  void Advance();
  Time SomeDeadline();
  void AddCommonFields();

  // Callers.
  void ByAdministrator();
  void ByProfileManager();
  void ByPlatformOr(const kernel::Caller& platform);
  void BySubscriptionManager();
  kernel::Caller Somebody();

  void ChooseReceiver();

  // Names, full. A reference is mostly to something that is there.
  std::string AccountName() const {
    return "billingAccounts/" + (missing_account_ ? "acme-nowhere" : account_);
  }
  template <class T>
  std::string Reference(const std::string& collection, std::map<std::string, T> Account::*things,
                        bool (*preferred)(const T&));
  std::string CardReference();
  std::string SubscriptionReference();
  std::string StoppedReference();
  std::string ProfileReference();
  std::string ChargeReference();
  // Of a transfer that was sent to or by the account.
  std::string TransferReference(bool received);
  // A new one, or sometimes one that is taken.
  template <class T>
  std::string NewId(const std::string& prefix, const std::map<std::string, T>& things);
  std::string Fresh(const std::string& prefix);
  const Account& account() const { return world_.accounts().at(account_); }
  void FillIn(v1::Policy& policy);
  void FillIn(v1::Card& card);
  v1::YearMonth Expiry();
  int64_t Amount();

  std::mt19937_64 random_;
  const World& world_;
  Time now_ = 0;
  std::string account_;
  // The command names an account that is not there.
  bool missing_account_ = false;
  Step step_;
  int ids_ = 0;
};

template <class T>
std::string Generator::NewId(const std::string& prefix, const std::map<std::string, T>& things) {
  if (things.empty() || !Chance(7)) return Fresh(prefix);
  auto taken = things.begin();
  std::advance(taken, Below(things.size()));
  return taken->first;
}

template <class T>
std::string Generator::Reference(const std::string& collection,
                                 std::map<std::string, T> Account::*things,
                                 bool (*preferred)(const T&)) {
  std::string owner = account_;
  if (Chance(3)) {
    auto other = world_.accounts().begin();
    std::advance(other, Below(world_.accounts().size()));
    owner = other->first;
  }
  const std::map<std::string, T>& all = world_.accounts().at(owner).*things;
  std::string id = "nowhere";
  if (!all.empty() && !Chance(3)) {
    const int attempts = Chance(20) ? 1 : 4;
    for (int attempt = 0; attempt < attempts; ++attempt) {
      auto each = all.begin();
      std::advance(each, Below(all.size()));
      id = each->first;
      if (preferred(each->second)) break;
    }
  }
  return "billingAccounts/" + owner + "/" + collection + "/" + id;
}

}  // namespace billing::model

#endif  // BILLING_TESTS_MODEL_GENERATOR_H_
