// The fields of any message that name resources: those marked `(reference)` in
// billing/v1/annotations.proto, nested messages included.
#ifndef BILLING_PROJECTIONS_FOLD_REFERENCES_H_
#define BILLING_PROJECTIONS_FOLD_REFERENCES_H_

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace billing::projections {

bool IsReference(const google::protobuf::FieldDescriptor& field);

// The names in the message's reference fields, in field order; empty ones left out.
std::vector<std::string> ReferencesIn(const google::protobuf::Message& message);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLD_REFERENCES_H_
