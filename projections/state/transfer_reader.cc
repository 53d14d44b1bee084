// Roles, transfers and deadlines.
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "projections/state/keys.h"
#include "projections/state/row_codec.h"
#include "projections/state/scan.h"
#include "projections/state/state_reader.h"

namespace billing::projections {
namespace {

// HeldRoles and HeldRoles::OnProfile have the same three.
template <class Roles>
void Add(billing::v1::Role role, Roles& roles) {
  if (role == billing::v1::ROLE_OWNER) roles.owner = true;
  if (role == billing::v1::ROLE_CONTRIBUTOR) roles.contributor = true;
  if (role == billing::v1::ROLE_READER) roles.reader = true;
}

StateReader::ReceivedTransfer WithSubscription(StateReader::ReceivedTransfer transfer,
                                               std::string_view value) {
  if (!value.empty()) {
    transfer.to_subscription = kernel::SubscriptionId::FromStored(std::string(value));
  }
  return transfer;
}

}  // namespace

bool StateReader::HasRole(AccountNumber number, const account::RoleBinding& binding) const {
  return rows_.Get(keys::Role(number, binding)).has_value();
}

HeldRoles StateReader::RolesOf(AccountNumber number, const kernel::Principal& principal) const {
  HeldRoles roles;
  const size_t common = keys::RolesPrefix(number).size();
  rows_.Scan(KeysWithPrefix(keys::RolesPrefix(number, principal)), Order::kAscending,
             [&](std::string_view key, std::string_view) {
               const auto binding = keys::ParseRole(key.substr(common));
               if (binding.billing_profile) {
                 Add(binding.role, roles.profiles[*binding.billing_profile]);
               } else {
                 Add(binding.role, roles);
               }
               return true;
             });
  return roles;
}

std::vector<account::RoleBinding> StateReader::RoleBindings(AccountNumber number) const {
  std::vector<account::RoleBinding> bindings;
  ScanPage(
      rows_, keys::RolesPrefix(number), "", account::kRoleBindingsMax,
      [&](std::string_view rest, std::string_view) { bindings.push_back(keys::ParseRole(rest)); });
  return bindings;
}

std::vector<account::RoleBinding> StateReader::RoleBindingsAt(AccountNumber number,
                                                              uint64_t position) const {
  // In the order of their rows.
  std::set<std::string, std::less<>> held;
  rows_.Scan({keys::RoleChange(number, 0), keys::RoleChange(number, position + 1)},
             Order::kAscending, [&](std::string_view, std::string_view value) {
               const auto [role, granted] = keys::ParseRoleChange(value);
               granted ? void(held.emplace(role)) : void(held.erase(held.find(role)));
               return true;
             });
  std::vector<account::RoleBinding> bindings;
  for (const std::string& role : held) bindings.push_back(keys::ParseRole(role));
  return bindings;
}

std::optional<transfer::TransferState> StateReader::Transfer(AccountNumber number,
                                                             const kernel::TransferId& id) const {
  return StateAt(rows_, keys::Transfer(number, id.value()), DecodeTransfer);
}

std::vector<std::pair<kernel::TransferId, transfer::TransferState>> StateReader::Transfers(
    AccountNumber number, std::string_view after, size_t limit) const {
  return StatesIn<kernel::TransferId>(rows_, keys::Transfer(number, ""), after, limit,
                                      DecodeTransfer);
}

std::vector<StateReader::ReceivedTransfer> StateReader::ReceivedTransfers(
    const kernel::AccountId& receiver, const ReceivedTransfer* after, size_t limit) const {
  std::vector<ReceivedTransfer> transfers;
  if (limit == 0) return transfers;
  const std::string prefix = keys::ReceivedPrefix(receiver.value());
  KeyRange range = KeysWithPrefix(prefix);
  if (after != nullptr) {
    // The smallest key after this one.
    range.begin = keys::ReceivedTransfer(receiver.value(), after->sender, after->transfer.value());
    range.begin.push_back('\0');
  }
  rows_.Scan(range, Order::kAscending, [&](std::string_view key, std::string_view value) {
    transfers.push_back(WithSubscription(keys::ParseReceived(key.substr(prefix.size())), value));
    return transfers.size() < limit;
  });
  return transfers;
}

std::optional<StateReader::ReceivedTransfer> StateReader::Received(
    const kernel::AccountId& receiver, AccountNumber sender,
    const kernel::TransferId& transfer) const {
  const auto value = rows_.Get(keys::ReceivedTransfer(receiver.value(), sender, transfer.value()));
  if (!value) return std::nullopt;
  return WithSubscription({.sender = sender, .transfer = transfer}, *value);
}

std::vector<StateReader::Deadline> StateReader::Due(kernel::Instant now, const Deadline* after,
                                                    size_t limit) const {
  std::vector<Deadline> due;
  if (limit == 0) return due;
  KeyRange range = keys::DeadlinesUntil(now);
  if (after != nullptr) {
    range.begin = keys::Deadline(*after);
    range.begin.push_back('\0');
    if (range.begin >= range.end) return due;
  }
  rows_.Scan(range, Order::kAscending, [&](std::string_view key, std::string_view) {
    due.push_back(keys::ParseDeadline(key));
    return due.size() < limit;
  });
  return due;
}

}  // namespace billing::projections
