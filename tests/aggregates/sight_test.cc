#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

// `account personal vault_token all_accounts`, as far as they are seen.
std::string SeenBy(const kernel::Caller& caller, bool exists = true) {
  const account::AccountState acme{.id = Account(),
                                   .administrator = kernel::Principal::FromStored("users/alice")};
  const judge::Sight sight = judge::SightOf(caller, exists ? &acme : nullptr);
  std::string seen;
  if (sight.account) seen += "account ";
  if (sight.personal) seen += "personal ";
  if (sight.vault_token) seen += "vault_token ";
  if (sight.all_accounts) seen += "all_accounts ";
  return seen;
}

TEST(Sight, EachCallerSeesWhatItsRoleShows) {
  EXPECT_EQ(SeenBy(Administrator()), "account personal ");
  EXPECT_EQ(SeenBy(Stranger()), "");
  EXPECT_EQ(SeenBy(Operator()), "account personal all_accounts ");
  EXPECT_EQ(SeenBy(Auditor()), "account all_accounts ");
  EXPECT_EQ(SeenBy(Biller()), "account vault_token ");
}

TEST(Sight, OfAMissingAccountOnlyThePlatformRolesCount) {
  EXPECT_EQ(SeenBy(Administrator(), false), "");
  EXPECT_EQ(SeenBy(Operator(), false), "account personal all_accounts ");
  EXPECT_EQ(SeenBy(Biller(), false), "account vault_token ");
}

TEST(Sight, RolesAddUp) {
  kernel::Caller caller = Auditor();
  caller.roles.Add(kernel::PlatformRole::kBiller);
  EXPECT_EQ(SeenBy(caller), "account vault_token all_accounts ");
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
