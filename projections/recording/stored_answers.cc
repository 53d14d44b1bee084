// What of an answer is kept in the log, and the whole of it again.
//
// A fact that makes a thing gives the whole thing. Any other fact gives the name of what it
// changes, when, and its new version.
#include <algorithm>
#include <cassert>
#include <string>

#include "aggregates/kernel/etag.h"
#include "aggregates/kernel/names.h"
#include "google/protobuf/util/time_util.h"
#include "projections/recording/answers.h"
#include "projections/resources/resources.h"

namespace billing::projections {
namespace {

using billing::v1::Event;
using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;

// Whether the fact is about what the command answers with: its first one is, and the second
// one of a recipient's command on a transfer.
bool IsAnswered(size_t index, const Event& fact) {
  return index == 0 || fact.has_subscription_transferred_out() || fact.has_transfer_declined();
}

// The resource of the answer that the fact changes without making it, as a message with the
// fields name, etag and perhaps update_time; null when there is none. `name` is its name.
struct Changed {
  google::protobuf::Message* resource = nullptr;
  std::string name;
};

void SetString(google::protobuf::Message& message, const char* field, const std::string& value) {
  const auto* descriptor = message.GetDescriptor()->FindFieldByName(field);
  assert(descriptor != nullptr);
  message.GetReflection()->SetString(&message, descriptor, value);
}

// An account and a transfer have none.
const google::protobuf::FieldDescriptor* UpdateTimeOf(const google::protobuf::Message& message) {
  return message.GetDescriptor()->FindFieldByName("update_time");
}

// Under the wider cascade the selected subscription may have had the card already: then only
// others change.
bool MovesTheSelected(const billing::v1::ActiveCardChanged& fact) {
  return std::ranges::any_of(fact.moves(), [&fact](const billing::v1::CardMove& move) {
    return move.subscription() == fact.selected_subscription();
  });
}

Changed ChangedBy(const Event& fact, storage::v1::Answer& answer) {
  const auto account = [&] { return Changed{answer.mutable_billing_account(), ""}; };
  const auto subscription = [&](const std::string& name) {
    return Changed{answer.mutable_subscription(), name};
  };
  const auto profile = [&](const std::string& name) {
    return Changed{answer.mutable_billing_profile(), name};
  };
  const auto charge = [&](const std::string& name) {
    return Changed{answer.mutable_charge(), name};
  };
  const auto transfer = [&](const std::string& name) {
    return Changed{answer.mutable_transfer(), name};
  };
  switch (fact.data_case()) {
    case Event::kPolicyChanged:
    case Event::kBillingAccountUpdated:
    case Event::kRoleGranted:
    case Event::kRoleRevoked:
    case Event::kAdministratorChanged:
    case Event::kInvoicePaymentRequested:
    case Event::kInvoicePaymentApproved:
    case Event::kInvoicePaymentRejected:
      return account();
    case Event::kCardUpdated:
      return {answer.mutable_card(), fact.card_updated().card().name()};
    case Event::kActiveCardChanged:
      if (!MovesTheSelected(fact.active_card_changed())) break;
      return subscription(fact.active_card_changed().selected_subscription());
    case Event::kSubscriptionUpdated:
      return subscription(fact.subscription_updated().subscription().name());
    case Event::kBillingProfileChanged:
      return subscription(fact.billing_profile_changed().subscription());
    case Event::kSubscriptionDisabled:
      return subscription(fact.subscription_disabled().subscription());
    case Event::kSubscriptionCancelled:
      return subscription(fact.subscription_cancelled().subscription());
    case Event::kSubscriptionReactivated:
      return subscription(fact.subscription_reactivated().subscription());
    case Event::kSubscriptionDeleted:
      return subscription(fact.subscription_deleted().subscription());
    case Event::kPaymentMethodReplaced:
      return profile(fact.payment_method_replaced().billing_profile());
    case Event::kPaymentMethodDetached:
      return profile(fact.payment_method_detached().billing_profile());
    case Event::kSwitchedToInvoice:
      return fact.switched_to_invoice().subscription().empty()
                 ? profile(fact.switched_to_invoice().billing_profile())
                 : subscription(fact.switched_to_invoice().subscription());
    case Event::kPaymentSucceeded:
      return charge(fact.payment_succeeded().charge());
    case Event::kPaymentDeclined:
      return charge(fact.payment_declined().charge());
    case Event::kChargeVoided:
      return charge(fact.charge_voided().charge());
    case Event::kSubscriptionTransferredOut:
      return transfer(fact.subscription_transferred_out().transfer());
    case Event::kTransferDeclined:
      return transfer(fact.transfer_declined().transfer());
    case Event::kTransferCancelled:
      return transfer(fact.transfer_cancelled().transfer());
    case Event::kTransferExpired:
      return transfer(fact.transfer_expired().transfer());
    case Event::kBillingAccountCreated:
    case Event::kCardAdded:
    case Event::kCardRemoved:
    case Event::kSubscriptionCreated:
    case Event::kSubscriptionBecamePastDue:
    case Event::kSubscriptionBecameCurrent:
    case Event::kBillingProfileCreated:
    case Event::kChargeRecorded:
    case Event::kBalanceSettled:
    case Event::kTransferSent:
    case Event::kSubscriptionTransferredIn:
    case Event::kCommandRefused:
    case Event::kNothingChanged:
    case Event::DATA_NOT_SET:
      break;
  }
  return {};
}

// What no fact gives whole. Nothing else is copied: what a command makes is most of its answer.
storage::v1::Answer NotMade(const storage::v1::Answer& answer,
                            std::span<const Event* const> facts) {
  using storage::v1::Answer;
  const auto is_made = [facts](int field) {
    for (size_t i = 0; i < facts.size(); ++i) {
      if (IsAnswered(i, *facts[i]) && Makes(*facts[i], field)) return true;
    }
    return false;
  };
  Answer kept;
  if (answer.has_billing_account()) *kept.mutable_billing_account() = answer.billing_account();
  if (is_made(Answer::kCardFieldNumber)) {
    // Whether it is in use follows from the facts after it.
    if (answer.card().in_use()) kept.mutable_card()->set_in_use(true);
  } else {
    if (answer.has_card()) *kept.mutable_card() = answer.card();
    if (answer.has_personal()) *kept.mutable_personal() = answer.personal();
  }
  if (answer.has_subscription() && !is_made(Answer::kSubscriptionFieldNumber)) {
    *kept.mutable_subscription() = answer.subscription();
  }
  if (answer.has_billing_profile() && !is_made(Answer::kBillingProfileFieldNumber)) {
    *kept.mutable_billing_profile() = answer.billing_profile();
  }
  if (answer.has_charge() && !is_made(Answer::kChargeFieldNumber)) {
    *kept.mutable_charge() = answer.charge();
  }
  if (answer.has_transfer() && !is_made(Answer::kTransferFieldNumber)) {
    *kept.mutable_transfer() = answer.transfer();
  }
  return kept;
}

void FillMade(const storage::v1::Record& record, const Timestamp& time,
              storage::v1::Answer& answer) {
  Event fact = record.event();
  CompleteNewThing(time, fact);
  if (fact.has_card_added()) {
    const bool in_use = answer.card().in_use();
    answer.mutable_card()->Swap(fact.mutable_card_added()->mutable_card());
    answer.mutable_card()->set_in_use(in_use);
    if (record.has_personal()) *answer.mutable_personal() = record.personal();
  } else if (fact.has_subscription_created()) {
    answer.mutable_subscription()->Swap(
        fact.mutable_subscription_created()->mutable_subscription());
  } else if (fact.has_subscription_transferred_in()) {
    answer.mutable_subscription()->Swap(
        fact.mutable_subscription_transferred_in()->mutable_subscription());
  } else if (fact.has_billing_profile_created()) {
    answer.mutable_billing_profile()->Swap(
        fact.mutable_billing_profile_created()->mutable_billing_profile());
  } else if (fact.has_charge_recorded()) {
    answer.mutable_charge()->Swap(fact.mutable_charge_recorded()->mutable_charge());
  } else if (fact.has_transfer_sent()) {
    answer.mutable_transfer()->Swap(fact.mutable_transfer_sent()->mutable_transfer());
  }
}

// The sender's name of a transfer, in full when the command's first fact has it so.
std::string FullTransferName(std::span<const storage::v1::Record> records,
                             const std::string& name) {
  const Event& first = records.front().event();
  if (first.has_subscription_transferred_in())
    return first.subscription_transferred_in().transfer();
  if (first.has_transfer_declined()) return first.transfer_declined().transfer();
  return name;
}

void FillChanged(std::span<const storage::v1::Record> records, const storage::v1::Record& record,
                 const Timestamp& time, storage::v1::Answer& answer) {
  const Event& fact = record.event();
  const Changed changed = ChangedBy(fact, answer);
  if (changed.resource == nullptr) return;
  const bool is_transfer = changed.resource == &answer.transfer();
  SetString(*changed.resource, "name",
            is_transfer ? FullTransferName(records, changed.name) : changed.name);
  SetString(*changed.resource, "etag", kernel::EtagAt(fact.position()));
  if (const auto* update_time = UpdateTimeOf(*changed.resource)) {
    changed.resource->GetReflection()
        ->MutableMessage(changed.resource, update_time)
        ->CopyFrom(time);
  }
  if (fact.has_active_card_changed()) {
    answer.mutable_subscription()->set_card(fact.active_card_changed().card());
  }
}

}  // namespace

void AddLists(const Event& fact, storage::v1::Answer& answer) {
  if (fact.has_active_card_changed()) {
    for (const auto& move : fact.active_card_changed().moves()) {
      answer.add_moved_subscriptions(move.subscription());
    }
  } else if (fact.has_balance_settled()) {
    *answer.mutable_charges() = fact.balance_settled().charges();
  }
}

bool Makes(const Event& fact, int answer_field) {
  using storage::v1::Answer;
  switch (answer_field) {
    case Answer::kCardFieldNumber:
      return fact.has_card_added();
    case Answer::kSubscriptionFieldNumber:
      return fact.has_subscription_created() || fact.has_subscription_transferred_in();
    case Answer::kBillingProfileFieldNumber:
      return fact.has_billing_profile_created();
    case Answer::kChargeFieldNumber:
      return fact.has_charge_recorded();
    case Answer::kTransferFieldNumber:
      return fact.has_transfer_sent();
    default:
      return false;
  }
}

storage::v1::Answer Kept(const storage::v1::Answer& answer, std::span<const Event* const> facts) {
  storage::v1::Answer kept = NotMade(answer, facts);
  if (kept.has_billing_account()) kept.mutable_billing_account()->clear_roles();
  for (size_t i = 0; i < facts.size(); ++i) {
    if (!IsAnswered(i, *facts[i])) continue;
    const Changed changed = ChangedBy(*facts[i], kept);
    if (changed.resource == nullptr) continue;
    SetString(*changed.resource, "name", "");
    SetString(*changed.resource, "etag", "");
    if (const auto* update_time = UpdateTimeOf(*changed.resource)) {
      changed.resource->GetReflection()->ClearField(changed.resource, update_time);
    }
    if (facts[i]->has_active_card_changed()) kept.mutable_subscription()->clear_card();
  }
  return kept;
}

storage::v1::Answer Whole(storage::v1::Answer kept, std::span<const storage::v1::Record> records,
                          const StateReader& states) {
  const Timestamp time =
      TimeUtil::MicrosecondsToTimestamp(records.front().command().commit_time_us());
  for (size_t i = 0; i < records.size(); ++i) {
    AddLists(records[i].event(), kept);
    if (!IsAnswered(i, records[i].event())) continue;
    FillMade(records[i], time, kept);
    FillChanged(records, records[i], time, kept);
  }
  if (kept.has_billing_account()) {
    AddRoles(states.RoleBindingsAt(records.front().account(), records.back().event().position()),
             *kept.mutable_billing_account());
  }
  return kept;
}

}  // namespace billing::projections
