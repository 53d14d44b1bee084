#include "server/reads/cards_in_use_page.h"

#include <string>
#include <vector>

#include "aggregates/kernel/names.h"
#include "billing/v1/payment_method_service.pb.h"
#include "google/protobuf/util/time_util.h"
#include "grpcpp/support/slice.h"
#include "gtest/gtest.h"

namespace billing::server {
namespace {

using projections::CardInUse;

constexpr char kAcme[] = "billingAccounts/acme";

CardInUse Row(const std::string& id) {
  return {.subscription = kernel::SubscriptionId::FromStored(id),
          .subscription_state = billing::v1::SUBSCRIPTION_STATE_ACTIVE};
}

// With every field, times and flags that differ, and names of every length.
std::vector<CardInUse> Rows() {
  CardInUse paid = Row("web");
  paid.card = kernel::CardId::FromStored("visa");
  paid.active_since = {1'768'478'400'000'001};
  paid.in_use = true;
  CardInUse expired = paid;
  expired.subscription_state = billing::v1::SUBSCRIPTION_STATE_CANCELLED;
  expired.active_since = {1'768'478'400'000'000};
  expired.expired = true;
  expired.in_use = false;
  CardInUse by_profile = Row(std::string(63, 's'));
  by_profile.billing_profile = kernel::BillingProfileId::FromStored(std::string(63, 'p'));
  by_profile.card = kernel::CardId::FromStored(std::string(63, 'c'));
  CardInUse elsewhere = Row("mail");
  elsewhere.card = kernel::CardId::FromStored("billingAccounts/globex/cards/amex");
  return {paid, expired, by_profile, elsewhere, Row("unpaid")};
}

// The same row as a message.
billing::v1::CardInUse MessageOf(const CardInUse& row) {
  const auto name = [](const std::string& relative) { return kernel::FullName("acme", relative); };
  billing::v1::CardInUse message;
  message.set_subscription(name(kernel::Relative(row.subscription)));
  message.set_subscription_state(row.subscription_state);
  if (row.billing_profile) {
    message.set_billing_profile(name(kernel::Relative(*row.billing_profile)));
  }
  if (row.card) message.set_card(name(kernel::Relative(*row.card)));
  *message.mutable_active_since() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(row.active_since.us);
  message.set_expired(row.expired);
  message.set_in_use(row.in_use);
  return message;
}

std::string BytesOf(CardsInUsePage page) {
  grpc::Slice slice;
  EXPECT_TRUE(std::move(page).Take().DumpToSingleSlice(&slice).ok());
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

TEST(CardsInUsePage, IsWrittenAsProtobufWritesIt) {
  CardsInUsePage page;
  billing::v1::ListCardsInUseResponse expected;
  for (const CardInUse& row : Rows()) {
    *expected.add_cards_in_use() = MessageOf(row);
    EXPECT_EQ(page.Add(row, kAcme), expected.cards_in_use().rbegin()->ByteSizeLong());
  }
  page.set_next_page_token("next");
  page.set_position(12'345);
  expected.set_next_page_token("next");
  expected.set_position(12'345);
  EXPECT_EQ(BytesOf(std::move(page)), expected.SerializeAsString());
}

TEST(CardsInUsePage, OfNoRowsIsItsPosition) {
  CardsInUsePage page;
  page.set_position(7);
  billing::v1::ListCardsInUseResponse expected;
  expected.set_position(7);
  EXPECT_EQ(BytesOf(std::move(page)), expected.SerializeAsString());
}

TEST(CardsInUsePage, KnowsEveryFieldThereIs) {
  EXPECT_EQ(billing::v1::CardInUse::descriptor()->field_count(), 7);
  EXPECT_EQ(billing::v1::ListCardsInUseResponse::descriptor()->field_count(), 3);
}

}  // namespace
}  // namespace billing::server
