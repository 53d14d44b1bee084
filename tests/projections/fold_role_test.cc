// Who may what on an account, and which accounts a principal finds among its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/state/state_reader.h"
#include "tests/projections/log.h"
#include "tests/support/payment_facts.h"

namespace billing::projections {
namespace {

using given::AdministratorChanged;
using given::RoleGranted;
using given::RoleRevoked;
using testing::ElementsAre;
using testing::IsEmpty;

kernel::Principal PrincipalNamed(const std::string& name) {
  return kernel::Principal::FromStored(name);
}

class FoldRoles : public testing::Test {
 protected:
  FoldRoles() {
    log_.Commit({given::CardAdded("visa"), given::BillingProfileCreated("main", "visa"),
                 given::BillingProfileCreated("east", "visa")});
  }

  // Ids of the accounts that the principal finds among its own.
  std::vector<std::string> AccountsOf(const std::string& principal) const {
    const MapRows rows = log_.Folded();
    std::vector<std::string> ids;
    for (const auto& account : StateReader(rows).AccountsOf(PrincipalNamed(principal), "", 99)) {
      ids.push_back(account.first.value());
    }
    return ids;
  }
  HeldRoles RolesOf(const std::string& principal) const {
    const MapRows rows = log_.Folded();
    return StateReader(rows).RolesOf(acme_, PrincipalNamed(principal));
  }
  account::RoleBinding Binding(const std::string& principal, v1::Role role,
                               const std::string& profile = "") const {
    account::RoleBinding binding{.principal = PrincipalNamed(principal), .role = role};
    if (!profile.empty()) binding.billing_profile = kernel::BillingProfileId::FromStored(profile);
    return binding;
  }

