// Keys of roles, transfers and deadlines.
#include <cassert>
#include <optional>

#include "projections/state/key_builder.h"
#include "projections/state/keys.h"

namespace billing::projections::keys {
namespace {

constexpr char kGranted = '+';
constexpr char kRevoked = '-';

// The text up to its end, which is taken off as well.
std::string_view TakeText(std::string_view& rest) {
  const size_t end = rest.find('\0');
  assert(end != std::string_view::npos);
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return text;
}

}  // namespace

Key Role(AccountNumber number, const account::RoleBinding& binding) {
  return KeyBuilder(View::kRole)
      .Number(number)
      .Text(binding.principal.value())
      .EndOfText()
      .Text(binding.billing_profile ? std::string_view(binding.billing_profile->value())
                                    : std::string_view())
      .EndOfText()
      .Class(binding.role)
      .Done();
}

Key RoleChange(AccountNumber number, uint64_t position) {
  return KeyBuilder(View::kRoleChange).Number(number).Position(position).Done();
}

std::string RoleChangeValue(const account::RoleBinding& binding, bool granted) {
  const std::string role = Role(0, binding);
  return (granted ? kGranted : kRevoked) + role.substr(RolesPrefix(0).size());
}

std::pair<std::string_view, bool> ParseRoleChange(std::string_view value) {
  return {value.substr(1), value.front() == kGranted};
}

std::string RolesPrefix(AccountNumber number) {
  return KeyBuilder(View::kRole).Number(number).Done();
}

std::string RolesPrefix(AccountNumber number, const kernel::Principal& principal) {
  return KeyBuilder(View::kRole).Number(number).Text(principal.value()).EndOfText().Done();
}

account::RoleBinding ParseRole(std::string_view rest) {
  auto principal = kernel::Principal::FromStored(std::string(TakeText(rest)));
  const std::string_view profile = TakeText(rest);
  assert(rest.size() == 1);
  account::RoleBinding binding{.principal = std::move(principal),
                               .role = static_cast<billing::v1::Role>(rest.front())};
  if (!profile.empty()) {
    binding.billing_profile = kernel::BillingProfileId::FromStored(std::string(profile));
  }
  return binding;
}

Key Transfer(AccountNumber number, std::string_view transfer_id) {
  return KeyBuilder(View::kTransfer).Number(number).Text(transfer_id).Done();
}

std::string ReceivedPrefix(std::string_view receiver_id) {
  return KeyBuilder(View::kReceivedTransfer).Text(receiver_id).EndOfText().Done();
}

Key ReceivedTransfer(std::string_view receiver_id, AccountNumber sender,
                     std::string_view transfer_id) {
  return KeyBuilder(View::kReceivedTransfer)
      .Text(receiver_id)
      .EndOfText()
      .Number(sender)
      .Text(transfer_id)
      .Done();
}

StateReader::ReceivedTransfer ParseReceived(std::string_view rest) {
  return {.sender = ParseBigEndian(rest.substr(0, kNumberBytes)),
          .transfer = kernel::TransferId::FromStored(std::string(rest.substr(kNumberBytes)))};
}

Key Deadline(const StateReader::Deadline& deadline) {
  return KeyBuilder(View::kDeadline)
      .Position(static_cast<uint64_t>(deadline.at.us))
      .Number(deadline.account)
      .Text(deadline.name)
      .Done();
}

KeyRange DeadlinesUntil(kernel::Instant now) {
  return {KeyBuilder(View::kDeadline).Done(),
          KeyBuilder(View::kDeadline).Position(static_cast<uint64_t>(now.us) + 1).Done()};
}

StateReader::Deadline ParseDeadline(std::string_view key) {
  key.remove_prefix(kHeadBytes);
  return {.at = {static_cast<int64_t>(ParseBigEndian(key.substr(0, kPositionBytes)))},
          .account = ParseBigEndian(key.substr(kPositionBytes, kNumberBytes)),
          .name = std::string(key.substr(kPositionBytes + kNumberBytes))};
}

}  // namespace billing::projections::keys
