#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

constexpr auto kOwner = v1::ROLE_OWNER;
constexpr auto kReader = v1::ROLE_READER;
constexpr auto kAdministrator = v1::ROLE_ADMINISTRATOR;

TEST(GrantRole, RecordsWhoMayWhatAndWhere) {
  Given({CustomerAccountCreated(), CardAdded("visa"), BillingProfileCreated("main", "visa")})
      .When(GrantRole("users/owen", kOwner))
      .Then({RoleGranted("users/owen", kOwner)})
      .When(GrantRole("users/owen", kReader))
      .Then({RoleGranted("users/owen", kReader)})
      .When(GrantRole("users/owen", kOwner, "main"))
      .Then({RoleGranted("users/owen", kOwner, "main")});
}

TEST(GrantRole, RefusedForWhatIsGrantedAlready) {
  Given({RoleGranted("users/owen", kOwner)})
      .When(GrantRole("users/owen", kOwner))
      .ThenRefused(Reason::kRoleAlreadyGranted);
  Given({CustomerAccountCreated(), CardAdded("visa"), BillingProfileCreated("main", "visa"),
         RoleGranted("users/owen", kOwner, "main")})
      .When(GrantRole("users/owen", kOwner, "main"))
      .ThenRefused(Reason::kRoleAlreadyGranted);
}

TEST(GrantRole, TheAdministratorsRoleMovesOnlyByHandover) {
  Given({}).When(GrantRole("users/alice", kAdministrator)).ThenRefused(Reason::kRoleAlreadyGranted);
  Given({})
      .When(GrantRole("users/owen", kAdministrator))
      .ThenRefused(Reason::kAdministratorRequired);
}

TEST(GrantRole, TheProfileMustBeThere) {
  Given({})
      .When(GrantRole("users/owen", kOwner, "main"))
      .ThenRefused(Reason::kBillingProfileNotFound);
  Given({})
      .When(RevokeRole("users/owen", kOwner, "main"))
      .ThenRefused(Reason::kBillingProfileNotFound);
}

TEST(GrantRole, RefusedBeyondAThousandBindings) {
  std::vector<v1::Event> facts;
  for (int i = 0; i < 999; ++i) {
    facts.push_back(RoleGranted("users/u" + std::to_string(i), kReader));
  }
  Given(facts)
      .When(GrantRole("users/owen", kReader))
      .Then({RoleGranted("users/owen", kReader)})
      .When(GrantRole("users/owen", kOwner))
      .ThenRefused(Reason::kRoleLimitReached)
      .When(GrantRole("users/owen", kReader))
      .ThenRefused(Reason::kRoleAlreadyGranted)
      .When(RevokeRole("users/u7", kReader))
      .Then({RoleRevoked("users/u7", kReader)})
      .When(GrantRole("users/owen", kOwner))
      .Then({RoleGranted("users/owen", kOwner)});
}

TEST(RevokeRole, TakesOneBindingAndLeavesTheOthers) {
  Given({RoleGranted("users/owen", kOwner), RoleGranted("users/owen", kReader)})
      .When(RevokeRole("users/owen", kOwner))
      .Then({RoleRevoked("users/owen", kOwner)})
      .When(RevokeRole("users/owen", kOwner))
      .ThenRefused(Reason::kRoleNotGranted)
      .When(RevokeRole("users/owen", kReader))
      .Then({RoleRevoked("users/owen", kReader)});
}

TEST(RevokeRole, ARoleOnTheAccountIsNotOneOnAProfile) {
  Given({CustomerAccountCreated(), CardAdded("visa"), BillingProfileCreated("main", "visa"),
         RoleGranted("users/owen", kOwner)})
      .When(RevokeRole("users/owen", kOwner, "main"))
      .ThenRefused(Reason::kRoleNotGranted);
}

TEST(RevokeRole, TheAdministratorsRoleMovesOnlyByHandover) {
  Given({})
      .When(RevokeRole("users/alice", kAdministrator))
      .ThenRefused(Reason::kAdministratorRequired);
  Given({}).When(RevokeRole("users/owen", kAdministrator)).ThenRefused(Reason::kRoleNotGranted);
}

TEST(GrantRole, MovesTheAccountsVersion) {
  auto scenario = Given({});
  const uint64_t before = scenario.VersionOfAccount();
  scenario.When(AtVersion(GrantRole("users/owen", kOwner), before))
      .Then({RoleGranted("users/owen", kOwner)})
      .When(AtVersion(RevokeRole("users/owen", kOwner), before))
      .ThenRefused(Reason::kEtagMismatch)
      .When(AtVersion(RevokeRole("users/owen", kOwner), scenario.VersionOfAccount()))
      .Then({RoleRevoked("users/owen", kOwner)});
}

TEST(HandOverAdministrator, GivesTheAccountToAnotherWhoThenManagesIt) {
  Given({CardAdded("visa")})
      .When(HandOverTo("users/owen"))
      .Then({AdministratorChanged("users/owen", "users/alice")})
      .When(RemoveCard("visa"))
      .ThenRefused(Reason::kRoleRequired)
      .By(User("owen"))
      .When(RemoveCard("visa"))
      .Then({CardRemoved("visa")});
}

TEST(HandOverAdministrator, ToThePresentOneChangesNothing) {
  Given({}).When(HandOverTo("users/alice")).ThenNothingChanges();
}

TEST(HandOverAdministrator, GrantedRolesStay) {
  Given({RoleGranted("users/owen", kOwner), RoleGranted("users/bob", kReader)})
      .When(HandOverTo("users/owen"))
      .Then({AdministratorChanged("users/owen", "users/alice")})
      .By(User("owen"))
      .When(GrantRole("users/owen", kOwner))
      .ThenRefused(Reason::kRoleAlreadyGranted)
      .When(RevokeRole("users/bob", kReader))
      .Then({RoleRevoked("users/bob", kReader)});
}

TEST(HandOverAdministrator, AnOperatorHasToSayWhy) {
  Given({})
      .By(Operator())
      .When(HandOverTo("users/owen"))
      .ThenInvalid("reason")
      .WithReason()
      .When(HandOverTo("users/owen"))
      .Then({AdministratorChanged("users/owen", "users/alice")});
}

TEST(HandOverAdministrator, WhatIsMalformedAnswersBeforeTheVersion) {
  Given({}).By(Operator()).When(AtVersion(HandOverTo("users/owen"), 999)).ThenInvalid("reason");
  Given({}).When(AtVersion(HandOverTo("users/owen"), 999)).ThenRefused(Reason::kEtagMismatch);
}

TEST(UpdateBillingAccount, RecordsWhatTheMaskNames) {
  Given({})
      .By(Operator())
      .When(Reclassify(true))
      .Then({BillingAccountReclassified(true)})
      .When(Reclassify(true))
      .ThenNothingChanges();

  auto both = Reclassify(true);
  both.display_name = "Acme";
  v1::Event expected = BillingAccountReclassified(true);
  auto& updated = *expected.mutable_billing_account_updated();
  updated.mutable_billing_account()->set_display_name("Acme");
  updated.mutable_update_mask()->clear_paths();
  updated.mutable_update_mask()->add_paths("display_name");
  updated.mutable_update_mask()->add_paths("business");
  Given({}).By(Operator()).When(both).Then({expected}).When(both).ThenNothingChanges();
}

TEST(UpdateBillingAccount, RefusedForAnotherVersion) {
  Given({})
      .By(Operator())
      .When(AtVersion(Reclassify(true), 999))
      .ThenRefused(Reason::kEtagMismatch);
}

}  // namespace
}  // namespace billing::given
