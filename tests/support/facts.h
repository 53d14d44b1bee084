// Facts as short as a sentence, with names relative to the account, as in the log:
//   CardAdded("visa"), SubscriptionCreated("web", "visa")
// What a fact does not name has one fixed value, shown here.
#ifndef BILLING_TESTS_SUPPORT_FACTS_H_
#define BILLING_TESTS_SUPPORT_FACTS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aggregates/account/account.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/time.h"
#include "billing/v1/event.pb.h"

namespace billing::given {

inline constexpr kernel::YearMonth kFarExpiry = {2030, 4};

struct AccountOptions {
  std::string id = "acme";
  v1::Agreement agreement = v1::AGREEMENT_PAY_AS_YOU_GO;
  std::string administrator = "users/alice";
  std::string country = "NL";
  account::Policy policy = {};
  bool business = false;
};
v1::Event BillingAccountCreated(const AccountOptions& options = {});
// The same, under a customer agreement.
v1::Event CustomerAccountCreated(const std::string& id = "acme");
v1::Event PolicyChanged(const account::Policy& policy);
// Its business flag, as the mask names it.
v1::Event BillingAccountReclassified(bool business);
// `billing_profile` empty: on the whole account.
v1::Event RoleGranted(const std::string& principal, v1::Role role,
                      const std::string& billing_profile = "");
v1::Event RoleRevoked(const std::string& principal, v1::Role role,
                      const std::string& billing_profile = "");
v1::Event AdministratorChanged(const std::string& administrator, const std::string& previous);
v1::Event InvoicePaymentRequested();
v1::Event InvoicePaymentApproved();
v1::Event InvoicePaymentRejected();

// A Visa credit card of NL, number ending in 1111, token `tok-<id>`, no fingerprint.
struct CardOptions {
  kernel::YearMonth expiry = kFarExpiry;
  std::string token = {};
  std::string fingerprint = {};
  // The subscription it is added from.
  std::string subscription = {};
};
v1::Event CardAdded(const std::string& id, const CardOptions& options = {});
// `expiry` when the paths name it.
v1::Event CardUpdated(const std::string& id, const std::vector<std::string>& paths,
                      std::optional<kernel::YearMonth> expiry = std::nullopt);
v1::Event CardRemoved(const std::string& id, const std::vector<std::string>& detached = {});

// `card` empty: it has no payment method.
v1::Event SubscriptionCreated(const std::string& id, const std::string& card = "",
                              v1::SubscriptionKind kind = v1::SUBSCRIPTION_KIND_CONSUMPTION);
v1::Event SubscriptionUpdated(const std::string& id, const std::string& display_name);
v1::Event SubscriptionDisabled(const std::string& id);
v1::Event SubscriptionCancelled(const std::string& id);
v1::Event SubscriptionReactivated(const std::string& id);
v1::Event SubscriptionDeleted(const std::string& id);
v1::Event SubscriptionBecamePastDue(const std::string& id);
v1::Event SubscriptionBecameCurrent(const std::string& id);

// Moves as {subscription, previous card}.
using Moves = std::vector<std::pair<std::string, std::string>>;
v1::Event ActiveCardChanged(const std::string& selected, const std::string& card,
                            const Moves& moves,
                            v1::ChangeCause cause = v1::CHANGE_CAUSE_SET_ACTIVE);

}  // namespace billing::given

#endif  // BILLING_TESTS_SUPPORT_FACTS_H_
