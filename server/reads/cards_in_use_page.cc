#include "server/reads/cards_in_use_page.h"

#include <string>
#include <utility>

#include "aggregates/kernel/names.h"
#include "aggregates/kernel/time.h"
#include "billing/v1/payment_method_service.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "grpcpp/support/slice.h"

namespace billing::server {
namespace {

using billing::v1::CardInUse;
using billing::v1::ListCardsInUseResponse;
using google::protobuf::Timestamp;
using projections::RowOutput;

// Between an account's name and the id of something of it.
constexpr std::string_view kSubscriptionsBelow = "/subscriptions/";
constexpr std::string_view kBillingProfilesBelow = "/billingProfiles/";
constexpr std::string_view kCardsBelow = "/cards/";

constexpr int64_t kNanosPerMicrosecond = 1'000;

// An id that stands for another account's resource is its full name.
void WriteName(RowOutput& out, uint32_t number, std::string_view account_name,
               std::string_view below, std::string_view id) {
  if (kernel::IsFullName(id)) return out.Field(number, id);
  out.Field(number, {account_name, below, id});
}

// As TimeUtil::MicrosecondsToTimestamp, without the message.
void WriteTime(RowOutput& out, uint32_t number, kernel::Instant time) {
  int64_t seconds = time.us / kernel::kMicrosecondsPerSecond;
  int64_t rest_us = time.us % kernel::kMicrosecondsPerSecond;
  if (rest_us < 0) {
    rest_us += kernel::kMicrosecondsPerSecond;
    --seconds;
  }
  out.Nested(number, [&] {
    out.Field(Timestamp::kSecondsFieldNumber, seconds);
    out.Field(Timestamp::kNanosFieldNumber, rest_us * kNanosPerMicrosecond);
  });
}

}  // namespace

size_t CardsInUsePage::Add(const projections::CardInUse& row, std::string_view account_name) {
  return bytes_.Nested(ListCardsInUseResponse::kCardsInUseFieldNumber, [&] {
    WriteName(bytes_, CardInUse::kSubscriptionFieldNumber, account_name, kSubscriptionsBelow,
              row.subscription.value());
    bytes_.Field(CardInUse::kSubscriptionStateFieldNumber, row.subscription_state);
    if (row.billing_profile) {
      WriteName(bytes_, CardInUse::kBillingProfileFieldNumber, account_name, kBillingProfilesBelow,
                row.billing_profile->value());
    }
    if (row.card) {
      WriteName(bytes_, CardInUse::kCardFieldNumber, account_name, kCardsBelow, row.card->value());
    }
    WriteTime(bytes_, CardInUse::kActiveSinceFieldNumber, row.active_since);
    bytes_.Field(CardInUse::kExpiredFieldNumber, row.expired);
    bytes_.Field(CardInUse::kInUseFieldNumber, row.in_use);
  });
}

void CardsInUsePage::set_next_page_token(std::string_view token) {
  bytes_.Field(ListCardsInUseResponse::kNextPageTokenFieldNumber, token);
}

void CardsInUsePage::set_position(uint64_t position) {
  bytes_.Field(ListCardsInUseResponse::kPositionFieldNumber, position);
}

grpc::ByteBuffer CardsInUsePage::Take() && {
  const std::string bytes = std::move(bytes_).Done();
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace billing::server
