#include "tests/projections/account_lines.h"

#include <gtest/gtest.h>

#include "aggregates/kernel/names.h"
#include "projections/history/history.h"
#include "projections/resources/resources.h"

namespace billing::projections {
namespace {

constexpr size_t kAll = 100'000;

// A resource in words, names expanded.
template <class Message>
std::string Line(Message message, const std::string& owner) {
  ExpandNames(message, owner);
  return message.ShortDebugString();
}

std::string Line(const AccountPart& part) {
  using Response = billing::v1::GetAccountStateResponse;
  const Response& message = part.message;
  const std::string& owner = part.owner.value();
  switch (message.part_case()) {
    case Response::kBillingAccount:
      return Line(message.billing_account(), owner);
    case Response::kCard:
      return Line(message.card(), owner) + part.personal.ShortDebugString();
    case Response::kSubscription:
      return Line(message.subscription(), owner);
    case Response::kBillingProfile:
      return Line(message.billing_profile(), owner);
    case Response::kCharge:
      return Line(message.charge(), owner);
    case Response::kTransfer:
      return Line(message.transfer(), owner);
    case Response::PART_NOT_SET:
      break;
  }
  return "no part";
}

// Those that the account ended, by sender and id.
void AddReceived(const StateReader& states, const kernel::AccountId& receiver, kernel::Instant now,
                 std::vector<std::string>& lines) {
  for (const auto& received : states.ReceivedTransfers(receiver, nullptr, kAll)) {
    const auto state = states.Transfer(received.sender, received.transfer);
    if (state->state != billing::v1::TRANSFER_STATE_ACCEPTED &&
        state->state != billing::v1::TRANSFER_STATE_DECLINED) {
      continue;
    }
    billing::v1::Transfer transfer = ToMessage(received.transfer, *state, now);
    if (received.to_subscription) {
      transfer.set_to_subscription(
          kernel::FullName(receiver.value(), kernel::Relative(*received.to_subscription)));
    }
    lines.push_back(Line(transfer, states.Account(received.sender)->id.value()));
  }
}

}  // namespace

std::vector<std::string> LinesOf(const AccountState& state, kernel::Instant now) {
  std::vector<std::string> lines;
  AccountParts parts(state, now);
  for (;;) {
    const auto part = parts.Next();
    EXPECT_TRUE(part.ok()) << part.status();
    if (!part.ok() || !*part) return lines;
    lines.push_back(Line(**part));
  }
}

std::vector<std::string> LinesIn(const RowReader& rows, AccountNumber number, kernel::Instant now) {
  const StateReader states(rows);
  const auto account = states.Account(number).value();
  const std::string& id = account.id.value();
  std::vector<std::string> lines = {Line(ToMessage(account, states.RoleBindings(number)), id)};
  for (const auto& [card, state] : states.Cards(number, "", kAll)) {
    lines.push_back(Line(ToMessage(card, state, account.policy, now), id) +
                    state.personal.ShortDebugString());
  }
  for (const auto& [subscription, state] : states.Subscriptions(number, "", kAll)) {
    lines.push_back(Line(ToMessage(subscription, state), id));
  }
  for (const auto& [profile, state] : states.BillingProfiles(number, "", kAll)) {
    lines.push_back(Line(ToMessage(profile, state), id));
  }
  for (const auto& [charge, state] : states.Charges(number, "", kAll)) {
    lines.push_back(Line(ToMessage(charge, state, account.currency), id));
  }
  for (const auto& [transfer, state] : states.Transfers(number, "", kAll)) {
    lines.push_back(Line(ToMessage(transfer, state, now), id));
  }
  AddReceived(states, account.id, now, lines);
  return lines;
}

}  // namespace billing::projections
