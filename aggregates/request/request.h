// The wire's requests: checked and turned into commands once, at the edge; the same
// code reads them back from the log for the auditor.
//
// Three forms of one request:
//   wire     what the client sent
//   decided  checked and canonical: names relative to the account, ids that the server
//            made filled in, personal and common fields (request_id, validate_only,
//            reason) left out, output-only fields dropped, etag kept
//   stored   decided, without what the command's facts repeat
#ifndef BILLING_AGGREGATES_REQUEST_REQUEST_H_
#define BILLING_AGGREGATES_REQUEST_REQUEST_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "aggregates/judge/command.h"
#include "billing/v1/command.pb.h"
#include "billing/v1/common.pb.h"
#include "billing/v1/event.pb.h"

namespace billing::request {

// One bad field. The description never repeats a value that could hold a card number.
struct Violation {
  std::string field;        // `card.expiry.month`
  std::string description;  // what is wrong and what would be right
};

// Personal fields of a request, in clear: sealed before anything is stored.
struct Personal {
  std::string holder_name = {};
  // Not an empty one.
  std::optional<billing::v1::PostalAddress> billing_address = {};
  std::string reason = {};
  bool has_card_fields() const { return !holder_name.empty() || billing_address.has_value(); }
};

struct Request {
  judge::Command command;
  billing::v1::Command decided;
  // The id of the new resource was empty in the request and is `fresh_id`.
  bool id_generated = false;
  Personal personal;
  // 16 bytes of the UUID; empty: none given.
  std::string request_id;
  bool validate_only = false;
};

// Checks every field. `fresh_id` is a UUIDv7 in text, used when the request leaves the
// id of a new resource to the server; `now` bounds how far ahead a card may expire. On
// bad input: every violation found, one per bad field.
std::variant<Request, std::vector<Violation>> Parse(const billing::v1::Command& wire,
                                                    const std::string& fresh_id,
                                                    kernel::Instant now);

// The same of a request that was read back from the log (Restored), whose names are those of the
// log: relative to `account`, or full. Every check is Parse's, and what it gives is what Parse
// gives of the request with full names. `account` is empty, or not an id, when nothing in the log
// says which it is: then no relative name is one.
std::variant<Request, std::vector<Violation>> ParseRestored(const billing::v1::Command& restored,
                                                            std::string_view account,
                                                            kernel::Instant now);

// The command that a decided request means, in its account. A well-formed name of
// another account's card, subscription or profile stays a full name in the decided
// request and becomes an id that no row has (ids hold no `/`): inside an account what
// belongs to another one is simply not found.
// REQUIRES: `decided` came from Parse or Restored.
judge::Command CommandOf(const billing::v1::Command& decided, const kernel::AccountId& account);

// `AddCard`, the RPC's name.
std::string NameOf(const billing::v1::Command& command);

// Relative paths of the personal fields that the request held: `card.holder_name`…
std::vector<std::string> PersonalPaths(const billing::v1::Command& decided,
                                       const Personal& personal);

// Decided → stored and back. `facts` are the command's facts, in log form.
billing::v1::Command Stored(const billing::v1::Command& decided,
                            std::span<const billing::v1::Event* const> facts);
billing::v1::Command Restored(billing::v1::Command stored,
                              std::span<const billing::v1::Event* const> facts);

// What a request's digest covers: the bytes of SHA-256's input for the clear fields (a
// generated id left out), and of the two HMACs' inputs (empty when there is nothing).
// `account` is the account that the command is about: a decided request does not name it,
// and the same words about another account are another request.
std::string ClearDigestInput(const billing::v1::Command& decided, const kernel::AccountId& account,
                             bool id_generated);
std::string CardDigestInput(const Personal& personal);
std::string ReasonDigestInput(const Personal& personal);

}  // namespace billing::request

#endif  // BILLING_AGGREGATES_REQUEST_REQUEST_H_
