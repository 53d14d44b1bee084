#include <algorithm>
#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aggregates/kernel/names.h"
#include "projections/fold/fold.h"
#include "projections/fold/references.h"
#include "projections/fold/subject_views.h"

namespace billing::projections {
namespace {

using billing::v1::Event;

// Parts of an event.
using Names = std::vector<std::string_view>;

// Written out where facts are frequent: a cascade moves up to 2,000 subscriptions.
Names NamedBy(const billing::v1::ActiveCardChanged& fact) {
  Names names = {fact.selected_subscription(), fact.card()};
  names.reserve(names.size() + 2 * static_cast<size_t>(fact.moves_size()));
  for (const auto& move : fact.moves()) {
    names.push_back(move.subscription());
    names.push_back(move.previous_card());
  }
  return names;
}

Names NamedBy(const billing::v1::SubscriptionCreated& fact) {
  const auto& subscription = fact.subscription();
  return {subscription.name(), subscription.card(), subscription.billing_profile()};
}

Names NamedBy(const billing::v1::ChargeRecorded& fact) {
  const auto& charge = fact.charge();
  return {charge.name(), charge.subscription(), charge.billing_profile(), charge.card(),
          fact.billing_profile()};
}

// PaymentSucceeded, PaymentDeclined and ChargeVoided.
template <class Fact>
Names NamedByCharge(const Fact& fact) {
  return {fact.charge(), fact.card(), fact.subscription(), fact.billing_profile()};
}

// A name in full as the account has it: relative when it is its own, as it is when it is a
// transfer of another account, which was offered to this one. Empty: it concerns others only,
// or is the account itself.
std::string_view AsNamedHere(std::string_view name, std::string_view account_id) {
  const size_t relative_size = kernel::RelativeName(account_id, name).size();
  if (relative_size > 0) return name.substr(name.size() - relative_size);
  const auto full = kernel::ParseName(name);
  return full && full->collection == kernel::kTransfers ? name : std::string_view();
}

Names ReferenceViews(const Event& event) {
  Names names;
  VisitReferences(event, [&names](const std::string& name) { names.push_back(name); });
  return names;
}

Names NamedBy(const Event& event) {
  switch (event.data_case()) {
    case Event::kBillingAccountCreated:
    case Event::kPolicyChanged:
    case Event::kBillingAccountUpdated:
    case Event::kAdministratorChanged:
    case Event::kInvoicePaymentRequested:
    case Event::kInvoicePaymentApproved:
    case Event::kInvoicePaymentRejected:
      return {};
    case Event::kChargeRecorded:
      return NamedBy(event.charge_recorded());
    case Event::kPaymentSucceeded:
      return NamedByCharge(event.payment_succeeded());
    case Event::kPaymentDeclined:
      return NamedByCharge(event.payment_declined());
    case Event::kChargeVoided:
      return NamedByCharge(event.charge_voided());
    case Event::kSubscriptionBecamePastDue:
      return {event.subscription_became_past_due().subscription()};
    case Event::kSubscriptionBecameCurrent:
      return {event.subscription_became_current().subscription()};
    case Event::kCardAdded:
      return {event.card_added().card().name(), event.card_added().subscription()};
    case Event::kCardUpdated:
      return {event.card_updated().card().name()};
    case Event::kActiveCardChanged:
      return NamedBy(event.active_card_changed());
    case Event::kSubscriptionCreated:
      return NamedBy(event.subscription_created());
    case Event::kSubscriptionUpdated:
      return {event.subscription_updated().subscription().name()};
    case Event::kSubscriptionDisabled:
      return {event.subscription_disabled().subscription()};
    case Event::kSubscriptionCancelled:
      return {event.subscription_cancelled().subscription()};
    case Event::kSubscriptionReactivated:
      return {event.subscription_reactivated().subscription()};
    case Event::kSubscriptionDeleted:
      return {event.subscription_deleted().subscription()};
    case Event::kCardRemoved:
    case Event::kBillingProfileChanged:
    case Event::kRoleGranted:
    case Event::kRoleRevoked:
    case Event::kBillingProfileCreated:
    case Event::kPaymentMethodReplaced:
    case Event::kPaymentMethodDetached:
    case Event::kBalanceSettled:
    case Event::kSwitchedToInvoice:
    case Event::kTransferSent:
    case Event::kSubscriptionTransferredIn:
    case Event::kSubscriptionTransferredOut:
    case Event::kTransferDeclined:
    case Event::kTransferCancelled:
    case Event::kTransferExpired:
    case Event::kCommandRefused:
    case Event::kNothingChanged:
      return ReferenceViews(event);
    case Event::DATA_NOT_SET:
      break;
  }
  assert(false && "an event without a fact");
  return {};
}

}  // namespace

Names SubjectViewsOf(const Event& event, absl::FunctionRef<std::string()> account_id) {
  Names names = NamedBy(event);
  std::optional<std::string> own_id;
  for (std::string_view& name : names) {
    if (!kernel::IsFullName(name)) continue;
    if (!own_id) own_id = account_id();
    name = AsNamedHere(name, *own_id);
  }
  std::erase(names, "");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> SubjectsOf(const Event& event,
                                    absl::FunctionRef<std::string()> account_id) {
  const Names names = SubjectViewsOf(event, account_id);
  return {names.begin(), names.end()};
}

std::vector<std::string> SubjectsOf(const Event& event, std::string_view account_id) {
  return SubjectsOf(event, [account_id] { return std::string(account_id); });
}

std::string TypeOf(const Event& event) {
  const auto& reflection = *event.GetReflection();
  const auto* fact =
      reflection.GetOneofFieldDescriptor(event, event.GetDescriptor()->FindOneofByName("data"));
  assert(fact != nullptr);
  return fact->message_type()->name();
}

}  // namespace billing::projections
