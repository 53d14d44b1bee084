#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "projections/account_state/account_state.h"
#include "projections/resources/resources.h"

namespace billing::projections {
namespace {

account::AccountState AccountIn(const AccountState& state) {
  auto account = state.states().Account(state.number());
  assert(account && "parts of an account that no record created");
  return *std::move(account);
}

// The row that the page begins with as a part, made by `fill`; its id becomes `last`. Nothing
// when there is none.
template <class Row, class Fill>
std::optional<AccountPart> PartOf(const std::vector<Row>& page, const kernel::AccountId& owner,
                                  std::string& last, Fill fill) {
  if (page.empty()) return std::nullopt;
  const auto& [id, state] = page.front();
  last = id.value();
  AccountPart part{.owner = owner};
  fill(id, state, part);
  return part;
}

}  // namespace

AccountParts::AccountParts(const AccountState& state, kernel::Instant now)
    : state_(state),
      states_(state.states()),
      account_(AccountIn(state)),
      now_(now),
      received_(state.ReceivedTransfers()) {}

absl::StatusOr<std::optional<AccountPart>> AccountParts::Next() {
  while (kind_ != Kind::kReceived) {
    if (auto part = NextOwn()) return part;
    last_.clear();
    kind_ = static_cast<Kind>(static_cast<int>(kind_) + 1);
  }
  return NextReceived();
}

AccountPart AccountParts::Account() {
  AccountPart part{.owner = account_.id};
  *part.message.mutable_billing_account() =
      ToMessage(account_, states_.RoleBindings(state_.number()));
  return part;
}

std::optional<AccountPart> AccountParts::NextOwn() {
  const AccountNumber number = state_.number();
  const auto next = [this](const auto& page, auto fill) {
    return PartOf(page, account_.id, last_, fill);
  };
  switch (kind_) {
    case Kind::kAccount:
      if (!last_.empty()) return std::nullopt;
      last_ = account_.id.value();
      return Account();
    case Kind::kCard:
      return next(states_.Cards(number, last_, 1),
                  [this](const auto& id, const auto& state, AccountPart& part) {
                    *part.message.mutable_card() = ToMessage(id, state, account_.policy, now_);
                    part.personal = state.personal;
                  });
    case Kind::kSubscription:
      return next(states_.Subscriptions(number, last_, 1),
                  [](const auto& id, const auto& state, AccountPart& part) {
                    *part.message.mutable_subscription() = ToMessage(id, state);
                  });
    case Kind::kBillingProfile:
      return next(states_.BillingProfiles(number, last_, 1),
                  [](const auto& id, const auto& state, AccountPart& part) {
                    *part.message.mutable_billing_profile() = ToMessage(id, state);
                  });
    case Kind::kCharge:
      return next(states_.Charges(number, last_, 1),
                  [this](const auto& id, const auto& state, AccountPart& part) {
                    *part.message.mutable_charge() = ToMessage(id, state, account_.currency);
                  });
    case Kind::kTransfer:
      return next(states_.Transfers(number, last_, 1),
                  [this](const auto& id, const auto& state, AccountPart& part) {
                    *part.message.mutable_transfer() = ToMessage(id, state, now_);
                  });
    case Kind::kReceived:
      break;
  }
  assert(false && "received transfers come last");
  return std::nullopt;
}

absl::StatusOr<std::optional<AccountPart>> AccountParts::NextReceived() {
  if (next_received_ == received_.size()) return std::nullopt;
  const AccountState::Received& received = received_[next_received_++];
  const auto state = state_.ReceivedState(received);
  if (!state) {
    return absl::DataLossError(absl::StrCat("account ", account_.id.value(), " received transfer ",
                                            received.transfer.value(), ", which no record of ",
                                            received.sender_id.value(), " has sent"));
  }
  AccountPart part{.owner = received.sender_id};
  billing::v1::Transfer& transfer = *part.message.mutable_transfer();
  transfer = ToMessage(received.transfer, *state, now_);
  if (received.to_subscription) {
    transfer.set_to_subscription(
        kernel::FullName(account_.id.value(), kernel::Relative(*received.to_subscription)));
  }
  return part;
}

}  // namespace billing::projections
