// What can be told of a message's bytes without parsing them into it: for requests that
// are refused before they are one.
#ifndef BILLING_SERVER_CALLS_WIRE_FIELDS_H_
#define BILLING_SERVER_CALLS_WIRE_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/zero_copy_stream.h"

namespace billing::server {

// The path of the field that takes the most bytes, all its values together
// (`card.holder_name`, `update_mask.paths`); empty when that is none of the message's own.
// Looks at a bounded number of fields from the start, so that the answer costs little
// whatever the bytes are.
std::string LargestField(const google::protobuf::Descriptor& type,
                         google::protobuf::io::ZeroCopyInputStream& bytes);

// The paths of the strings that are not UTF-8, in their order and each once, at most
// `count_max`, before the bytes stop making sense. Values of a repeated field are numbered:
// `types[2]`.
std::vector<std::string> BadStrings(const google::protobuf::Descriptor& type,
                                    google::protobuf::io::ZeroCopyInputStream& bytes,
                                    size_t count_max);

// The number in the message's own field, the last one given, before the bytes stop making
// sense; nothing where there is none.
std::optional<uint64_t> NumberIn(int field_number,
                                 google::protobuf::io::ZeroCopyInputStream& bytes);

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_WIRE_FIELDS_H_
