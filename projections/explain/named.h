// What a refused request names. Internal to this room.
#ifndef BILLING_PROJECTIONS_EXPLAIN_NAMED_H_
#define BILLING_PROJECTIONS_EXPLAIN_NAMED_H_

#include <optional>
#include <string>

#include "billing/v1/billing_account.pb.h"
#include "billing/v1/command.pb.h"

namespace billing::projections {

// A role that the request grants or revokes.
struct NamedRole {
  std::string principal;
  billing::v1::Role role = billing::v1::ROLE_UNSPECIFIED;
  // Empty: on the whole account.
  std::string billing_profile;
};

// Names as stored: relative to the account of the stream, or full ones of other accounts. Empty
// where the request names none.
struct Named {
  // What the command is about; nothing when it makes something new. Empty: the account.
  std::optional<std::string> target = {};
  // That is to pay; not one that the request itself describes.
  std::string paying_card = {};
  std::string failed_card = {};
  std::string subscription = {};
  std::string billing_profile = {};
  std::string charge = {};
  std::string transfer = {};
  std::string processor_reference = {};
  std::optional<NamedRole> role = {};
};

Named NamedIn(const billing::v1::Command& request);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_EXPLAIN_NAMED_H_
