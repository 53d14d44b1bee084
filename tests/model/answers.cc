// What a command that was not refused answers.
#include <type_traits>
#include <variant>

#include "tests/model/model.h"

namespace billing::model {
namespace {

template <class T, class... Any>
inline constexpr bool kIsOneOf = (std::is_same_v<T, Any> || ...);

template <class T>
inline constexpr bool kAnswersAccount =
    kIsOneOf<T, account::CreateBillingAccount, account::SetPolicy, account::UpdateBillingAccount,
             account::GrantRole, account::RevokeRole, account::HandOverAdministrator,
             account::RequestInvoicePayment, account::DecideInvoicePayment>;
template <class T>
inline constexpr bool kAnswersCard = kIsOneOf<T, card::AddCard, card::UpdateCard>;
template <class T>
inline constexpr bool kAnswersSubscription =
    kIsOneOf<T, subscription::SetActive, subscription::CreateSubscription,
             subscription::UpdateSubscription, subscription::ChangeBillingProfile,
             subscription::ChangeLifecycle, subscription::SwitchToInvoice>;
template <class T>
inline constexpr bool kAnswersProfile =
    kIsOneOf<T, profile::CreateBillingProfile, profile::ReplacePaymentMethod,
             profile::DetachPaymentMethod, profile::SwitchToInvoice>;
template <class T>
inline constexpr bool kAnswersCharge =
    kIsOneOf<T, charge::RecordCharge, charge::RecordPayment, charge::VoidCharge>;

// Names of a sender's transfer, as the receiving account writes them.
void NameInFull(const std::string& sender, v1::Transfer& transfer) {
  transfer.set_name(FullName(sender, transfer.name()));
  transfer.set_subscription(FullName(sender, transfer.subscription()));
}

}  // namespace

storage::v1::Answer Model::AnswerOf(const judge::Command& command, const Verdict& verdict,
                                    Time now) const {
  storage::v1::Answer answer;
  const Account& account = *world_.Find(judge::AccountOf(command).value());
  for (const v1::Event& fact : verdict.facts) {
    for (const auto& move : fact.active_card_changed().moves()) {
      answer.add_moved_subscriptions(move.subscription());
    }
    for (const std::string& charge : fact.balance_settled().charges()) {
      answer.add_charges(charge);
    }
  }
  std::visit(
      [&](const auto& each) {
        using T = std::decay_t<decltype(each)>;
        if constexpr (kAnswersAccount<T>) {
          *answer.mutable_billing_account() = AccountMessage(account);
        } else if constexpr (kAnswersCard<T>) {
          *answer.mutable_card() = CardMessage(account, each.card.value(), now);
        } else if constexpr (kAnswersSubscription<T>) {
          *answer.mutable_subscription() = SubscriptionMessage(account, each.subscription.value());
        } else if constexpr (kAnswersProfile<T>) {
          *answer.mutable_billing_profile() = ProfileMessage(account, each.billing_profile.value());
        } else if constexpr (kAnswersCharge<T>) {
          *answer.mutable_charge() = ChargeMessage(account, each.charge.value());
        } else if constexpr (kIsOneOf<T, transfer::SendTransfer, transfer::EndTransfer,
                                      transfer::AcceptTransfer>) {
          *answer.mutable_transfer() = TransferMessage(account, each.transfer.value(), now);
        } else {
          static_assert(kIsOneOf<T, card::RemoveCard, charge::SettleBalance>);
        }
      },
      command);
  const std::string stream = StreamOf(command);
  if (stream != account.id) NameInFull(account.id, *answer.mutable_transfer());
  if (const auto* accept = std::get_if<transfer::AcceptTransfer>(&command)) {
    *answer.mutable_subscription() =
        SubscriptionMessage(*world_.Find(stream), accept->subscription.value());
    answer.mutable_transfer()->set_to_subscription(
        Name("subscriptions", accept->subscription.value()));
  }
  return answer;
}

}  // namespace billing::model
