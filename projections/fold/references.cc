#include "projections/fold/references.h"

#include "billing/v1/annotations.pb.h"

namespace billing::projections {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void Collect(const Message& message, std::vector<std::string>& names) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    if (IsReference(*field)) {
      for (int i = 0; i < count; ++i) {
        std::string name = field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                                : reflection.GetString(message, field);
        if (!name.empty()) names.push_back(std::move(name));
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      for (int i = 0; i < count; ++i) {
        Collect(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                     : reflection.GetMessage(message, field),
                names);
      }
    }
  }
}

}  // namespace

bool IsReference(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
         field.options().GetExtension(billing::v1::reference);
}

std::vector<std::string> ReferencesIn(const Message& message) {
  std::vector<std::string> names;
  Collect(message, names);
  return names;
}

}  // namespace billing::projections
