#include "aggregates/kernel/names.h"

#include <gtest/gtest.h>

namespace billing::kernel {
namespace {

TEST(ParseName, ReadsAnAccount) {
  const std::optional<ResourceName> name = ParseName("billingAccounts/acme");
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->account.value(), "acme");
  EXPECT_EQ(name->collection, "");
  EXPECT_EQ(name->id, "");
  EXPECT_EQ(name->Relative(), "");
}

TEST(ParseName, ReadsEveryCollection) {
  for (const std::string_view collection :
       {kCards, kSubscriptions, kBillingProfiles, kCharges, kTransfers}) {
    const std::string relative = std::string(collection) + "/x1";
    const std::optional<ResourceName> name = ParseName("billingAccounts/acme/" + relative);
    ASSERT_TRUE(name.has_value()) << collection;
    EXPECT_EQ(name->account.value(), "acme");
    EXPECT_EQ(name->collection, collection);
    EXPECT_EQ(name->id, "x1");
    EXPECT_EQ(name->Relative(), relative);
  }
}

TEST(ParseName, RefusesWhatIsNoFullName) {
  for (const std::string_view text :
       {"", "acme", "billingAccounts", "billingAccounts/", "billingAccounts/-",
        "billingAccounts/Acme", "billingAccounts/acme/", "billingAccounts/acme/cards",
        "billingAccounts/acme/cards/", "billingAccounts/acme/cards/Visa",
        "billingAccounts/acme/cards/visa/", "billingAccounts/acme/cards/visa/x",
        "billingAccounts/acme/card/visa", "billingAccounts/acme/cardsvisa", "cards/visa",
        "/billingAccounts/acme", "billingaccounts/acme"}) {
    EXPECT_FALSE(ParseName(text).has_value()) << text;
  }
}

TEST(ParseAccountName, RefusesAResourceOfAnAccount) {
  EXPECT_EQ(ParseAccountName("billingAccounts/acme")->value(), "acme");
  EXPECT_FALSE(ParseAccountName("billingAccounts/acme/cards/visa").has_value());
}

TEST(FullName, PutsTheAccountBefore) {
  EXPECT_EQ(FullName("acme", "cards/visa"), "billingAccounts/acme/cards/visa");
  EXPECT_EQ(FullName("acme", ""), "");
}

TEST(FullName, LeavesAFullNameAsItIs) {
  EXPECT_EQ(FullName("acme", "billingAccounts/other/cards/visa"),
            "billingAccounts/other/cards/visa");
}

TEST(RelativeName, TakesTheAccountAway) {
  EXPECT_EQ(RelativeName("acme", "billingAccounts/acme/cards/visa"), "cards/visa");
}

TEST(RelativeName, IsEmptyForOtherAccountsAndTheAccountItself) {
  EXPECT_EQ(RelativeName("acme", "billingAccounts/other/cards/visa"), "");
  EXPECT_EQ(RelativeName("acme", "billingAccounts/acme2/cards/visa"), "");
  EXPECT_EQ(RelativeName("acme", "billingAccounts/acme"), "");
  EXPECT_EQ(RelativeName("acme", "cards/visa"), "");
}

TEST(Relative, NamesTheCollection) {
  EXPECT_EQ(Relative(*CardId::Parse("visa")), "cards/visa");
  EXPECT_EQ(Relative(*SubscriptionId::Parse("web")), "subscriptions/web");
  EXPECT_EQ(Relative(*BillingProfileId::Parse("p1")), "billingProfiles/p1");
}

TEST(Relative, KeepsTheFullNameThatStandsForAnotherAccountsResource) {
  EXPECT_EQ(Relative(CardId::FromStored("billingAccounts/other/cards/visa")),
            "billingAccounts/other/cards/visa");
}

TEST(IdOf, IsWhatFollowsTheLastSlash) {
  EXPECT_EQ(IdOf("cards/visa"), "visa");
  EXPECT_EQ(IdOf("billingAccounts/acme"), "acme");
  EXPECT_EQ(IdOf("visa"), "visa");
  EXPECT_EQ(IdOf(""), "");
}

}  // namespace
}  // namespace billing::kernel
