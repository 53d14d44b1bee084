#include "projections/recording/answers.h"

#include <type_traits>
#include <variant>
#include <vector>

#include "aggregates/kernel/names.h"
#include "projections/resources/resources.h"

namespace billing::projections {
namespace {

using billing::v1::Event;

// The states that a command left, as the resources of its answer. What is not there could
// not be read: states.status() says so.
class Answering {
 public:
  // `left_out` is the fact that gives what it makes, and null where the answer is to be whole.
  Answering(AccountNumber stream, const StateReader& states, kernel::Instant now,
            const Event* left_out, storage::v1::Answer& answer)
      : stream_(stream), states_(states), now_(now), left_out_(left_out), answer_(answer) {}

  void Account() {
    const auto state = states_.SharedAccount(stream_);
    if (!state) return;
    std::vector<account::RoleBinding> roles;
    if (left_out_ == nullptr) roles = states_.RoleBindings(stream_);
    *answer_.mutable_billing_account() = ToMessage(*state, roles);
  }

  void Add(const kernel::CardId& id) {
    const auto card = states_.Card(stream_, id);
    const auto owner = states_.SharedAccount(stream_);
    if (!card || !owner) return;
    if (IsLeftOut(storage::v1::Answer::kCardFieldNumber)) {
      // Follows from the facts after it.
      if (InUse(*card, owner->policy)) answer_.mutable_card()->set_in_use(true);
      return;
    }
    *answer_.mutable_card() = ToMessage(id, *card, owner->policy, now_);
    if (card->personal.slot() != 0) *answer_.mutable_personal() = card->personal;
  }

  void Add(const kernel::SubscriptionId& id) {
    if (IsLeftOut(storage::v1::Answer::kSubscriptionFieldNumber)) return;
    const auto state = states_.Subscription(stream_, id);
    if (state) *answer_.mutable_subscription() = ToMessage(id, *state);
  }

  void Add(const kernel::BillingProfileId& id) {
    if (IsLeftOut(storage::v1::Answer::kBillingProfileFieldNumber)) return;
    const auto state = states_.BillingProfile(stream_, id);
    if (state) *answer_.mutable_billing_profile() = ToMessage(id, *state);
  }

  void Add(const kernel::ChargeId& id) {
    if (IsLeftOut(storage::v1::Answer::kChargeFieldNumber)) return;
    const auto state = states_.Charge(stream_, id);
    const auto owner = states_.SharedAccount(stream_);
    if (!state || !owner) return;
    *answer_.mutable_charge() = ToMessage(id, *state, owner->currency);
  }

  // By its full names when the command's stream is the recipient's.
  void Add(const kernel::AccountId& sender, const kernel::TransferId& id) {
    if (IsLeftOut(storage::v1::Answer::kTransferFieldNumber)) return;
    const auto number = states_.FindAccount(sender);
    const auto state = number ? states_.Transfer(*number, id) : std::nullopt;
    if (!state) return;
    billing::v1::Transfer& transfer = *answer_.mutable_transfer();
    transfer = ToMessage(id, *state, now_);
    if (number == stream_) return;
    transfer.set_name(kernel::FullName(sender.value(), transfer.name()));
    transfer.set_subscription(kernel::FullName(sender.value(), transfer.subscription()));
    const auto received = states_.Received(state->to_account, *number, id);
    if (received && received->to_subscription) {
      transfer.set_to_subscription(kernel::Relative(*received->to_subscription));
    }
  }

  // What each command answers with.
  void operator()(const account::CreateBillingAccount&) { Account(); }
  void operator()(const account::SetPolicy&) { Account(); }
  void operator()(const account::UpdateBillingAccount&) { Account(); }
  void operator()(const account::GrantRole&) { Account(); }
  void operator()(const account::RevokeRole&) { Account(); }
  void operator()(const account::HandOverAdministrator&) { Account(); }
  void operator()(const account::RequestInvoicePayment&) { Account(); }
  void operator()(const account::DecideInvoicePayment&) { Account(); }
  void operator()(const card::AddCard& command) { Add(command.card); }
  void operator()(const card::UpdateCard& command) { Add(command.card); }
  void operator()(const card::RemoveCard&) {}
  void operator()(const subscription::SetActive& command) { Add(command.subscription); }
  void operator()(const subscription::CreateSubscription& command) { Add(command.subscription); }
  void operator()(const subscription::UpdateSubscription& command) { Add(command.subscription); }
  void operator()(const subscription::ChangeBillingProfile& command) { Add(command.subscription); }
  void operator()(const subscription::ChangeLifecycle& command) { Add(command.subscription); }
  void operator()(const subscription::SwitchToInvoice& command) { Add(command.subscription); }
  void operator()(const profile::CreateBillingProfile& command) { Add(command.billing_profile); }
  void operator()(const profile::ReplacePaymentMethod& command) { Add(command.billing_profile); }
  void operator()(const profile::DetachPaymentMethod& command) { Add(command.billing_profile); }
  void operator()(const profile::SwitchToInvoice& command) { Add(command.billing_profile); }
  void operator()(const charge::RecordCharge& command) { Add(command.charge); }
  void operator()(const charge::RecordPayment& command) { Add(command.charge); }
  void operator()(const charge::VoidCharge& command) { Add(command.charge); }
  void operator()(const charge::SettleBalance&) {}
  void operator()(const transfer::SendTransfer& command) { Add(command.account, command.transfer); }
  void operator()(const transfer::AcceptTransfer& command) {
    Add(command.account, command.transfer);
    Add(command.subscription);
  }
  void operator()(const transfer::EndTransfer& command) { Add(command.account, command.transfer); }

 private:
  bool IsLeftOut(int answer_field) const {
    return left_out_ != nullptr && Makes(*left_out_, answer_field);
  }

  const AccountNumber stream_;
  const StateReader& states_;
  const kernel::Instant now_;
  const Event* const left_out_;
  storage::v1::Answer& answer_;
};

}  // namespace

storage::v1::Answer AnswerOf(const judge::Command& command, AccountNumber stream,
                             const StateReader& states, kernel::Instant now,
                             std::span<const Event* const> facts) {
  storage::v1::Answer answer;
  for (const Event* fact : facts) AddLists(*fact, answer);
  std::visit(Answering(stream, states, now, /*left_out=*/nullptr, answer), command);
  return answer;
}

storage::v1::Answer KeptAnswerOf(const judge::Command& command, AccountNumber stream,
                                 const StateReader& states, kernel::Instant now,
                                 std::span<const Event* const> facts) {
  storage::v1::Answer answer;
  std::visit(Answering(stream, states, now, facts.front(), answer), command);
  return Kept(answer, facts);
}

}  // namespace billing::projections
