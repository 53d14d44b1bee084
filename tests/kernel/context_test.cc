#include "aggregates/kernel/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace billing::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PlatformRole, IsFoundByItsName) {
  EXPECT_EQ(PlatformRoleNamed("operator"), PlatformRole::kOperator);
  EXPECT_EQ(PlatformRoleNamed("auditor"), PlatformRole::kAuditor);
  EXPECT_EQ(PlatformRoleNamed("biller"), PlatformRole::kBiller);
  EXPECT_EQ(PlatformRoleNamed("delegate"), PlatformRole::kDelegate);
  EXPECT_EQ(PlatformRoleNamed("Operator"), std::nullopt);
  EXPECT_EQ(PlatformRoleNamed(""), std::nullopt);
}

TEST(RolesIn, ListsThemInOneOrderHoweverTheyWereAdded) {
  PlatformRoles roles;
  EXPECT_THAT(RolesIn(roles), IsEmpty());
  roles.Add(PlatformRole::kDelegate);
  roles.Add(PlatformRole::kOperator);
  EXPECT_THAT(RolesIn(roles), ElementsAre(PlatformRole::kOperator, PlatformRole::kDelegate));
}

TEST(Caller, OnBehalfOfSomebodyHasOnlyThatPrincipalsRoles) {
  Caller caller = {.principal = *Principal::Parse("services/portal")};
  caller.roles.Add(PlatformRole::kDelegate);
  caller.roles.Add(PlatformRole::kOperator);
  EXPECT_TRUE(caller.acting_roles().Has(PlatformRole::kOperator));
  EXPECT_EQ(caller.actor().value(), "services/portal");
  EXPECT_EQ(caller.request_scope(), "services/portal\n");

  caller.on_behalf_of = Principal::Parse("users/alice");
  EXPECT_TRUE(caller.acting_roles().empty());
  EXPECT_EQ(caller.actor().value(), "users/alice");
  EXPECT_EQ(caller.request_scope(), "services/portal\nusers/alice");
}

}  // namespace
}  // namespace billing::kernel
