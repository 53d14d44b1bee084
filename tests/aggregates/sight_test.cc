#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

// `account personal vault_token decline_detail all_accounts` and profiles, as far as they are
// seen.
std::string SeenBy(const kernel::Caller& caller, bool exists = true,
                   const projections::HeldRoles& roles = {}) {
  const account::AccountState acme{.id = Account(),
                                   .administrator = kernel::Principal::FromStored("users/alice")};
  const judge::Sight sight = judge::SightOf(caller, exists ? &acme : nullptr, roles);
  std::string seen;
  if (sight.account) seen += "account ";
  if (sight.personal) seen += "personal ";
  if (sight.vault_token) seen += "vault_token ";
  if (sight.decline_detail) seen += "decline_detail ";
  if (sight.all_accounts) seen += "all_accounts ";
  for (const auto& profile : sight.profiles) seen += profile.value() + " ";
  return seen;
}

TEST(Sight, EachCallerSeesWhatItsRoleShows) {
  EXPECT_EQ(SeenBy(Administrator()), "account personal ");
  EXPECT_EQ(SeenBy(Stranger()), "");
  EXPECT_EQ(SeenBy(Operator()), "account personal decline_detail all_accounts ");
  EXPECT_EQ(SeenBy(Auditor()), "account decline_detail all_accounts ");
  EXPECT_EQ(SeenBy(Biller()), "account vault_token decline_detail ");
}

TEST(Sight, OfAMissingAccountOnlyThePlatformRolesCount) {
  EXPECT_EQ(SeenBy(Administrator(), false), "");
  EXPECT_EQ(SeenBy(Operator(), false), "account personal decline_detail all_accounts ");
  EXPECT_EQ(SeenBy(Biller(), false), "account vault_token decline_detail ");
}

TEST(Sight, GrantedRolesShowTheAccountOrTheirProfilesAlone) {
  EXPECT_EQ(SeenBy(Stranger(), true, {.owner = true}), "account personal ");
  EXPECT_EQ(SeenBy(Stranger(), true, {.contributor = true}), "account personal ");
  EXPECT_EQ(SeenBy(Stranger(), true, {.reader = true}), "account ");
  projections::HeldRoles on_profile;
  on_profile.profiles[kernel::BillingProfileId::FromStored("main")].owner = true;
  EXPECT_EQ(SeenBy(Stranger(), true, on_profile), "main ");
  on_profile.reader = true;
  EXPECT_EQ(SeenBy(Stranger(), true, on_profile), "account ");
}

TEST(Sight, RolesAddUp) {
  kernel::Caller caller = Auditor();
  caller.roles.Add(kernel::PlatformRole::kBiller);
  EXPECT_EQ(SeenBy(caller), "account vault_token decline_detail all_accounts ");
}

TEST(Sight, WhileActingForSomebodyOnlyTheirRolesCount) {
  kernel::Caller caller = Operator();
  caller.on_behalf_of = kernel::Principal::FromStored("users/mallory");
  EXPECT_EQ(SeenBy(caller), "");
  caller.on_behalf_of = kernel::Principal::FromStored("users/alice");
  EXPECT_EQ(SeenBy(caller), "account personal ");
}

}  // namespace
}  // namespace billing::given
