#include <utility>

#include "aggregates/judge/case.h"

namespace billing::judge {

using kernel::Decision;
using kernel::Reason;
using kernel::Refusal;

Decision JudgeIn(const Case& c, const profile::CreateBillingProfile& command) {
  const auto card = c.states.Card(c.number, command.card);
  if (!card) return Refusal{Reason::kCardNotFound};
  const profile::Newcomer newcomer{
      .id_taken = c.states.BillingProfile(c.number, command.billing_profile).has_value(),
      .billing_profiles = c.head().billing_profiles,
      .card = PayingCardOf(*card)};
  return Decide(command, c.account, newcomer, c.context.now);
}

Decision JudgeIn(const Case& c, const profile::ReplacePaymentMethod& command) {
  const auto profile = SubjectOf(c, command.billing_profile, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&profile)) return *refusal;
  const auto card = c.states.Card(c.number, command.card);
  if (!card) return Refusal{Reason::kCardNotFound};
  return Decide(command, std::get<profile::BillingProfileState>(profile), PayingCardOf(*card),
                c.context.now);
}

Decision JudgeIn(const Case& c, const profile::DetachPaymentMethod& command) {
  const auto found = SubjectOf(c, command.billing_profile, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& profile = std::get<profile::BillingProfileState>(found);
  Obstacles obstacles =
      ObstaclesToDetach(c.number, command.billing_profile, profile, c.account.policy, nullptr,
                        kernel::kBlockersPerRefusal, c.states);
  return Decide(command, profile, kernel::Blockers{std::move(obstacles.blockers), obstacles.count});
}

Decision JudgeIn(const Case& c, const profile::SwitchToInvoice& command) {
  // Under pay-as-you-go no profile can be found: the agreement answers.
  if (c.account.agreement != v1::AGREEMENT_CUSTOMER_AGREEMENT) {
    return Refusal{Reason::kAgreementNotSupported};
  }
  const auto profile = SubjectOf(c, command.billing_profile, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&profile)) return *refusal;
  return Decide(command, c.account, std::get<profile::BillingProfileState>(profile),
                c.head().unpaid.past_due_count);
}

}  // namespace billing::judge
