// The fields of any message that name resources: those marked `(reference)` in
// billing/v1/annotations.proto, nested messages included.
#ifndef BILLING_PROJECTIONS_FOLD_REFERENCES_H_
#define BILLING_PROJECTIONS_FOLD_REFERENCES_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace billing::projections {

// Where a message of one type may hold references, in field order. Of a `oneof` of messages,
// which may have many, only the one that is set need be looked at.
struct ReferenceField {
  // A string, or a message that holds references at some depth; null when it is a choice.
  const google::protobuf::FieldDescriptor* field = nullptr;
  const google::protobuf::OneofDescriptor* choice = nullptr;

  bool is_name() const {
    return field != nullptr &&
           field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING;
  }
};
using ReferenceFields = std::vector<ReferenceField>;
// Found out once for each type in each thread. Lives as long as the thread. Thread-safe.
const ReferenceFields& ReferenceFieldsOf(const google::protobuf::Descriptor& type);

// Visits the names in the message's reference fields, in field order; empty ones left out. They
// are the message's own.
void VisitReferences(const google::protobuf::Message& message,
                     absl::FunctionRef<void(const std::string& name)> visit);
// The same names.
std::vector<std::string> ReferencesIn(const google::protobuf::Message& message);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_REFERENCES_H_
