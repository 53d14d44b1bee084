#include "aggregates/judge/roles.h"

#include <gtest/gtest.h>

#include <map>

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
  // Who may give it, of: administrator, stranger, operator, biller, auditor.
  std::string who_may;

  bool AllowedTo(char caller) const { return who_may.find(caller) != std::string::npos; }
};

const std::map<char, kernel::Caller (*)()> kCallers = {
    {'A', Administrator}, {'S', Stranger}, {'O', Operator}, {'B', Biller}, {'U', Auditor}};

std::vector<Row> Table() {
  return {
      {"CreateBillingAccount", CreateBillingAccount(), "O"},
      {"SetPolicy", SetPolicy({.max_cards = 5}), "O"},
      {"AddCard", AddCard("amex"), "A"},
      {"AddCard and SetActive", AddCardAndSetActive("amex", "web"), "A"},
      {"UpdateCard", UpdateHolderName("visa"), "A"},
      {"SetActive", SetActive("web", "master"), "A"},
      {"RemoveCard", RemoveCard("master"), "A"},
      {"CreateSubscription", CreateSubscription("mail"), "AOB"},
      {"UpdateSubscription", UpdateSubscription("web", "Web shop"), "AOB"},
      {"ChangeBillingProfile", ChangeBillingProfile("web", "main"), "AOB"},
      {"CancelSubscription", CancelSubscription("web"), "AOB"},
      {"ReactivateSubscription", ReactivateSubscription("web"), "AOB"},
      {"DisableSubscription", DisableSubscription("web"), "OB"},
      {"DeleteSubscription", DeleteSubscription("web"), "OB"},
  };
}

TEST(Roles, EveryCommandByEveryCaller) {
  const auto past =
      Given({CardAdded("visa"), CardAdded("master"), SubscriptionCreated("web", "visa")});
  for (const Row& row : Table()) {
    for (const auto& [letter, caller] : kCallers) {
      SCOPED_TRACE(std::string(row.name) + " by " + letter);
      auto scenario = Scenario(past).By(caller()).When(row.command);
      EXPECT_EQ(RefusedForTheRole(scenario.decision()), !row.AllowedTo(letter));
    }
  }
}

TEST(Roles, AMissingAccountIsToldOnlyToThoseWhoMayGiveTheCommandAnywhere) {
  for (const Row& row : Table()) {
    if (std::holds_alternative<account::CreateBillingAccount>(row.command)) continue;
    for (const auto& [letter, caller] : kCallers) {
      SCOPED_TRACE(std::string(row.name) + " by " + letter);
      const bool by_platform = letter != 'A' && row.AllowedTo(letter);
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
