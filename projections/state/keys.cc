#include "projections/state/keys.h"

#include <cassert>
#include <utility>

#include "projections/state/key_builder.h"

namespace billing::projections::keys {
namespace {

kernel::YearMonth ParseMonth(std::string_view text) {
  const int value = static_cast<int>(ParseBigEndian(text));
  return {(value - 1) / 12, (value - 1) % 12 + 1};
}

}  // namespace

void Key::AppendLong(std::string_view bytes) {
  if (long_ == nullptr) long_ = std::make_unique<std::string>(short_.data(), size_);
  long_->append(bytes);
}

bool BeginsWithNumber(char view) {
  switch (static_cast<View>(view)) {
    case View::kAccountById:
    case View::kAccountByPrincipal:
    case View::kExpiring:
    case View::kRequest:
    case View::kReceivedTransfer:
    case View::kDeadline:
    case View::kTreeTile:
    case View::kTreeNode:
      return false;
    case View::kAccount:
    case View::kAccountHead:
    case View::kCard:
    case View::kCardByToken:
    case View::kCardByFingerprint:
    case View::kSubscription:
    case View::kLiveSubscription:
    case View::kHolder:
    case View::kExpiringOf:
    case View::kSubject:
    case View::kBillingProfile:
    case View::kBilledTo:
    case View::kProfileByCard:
    case View::kCharge:
    case View::kUnpaidCharge:
    case View::kPaymentReport:
    case View::kRole:
    case View::kTransfer:
    case View::kSettlement:
    case View::kRoleChange:
      return true;
  }
  return true;
}

Key Account(AccountNumber number) { return KeyBuilder(View::kAccount).Number(number).Done(); }

Key AccountHead(AccountNumber number) {
  return KeyBuilder(View::kAccountHead).Number(number).Done();
}

Key AccountById(std::string_view account_id) {
  return KeyBuilder(View::kAccountById).Text(account_id).Done();
}

Key AccountByPrincipal(const kernel::Principal& principal, std::string_view account_id) {
  return KeyBuilder(View::kAccountByPrincipal)
      .Text(principal.value())
      .EndOfText()
      .Text(account_id)
      .Done();
}

Key Card(AccountNumber number, std::string_view card_id) {
  return KeyBuilder(View::kCard).Number(number).Text(card_id).Done();
}

Key CardByToken(AccountNumber number, std::string_view token) {
  return KeyBuilder(View::kCardByToken).Number(number).Text(token).Done();
}

Key CardByFingerprint(AccountNumber number, std::string_view fingerprint) {
  return KeyBuilder(View::kCardByFingerprint).Number(number).Text(fingerprint).Done();
}

Key Subscription(AccountNumber number, std::string_view subscription_id) {
  return KeyBuilder(View::kSubscription).Number(number).Text(subscription_id).Done();
}

Key LiveSubscription(AccountNumber number, std::string_view subscription_id) {
  return KeyBuilder(View::kLiveSubscription).Number(number).Text(subscription_id).Done();
}

Key Holder(AccountNumber number, const kernel::CardId& card, HolderClass holder_class,
           const kernel::SubscriptionId& subscription) {
  return KeyBuilder(View::kHolder)
      .Number(number)
      .Text(card.value())
      .EndOfText()
      .Class(holder_class)
      .Text(subscription.value())
      .Done();
}

Key Expiring(kernel::YearMonth month, AccountNumber number, std::string_view card_id) {
  return KeyBuilder(View::kExpiring).Month(month).Number(number).Text(card_id).Done();
}

Key ExpiringOf(AccountNumber number, kernel::YearMonth month, std::string_view card_id) {
  return KeyBuilder(View::kExpiringOf).Number(number).Month(month).Text(card_id).Done();
}

Key Subject(AccountNumber number, std::string_view relative_name, uint64_t position) {
  return KeyBuilder(View::kSubject)
      .Number(number)
      .Text(relative_name)
      .EndOfText()
      .Position(position)
      .Done();
}

Key Request(std::string_view request_id, std::string_view scope) {
  return KeyBuilder(View::kRequest).Text(request_id).Text(scope).Done();
}

Key TreeTile(uint64_t index) { return KeyBuilder(View::kTreeTile).Number(index).Done(); }

Key TreeNode(unsigned height, uint64_t index) {
  return KeyBuilder(View::kTreeNode).Class(static_cast<uint8_t>(height)).Number(index).Done();
}

std::string HoldersPrefix(AccountNumber number, const kernel::CardId& card) {
  return KeyBuilder(View::kHolder).Number(number).Text(card.value()).EndOfText().Done();
}

std::string HoldersPrefix(AccountNumber number, const kernel::CardId& card,
                          HolderClass holder_class) {
  return KeyBuilder(View::kHolder)
      .Number(number)
      .Text(card.value())
      .EndOfText()
      .Class(holder_class)
      .Done();
}

std::string SubjectPrefix(AccountNumber number, std::string_view relative_name) {
  return KeyBuilder(View::kSubject).Number(number).Text(relative_name).EndOfText().Done();
}

KeyRange After(std::string prefix, std::string_view after) {
  KeyRange range = KeysWithPrefix(std::move(prefix));
  if (!after.empty()) {
    range.begin += after;
    range.begin.push_back('\0');
  }
  return range;
}

KeyRange ExpiringBefore(kernel::YearMonth before) {
  return {KeyBuilder(View::kExpiring).Done(), KeyBuilder(View::kExpiring).Month(before).Done()};
}

KeyRange ExpiringBefore(AccountNumber number, kernel::YearMonth before) {
  return {KeyBuilder(View::kExpiringOf).Number(number).Done(),
          KeyBuilder(View::kExpiringOf).Number(number).Month(before).Done()};
}

StateReader::ExpiringCard ParseExpiring(std::string_view key) {
  key.remove_prefix(kHeadBytes);
  return {ParseMonth(key.substr(0, kMonthBytes)),
          ParseBigEndian(key.substr(kMonthBytes, kNumberBytes)),
          kernel::CardId::FromStored(std::string(key.substr(kMonthBytes + kNumberBytes)))};
}

StateReader::ExpiringCard ParseExpiringOf(std::string_view key) {
  key.remove_prefix(kHeadBytes);
  return {ParseMonth(key.substr(kNumberBytes, kMonthBytes)),
          ParseBigEndian(key.substr(0, kNumberBytes)),
          kernel::CardId::FromStored(std::string(key.substr(kNumberBytes + kMonthBytes)))};
}

uint64_t PositionIn(std::string_view subject_key) {
  assert(subject_key.size() > kHeadBytes + kNumberBytes + kPositionBytes);
  return ParseBigEndian(subject_key.substr(subject_key.size() - kPositionBytes));
}

std::string NumberValue(AccountNumber number) { return BigEndian(number, kNumberBytes); }

AccountNumber ParseNumberValue(std::string_view value) {
  assert(value.size() == kNumberBytes);
  return ParseBigEndian(value);
}

std::string PositionValue(uint64_t position) { return BigEndian(position, kPositionBytes); }

uint64_t ParsePositionValue(std::string_view value) {
  assert(value.size() == kPositionBytes);
  return ParseBigEndian(value);
}

}  // namespace billing::projections::keys
