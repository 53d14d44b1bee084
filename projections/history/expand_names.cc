#include <algorithm>
#include <iterator>

#include "absl/container/flat_hash_map.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/names.h"
#include "billing/v1/common.pb.h"
#include "google/protobuf/descriptor.h"
#include "projections/fold/references.h"
#include "projections/history/history.h"

namespace billing::projections {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Fields that stand for an account, besides every `parent`: empty means the account of
// the log's stream.
constexpr std::string_view kAccountFields[] = {
    "billing.v1.AdministratorChanged.billing_account",
    "billing.v1.BillingAccount.name",
    "billing.v1.Blocker.subject",
    "billing.v1.DecideInvoicePaymentRequest.name",
    "billing.v1.GrantRoleRequest.name",
    "billing.v1.HandOverAdministratorRequest.name",
    "billing.v1.InvoicePaymentApproved.billing_account",
    "billing.v1.InvoicePaymentRejected.billing_account",
    "billing.v1.InvoicePaymentRequested.billing_account",
    "billing.v1.PolicyChanged.billing_account",
    "billing.v1.RequestInvoicePaymentRequest.name",
    "billing.v1.RevokeRoleRequest.name",
    "billing.v1.RoleGranted.billing_account",
    "billing.v1.RoleRevoked.billing_account",
    "billing.v1.SetPolicyRequest.name",
};

bool StandsForAccount(const FieldDescriptor& field) {
  // Every empty reference field is asked, and names are long.
  thread_local absl::flat_hash_map<const FieldDescriptor*, bool> known;
  const auto [stands, is_new] = known.try_emplace(&field);
  if (is_new) {
    stands->second =
        field.name() == "parent" ||
        std::ranges::find(kAccountFields, field.full_name()) != std::end(kAccountFields);
  }
  return stands->second;
}

std::string Expanded(const FieldDescriptor& field, const std::string& name,
                     std::string_view account_id) {
  if (name.empty() && StandsForAccount(field)) return kernel::AccountName(account_id);
  return kernel::FullName(account_id, name);
}

void ExpandReference(Message& message, const FieldDescriptor* field, std::string_view account_id) {
  const Reflection& reflection = *message.GetReflection();
  std::string scratch;
  if (field->is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      const std::string& name = reflection.GetRepeatedStringReference(message, field, i, &scratch);
      reflection.SetRepeatedString(&message, field, i, Expanded(*field, name, account_id));
    }
    return;
  }
  const std::string& name = reflection.GetStringReference(message, field, &scratch);
  if (name.empty() && !StandsForAccount(*field)) return;
  reflection.SetString(&message, field, Expanded(*field, name, account_id));
}

void ExpandNested(Message& message, const FieldDescriptor* field, std::string_view account_id) {
  const Reflection& reflection = *message.GetReflection();
  if (field->is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      ExpandNames(*reflection.MutableRepeatedMessage(&message, field, i), account_id);
    }
  } else if (reflection.HasField(message, field)) {
    ExpandNames(*reflection.MutableMessage(&message, field), account_id);
  }
}

}  // namespace

void ExpandNames(Message& message, std::string_view account_id) {
  const auto& descriptor = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  for (const ReferenceField& where : ReferenceFieldsOf(descriptor)) {
    if (where.is_name()) {
      ExpandReference(message, where.field, account_id);
    } else if (where.field != nullptr) {
      ExpandNested(message, where.field, account_id);
    } else if (const auto* chosen = reflection.GetOneofFieldDescriptor(message, where.choice)) {
      ExpandNames(*reflection.MutableMessage(&message, chosen), account_id);
    }
  }
  if (&descriptor == billing::v1::Blocker::descriptor()) {
    auto& blocker = static_cast<billing::v1::Blocker&>(message);
    if (blocker.remedy().empty()) {
      blocker.set_remedy(std::string(kernel::RemedyFor(blocker.type())));
    }
  }
}

}  // namespace billing::projections
