#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aggregates/kernel/names.h"
#include "tests/request/requests.h"

namespace billing::request {
namespace {

TEST(ParseSendTransfer, KeepsTheReceivingAccountsFullName) {
  const Request request = Parsed(kSendTransfer);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "send_transfer { subscription: \"subscriptions/web\" "
            "to_billing_account: \"billingAccounts/buyer\" transfer_id: \"sale\" "
            "etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<transfer::SendTransfer>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.transfer.value(), "sale");
  EXPECT_EQ(command.subscription.value(), "web");
  EXPECT_EQ(command.to_account.value(), "buyer");
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseSendTransfer, LeavesItToTheRulesThatTheAccountIsTheSendersOwn) {
  const Request request =
      Parsed(kSendTransfer, R"(send_transfer { to_billing_account: "billingAccounts/acme" })");
  EXPECT_EQ(request.decided.send_transfer().to_billing_account(), "billingAccounts/acme");
  const auto& command = std::get<transfer::SendTransfer>(request.command);
  EXPECT_EQ(command.to_account, command.account);
}

TEST(ParseAcceptTransfer, KeepsFullNames) {
  const Request request = Parsed(kAcceptTransfer);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "accept_transfer { name: \"billingAccounts/acme/transfers/sale\" "
            "subscription_id: \"shop\" card: \"billingAccounts/buyer/cards/amex\" "
            "etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<transfer::AcceptTransfer>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.transfer.value(), "sale");
  EXPECT_EQ(command.subscription.value(), "shop");
  ASSERT_TRUE(command.card.has_value());
  EXPECT_EQ(command.card->account.value(), "buyer");
  EXPECT_EQ(command.card->collection, kernel::kCards);
  EXPECT_EQ(command.card->id, "amex");
  EXPECT_FALSE(command.billing_profile.has_value());
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseAcceptTransfer, KeepsTheFullNameOfTheSendersOwnCardToo) {
  EXPECT_EQ(
      Parsed(kAcceptTransfer, R"(accept_transfer { card: "billingAccounts/acme/cards/visa" })")
          .decided.accept_transfer()
          .card(),
      "billingAccounts/acme/cards/visa");
}

TEST(ParseAcceptTransfer, TakesAProfileInsteadOfACard) {
  const Request request = Parsed(kAcceptTransfer, R"(accept_transfer { card: ""
      billing_profile: "billingAccounts/buyer/billingProfiles/emea" })");
  const auto& command = std::get<transfer::AcceptTransfer>(request.command);
  EXPECT_FALSE(command.card.has_value());
  ASSERT_TRUE(command.billing_profile.has_value());
  EXPECT_EQ(command.billing_profile->account.value(), "buyer");
  EXPECT_EQ(command.billing_profile->collection, kernel::kBillingProfiles);
  EXPECT_EQ(command.billing_profile->id, "emea");
}

TEST(ParseAcceptTransfer, NeedsNothingButTheTransfer) {
  const Request request =
      Parsed(R"(accept_transfer { name: "billingAccounts/acme/transfers/sale" })");
  EXPECT_TRUE(request.id_generated);
  const auto& command = std::get<transfer::AcceptTransfer>(request.command);
  EXPECT_EQ(command.subscription.value(), kFreshId);
  EXPECT_FALSE(command.card.has_value());
  EXPECT_FALSE(command.billing_profile.has_value());
}

TEST(ParseEndOfTransfer, SaysWhichEnd) {
  using transfer::End;
  const std::pair<std::string_view, End> ends[] = {{kDeclineTransfer, End::kDecline},
                                                   {kCancelTransfer, End::kCancel},
                                                   {kExpireTransfer, End::kExpire}};
  for (const auto& [text, end] : ends) {
    const Request request = Parsed(text);
    const auto& command = std::get<transfer::EndTransfer>(request.command);
    EXPECT_EQ(command.end, end) << text;
    EXPECT_EQ(command.account.value(), "acme");
    EXPECT_EQ(command.transfer.value(), "sale");
    EXPECT_EQ(command.etag, 12U);
  }
}

TEST(ParseEndOfTransfer, KeepsTheFullNameForTheRecipientAlone) {
  EXPECT_EQ(Parsed(kDeclineTransfer).decided.decline_transfer().name(),
            "billingAccounts/acme/transfers/sale");
  EXPECT_EQ(Parsed(kCancelTransfer).decided.cancel_transfer().name(), "transfers/sale");
  EXPECT_EQ(Parsed(kExpireTransfer).decided.expire_transfer().name(), "transfers/sale");
}

// The recipient's commands are recorded in the receiving account's stream.
TEST(CommandOf, TakesTheSenderOfATransferFromItsFullName) {
  const kernel::AccountId buyer = *kernel::AccountId::Parse("buyer");
  const judge::Command accept = CommandOf(Parsed(kAcceptTransfer).decided, buyer);
  EXPECT_EQ(std::get<transfer::AcceptTransfer>(accept).account.value(), "acme");
  const judge::Command decline = CommandOf(Parsed(kDeclineTransfer).decided, buyer);
  EXPECT_EQ(std::get<transfer::EndTransfer>(decline).account.value(), "acme");
}

}  // namespace
}  // namespace billing::request
