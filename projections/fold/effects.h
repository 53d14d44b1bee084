// The effects of one record: one On per fact. A fact that is forgotten does not compile.
#ifndef BILLING_PROJECTIONS_FOLD_EFFECTS_H_
#define BILLING_PROJECTIONS_FOLD_EFFECTS_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "aggregates/account/account.h"
#include "aggregates/charge/charge.h"
#include "aggregates/kernel/context.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/names.h"
#include "aggregates/kernel/time.h"
#include "aggregates/subscription/subscription.h"
#include "aggregates/transfer/transfer.h"
#include "billing/storage/v1/record.pb.h"
#include "projections/fold/card_book.h"
#include "projections/fold/profile_book.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"

namespace billing::projections {

class Effects {
 public:
  // All three outlive the effects.
  Effects(const storage::v1::Record& record, const storage::v1::Record& command, RowWriter& rows);

  // Writes the rows of the fact. Called once.
  void Apply();
  // Writes the rows of the history indexes. Called once.
  void Index();
  // DataLoss: the fact cannot be one of this log.
  absl::Status status() const;

 private:
  void ApplyFact();
  // What no writer of ours records: `names a card that no record added`. The first is kept.
  void Contradict(std::string_view what);
  // As in the books; null is a contradiction.
  card::CardState* FindCard(const kernel::CardId& id);
  profile::BillingProfileState* FindProfile(const kernel::BillingProfileId& id);
  // The id in the name of what is new in this record.
  template <class Id>
  Id NewIdIn(std::string_view relative_name) {
    const std::string_view id = kernel::IdOf(relative_name);
    if (!kernel::IsId(id)) Contradict("makes something without an id");
    return Id::FromStored(std::string(id));
  }
  int64_t MinorIn(const google::type::Money& money);
  kernel::YearMonth ExpiryIn(const billing::v1::YearMonth& expiry);

  void On(const billing::v1::BillingAccountCreated& fact);
  void On(const billing::v1::PolicyChanged& fact);
  void On(const billing::v1::BillingAccountUpdated& fact);
  void On(const billing::v1::RoleGranted& fact);
  void On(const billing::v1::RoleRevoked& fact);
  void On(const billing::v1::AdministratorChanged& fact);
  void On(const billing::v1::CardAdded& fact);
  void On(const billing::v1::CardUpdated& fact);
  void On(const billing::v1::ActiveCardChanged& fact);
  void On(const billing::v1::CardRemoved& fact);
  void On(const billing::v1::SubscriptionCreated& fact);
  void On(const billing::v1::SubscriptionUpdated& fact);
  void On(const billing::v1::BillingProfileChanged& fact);
  void On(const billing::v1::SubscriptionDisabled& fact);
  void On(const billing::v1::SubscriptionCancelled& fact);
  void On(const billing::v1::SubscriptionReactivated& fact);
  void On(const billing::v1::SubscriptionDeleted& fact);
  void On(const billing::v1::SubscriptionBecamePastDue& fact);
  void On(const billing::v1::SubscriptionBecameCurrent& fact);
  void On(const billing::v1::BillingProfileCreated& fact);
  void On(const billing::v1::PaymentMethodReplaced& fact);
  void On(const billing::v1::PaymentMethodDetached& fact);
  void On(const billing::v1::ChargeRecorded& fact);
  void On(const billing::v1::PaymentSucceeded& fact);
  void On(const billing::v1::PaymentDeclined& fact);
  void On(const billing::v1::ChargeVoided& fact);
  void On(const billing::v1::BalanceSettled& fact);
  void On(const billing::v1::InvoicePaymentRequested& fact);
  void On(const billing::v1::InvoicePaymentApproved& fact);
  void On(const billing::v1::InvoicePaymentRejected& fact);
  void On(const billing::v1::SwitchedToInvoice& fact);
  void On(const billing::v1::TransferSent& fact);
  void On(const billing::v1::SubscriptionTransferredIn& fact);
  void On(const billing::v1::SubscriptionTransferredOut& fact);
  void On(const billing::v1::TransferDeclined& fact);
  void On(const billing::v1::TransferCancelled& fact);
  void On(const billing::v1::TransferExpired& fact);
  void On(const billing::v1::CommandRefused& fact);
  void On(const billing::v1::NothingChanged& fact);

  // Changes the account's own fields, and with them its etag.
  void ChangeAccount(absl::FunctionRef<void(account::AccountState&)> change);
  // The accounts that a principal sees among its own: those it holds a role on.
  void ListAccountFor(const kernel::Principal& principal);
  void UnlistAccountFor(const kernel::Principal& principal);

  // A subscription that is new in this account.
  void Open(const billing::v1::Subscription& message);
  // Changes a subscription's own fields; what follows from the change (times, etag,
  // holders, counts, deadlines) follows.
  void Change(std::string_view relative_name,
              absl::FunctionRef<void(subscription::SubscriptionState&)> change);
  // Changes what is only known about it: neither times nor etag follow.
  void Note(const kernel::SubscriptionId& id,
            absl::FunctionRef<void(subscription::SubscriptionState&)> change);
  // Writes a subscription and moves it between its holder, live and deadline rows. `before`
  // is null when it is new.
  void Store(const kernel::SubscriptionId& id, const subscription::SubscriptionState* before,
             const subscription::SubscriptionState& after);
  void Hold(const kernel::SubscriptionId& id, const subscription::SubscriptionState& state);
  void Release(const kernel::SubscriptionId& id, const subscription::SubscriptionState& state);
  // What pays for it: its own card, or its profile's.
  std::optional<kernel::CardId> PayingCardOf(const subscription::SubscriptionState& state);

  // Changes a profile's own fields; times and etag follow.
  void ChangeProfile(
      std::string_view relative_name,
      absl::FunctionRef<void(const kernel::BillingProfileId&, profile::BillingProfileState&)>
          change);
  // Gives a profile another card, or none: the subscriptions billed to it go along.
  void MoveCard(const kernel::BillingProfileId& id, profile::BillingProfileState& profile,
                const std::optional<kernel::CardId>& card);

  // Changes a charge's own fields; what follows (times, etag, sums, the subscription's count
  // of past-due charges) follows.
  void ChangeCharge(std::string_view relative_name,
                    absl::FunctionRef<void(charge::ChargeState&)> change);
  void Count(const kernel::ChargeId& id, const charge::ChargeState& charge, bool owed);

  // By the fact of the record.
  void EndTransfer();

  kernel::Caller CallerOf() const;

  const storage::v1::Record& record_;
  const storage::v1::Record& command_;
  RowWriter& rows_;
  const StateReader states_;
  const AccountNumber number_;
  const uint64_t position_;
  const kernel::Instant now_;
  account::AccountHead head_;
  CardBook cards_;
  ProfileBook profiles_;
  std::string contradiction_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_EFFECTS_H_
