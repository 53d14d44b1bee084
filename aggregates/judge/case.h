// What judging works on, once its caller may give the command. Internal to this room.
#ifndef BILLING_AGGREGATES_JUDGE_CASE_H_
#define BILLING_AGGREGATES_JUDGE_CASE_H_

#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "aggregates/judge/judge.h"
#include "aggregates/judge/roles.h"

namespace billing::judge {

template <class T>
using OrRefusal = std::variant<T, kernel::Refusal>;

// A command about an account that its caller may give there.
struct Case {
  const kernel::Context& context;
  const projections::StateReader& states;
  Deed deed;
  bool by_platform;
  projections::AccountNumber number;
  std::shared_ptr<const account::AccountState> shared_account;
  const account::AccountState& account = *shared_account;

  account::AccountHead head() const { return states.Head(number); }
};

inline bool IsOtherVersion(const std::optional<uint64_t>& wanted, uint64_t etag) {
  return wanted && *wanted != etag;
}

// The resource that a command is about, when it is there and at the version that is wanted.
template <class State>
OrRefusal<State> AtVersion(std::optional<State> state, kernel::Reason not_found,
                           const std::optional<uint64_t>& etag) {
  if (!state) return kernel::Refusal{not_found};
  if (IsOtherVersion(etag, state->etag)) return kernel::Refusal{kernel::Reason::kEtagMismatch};
  return *std::move(state);
}

// The resource that the command is about: role, etag, not found.
OrRefusal<subscription::SubscriptionState> SubjectOf(const Case& c,
                                                     const kernel::SubscriptionId& id,
                                                     const std::optional<uint64_t>& etag);
OrRefusal<card::CardState> SubjectOf(const Case& c, const kernel::CardId& id,
                                     const std::optional<uint64_t>& etag);
OrRefusal<profile::BillingProfileState> SubjectOf(const Case& c, const kernel::BillingProfileId& id,
                                                  const std::optional<uint64_t>& etag);
OrRefusal<charge::ChargeState> SubjectOf(const Case& c, const kernel::ChargeId& id,
                                         const std::optional<uint64_t>& etag);

inline kernel::PayingCard PayingCardOf(const card::CardState& card) {
  return {.live = card.live(), .expiry = card.expiry};
}

// The account's subscriptions as the rows have them.
class StoredSubscriptions final : public subscription::LiveSubscriptions {
 public:
  // `c` outlives it.
  explicit StoredSubscriptions(const Case& c) : case_(c) {}

  std::vector<kernel::SubscriptionId> PaidBy(const kernel::CardId& card) const override;
  std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionState>> All()
      const override;

 private:
  const Case& case_;
};

// A new subscription's method, as far as the command names one; CARD_NOT_FOUND,
// BILLING_PROFILE_NOT_FOUND. Under pay-as-you-go there are no profiles to be found: naming
// one is answered by the agreement.
OrRefusal<subscription::Newcomer> NewcomerFor(const Case& c,
                                              const subscription::CreateSubscription& command);

// The rest of judging, one per command, in the order of the design page's table.
kernel::Decision JudgeIn(const Case& c, const account::SetPolicy& command);
kernel::Decision JudgeIn(const Case& c, const account::UpdateBillingAccount& command);
kernel::Decision JudgeIn(const Case& c, const account::GrantRole& command);
kernel::Decision JudgeIn(const Case& c, const account::RevokeRole& command);
kernel::Decision JudgeIn(const Case& c, const account::HandOverAdministrator& command);
kernel::Decision JudgeIn(const Case& c, const account::RequestInvoicePayment& command);
kernel::Decision JudgeIn(const Case& c, const account::DecideInvoicePayment& command);
kernel::Decision JudgeIn(const Case& c, const card::AddCard& command);
kernel::Decision JudgeIn(const Case& c, const card::UpdateCard& command);
kernel::Decision JudgeIn(const Case& c, const card::RemoveCard& command);
kernel::Decision JudgeIn(const Case& c, const subscription::SetActive& command);
kernel::Decision JudgeIn(const Case& c, const subscription::CreateSubscription& command);
kernel::Decision JudgeIn(const Case& c, const subscription::UpdateSubscription& command);
kernel::Decision JudgeIn(const Case& c, const subscription::ChangeBillingProfile& command);
kernel::Decision JudgeIn(const Case& c, const subscription::ChangeLifecycle& command);
kernel::Decision JudgeIn(const Case& c, const subscription::SwitchToInvoice& command);
kernel::Decision JudgeIn(const Case& c, const profile::CreateBillingProfile& command);
kernel::Decision JudgeIn(const Case& c, const profile::ReplacePaymentMethod& command);
kernel::Decision JudgeIn(const Case& c, const profile::DetachPaymentMethod& command);
kernel::Decision JudgeIn(const Case& c, const profile::SwitchToInvoice& command);
kernel::Decision JudgeIn(const Case& c, const charge::RecordCharge& command);
kernel::Decision JudgeIn(const Case& c, const charge::RecordPayment& command);
kernel::Decision JudgeIn(const Case& c, const charge::VoidCharge& command);
kernel::Decision JudgeIn(const Case& c, const charge::SettleBalance& command);
kernel::Decision JudgeIn(const Case& c, const transfer::SendTransfer& command);
kernel::Decision JudgeIn(const Case& c, const transfer::AcceptTransfer& command);
kernel::Decision JudgeIn(const Case& c, const transfer::EndTransfer& command);

}  // namespace billing::judge

#endif  // BILLING_AGGREGATES_JUDGE_CASE_H_
