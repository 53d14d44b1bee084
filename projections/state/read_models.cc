#include "projections/state/read_models.h"

#include <algorithm>
#include <array>

#include "projections/state/key_builder.h"

namespace billing::projections {
namespace {

using keys::View;

template <View... kViews>
constexpr std::array<uint8_t, sizeof...(kViews)> kPrefixes = {static_cast<uint8_t>(kViews)...};

constexpr ReadModel kReadModels[] = {
    {"accounts", "The billing accounts, and which of them a principal may see",
     kPrefixes<View::kAccount, View::kAccountHead, View::kAccountById, View::kAccountByPrincipal>},
    {"balances", "What is pending and past due, of an account, a card or a profile",
     kPrefixes<View::kCard, View::kCharge, View::kUnpaidCharge>},
    {"card-holders",
     "Which subscriptions and profiles a card pays for: what a cascade moves, "
     "what blocks a removal",
     kPrefixes<View::kCard, View::kHolder, View::kBilledTo, View::kProfileByCard>},
    {"cards-in-use", "Which card pays for each live subscription",
     kPrefixes<View::kSubscription, View::kLiveSubscription, View::kBillingProfile, View::kCard>},
    {"charges", "The charges, and the reports of payments and settlements that count already",
     kPrefixes<View::kCharge, View::kPaymentReport, View::kSettlement>},
    {"deadlines", "What happens because its time has come: deletions and lapsing transfers",
     kPrefixes<View::kDeadline>},
    {"expiring-cards", "Which cards that pay for something lapse, by month",
     kPrefixes<View::kExpiring, View::kExpiringOf>},
    {"profiles", "The billing profiles, and the subscriptions that are billed to them",
     kPrefixes<View::kBillingProfile, View::kBilledTo, View::kProfileByCard>},
    {"requests", "Which record answers a request id", kPrefixes<View::kRequest>},
    {"roles", "Who holds which role on an account or a profile, and held it earlier",
     kPrefixes<View::kRole, View::kRoleChange>},
    {"subjects", "The records that concern a thing: its history", kPrefixes<View::kSubject>},
    {"subscriptions", "The subscriptions as they stand",
     kPrefixes<View::kSubscription, View::kLiveSubscription>},
    {"transfers", "The transfers, sent and received",
     kPrefixes<View::kTransfer, View::kReceivedTransfer>},
    {"tree", "The Merkle tree over the log: proofs and checkpoints",
     kPrefixes<View::kTreeTile, View::kTreeNode>},
    {"wallet", "The saved cards of an account, by id, vault token and fingerprint",
     kPrefixes<View::kCard, View::kCardByToken, View::kCardByFingerprint>},
};

}  // namespace

std::span<const ReadModel> ReadModels() { return kReadModels; }

const ReadModel* FindReadModel(std::string_view name) {
  const auto* found = std::ranges::find(kReadModels, name, &ReadModel::name);
  return found == std::end(kReadModels) ? nullptr : found;
}

}  // namespace billing::projections
