#include "projections/state/row_codec.h"

#include <array>
#include <optional>
#include <utility>

#include "projections/state/row_parts.h"

namespace billing::projections {
namespace {

constexpr size_t kHoldingStatesMax = 4;

// As account::ToMessage has it: every field set.
template <class Row>
void WritePolicy(Row& row, const account::Policy& policy) {
  std::array<uint32_t, kHoldingStatesMax> holding = {billing::v1::SUBSCRIPTION_STATE_ACTIVE,
                                                     billing::v1::SUBSCRIPTION_STATE_PAST_DUE};
  size_t count = 2;
  if (policy.disabled_holds) holding[count++] = billing::v1::SUBSCRIPTION_STATE_DISABLED;
  if (policy.cancelled_holds) holding[count++] = billing::v1::SUBSCRIPTION_STATE_CANCELLED;
  row.Packed(1, {holding.data(), count});
  row.Field(2, policy.cascade_all_subscriptions ? billing::v1::CASCADE_ALL_SUBSCRIPTIONS
                                                : billing::v1::CASCADE_SAME_CARD);
  row.Field(3, policy.signed_up_user_manages_profiles
                   ? billing::v1::PROFILE_MANAGERS_SIGNED_UP_USER
                   : billing::v1::PROFILE_MANAGERS_OWNERS_AND_CONTRIBUTORS);
  row.Field(4, policy.require_payment_method);
  row.Field(5, policy.require_card_country_match);
  row.Field(6, policy.max_cards);
}

void ReadPolicy(RowInput& row, account::Policy& policy) {
  std::array<uint32_t, kHoldingStatesMax> holding{};
  const size_t count = row.Packed(1, holding);
  for (const uint32_t state : std::span(holding).first(count)) {
    policy.disabled_holds |= state == billing::v1::SUBSCRIPTION_STATE_DISABLED;
    policy.cancelled_holds |= state == billing::v1::SUBSCRIPTION_STATE_CANCELLED;
  }
  billing::v1::Cascade cascade{};
  row.Field(2, cascade);
  policy.cascade_all_subscriptions = cascade == billing::v1::CASCADE_ALL_SUBSCRIPTIONS;
  billing::v1::ProfileManagers managers{};
  row.Field(3, managers);
  policy.signed_up_user_manages_profiles = managers == billing::v1::PROFILE_MANAGERS_SIGNED_UP_USER;
  row.Field(4, policy.require_payment_method);
  row.Field(5, policy.require_card_country_match);
  row.Field(6, policy.max_cards);
}

template <class Row, class Policy>
void PolicyField(Row& row, uint32_t number, Policy& policy) {
  if constexpr (Row::kReads) {
    row.Nested(number, [&policy](RowInput& part) { ReadPolicy(part, policy); });
  } else {
    row.Nested(number, [&] { WritePolicy(row, policy); });
  }
}

template <class Row, class Month>
void MonthField(Row& row, uint32_t number, Month& month) {
  const auto fields = [&month](auto& part) {
    part.Field(1, month.year);
    part.Field(2, month.month);
  };
  if constexpr (Row::kReads) {
    row.Nested(number, fields);
  } else {
    row.Nested(number, [&] { fields(row); });
  }
}

// Field by field: what a newer program's record may hold besides stays out of the row. None
// where nothing is sealed.
void SealedField(RowOutput& row, uint32_t number, const storage::v1::SealedFields& sealed) {
  if (sealed.holder_name().empty() && sealed.billing_address().empty()) return;
  row.Nested(number, [&] {
    row.Field(1, sealed.slot());
    row.Field(2, sealed.generation());
    row.Field(3, sealed.holder_name());
    row.Field(4, sealed.billing_address());
  });
}

void SealedField(RowInput& row, uint32_t number, storage::v1::SealedFields& sealed) {
  row.Nested(number, [&sealed](RowInput& part) {
    uint64_t slot = 0;
    part.Field(1, slot);
    sealed.set_slot(slot);
    uint32_t generation = 0;
    part.Field(2, generation);
    sealed.set_generation(generation);
    // What is not sealed takes no memory.
    std::string_view text;
    part.Field(3, text);
    if (!text.empty()) sealed.set_holder_name(text.data(), text.size());
    part.Field(4, text);
    if (!text.empty()) sealed.set_billing_address(text.data(), text.size());
  });
}

constexpr auto kAccountFields = [](auto& row, auto& state) {
  row.Field(1, state.id);
  row.Field(2, state.display_name);
  row.Field(3, state.agreement);
  row.Field(4, state.administrator);
  row.Field(5, state.business);
  row.Field(6, state.country);
  row.Field(7, state.currency);
  PolicyField(row, 8, state.policy);
  row.Field(9, state.invoice_payment);
  row.Field(10, state.create_time);
  row.Field(11, state.etag);
  row.Field(12, state.key_slot);
  row.Field(13, state.key_generation);
};

constexpr auto kAccountHeadFields = [](auto& row, auto& head) {
  row.Field(1, head.stream_revision);
  row.Field(2, head.live_cards);
  row.Field(3, head.live_subscriptions);
  row.Field(4, head.billing_profiles);
  row.Field(5, head.role_bindings);
  UnpaidField(row, 6, head.unpaid);
};

constexpr auto kFirstCardFields = [](auto& row, auto& state) {
  row.Field(1, state.token);
  row.Field(2, state.fingerprint);
  row.Field(3, state.brand);
  row.Field(4, state.funding);
  row.Field(5, state.is_virtual);
  row.Field(6, state.last_four);
  MonthField(row, 7, state.expiry);
  row.Field(8, state.country);
  row.Field(9, state.state);
};

constexpr auto kCardFields = [](auto& row, auto& state) {
  kFirstCardFields(row, state);
  row.Field(10, state.create_time);
  row.Field(11, state.update_time);
  row.Field(12, state.etag);
  row.Field(13, state.key_slot);
  row.Field(14, state.key_generation);
  SealedField(row, 15, state.personal);
  HoldersField(row, 16, state.holders);
  row.Field(17, state.active_profiles);
  UnpaidField(row, 18, state.unpaid);
};

constexpr auto kFirstSubscriptionFields = [](auto& row, auto& state) {
  row.Field(1, state.display_name);
  row.Field(2, state.kind);
  row.Field(3, state.state);
  row.Field(4, state.card);
  row.Field(5, state.billing_profile);
  row.Field(6, state.pays_by_invoice);
  row.Field(7, state.active_since);
};

constexpr auto kSubscriptionFields = [](auto& row, auto& state) {
  kFirstSubscriptionFields(row, state);
  row.Field(8, state.create_time);
  row.Field(9, state.update_time);
  row.Field(10, state.etag);
  row.Field(11, state.inactive_since);
  row.Field(12, state.disabled_by_platform);
  row.Field(13, state.past_due_charges);
  row.Field(14, state.pending_transfer);
};

}  // namespace

std::string Encode(const account::AccountState& state) { return Written(state, kAccountFields); }

account::AccountState DecodeAccount(std::string_view bytes) {
  return Read(bytes,
              account::AccountState{.id = kernel::AccountId::FromStored(""),
                                    .administrator = kernel::Principal::FromStored("")},
              kAccountFields);
}

std::string Encode(const account::AccountHead& head) { return Written(head, kAccountHeadFields); }

account::AccountHead DecodeAccountHead(std::string_view bytes) {
  return Read(bytes, account::AccountHead(), kAccountHeadFields);
}

std::string Encode(const card::CardState& state) { return Written(state, kCardFields); }

card::CardState DecodeCard(std::string_view bytes) {
  return Read(bytes, card::CardState(), kCardFields);
}

kernel::PayingCard DecodePayingCard(std::string_view bytes) {
  // Those of a CardState, not copied.
  struct {
    std::string_view token;
    std::string_view fingerprint;
    billing::v1::Brand brand{};
    billing::v1::Funding funding{};
    bool is_virtual = false;
    std::string_view last_four;
    kernel::YearMonth expiry;
    std::string_view country;
    billing::v1::CardState state{};
  } card;
  RowInput row(bytes);
  kFirstCardFields(row, card);
  row.LeaveRest();
  return {.live = card.state == billing::v1::CARD_STATE_LIVE, .expiry = card.expiry};
}

std::string Encode(const subscription::SubscriptionState& state) {
  return Written(state, kSubscriptionFields);
}

subscription::SubscriptionState DecodeSubscription(std::string_view bytes) {
  return Read(bytes, subscription::SubscriptionState(), kSubscriptionFields);
}

subscription::SubscriptionPayment DecodeSubscriptionPayment(std::string_view bytes) {
  // Those of a SubscriptionState; text that is not asked for is not copied.
  struct {
    std::string_view display_name;
    billing::v1::SubscriptionKind kind{};
    billing::v1::SubscriptionState state{};
    std::optional<kernel::CardId> card;
    std::optional<kernel::BillingProfileId> billing_profile;
    bool pays_by_invoice = false;
    kernel::Instant active_since;
  } first;
  RowInput row(bytes);
  kFirstSubscriptionFields(row, first);
  row.LeaveRest();
  return {.state = first.state,
          .card = std::move(first.card),
          .billing_profile = std::move(first.billing_profile),
          .active_since = first.active_since};
}

}  // namespace billing::projections
