// The names of things, as values that cannot be wrong.
//
// Ids follow one shape everywhere: `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`. An id that a
// caller chooses for a new resource must also hold a letter and no run of 12 or more
// digits (hyphens not counted), unless it is a UUID: a card number must not become a
// name. Source: design page "The wire", Naming.
#ifndef BILLING_AGGREGATES_KERNEL_IDS_H_
#define BILLING_AGGREGATES_KERNEL_IDS_H_

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace billing::kernel {

// Whether `text` has the shape of an id.
bool IsId(std::string_view text);

// Whether a caller may give this id to a new resource; implies IsId.
bool IsChosenId(std::string_view text);

// Whether `text` is `(users|services)/[A-Za-z0-9._@+-]{1,128}`.
bool IsPrincipal(std::string_view text);

// A resource id of one kind. Immutable; cheap to copy when short.
template <class Tag>
class Id {
 public:
  // Nothing unless IsId(text).
  static std::optional<Id> Parse(std::string_view text) {
    if (!IsId(text)) return std::nullopt;
    return Id(std::string(text));
  }
  // For text that was parsed before it was stored: log records and rows.
  static Id FromStored(std::string text) { return Id(std::move(text)); }

  const std::string& value() const { return value_; }
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  explicit Id(std::string value) : value_(std::move(value)) {}
  std::string value_;
};

using AccountId = Id<struct AccountTag>;
using CardId = Id<struct CardTag>;
using SubscriptionId = Id<struct SubscriptionTag>;
using BillingProfileId = Id<struct BillingProfileTag>;
using ChargeId = Id<struct ChargeTag>;
using TransferId = Id<struct TransferTag>;

// The server's own caller for what falls due. Lives inside the server only: no credential,
// header or request may name it. Source: design page "The domain", Who may.
inline constexpr std::string_view kScheduler = "services/scheduler";

// Who calls: `users/alice`, `services/checkout`.
class Principal {
 public:
  static std::optional<Principal> Parse(std::string_view text) {
    if (!IsPrincipal(text)) return std::nullopt;
    return Principal(std::string(text));
  }
  static Principal FromStored(std::string text) { return Principal(std::move(text)); }

  const std::string& value() const { return value_; }
  bool is_user() const { return value_.starts_with("users/"); }
  friend auto operator<=>(const Principal&, const Principal&) = default;

 private:
  explicit Principal(std::string value) : value_(std::move(value)) {}
  std::string value_;
};

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_IDS_H_
