// The slow world: what the accounts are, in plain maps, and what each fact makes of them.
// Nothing is counted or indexed; whoever asks something looks at everything. Written from
// the design page "The domain" alone: it shares with the code under test the messages, and
// none of its rules.
#ifndef BILLING_TESTS_MODEL_WORLD_H_
#define BILLING_TESTS_MODEL_WORLD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "billing/v1/event.pb.h"

namespace billing::model {

// Microseconds since 1970.
using Time = int64_t;
inline constexpr Time kSecond = 1'000'000;
inline constexpr Time kHour = 3'600 * kSecond;
inline constexpr Time kDay = 24 * kHour;

// 00:00 UTC on the first day of a month, which may lie beyond 1 to 12.
Time StartOfMonth(int year, int month);

// Ids are bare, and empty where there is nothing.
struct Card {
  std::string token;
  std::string fingerprint;
  v1::Brand brand{};
  v1::Funding funding{};
  std::string last_four;
  int expiry_year = 0;
  int expiry_month = 0;
  std::string country;
  bool removed = false;
  Time created = 0;
  Time updated = 0;
  uint64_t etag = 0;

  bool ExpiredAt(Time now) const;
};

struct Subscription {
  std::string display_name;
  v1::SubscriptionKind kind{};
  v1::SubscriptionState state = v1::SUBSCRIPTION_STATE_ACTIVE;
  std::string card;
  std::string profile;
  bool by_invoice = false;
  // Its own: under a customer agreement since when it is billed to its profile.
  Time method_since = 0;
  Time left_active = 0;
  // The platform disabled it and has not reactivated it. An administrator who has a platform
  // role too is still the administrator.
  bool held_by_platform = false;
  Time created = 0;
  Time updated = 0;
  uint64_t etag = 0;

  bool live() const {
    return state != v1::SUBSCRIPTION_STATE_DELETED && state != v1::SUBSCRIPTION_STATE_TRANSFERRED;
  }
  bool stopped() const {
    return state == v1::SUBSCRIPTION_STATE_DISABLED || state == v1::SUBSCRIPTION_STATE_CANCELLED;
  }
};

struct Profile {
  std::string display_name;
  bool active = true;
  std::string card;
  bool by_invoice = false;
  Time method_since = 0;
  Time created = 0;
  Time updated = 0;
  uint64_t etag = 0;
};

struct Charge {
  std::string subscription;
  std::string profile;
  std::string card;
  // The profile above, or the one that the subscription was billed to.
  std::string paying_profile;
  int64_t minor = 0;
  std::optional<Time> due;
  v1::ChargeState state = v1::CHARGE_STATE_PENDING;
  std::string network_code;
  std::string advice_code;
  v1::DeclineReason reason{};
  v1::DeclineKind kind{};
  // Every reference and outcome that was reported.
  std::set<std::pair<std::string, v1::PaymentOutcome>> reports;
  Time created = 0;
  Time updated = 0;
  uint64_t etag = 0;

  bool past_due() const { return state == v1::CHARGE_STATE_PAST_DUE; }
  bool pending() const { return state == v1::CHARGE_STATE_PENDING; }
  bool unpaid() const { return past_due() || pending(); }
};

struct Transfer {
  std::string subscription;
  std::string to_account;
  v1::TransferState state = v1::TRANSFER_STATE_PENDING;
  // What it became in the receiving account.
  std::string to_subscription;
  Time sent = 0;
  uint64_t etag = 0;

  Time Deadline() const { return sent + 15 * kDay; }
  // A deadline has passed at its very moment, recorded or not.
  v1::TransferState StateAt(Time now) const;
};

// Principal, profile (empty: the whole account), role.
using Grant = std::tuple<std::string, std::string, v1::Role>;

struct Account {
  std::string id;
  // Position of the fact that opened it.
  uint64_t number = 0;
  std::string display_name;
  v1::Agreement agreement{};
  std::string administrator;
  bool business = false;
  std::string country;
  std::string currency;
  // Every field set.
  v1::Policy policy;
  v1::InvoicePaymentState invoice = v1::INVOICE_PAYMENT_STATE_NONE;
  Time created = 0;
  uint64_t etag = 0;
  uint64_t revision = 0;

  std::map<std::string, Card> cards;
  std::map<std::string, Subscription> subscriptions;
  std::map<std::string, Profile> profiles;
  std::map<std::string, Charge> charges;
  std::map<std::string, Transfer> transfers;
  std::set<Grant> grants;
  // What was reported of each settlement, by its reference: the two cards, the amount, and who
  // asked for it.
  std::map<std::string, std::tuple<std::string, std::string, int64_t, std::string>> settlements;

  bool by_profile() const { return agreement == v1::AGREEMENT_CUSTOMER_AGREEMENT; }
  bool Holds(v1::SubscriptionState state) const;
  // The card that pays for a subscription, its own or its profile's; empty: none.
  std::string CardOf(const Subscription& subscription) const;
  size_t LiveCards() const;
  size_t LiveSubscriptions() const;
  size_t PastDueCharges() const;
  size_t PastDueChargesOf(const std::string& subscription) const;
  // Live subscriptions that the card pays for, by id.
  std::vector<std::string> PaidBy(const std::string& card) const;
  // ACTIVE profiles that have the card, by id.
  std::vector<std::string> ProfilesWith(const std::string& card) const;
};

class World {
 public:
  const std::map<std::string, Account>& accounts() const { return accounts_; }
  // Null when there is none.
  const Account* Find(const std::string& id) const;
  // Of the last record.
  uint64_t head() const { return head_; }

  // The facts of one command whose stream is that of account `stream`.
  void Apply(const std::string& stream, const std::vector<v1::Event>& facts, Time now);
  // A refused or empty command leaves one record in `stream`.
  void Note(const std::string& stream);

 private:
  // The subscription of that name, which the present fact changes.
  Subscription& Change(Account& account, const std::string& subscription, Time now);
  void ApplyOne(Account& account, const v1::Event& fact, Time now);
  bool ApplyToAccount(Account& account, const v1::Event& fact, Time now);
  bool ApplyToCards(Account& account, const v1::Event& fact, Time now);
  bool ApplyToSubscriptions(Account& account, const v1::Event& fact, Time now);
  bool ApplyToLifecycles(Account& account, const v1::Event& fact, Time now);
  bool ApplyToProfiles(Account& account, const v1::Event& fact, Time now);
  bool ApplyToCharges(Account& account, const v1::Event& fact, Time now);
  bool ApplyToTransfers(Account& account, const v1::Event& fact, Time now);

  std::map<std::string, Account> accounts_;
  uint64_t head_ = 0;
};

// `cards/visa` → `visa`; empty stays empty.
std::string IdIn(const std::string& name);

}  // namespace billing::model

#endif  // BILLING_TESTS_MODEL_WORLD_H_
