#include "tools/billingctl/names.h"

#include <gtest/gtest.h>

#include "CLI/CLI.hpp"

namespace billing::billingctl {
namespace {

TEST(Names, BareRelativeAndFullNamesMeanTheSameCard) {
  for (const char* account : {"acme", "billingAccounts/acme"}) {
    const Names names(account);
    EXPECT_EQ(names.Card("visa"), "billingAccounts/acme/cards/visa");
    EXPECT_EQ(names.Card("cards/visa"), "billingAccounts/acme/cards/visa");
    EXPECT_EQ(names.Card("billingAccounts/acme/cards/visa"), "billingAccounts/acme/cards/visa");
  }
}

TEST(Names, EachKindHasItsCollection) {
  const Names names("acme");
  EXPECT_EQ(names.Subscription("web"), "billingAccounts/acme/subscriptions/web");
  EXPECT_EQ(names.BillingProfile("ops"), "billingAccounts/acme/billingProfiles/ops");
  EXPECT_EQ(names.Charge("c1"), "billingAccounts/acme/charges/c1");
  EXPECT_EQ(names.Transfer("transfers/t1"), "billingAccounts/acme/transfers/t1");
  EXPECT_EQ(names.Card(""), "");
}

TEST(Names, AFullNameNeedsNoAccount) {
  EXPECT_EQ(Names("").Card("billingAccounts/acme/cards/visa"), "billingAccounts/acme/cards/visa");
  EXPECT_THROW(Names("").Card("visa"), CLI::RequiredError);
}

TEST(Names, AnotherAccountOrKindIsAMistake) {
  EXPECT_THROW(Names("acme").Card("billingAccounts/other/cards/visa"), CLI::ValidationError);
  EXPECT_THROW(Names("acme").Card("subscriptions/web"), CLI::ValidationError);
  EXPECT_THROW(Names("acme").Card("billingAccounts/acme/subscriptions/web"), CLI::ValidationError);
}

TEST(Names, AllAccountsIsADashAndOnlyWhereAListMayHaveThem) {
  EXPECT_EQ(Names("-").AccountOrAll(), "-");
  EXPECT_EQ(Names("billingAccounts/-").AccountOrAll(), "-");
  EXPECT_EQ(Names("acme").AccountOrAll(), "billingAccounts/acme");
  EXPECT_THROW(Names("-").Account(), CLI::ValidationError);
  EXPECT_THROW(Names("").AccountOrAll(), CLI::RequiredError);
}

TEST(Names, ASubjectSaysItsKind) {
  EXPECT_EQ(Names("acme").Subject("cards/visa"), "billingAccounts/acme/cards/visa");
  EXPECT_EQ(Names("").Subject("billingAccounts/acme"), "billingAccounts/acme");
  EXPECT_THROW(Names("acme").Subject("visa"), CLI::ValidationError);
}

TEST(Names, AChargeOrCardSaysItsKind) {
  EXPECT_EQ(Names("acme").ChargeOrCard("charges/c1"), "billingAccounts/acme/charges/c1");
  EXPECT_EQ(Names("acme").ChargeOrCard("cards/visa"), "billingAccounts/acme/cards/visa");
  EXPECT_EQ(Names("").ChargeOrCard("billingAccounts/acme/cards/visa"),
            "billingAccounts/acme/cards/visa");
  EXPECT_THROW(Names("acme").ChargeOrCard("visa"), CLI::ValidationError);
  EXPECT_THROW(Names("acme").ChargeOrCard("subscriptions/web"), CLI::ValidationError);
  EXPECT_THROW(Names("acme").ChargeOrCard("billingAccounts/acme"), CLI::ValidationError);
  try {
    Names("acme").ChargeOrCard("subscriptions/web");
  } catch (const CLI::ValidationError& error) {
    EXPECT_STREQ(error.what(),
                 "subscriptions/web: must be a charge or a card: charges/ID or cards/ID");
  }
}

TEST(Names, AMissingAccountIsCalledByItsFlag) {
  try {
    Names("", "--from").Transfer("t1");
    ADD_FAILURE() << "should throw";
  } catch (const CLI::RequiredError& error) {
    EXPECT_STREQ(error.what(), "--from is required");
  }
}

TEST(Names, AreShortenedForPeople) {
  EXPECT_EQ(ShortName("billingAccounts/acme/cards/visa"), "visa");
  EXPECT_EQ(RelativeName("billingAccounts/acme/cards/visa"), "cards/visa");
  EXPECT_EQ(AccountOf("billingAccounts/acme/cards/visa"), "acme");
  EXPECT_EQ(ShortName("billingAccounts/acme"), "acme");
  EXPECT_EQ(RelativeName("billingAccounts/acme"), "acme");
  EXPECT_EQ(ShortName(""), "");
}

}  // namespace
}  // namespace billing::billingctl
