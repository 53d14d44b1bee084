// The model: answers every command from the slow world, by the words of the design page
// "The domain". One overload per command; each reads like the page's row, left to right.
#ifndef BILLING_TESTS_MODEL_MODEL_H_
#define BILLING_TESTS_MODEL_MODEL_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aggregates/judge/command.h"
#include "aggregates/kernel/context.h"
#include "billing/storage/v1/record.pb.h"
#include "tests/model/world.h"

namespace billing::model {

// What the model says of a command: refused when `reason` is set, else its facts, and
// without any nothing to change.
struct Verdict {
  std::string reason = {};
  // All of them, as {type, relative subject}.
  std::vector<std::pair<std::string, std::string>> blockers = {};
  // What else a refusal names.
  std::vector<std::pair<std::string, std::string>> details = {};
  // With INVALID_REQUEST.
  std::string bad_field = {};
  std::vector<v1::Event> facts = {};

  bool refused() const { return !reason.empty(); }
  // A refusal that leaves a record; everything else always does.
  bool recorded() const;
};

class Model {
 public:
  const World& world() const { return world_; }

  Verdict Judge(const judge::Command& command, const kernel::Context& context);
  // The account in whose stream the command is recorded. REQUIRES: it is recorded.
  std::string StreamOf(const judge::Command& command) const;
  // Makes the world what the command leaves of it.
  void Apply(const judge::Command& command, const Verdict& verdict, Time now);
  // What a command that was not refused answers, names relative to its stream's account.
  // REQUIRES: it was applied.
  storage::v1::Answer AnswerOf(const judge::Command& command, const Verdict& verdict,
                               Time now) const;

 private:
  // What blocks a command before it is looked at: that there is no such account, or who
  // asks. Fills in account_.
  std::optional<Verdict> Enter(const kernel::AccountId& id, bool platform_may,
                               bool administrator_may);
  bool IsAdministrator(const Account& account) const;
  bool HasGrant(const std::string& profile, v1::Role role) const;
  bool IsOwnerOrContributor(const std::string& profile) const;
  bool MayManageProfile(const std::string& profile) const;
  // Held back from the administrator because the platform disabled it.
  bool IsHeldBack(const std::string& subscription) const;

  Verdict On(const account::CreateBillingAccount& command);
  Verdict On(const account::SetPolicy& command);
  Verdict On(const account::UpdateBillingAccount& command);
  Verdict On(const account::GrantRole& command);
  Verdict On(const account::RevokeRole& command);
  Verdict On(const account::HandOverAdministrator& command);
  Verdict On(const account::RequestInvoicePayment& command);
  Verdict On(const account::DecideInvoicePayment& command);
  Verdict On(const card::AddCard& command);
  Verdict On(const card::UpdateCard& command);
  Verdict On(const card::RemoveCard& command);
  Verdict On(const subscription::SetActive& command);
  Verdict On(const subscription::CreateSubscription& command);
  Verdict On(const subscription::UpdateSubscription& command);
  Verdict On(const subscription::ChangeBillingProfile& command);
  Verdict On(const subscription::ChangeLifecycle& command);
  Verdict On(const subscription::SwitchToInvoice& command);
  Verdict On(const profile::CreateBillingProfile& command);
  Verdict On(const profile::ReplacePaymentMethod& command);
  Verdict On(const profile::DetachPaymentMethod& command);
  Verdict On(const profile::SwitchToInvoice& command);
  Verdict On(const charge::RecordCharge& command);
  Verdict On(const charge::RecordPayment& command);
  Verdict On(const charge::VoidCharge& command);
  Verdict On(const charge::SettleBalance& command);
  Verdict On(const transfer::SendTransfer& command);
  Verdict On(const transfer::AcceptTransfer& command);
  Verdict On(const transfer::EndTransfer& command);

  Verdict Disable(const std::string& id, const Subscription& subscription);
  Verdict Cancel(const std::string& id, const Subscription& subscription);
  Verdict Reactivate(const std::string& id, const Subscription& subscription);
  Verdict Delete(const std::string& id, const Subscription& subscription);
  // SetActive from its own reasons on; the card need not be saved yet.
  Verdict SetActive(const std::string& subscription, const std::string& card_id, const Card& card,
                    const std::optional<std::string>& expected, v1::ChangeCause cause);
  // CreateSubscription from its own reasons on, in account_.
  Verdict CreateSubscription(const std::string& id, const v1::Subscription& made,
                             const std::string& card, const std::string& profile);
  std::string CardError(const std::string& id) const;
  // The subscriptions that are no longer past due once these charges are not, by id.
  std::vector<v1::Event> BecomeCurrent(const std::vector<std::string>& charges) const;
  // The sender's account and the transfer, or why not.
  std::optional<Verdict> EnterAsRecipient(const kernel::AccountId& sender,
                                          const kernel::TransferId& id);

  World world_;
  // Of the command that is being judged.
  kernel::Context context_{.caller = {kernel::Principal::FromStored("")}, .now = {}};
  Time now_ = 0;
  bool operator_ = false;
  bool biller_ = false;
  bool scheduler_ = false;
  std::string actor_;
  const Account* account_ = nullptr;
};

Verdict Refused(std::string reason);
// `<KIND>_ALREADY_EXISTS`, naming what has the id; `kind` is a field name.
Verdict Taken(const std::string& kind, const std::string& name);
Verdict Nothing();
Verdict Yields(std::vector<v1::Event> facts);

// Relative names; empty for an empty id.
std::string Name(const std::string& collection, const std::string& id);
std::string FullName(const std::string& account, const std::string& relative);

// What a bank's codes mean.
std::pair<v1::DeclineReason, v1::DeclineKind> MeaningOf(std::string network_code,
                                                        std::string advice_code);

// What the account must look like to a reader, names relative.
v1::BillingAccount AccountMessage(const Account& account);
v1::Card CardMessage(const Account& account, const std::string& id, Time now);
v1::Subscription SubscriptionMessage(const Account& account, const std::string& id);
v1::BillingProfile ProfileMessage(const Account& account, const std::string& id);
v1::Charge ChargeMessage(const Account& account, const std::string& id);
v1::Transfer TransferMessage(const Account& account, const std::string& id, Time now);

// Blockers of a removal and of a detach, in order, all of them.
std::vector<std::pair<std::string, std::string>> RemovalBlockers(const Account& account,
                                                                 const std::string& card);
std::vector<std::pair<std::string, std::string>> DetachBlockers(const Account& account,
                                                                const std::string& profile);

}  // namespace billing::model

#endif  // BILLING_TESTS_MODEL_MODEL_H_
