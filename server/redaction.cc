#include "server/redaction.h"

#include "absl/strings/str_cat.h"
#include "billing/v1/annotations.pb.h"
#include "billing/v1/card.pb.h"
#include "billing/v1/charge.pb.h"
#include "google/protobuf/descriptor.h"

namespace billing::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The fingerprint is for telling cards apart inside the server; nobody is shown it.
bool IsNeverShown(const FieldDescriptor& field) {
  return field.containing_type() == billing::v1::Card::descriptor() &&
         field.number() == billing::v1::Card::kFingerprintFieldNumber;
}

bool IsHidden(const FieldDescriptor& field, const judge::Sight& sight) {
  const auto& options = field.options();
  if (options.GetExtension(billing::v1::vault_secret)) {
    return !sight.vault_token || IsNeverShown(field);
  }
  return options.GetExtension(billing::v1::decline_detail) && !sight.decline_detail;
}

class Redactor {
 public:
  explicit Redactor(const judge::Sight& sight) : sight_(sight) {}

  void Visit(Message& message, const std::string& prefix) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) VisitField(message, *field, prefix);
    if (!sight_.decline_detail) HideLostCard(message, fields);
  }

  std::vector<std::string> Take() && { return std::move(paths_); }

 private:
  void VisitField(Message& message, const FieldDescriptor& field, const std::string& prefix) {
    const Reflection& reflection = *message.GetReflection();
    if (IsHidden(field, sight_)) {
      reflection.ClearField(&message, &field);
      paths_.push_back(prefix + field.name());
    } else if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field.is_map()) {
      return;
    } else if (!field.is_repeated()) {
      Visit(*reflection.MutableMessage(&message, &field), absl::StrCat(prefix, field.name(), "."));
    } else {
      for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
        Visit(*reflection.MutableRepeatedMessage(&message, &field, i),
              absl::StrCat(prefix, field.name(), "."));
      }
    }
  }

  // A reason stands beside its kind in whatever message has one.
  static void HideLostCard(Message& message, const std::vector<const FieldDescriptor*>& fields) {
    const Reflection& reflection = *message.GetReflection();
    bool hidden = false;
    for (const FieldDescriptor* field : fields) {
      if (field->enum_type() != billing::v1::DeclineReason_descriptor() || field->is_repeated() ||
          reflection.GetEnumValue(message, field) !=
              billing::v1::DECLINE_REASON_CARD_LOST_OR_STOLEN) {
        continue;
      }
      reflection.SetEnumValue(&message, field, billing::v1::DECLINE_REASON_DO_NOT_HONOR);
      hidden = true;
    }
    if (!hidden) return;
    for (const FieldDescriptor* field : fields) {
      if (field->enum_type() == billing::v1::DeclineKind_descriptor() && !field->is_repeated()) {
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
  redactor.Visit(message, "");
  return std::move(redactor).Take();
}

}  // namespace billing::server
