// What a caller's roles leave out of a message, told by the annotations of its fields.
#ifndef BILLING_SERVER_REDACTION_H_
#define BILLING_SERVER_REDACTION_H_

#include <string>
#include <vector>

#include "aggregates/judge/judge.h"
#include "google/protobuf/message.h"

namespace billing::server {

// Clears every vault secret and every bank's code that the sight does not reach, nested
// ones included, and gives their paths (`request.add_card.card.token`). Without
// `decline_detail`, a decline because the card was lost or stolen reads as one without a
// reason (DO_NOT_HONOR, SOFT): nobody may learn from us that a card was reported. That is
// not listed, or it would be told.
std::vector<std::string> Redact(google::protobuf::Message& message, const judge::Sight& sight);

}  // namespace billing::server

#endif  // BILLING_SERVER_REDACTION_H_
