#include "aggregates/kernel/ids.h"

#include <gtest/gtest.h>

#include <string>

namespace billing::kernel {
namespace {

TEST(IsId, TakesOneToSixtyThreeCharacters) {
  EXPECT_FALSE(IsId(""));
  EXPECT_TRUE(IsId("a"));
  EXPECT_TRUE(IsId(std::string(63, 'a')));
  EXPECT_FALSE(IsId(std::string(64, 'a')));
}

TEST(IsId, TakesLowerCaseDigitsAndInnerHyphens) {
  EXPECT_TRUE(IsId("a-b--9"));
  EXPECT_TRUE(IsId("9"));
  EXPECT_FALSE(IsId("-a"));
  EXPECT_FALSE(IsId("a-"));
  EXPECT_FALSE(IsId("-"));
  EXPECT_FALSE(IsId("Visa"));
  EXPECT_FALSE(IsId("a_b"));
  EXPECT_FALSE(IsId("a.b"));
  EXPECT_FALSE(IsId("a/b"));
  EXPECT_FALSE(IsId("a b"));
  EXPECT_FALSE(IsId("a\n"));
  EXPECT_FALSE(IsId("caf\xC3\xA9"));
  EXPECT_FALSE(IsId(std::string_view("a\0b", 3)));
}

TEST(IsChosenId, HasTheShapeOfAnId) {
  EXPECT_TRUE(IsChosenId("visa"));
  EXPECT_FALSE(IsChosenId("Visa"));
  EXPECT_FALSE(IsChosenId(""));
}

TEST(IsChosenId, HoldsALetter) {
  EXPECT_FALSE(IsChosenId("2026"));
  EXPECT_TRUE(IsChosenId("y2026"));
}

TEST(IsChosenId, HasNoRunOfTwelveDigits) {
  EXPECT_TRUE(IsChosenId("card-12345678901"));
  EXPECT_FALSE(IsChosenId("card-123456789012"));
}

TEST(IsChosenId, CountsDigitsAcrossHyphens) {
  EXPECT_TRUE(IsChosenId("card-1234-5678-901"));
  EXPECT_FALSE(IsChosenId("card-1234-5678-9012"));
  EXPECT_TRUE(IsChosenId("1234-5678-x-9012"));
}

TEST(IsChosenId, MayBeAUuidHoweverManyDigitsItHas) {
  EXPECT_TRUE(IsChosenId("01920000-0000-7000-8000-000000000000"));
  EXPECT_FALSE(IsChosenId("01920000-0000-7000-8000-00000000000"));
}

TEST(IsPrincipal, IsAUserOrAService) {
  EXPECT_TRUE(IsPrincipal("users/alice"));
  EXPECT_TRUE(IsPrincipal("services/checkout"));
  EXPECT_FALSE(IsPrincipal("groups/admins"));
  EXPECT_FALSE(IsPrincipal("alice"));
  EXPECT_FALSE(IsPrincipal(""));
}

TEST(IsPrincipal, HasANameOfOneToHundredTwentyEightCharacters) {
  EXPECT_FALSE(IsPrincipal("users/"));
  EXPECT_TRUE(IsPrincipal("users/" + std::string(128, 'a')));
  EXPECT_FALSE(IsPrincipal("users/" + std::string(129, 'a')));
}

TEST(IsPrincipal, TakesMailAddressesAndNothingThatCouldBeAPath) {
  EXPECT_TRUE(IsPrincipal("users/A.b-c_d+e@example.com"));
  EXPECT_FALSE(IsPrincipal("users/a/b"));
  EXPECT_FALSE(IsPrincipal("users/a b"));
  EXPECT_FALSE(IsPrincipal("users/a\n"));
}

TEST(Id, ParsesOnlyWhatIsAnId) {
  EXPECT_EQ(CardId::Parse("visa")->value(), "visa");
  EXPECT_FALSE(CardId::Parse("Visa").has_value());
}

TEST(Principal, KnowsUsersFromServices) {
  EXPECT_TRUE(Principal::Parse("users/alice")->is_user());
  EXPECT_FALSE(Principal::Parse("services/checkout")->is_user());
  EXPECT_FALSE(Principal::Parse("alice").has_value());
}

}  // namespace
}  // namespace billing::kernel
