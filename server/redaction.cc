#include "server/redaction.h"

#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "billing/v1/annotations.pb.h"
#include "billing/v1/card.pb.h"
#include "billing/v1/charge.pb.h"
#include "google/protobuf/descriptor.h"

namespace billing::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// What there may be to hide in messages of a type; most of their fields are of no interest.
struct Plan {
  enum class What { kNeverShown, kVaultSecret, kDeclineDetail, kInside };
  struct Step {
    const FieldDescriptor* field = nullptr;
    What what = What::kInside;
    // For kInside: that of the field's type.
    const Plan* inside = nullptr;
  };

  // A type that holds itself has to be looked into while its plan is being made.
  bool IsEmpty() const { return made && steps.empty() && reasons.empty(); }

  bool made = false;
  // In the order of the fields.
  std::vector<Step> steps;
  // A reason stands beside its kind in whatever message has one.
  std::vector<const FieldDescriptor*> reasons;
  std::vector<const FieldDescriptor*> kinds;
};

// The fingerprint is for telling cards apart inside the server; nobody is shown it.
bool IsNeverShown(const FieldDescriptor& field) {
  return field.containing_type() == billing::v1::Card::descriptor() &&
         field.number() == billing::v1::Card::kFingerprintFieldNumber;
}

// The plans of all types that were asked for: reading the annotations costs far more than
// redacting. Thread-safe.
class Plans {
 public:
  const Plan& Of(const Descriptor& type) {
    const std::lock_guard lock(mutex_);
    return Make(type);
  }

 private:
  const Plan& Make(const Descriptor& type) {
    const auto [found, is_new] = plans_.try_emplace(&type);
    Plan& plan = found->second;
    if (!is_new) return plan;
    for (int i = 0; i < type.field_count(); ++i) AddField(*type.field(i), plan);
    plan.made = true;
    return plan;
  }

  void AddField(const FieldDescriptor& field, Plan& plan) {
    const auto& options = field.options();
    if (IsNeverShown(field)) {
      plan.steps.push_back({&field, Plan::What::kNeverShown});
    } else if (options.GetExtension(billing::v1::vault_secret)) {
      plan.steps.push_back({&field, Plan::What::kVaultSecret});
    } else if (options.GetExtension(billing::v1::decline_detail)) {
      plan.steps.push_back({&field, Plan::What::kDeclineDetail});
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_map()) {
      const Plan& inside = Make(*field.message_type());
      if (!inside.IsEmpty()) plan.steps.push_back({&field, Plan::What::kInside, &inside});
    } else if (field.enum_type() == billing::v1::DeclineReason_descriptor() &&
               !field.is_repeated()) {
      plan.reasons.push_back(&field);
    } else if (field.enum_type() == billing::v1::DeclineKind_descriptor() && !field.is_repeated()) {
      plan.kinds.push_back(&field);
    }
  }

  std::mutex mutex_;
  // Where a plan is never changes.
  std::map<const Descriptor*, Plan> plans_;
};

const Plan& PlanOf(const Descriptor& type) {
  static Plans plans;
  return plans.Of(type);
}

class Redactor {
 public:
  explicit Redactor(const judge::Sight& sight) : sight_(sight) {}

  void Visit(Message& message, const Plan& plan, const std::string& prefix) {
    const Reflection& reflection = *message.GetReflection();
    for (const Plan::Step& step : plan.steps) {
      const FieldDescriptor& field = *step.field;
      if (step.what == Plan::What::kInside) {
        VisitInside(message, field, *step.inside, prefix);
      } else if (IsHidden(step.what) && IsSet(message, field)) {
        reflection.ClearField(&message, &field);
        paths_.push_back(prefix + field.name());
      }
    }
    if (!sight_.decline_detail) HideLostCard(message, plan);
  }

  std::vector<std::string> Take() && { return std::move(paths_); }

 private:
  bool IsHidden(Plan::What what) const {
    switch (what) {
      case Plan::What::kNeverShown:
        return true;
      case Plan::What::kVaultSecret:
        return !sight_.vault_token;
      case Plan::What::kDeclineDetail:
        return !sight_.decline_detail;
      case Plan::What::kInside:
        break;
    }
    return false;
  }

  static bool IsSet(const Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                               : reflection.HasField(message, &field);
  }

  void VisitInside(Message& message, const FieldDescriptor& field, const Plan& plan,
                   const std::string& prefix) {
    if (!IsSet(message, field)) return;
    const Reflection& reflection = *message.GetReflection();
    const std::string path = absl::StrCat(prefix, field.name(), ".");
    if (!field.is_repeated()) {
      return Visit(*reflection.MutableMessage(&message, &field), plan, path);
    }
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      Visit(*reflection.MutableRepeatedMessage(&message, &field, i), plan, path);
    }
  }

  static void HideLostCard(Message& message, const Plan& plan) {
    const Reflection& reflection = *message.GetReflection();
    bool hidden = false;
    for (const FieldDescriptor* field : plan.reasons) {
      if (reflection.GetEnumValue(message, field) !=
          billing::v1::DECLINE_REASON_CARD_LOST_OR_STOLEN) {
        continue;
      }
      reflection.SetEnumValue(&message, field, billing::v1::DECLINE_REASON_DO_NOT_HONOR);
      hidden = true;
    }
    if (!hidden) return;
    for (const FieldDescriptor* field : plan.kinds) {
      if (IsSet(message, *field)) {
        reflection.SetEnumValue(&message, field, billing::v1::DECLINE_KIND_SOFT);
      }
    }
  }

  const judge::Sight& sight_;
  std::vector<std::string> paths_;
};

}  // namespace

std::vector<std::string> Redact(Message& message, const judge::Sight& sight) {
  Redactor redactor(sight);
  redactor.Visit(message, PlanOf(*message.GetDescriptor()), "");
  return std::move(redactor).Take();
}

}  // namespace billing::server
