#include "aggregates/judge/roles.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <variant>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

bool RefusedForTheRole(const kernel::Decision& decision) {
  const auto* refusal = std::get_if<kernel::Refusal>(&decision);
  return refusal != nullptr && refusal->reason == Reason::kRoleRequired;
}

struct Row {
  const char* name;
  judge::Command command;
  // Who may give it, by the letters of kCallers.
  std::string who_may;

  bool AllowedTo(char caller) const { return who_may.find(caller) != std::string::npos; }
};

kernel::Caller Owner() { return User("owen"); }
kernel::Caller Contributor() { return User("carl"); }
kernel::Caller Reader() { return User("rita"); }
// On the profile `main` alone, and on `east` alone.
kernel::Caller OwnerOfMain() { return User("mona"); }
kernel::Caller ContributorOfMain() { return User("milo"); }
kernel::Caller ReaderOfMain() { return User("mary"); }
kernel::Caller OwnerOfEast() { return User("ed"); }

// Administrator, stranger, operator, biller, auditor, scheduler; owner, contributor and reader
// of the account; owner, contributor and reader of `main`; owner of `east`.
const std::map<char, kernel::Caller (*)()> kCallers = {
    {'A', Administrator}, {'S', Stranger},          {'O', Operator},
    {'B', Biller},        {'U', Auditor},           {'T', Scheduler},
    {'o', Owner},         {'c', Contributor},       {'r', Reader},
    {'m', OwnerOfMain},   {'n', ContributorOfMain}, {'q', ReaderOfMain},
    {'e', OwnerOfEast}};
constexpr std::string_view kPlatform = "OBT";

const std::vector<v1::Event> kRoles = {RoleGranted("users/owen", v1::ROLE_OWNER),
                                       RoleGranted("users/carl", v1::ROLE_CONTRIBUTOR),
                                       RoleGranted("users/rita", v1::ROLE_READER),
                                       RoleGranted("users/mona", v1::ROLE_OWNER, "main"),
                                       RoleGranted("users/milo", v1::ROLE_CONTRIBUTOR, "main"),
                                       RoleGranted("users/mary", v1::ROLE_READER, "main"),
                                       RoleGranted("users/ed", v1::ROLE_OWNER, "east")};

std::vector<Row> AccountsAndCards() {
  return {
      {"CreateBillingAccount", CreateBillingAccount(), "O"},
      {"UpdateBillingAccount", Reclassify(true), "O"},
      {"SetPolicy", SetPolicy({.max_cards = 5}), "O"},
      {"DecideInvoicePayment", ApproveInvoicePayment(), "O"},
      {"GrantRole", GrantRole("users/bob", v1::ROLE_READER), "A"},
      {"GrantRole on a profile", GrantRole("users/bob", v1::ROLE_READER, "main"), "A"},
      {"RevokeRole", RevokeRole("users/rita", v1::ROLE_READER), "A"},
      {"HandOverAdministrator", HandOverTo("users/bob"), "AO"},
      {"AddCard", AddCard("amex"), "A"},
      {"AddCard and SetActive", AddCardAndSetActive("amex", "web"), "A"},
      {"UpdateCard", UpdateHolderName("visa"), "A"},
      {"SetActive", SetActive("web", "master"), "A"},
      {"RemoveCard", RemoveCard("master"), "A"},
      {"RequestInvoicePayment", RequestInvoicePayment(), "A"},
      {"SwitchToInvoice of a subscription", SwitchToInvoice("web"), "A"},
      {"SwitchToInvoice of a profile", SwitchProfileToInvoice("main"), "A"},
  };
}

std::vector<Row> TheRest() {
  return {
      {"CreateSubscription", CreateSubscription("mail"), "AOB"},
      {"UpdateSubscription", UpdateSubscription("web", "Web shop"), "AOB"},
      {"ChangeBillingProfile", ChangeBillingProfile("web", "main"), "AOB"},
      {"CancelSubscription", CancelSubscription("web"), "AOB"},
      {"ReactivateSubscription", ReactivateSubscription("web"), "AOB"},
      {"DisableSubscription", DisableSubscription("web"), "OB"},
      {"DeleteSubscription", DeleteSubscription("web"), "OBT"},
      {"CreateBillingProfile", CreateBillingProfile("west", "visa"), "Aoc"},
      {"ReplacePaymentMethod", ReplacePaymentMethod("main", "master"), "Aocmn"},
      {"DetachPaymentMethod", DetachPaymentMethod("main"), "Aocmn"},
      {"RecordCharge", ChargeSubscription("june", "web"), "B"},
      {"RecordCharge of a profile", ChargeProfile("june", "main"), "B"},
      {"RecordPayment", Paid("may"), "B"},
      {"VoidCharge", VoidCharge("may"), "OB"},
      {"SettleBalance", SettleBalance("visa", "master", 1), "B"},
      {"SendTransfer", SendTransfer("second", "web"), "A"},
      {"CancelTransfer", CancelTransfer("offer"), "A"},
      {"ExpireTransfer", ExpireTransfer("offer"), "T"},
      // Sent to this account itself, as no command would: its administrator is the recipient.
      {"AcceptTransfer", AcceptTransfer("offer", "here"), "A"},
      {"DeclineTransfer", DeclineTransfer("offer"), "A"},
  };
}

