// The card: saved, edited, removed. Which subscriptions it pays for is the
// subscriptions' business; the card counts them.
#ifndef BILLING_AGGREGATES_CARD_CARD_H_
#define BILLING_AGGREGATES_CARD_CARD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aggregates/account/account.h"
#include "aggregates/account/holder_counts.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/time.h"
#include "aggregates/kernel/unpaid.h"
#include "billing/storage/v1/record.pb.h"
#include "billing/v1/card.pb.h"

namespace billing::card {

struct CardState {
  std::string token;
  std::string fingerprint;
  billing::v1::Brand brand;
  billing::v1::Funding funding;
  bool is_virtual = false;
  std::string last_four;
  kernel::YearMonth expiry;
  std::string country;
  billing::v1::CardState state;
  kernel::Instant create_time;
  kernel::Instant update_time;
  uint64_t etag = 0;
  uint64_t key_slot = 0;
  uint32_t key_generation = 0;
  // Sealed; no rule reads it.
  billing::storage::v1::SealedFields personal;
  // Live subscriptions that it pays for, directly or through their profile.
  account::HolderCounts holders;
  // ACTIVE billing profiles that have this card.
  uint32_t active_profiles = 0;
  // Charges on this card.
  kernel::Unpaid unpaid;

  bool live() const { return state == billing::v1::CARD_STATE_LIVE; }
};

struct AddCard {
  kernel::AccountId account;
  kernel::CardId card;
  std::string token;
  std::string fingerprint;
  billing::v1::Brand brand;
  billing::v1::Funding funding;
  bool is_virtual = false;
  std::string last_four;
  kernel::YearMonth expiry;
  std::string country;
  std::optional<kernel::SubscriptionId> subscription;
  bool set_active = false;
};

struct UpdateCard {
  kernel::AccountId account;
  kernel::CardId card;
  // What the mask names. The personal values travel sealed, beside the command.
  bool holder_name = false;
  bool billing_address = false;
  std::optional<kernel::YearMonth> expiry;
  // The mask names token, fingerprint, brand, funding, virtual, last_four or country.
  bool immutable_field = false;
  std::optional<uint64_t> etag;
};

struct RemoveCard {
  kernel::AccountId account;
  kernel::CardId card;
  std::optional<uint64_t> etag;
};

// What AddCard needs to know of the account's other cards.
struct Wallet {
  // The card that has the id, removed ones included, or else the live card with the
  // same vault token or fingerprint.
  std::optional<kernel::CardId> same_card = {};
  uint32_t live_cards = 0;
};

// What a removal meets and what it breaks.
struct Removal {
  // The first kernel::kBlockersPerRefusal, in the order of a refusal, and all of them.
  std::vector<kernel::Blocker> first_blockers = {};
  int blocker_count = 0;
  // Live subscriptions that name the card without holding it, by id.
  std::vector<kernel::SubscriptionId> detached_subscriptions = {};
};

// REQUIRES: role and etag were checked, and everything that the command names was found.
kernel::Decision Decide(const AddCard& command, const account::AccountState& account,
                        const Wallet& wallet, kernel::Instant now);
kernel::Decision Decide(const UpdateCard& command, const CardState& card, kernel::Instant now);
// REQUIRES: the card is live.
kernel::Decision Decide(const RemoveCard& command, const Removal& removal);

}  // namespace billing::card

#endif  // BILLING_AGGREGATES_CARD_CARD_H_
