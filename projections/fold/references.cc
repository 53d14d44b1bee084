#include "projections/fold/references.h"

#include <algorithm>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "billing/v1/annotations.pb.h"

namespace billing::projections {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;

bool IsReference(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
         field.options().GetExtension(billing::v1::reference);
}

bool HoldsReferences(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         !ReferenceFieldsOf(*field.message_type()).empty();
}

// No message type of ours holds itself.
ReferenceFields Find(const Descriptor& type) {
  ReferenceFields fields;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const OneofDescriptor* choice = field->real_containing_oneof();
    if (IsReference(*field)) {
      fields.push_back({.field = field});
    } else if (HoldsReferences(*field)) {
      if (choice == nullptr) {
        fields.push_back({.field = field});
      } else if (std::ranges::find(fields, choice, &ReferenceField::choice) == fields.end()) {
        fields.push_back({.choice = choice});
      }
    }
  }
  return fields;
}

using Visit = absl::FunctionRef<void(const std::string&)>;

// Our strings are plain ones: a reference to one never needs `scratch`.
void VisitNames(const Message& message, const FieldDescriptor* field, Visit visit) {
  const Reflection& reflection = *message.GetReflection();
  std::string scratch;
  const auto take = [visit](const std::string& name) {
    if (!name.empty()) visit(name);
  };
  if (!field->is_repeated()) return take(reflection.GetStringReference(message, field, &scratch));
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    take(reflection.GetRepeatedStringReference(message, field, i, &scratch));
  }
}

void VisitNested(const Message& message, const FieldDescriptor* field, Visit visit) {
  const Reflection& reflection = *message.GetReflection();
  if (field->is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      VisitReferences(reflection.GetRepeatedMessage(message, field, i), visit);
    }
  } else if (reflection.HasField(message, field)) {
    VisitReferences(reflection.GetMessage(message, field), visit);
  }
}

}  // namespace

const ReferenceFields& ReferenceFieldsOf(const Descriptor& type) {
  // Asking a field for its options costs more than all else here.
  thread_local absl::flat_hash_map<const Descriptor*, std::unique_ptr<const ReferenceFields>> found;
  if (const auto known = found.find(&type); known != found.end()) return *known->second;
  auto fields = std::make_unique<const ReferenceFields>(Find(type));
  return *found.emplace(&type, std::move(fields)).first->second;
}

void VisitReferences(const Message& message, Visit visit) {
  const Reflection& reflection = *message.GetReflection();
  for (const ReferenceField& where : ReferenceFieldsOf(*message.GetDescriptor())) {
    if (where.is_name()) {
      VisitNames(message, where.field, visit);
    } else if (where.field != nullptr) {
      VisitNested(message, where.field, visit);
    } else if (const auto* chosen = reflection.GetOneofFieldDescriptor(message, where.choice);
               chosen != nullptr) {
      VisitReferences(reflection.GetMessage(message, chosen), visit);
    }
  }
}

std::vector<std::string> ReferencesIn(const Message& message) {
  std::vector<std::string> names;
  VisitReferences(message, [&names](const std::string& name) { names.push_back(name); });
  return names;
}

}  // namespace billing::projections