std::vector<Row> Table() {
  std::vector<Row> table = AccountsAndCards();
  for (Row& row : TheRest()) table.push_back(std::move(row));
  return table;
}

// Everything that the commands of the table name.
Scenario PastOfTheTable() {
  auto scenario =
      Given({CustomerAccountCreated(), CardAdded("visa"), CardAdded("master"),
             BillingProfileCreated("main", "visa"), BillingProfileCreated("east", "master"),
             SubscriptionCreatedUnder("main", "web"),
             ChargeRecorded("may", {.subscription = "web", .card = "visa"}),
             TransferSent("offer", "web", "acme")});
  return scenario.And(kRoles);
}

TEST(Roles, EveryCommandByEveryCaller) {
  const auto past = PastOfTheTable();
  std::set<judge::Deed> deeds;
  for (const Row& row : Table()) {
    deeds.insert(judge::DeedOf(row.command));
    for (const auto& [letter, caller] : kCallers) {
      SCOPED_TRACE(std::string(row.name) + " by " + letter);
      auto scenario = Scenario(past).By(caller()).When(row.command);
      EXPECT_EQ(RefusedForTheRole(scenario.decision()), !row.AllowedTo(letter));
    }
  }
  EXPECT_EQ(deeds.size(), static_cast<size_t>(judge::Deed::kExpireTransfers) + 1)
      << "a deed that no command of the table is";
}

TEST(Roles, EveryCommandIsInTheTable) {
  std::set<size_t> kinds;
  for (const Row& row : Table()) kinds.insert(row.command.index());
  EXPECT_EQ(kinds.size(), std::variant_size_v<judge::Command>);
}

TEST(Roles, ThePolicyMayLeaveAProfilesMethodToWhoSignedUp) {
  auto past = PastOfTheTable();
  past.And({PolicyChanged({.signed_up_user_manages_profiles = true})});
  for (const auto& [letter, caller] : kCallers) {
    SCOPED_TRACE(letter);
    const auto refused = [&](const judge::Command& command) {
      return RefusedForTheRole(Scenario(past).By(caller()).When(command).decision());
    };
    EXPECT_EQ(refused(ReplacePaymentMethod("main", "master")), letter != 'A');
    EXPECT_EQ(refused(DetachPaymentMethod("main")), letter != 'A');
    const bool may_create = letter == 'A' || letter == 'o' || letter == 'c';
    EXPECT_EQ(refused(CreateBillingProfile("west", "visa")), !may_create);
  }
}

TEST(Roles, ARoleOnAProfileIsJudgedBeforeWhetherItIsThere) {
  Given({CustomerAccountCreated()})
      .By(Stranger())
      .When(DetachPaymentMethod("none"))
      .ThenRefused(Reason::kRoleRequired)
      .By(Administrator())
      .When(DetachPaymentMethod("none"))
      .ThenRefused(Reason::kBillingProfileNotFound);
}

TEST(Roles, ARevokedRoleIsGone) {
  auto past = PastOfTheTable();
  past.And({RoleRevoked("users/mona", v1::ROLE_OWNER, "main")})
      .By(OwnerOfMain())
      .When(ReplacePaymentMethod("main", "master"))
      .ThenRefused(Reason::kRoleRequired);
}

TEST(Roles, RolesOnAnotherAccountDoNotCountHere) {
  auto past = PastOfTheTable();
  past.And({BillingAccountCreated({.id = "other"}), RoleGranted("users/mallory", v1::ROLE_OWNER)})
      .By(Stranger())
      .When(CreateBillingProfile("west", "visa"))
      .ThenRefused(Reason::kRoleRequired);
}

