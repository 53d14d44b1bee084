#include "server/engine/sealing.h"

namespace billing::server {
namespace {

storage::v1::SealedFields Under(eventstore::KeyRef key) {
  storage::v1::SealedFields sealed;
  sealed.set_slot(key.slot);
  sealed.set_generation(key.generation);
  return sealed;
}

}  // namespace

std::string HolderNameField(std::string_view card) { return std::string(card) + "/holder_name"; }

std::string BillingAddressField(std::string_view card) {
  return std::string(card) + "/billing_address";
}

absl::StatusOr<storage::v1::SealedFields> SealCardFields(const eventstore::Vault& vault,
                                                         eventstore::KeyRef key,
                                                         std::string_view card,
                                                         const request::Personal& personal) {
  if (!personal.has_card_fields()) return storage::v1::SealedFields();
  storage::v1::SealedFields sealed = Under(key);
  auto holder_name = vault.Seal(key, HolderNameField(card), personal.holder_name);
  if (!holder_name.ok()) return holder_name.status();
  sealed.set_holder_name(*std::move(holder_name));
  const auto& clear = personal.billing_address;
  auto address =
      vault.Seal(key, BillingAddressField(card), clear ? clear->SerializeAsString() : "");
  if (!address.ok()) return address.status();
  sealed.set_billing_address(*std::move(address));
  return sealed;
}

absl::StatusOr<storage::v1::SealedFields> SealReason(const eventstore::Vault& vault,
                                                     eventstore::KeyRef key,
                                                     std::string_view reason) {
  if (reason.empty()) return storage::v1::SealedFields();
  storage::v1::SealedFields sealed = Under(key);
  auto bytes = vault.Seal(key, kReasonField, reason);
  if (!bytes.ok()) return bytes.status();
  sealed.set_reason(*std::move(bytes));
  return sealed;
}

PersonalDigestInputs PersonalDigestInputsOf(const request::Personal& personal, bool has_facts) {
  std::string reason = request::ReasonDigestInput(personal);
  std::string card = request::CardDigestInput(personal);
  if (has_facts) return {std::move(reason), std::move(card)};
  return {reason + card, ""};
}

absl::StatusOr<std::string> DigestUnder(const eventstore::Vault& vault, eventstore::KeyRef key,
                                        std::string_view input) {
  if (input.empty()) return std::string();
  return vault.Digest(key, input);
}

}  // namespace billing::server
