// The effects of one record: one On per fact. A fact that is forgotten does not compile.
#ifndef BILLING_PROJECTIONS_FOLD_EFFECTS_H_
#define BILLING_PROJECTIONS_FOLD_EFFECTS_H_

#include "absl/functional/function_ref.h"
#include "aggregates/account/account.h"
#include "aggregates/kernel/context.h"
#include "aggregates/kernel/time.h"
#include "aggregates/subscription/subscription.h"
#include "billing/storage/v1/record.pb.h"
#include "projections/fold/card_book.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"

namespace billing::projections {

class Effects {
 public:
  // All three outlive the effects.
  Effects(const storage::v1::Record& record, const storage::v1::Record& command, RowWriter& rows);

  // Writes the rows of the fact and of the history indexes. Called once.
  void Apply();

 private:
  void ApplyFact();
  void Index();

  void On(const billing::v1::BillingAccountCreated& fact);
  void On(const billing::v1::PolicyChanged& fact);
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
  void On(const billing::v1::CommandRefused& fact);
  void On(const billing::v1::NothingChanged& fact);

  // Changes a subscription's own fields; what follows from the change (times, etag,
  // holders, counts) follows.
  void Change(std::string_view relative_name,
              absl::FunctionRef<void(subscription::SubscriptionState&)> change);
  // Writes a subscription and moves it between its holder and live rows. `before` is null
  // when it is new.
  void Store(const kernel::SubscriptionId& id, const subscription::SubscriptionState* before,
             const subscription::SubscriptionState& after);
  void Hold(const kernel::SubscriptionId& id, const subscription::SubscriptionState& state);
  void Release(const kernel::SubscriptionId& id, const subscription::SubscriptionState& state);

  kernel::Caller CallerOf() const;
  bool CalledByAdministrator() const;

  const storage::v1::Record& record_;
  const storage::v1::Record& command_;
  RowWriter& rows_;
  const StateReader states_;
  const AccountNumber number_;
  const uint64_t position_;
  const kernel::Instant now_;
  account::AccountHead head_;
  CardBook cards_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_EFFECTS_H_
