// What makes a field of a request well-formed, said once for commands and reads.
#ifndef BILLING_AGGREGATES_REQUEST_FIELD_CHECKS_H_
#define BILLING_AGGREGATES_REQUEST_FIELD_CHECKS_H_

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/money.h"
#include "aggregates/kernel/names.h"
#include "aggregates/kernel/time.h"
#include "aggregates/request/request.h"
#include "billing/v1/billing_account.pb.h"
#include "billing/v1/common.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/type/money.pb.h"

namespace billing::request {

// Bounds of free text, in characters (code points).
inline constexpr size_t kNameCharactersMax = 200;
inline constexpr size_t kReasonCharactersMax = 500;
inline constexpr int kExpiryYearsAheadMax = 20;

// Stands among kernel's collections for the account itself, which is in none.
inline constexpr std::string_view kTheAccount;

inline constexpr std::string_view kIsRequired = "is required";
inline constexpr std::string_view kNoCardNumber = "must not hold a card number";

// A field of a request: its path in the proto's own names, and its text.
struct Field {
  std::string_view path;
  std::string_view value;
};

// Collects violations, at most one for each field. A check adds those of its own field, or of
// each bad field of the message that it checks, and never repeats a value. Not thread-safe.
class FieldChecks {
 public:
  // Of what a client says.
  FieldChecks() = default;
  // Of what the log of this account says: a name that is not full is relative to it, and an
  // empty one that may be an account's is its own.
  explicit FieldChecks(std::optional<kernel::AccountId> home) : home_(std::move(home)) {}

  // Of several for one field the first stays.
  void Add(std::string_view path, std::string_view description);
  bool ok() const { return violations_.empty(); }
  const std::vector<Violation>& violations() const { return violations_; }
  std::vector<Violation> Take() && { return std::move(violations_); }

  // Full names, required. `collection` is one of kernel's, e.g. kernel::kCards.
  std::optional<kernel::AccountId> Account(Field name);
  std::optional<kernel::ResourceName> Resource(Field name, std::string_view collection) {
    return Resource(name, {collection});
  }
  // Of any of these kinds, kTheAccount among them perhaps.
  std::optional<kernel::ResourceName> Resource(Field name,
                                               std::initializer_list<std::string_view> collections);
  // Another account's: in full in the log, too.
  void OtherAccount(Field name);
  // The name in full, whichever it is.
  std::string InFull(std::string_view name) const;

  // The id that a caller gives to a new resource; empty: the server makes one.
  void ChosenId(Field id);
  void Principal(Field principal);
  // The 16 bytes of a UUID; empty when none is given, or a bad one.
  std::string RequestId(Field id);
  // Empty, or an etag as kernel::EtagAt spells it; gives back what may be kept of it.
  std::string Etag(Field etag);
  // On commands that are not about one existing resource.
  void NoEtag(Field etag);

  // Free text of one line: no control characters, not only spaces, no card number; may be
  // empty.
  void Line(Field text, size_t characters_max);
  // The same, but line breaks and tabs are fine; gives back what may be kept of it: of a blank
  // one nothing, for it says nothing.
  std::string Prose(Field text, size_t characters_max);
  void Address(std::string_view path, const billing::v1::PostalAddress& address);

  // A vault token or fingerprint: `[A-Za-z0-9._:-]{8,128}`, at least one letter.
  void VaultReference(Field reference);
  void LastFour(Field digits);
  void Country(Field code);
  void Currency(Field code);
  void Expiry(std::string_view path, const billing::v1::YearMonth& expiry, kernel::Instant now);
  void Policy(std::string_view path, const billing::v1::Policy& policy);

  // An amount of money that can be paid, in its one spelling; empty when it is none.
  google::type::Money Money(std::string_view path, const google::type::Money& money);
  // A time in the years 2000 to 2199, cut to whole microseconds; empty when it is none.
  google::protobuf::Timestamp Time(std::string_view path, const google::protobuf::Timestamp& time);
  // A code of the bank or the processor: `[A-Za-z0-9._-]{0,32}`, no card number anywhere.
  void ProcessorCode(Field code);
  // Required: `[A-Za-z0-9._:-]{1,128}`, as a whole no card number.
  void ProcessorReference(Field reference);

  // The mask's paths, each once, in the order of `legal`: at least one, each legal.
  std::vector<std::string> Mask(const google::protobuf::FieldMask& mask,
                                std::span<const std::string_view> legal);

  // An enum value that the proto names; zero (unspecified) only when it is optional.
  enum class Need { kRequired, kOptional };
  template <class Enum>
  void KnownValue(std::string_view path, Enum value, bool (*is_known)(int), Need need) {
    const bool given = static_cast<int>(value) != 0;
    if (!given && need == Need::kRequired) return Add(path, kIsRequired);
    if (!is_known(static_cast<int>(value))) Add(path, "must be one of the values that are defined");
  }

 private:
  enum class Shape { kLine, kProse };
  void Text(Field text, size_t characters_max, Shape shape);
  // All of them, each with a line break.
  std::string AddressLines(const std::string& path, const billing::v1::PostalAddress& address);
  void HoldingStates(std::string_view path, const billing::v1::Policy& policy);
  // `resource` is what the name was read as.
  std::optional<kernel::ResourceName> Checked(Field name,
                                              std::optional<kernel::ResourceName> resource,
                                              std::initializer_list<std::string_view> collections);

  std::optional<kernel::AccountId> home_;
  std::vector<Violation> violations_;
};

}  // namespace billing::request

#endif  // BILLING_AGGREGATES_REQUEST_FIELD_CHECKS_H_