TEST(Roles, AMissingAccountIsToldOnlyToThoseWhoMayGiveTheCommandAnywhere) {
  for (const Row& row : Table()) {
    if (std::holds_alternative<account::CreateBillingAccount>(row.command)) continue;
    for (const auto& [letter, caller] : kCallers) {
      SCOPED_TRACE(std::string(row.name) + " by " + letter);
      const bool by_platform =
          kPlatform.find(letter) != std::string_view::npos && row.AllowedTo(letter);
      GivenNothing()
          .By(caller())
          .When(row.command)
          .ThenRefused(by_platform ? Reason::kBillingAccountNotFound : Reason::kRoleRequired);
    }
  }
}

TEST(Roles, AnAdministratorOfAnotherAccountIsAStrangerHere) {
  Given({BillingAccountCreated({.id = "other", .administrator = "users/mallory"}),
         BillingAccountCreated()})
      .By(Stranger())
      .When(AddCard("visa"))
      .ThenRefused(Reason::kRoleRequired);
}

TEST(Roles, ADelegateActsWithTheRolesOfWhomItNames) {
  kernel::Caller shop{kernel::Principal::FromStored("services/shop")};
  shop.roles.Add(kernel::PlatformRole::kDelegate);
  Given({}).By(shop).When(AddCard("visa")).ThenRefused(Reason::kRoleRequired);
  shop.on_behalf_of = kernel::Principal::FromStored("users/alice");
  Given({}).By(shop).When(AddCard("visa")).Then({CardAdded("visa")});
  shop.on_behalf_of = kernel::Principal::FromStored("users/mallory");
  Given({}).By(shop).When(AddCard("visa")).ThenRefused(Reason::kRoleRequired);
}

TEST(Roles, WhileActingForSomebodyThePlatformRolesDoNotCount) {
  kernel::Caller caller = Operator();
  caller.on_behalf_of = kernel::Principal::FromStored("users/mallory");
  Given({SubscriptionCreated("web")})
      .By(caller)
      .When(CancelSubscription("web"))
      .ThenRefused(Reason::kRoleRequired);
  GivenNothing().By(caller).When(CancelSubscription("web")).ThenRefused(Reason::kRoleRequired);
}

TEST(Roles, TheAdministratorMayNotManageWhatThePlatformDisabled) {
  const auto past = Given({CardAdded("visa"), CardAdded("master"),
                           SubscriptionCreated("web", "visa"), SubscriptionDisabled("web")});
  for (const judge::Command& command : std::initializer_list<judge::Command>{
           UpdateSubscription("web", "Web shop"), CancelSubscription("web"),
           ReactivateSubscription("web"), ChangeBillingProfile("web", "main")}) {
    Scenario(past).When(command).ThenRefused(Reason::kRoleRequired);
    auto by_biller = Scenario(past).By(Biller()).When(command);
    EXPECT_FALSE(RefusedForTheRole(by_biller.decision()));
  }
  Scenario(past)
      .When(SetActive("web", "master"))
      .Then({ActiveCardChanged("web", "master", {{"web", "visa"}})});
}

TEST(Roles, AnOperatorWhoAdministersTooDisablesForThePlatform) {
  kernel::Caller alice = Administrator();
  alice.roles.Add(kernel::PlatformRole::kOperator);
  Given({CardAdded("visa"), SubscriptionCreated("web", "visa")})
      .By(alice)
      .When(DisableSubscription("web"))
      .Then({SubscriptionDisabled("web")})
      .By(Administrator())
      .When(ReactivateSubscription("web"))
      .ThenRefused(Reason::kRoleRequired)
      .By(alice)
      .When(ReactivateSubscription("web"))
      .Then({SubscriptionReactivated("web")});
}

TEST(Roles, CancellingDoesNotHandADisabledSubscriptionBack) {
  Given({CardAdded("visa"), SubscriptionCreated("web", "visa"), SubscriptionDisabled("web")})
      .By(Operator())
      .When(CancelSubscription("web"))
      .Then({SubscriptionCancelled("web")})
      .By(Administrator())
      .When(ReactivateSubscription("web"))
      .ThenRefused(Reason::kRoleRequired)
      .By(Operator())
      .When(ReactivateSubscription("web"))
      .Then({SubscriptionReactivated("web")})
      .By(Administrator())
      .When(CancelSubscription("web"))
      .Then({SubscriptionCancelled("web")})
      .When(ReactivateSubscription("web"))
      .Then({SubscriptionReactivated("web")});
}

TEST(Roles, OnceDeletedADisabledSubscriptionAnswersForItself) {
  Given({SubscriptionCreated("web"), SubscriptionDisabled("web"), SubscriptionDeleted("web")})
      .When(UpdateSubscription("web", "Web shop"))
      .ThenRefused(Reason::kSubscriptionDeleted);
}

}  // namespace
}  // namespace billing::given