  Log log_;
  const AccountNumber acme_ = log_.Open("acme");
};

TEST_F(FoldRoles, AreHeldAsGranted) {
  log_.Commit({RoleGranted("users/bob", v1::ROLE_OWNER)});
  log_.Commit({RoleGranted("users/bob", v1::ROLE_READER)});
  log_.Commit({RoleGranted("users/bob", v1::ROLE_CONTRIBUTOR, "main")});
  log_.Commit({RoleGranted("users/bobby", v1::ROLE_CONTRIBUTOR)});
  const HeldRoles bob = RolesOf("users/bob");
  EXPECT_TRUE(bob.owner);
  EXPECT_FALSE(bob.contributor);
  EXPECT_TRUE(bob.reader);
  ASSERT_EQ(bob.profiles.size(), 1u);
  const auto& on_main = bob.profiles.at(kernel::BillingProfileId::FromStored("main"));
  EXPECT_FALSE(on_main.owner);
  EXPECT_TRUE(on_main.contributor);
  EXPECT_FALSE(on_main.reader);
  EXPECT_TRUE(RolesOf("users/bobby").contributor);
  EXPECT_FALSE(RolesOf("users/bo").owner);
  EXPECT_FALSE(RolesOf("users/alice").owner) << "the administrator's role is not granted";
}

TEST_F(FoldRoles, AreEachABindingOfTheirOwn) {
  log_.Commit({RoleGranted("users/bob", v1::ROLE_READER, "main")});
  log_.Commit({RoleGranted("users/bob", v1::ROLE_OWNER, "east")});
  log_.Commit({RoleGranted("users/bob", v1::ROLE_READER)});
  log_.Commit({RoleGranted("users/ann", v1::ROLE_READER)});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  EXPECT_THAT(
      states.RoleBindings(acme_),
      ElementsAre(Binding("users/ann", v1::ROLE_READER), Binding("users/bob", v1::ROLE_READER),
                  Binding("users/bob", v1::ROLE_OWNER, "east"),
                  Binding("users/bob", v1::ROLE_READER, "main")));
  EXPECT_EQ(states.Head(acme_).role_bindings, 4u);
  EXPECT_TRUE(states.HasRole(acme_, Binding("users/bob", v1::ROLE_OWNER, "east")));
  EXPECT_FALSE(states.HasRole(acme_, Binding("users/bob", v1::ROLE_OWNER, "main")));
  EXPECT_FALSE(states.HasRole(acme_, Binding("users/bob", v1::ROLE_OWNER)));
}

TEST_F(FoldRoles, ARevokedOneLeavesTheOthers) {
  log_.Commit({RoleGranted("users/bob", v1::ROLE_READER)});
  log_.Commit({RoleGranted("users/bob", v1::ROLE_OWNER)});
  log_.Commit({RoleGranted("users/bob", v1::ROLE_READER, "main")});
  log_.Commit({RoleRevoked("users/bob", v1::ROLE_READER)});
  EXPECT_FALSE(RolesOf("users/bob").reader);
  EXPECT_TRUE(RolesOf("users/bob").owner);
  EXPECT_EQ(RolesOf("users/bob").profiles.size(), 1u);
  const MapRows rows = log_.Folded();
  EXPECT_EQ(StateReader(rows).Head(acme_).role_bindings, 2u);
}

TEST_F(FoldRoles, AnAccountIsListedWhileAnyRoleOnItIsHeld) {
  log_.Commit({RoleGranted("users/bob", v1::ROLE_READER)});
  log_.Commit({RoleGranted("users/bob", v1::ROLE_OWNER)});
  EXPECT_THAT(AccountsOf("users/bob"), ElementsAre("acme"));
  log_.Commit({RoleRevoked("users/bob", v1::ROLE_READER)});
  EXPECT_THAT(AccountsOf("users/bob"), ElementsAre("acme"));
  log_.Commit({RoleRevoked("users/bob", v1::ROLE_OWNER)});
  EXPECT_THAT(AccountsOf("users/bob"), IsEmpty());
}

TEST_F(FoldRoles, ARoleOnAProfileListsNoAccount) {
  log_.Commit({RoleGranted("users/bob", v1::ROLE_OWNER, "main")});
  EXPECT_THAT(AccountsOf("users/bob"), IsEmpty());
  log_.Commit({RoleGranted("users/bob", v1::ROLE_READER)});
  log_.Commit({RoleRevoked("users/bob", v1::ROLE_OWNER, "main")});
  EXPECT_THAT(AccountsOf("users/bob"), ElementsAre("acme"));
  log_.Commit({RoleGranted("users/bob", v1::ROLE_OWNER, "main")});
  log_.Commit({RoleRevoked("users/bob", v1::ROLE_READER)});
  EXPECT_THAT(AccountsOf("users/bob"), IsEmpty());
}

TEST_F(FoldRoles, AHandoverListsTheAccountForTheNewAdministrator) {
  const uint64_t position = log_.Commit({AdministratorChanged("users/bob", "users/alice")});
  EXPECT_THAT(AccountsOf("users/bob"), ElementsAre("acme"));
  EXPECT_THAT(AccountsOf("users/alice"), IsEmpty());
  const MapRows rows = log_.Folded();
  const auto acme = StateReader(rows).Account(acme_).value();
  EXPECT_EQ(acme.administrator, PrincipalNamed("users/bob"));
  EXPECT_EQ(acme.etag, position);
}

TEST_F(FoldRoles, AfterAHandoverAGrantedRoleKeepsTheAccountListed) {
  log_.Commit({RoleGranted("users/alice", v1::ROLE_READER)});
  log_.Commit({AdministratorChanged("users/bob", "users/alice")});
  EXPECT_THAT(AccountsOf("users/alice"), ElementsAre("acme"));
  log_.Commit({RoleRevoked("users/alice", v1::ROLE_READER)});
  EXPECT_THAT(AccountsOf("users/alice"), IsEmpty());
}

TEST_F(FoldRoles, TheAdministratorLosesNoAccountWithARole) {
  log_.Commit({RoleGranted("users/alice", v1::ROLE_READER)});
  log_.Commit({RoleRevoked("users/alice", v1::ROLE_READER)});
  EXPECT_THAT(AccountsOf("users/alice"), ElementsAre("acme"));
}

TEST_F(FoldRoles, AccountsAreListedByIdAndEachForItself) {
  log_.Commit({RoleGranted("users/bob", v1::ROLE_READER)});
  log_.Open("zeta");
  log_.Commit({RoleGranted("users/bob", v1::ROLE_READER)});
  EXPECT_THAT(AccountsOf("users/bob"), ElementsAre("acme", "zeta"));
  log_.Commit({RoleRevoked("users/bob", v1::ROLE_READER)});
  EXPECT_THAT(AccountsOf("users/bob"), ElementsAre("acme"));
}

TEST_F(FoldRoles, EachMovesTheAccountsVersion) {
  for (const auto& fact :
       {RoleGranted("users/bob", v1::ROLE_READER), RoleRevoked("users/bob", v1::ROLE_READER),
        given::InvoicePaymentRequested(), given::InvoicePaymentApproved()}) {
    const uint64_t position = log_.Commit({fact});
    const MapRows rows = log_.Folded();
    EXPECT_EQ(StateReader(rows).Account(acme_)->etag, position);
  }
}

TEST_F(FoldRoles, InvoicePaymentFollowsWhatWasAskedAndDecided) {
  const auto state = [this] {
    const MapRows rows = log_.Folded();
    return StateReader(rows).Account(acme_)->invoice_payment;
  };
  EXPECT_EQ(state(), v1::INVOICE_PAYMENT_STATE_NONE);
  log_.Commit({given::InvoicePaymentRequested()});
  EXPECT_EQ(state(), v1::INVOICE_PAYMENT_STATE_REQUESTED);
  log_.Commit({given::InvoicePaymentRejected()});
  EXPECT_EQ(state(), v1::INVOICE_PAYMENT_STATE_REJECTED);
  log_.Commit({given::InvoicePaymentApproved()});
  EXPECT_EQ(state(), v1::INVOICE_PAYMENT_STATE_APPROVED);
}

TEST_F(FoldRoles, AnUpdateChangesWhatItsMaskNames) {
  v1::Event named;
  named.mutable_billing_account_updated()->mutable_billing_account()->set_display_name("Acme");
  named.mutable_billing_account_updated()->mutable_billing_account()->set_business(true);
  named.mutable_billing_account_updated()->mutable_update_mask()->add_paths("display_name");
  log_.Commit({named});
  {
    const MapRows rows = log_.Folded();
    const auto acme = StateReader(rows).Account(acme_).value();
    EXPECT_EQ(acme.display_name, "Acme");
    EXPECT_FALSE(acme.business);
  }
  const uint64_t position = log_.Commit({given::BillingAccountReclassified(true)});
  const MapRows rows = log_.Folded();
  const auto acme = StateReader(rows).Account(acme_).value();
  EXPECT_EQ(acme.display_name, "Acme");
  EXPECT_TRUE(acme.business);
  EXPECT_EQ(acme.etag, position);
}

TEST_F(FoldRoles, TellsWhatTheRolesWereAtAnEarlierPosition) {
  const uint64_t before = log_.Commit({RoleGranted("users/bob", v1::ROLE_READER)});
  log_.Commit({RoleGranted("users/bob", v1::ROLE_OWNER, "main")});
  log_.Commit({RoleGranted("users/ann", v1::ROLE_OWNER)});
  const uint64_t full = log_.Commit({RoleGranted("users/bob", v1::ROLE_CONTRIBUTOR)});
  const uint64_t revoked = log_.Commit({RoleRevoked("users/bob", v1::ROLE_READER)});
  log_.Commit({RoleGranted("users/bob", v1::ROLE_READER)});
  const MapRows rows = log_.Folded();
  const StateReader states(rows);
  const auto at = [&](uint64_t position) {
    std::vector<std::string> words;
    for (const auto& each : states.RoleBindingsAt(
             states.FindAccount(kernel::AccountId::FromStored("acme")).value(), position)) {
      words.push_back(each.principal.value() + " " + v1::Role_Name(each.role) +
                      (each.billing_profile ? " " + each.billing_profile->value() : ""));
    }
    return words;
  };
  EXPECT_THAT(at(before - 1), IsEmpty());
  EXPECT_THAT(at(before), ElementsAre("users/bob ROLE_READER"));
  EXPECT_THAT(at(full), ElementsAre("users/ann ROLE_OWNER", "users/bob ROLE_CONTRIBUTOR",
                                    "users/bob ROLE_READER", "users/bob ROLE_OWNER main"));
  EXPECT_THAT(at(revoked), ElementsAre("users/ann ROLE_OWNER", "users/bob ROLE_CONTRIBUTOR",
                                       "users/bob ROLE_OWNER main"));
  EXPECT_EQ(states.RoleBindingsAt(1, UINT64_MAX - 1), states.RoleBindings(1));
}

}  // namespace
}  // namespace billing::projections
