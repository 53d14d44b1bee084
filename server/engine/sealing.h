// Which field names are bound to which sealed bytes, and sealing them.
#ifndef BILLING_SERVER_ENGINE_SEALING_H_
#define BILLING_SERVER_ENGINE_SEALING_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "aggregates/request/request.h"
#include "billing/storage/v1/record.pb.h"
#include "eventstore/vault/vault.h"

namespace billing::server {

// The field that the bytes are bound to; `card` is a relative name, `cards/visa`.
std::string HolderNameField(std::string_view card);
std::string BillingAddressField(std::string_view card);
inline constexpr std::string_view kReasonField = "reason";

// Seals what is not empty. Nothing set but the key when both are empty: then the result
// is an empty message.
absl::StatusOr<storage::v1::SealedFields> SealCardFields(const eventstore::Vault& vault,
                                                         eventstore::KeyRef key,
                                                         std::string_view card,
                                                         const request::Personal& personal);
absl::StatusOr<storage::v1::SealedFields> SealReason(const eventstore::Vault& vault,
                                                     eventstore::KeyRef key,
                                                     std::string_view reason);

// What the two personal digests of a request cover: a success digests the reason under
// the account's key and the card's fields under the card's; anything else digests both
// under the account's.
struct PersonalDigestInputs {
  std::string account;
  std::string card;
};
PersonalDigestInputs PersonalDigestInputsOf(const request::Personal& personal, bool has_facts);

// Empty for an empty input.
absl::StatusOr<std::string> DigestUnder(const eventstore::Vault& vault, eventstore::KeyRef key,
                                        std::string_view input);

inline eventstore::KeyRef KeyOf(const storage::v1::SealedFields& sealed) {
  return {sealed.slot(), sealed.generation()};
}

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_SEALING_H_
