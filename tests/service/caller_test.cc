#include "server/caller.h"

#include <string>

#include "gtest/gtest.h"

namespace billing::server {
namespace {

using Headers = std::multimap<std::string, std::string>;

Answered<kernel::Caller> Check(const Headers& headers) {
  CallMetadata metadata;
  for (const auto& [name, value] : headers) metadata.emplace(name, value);
  return InsecureDevCredentials().Check(metadata);
}

std::string ReasonOf(const Headers& headers) {
  const auto checked = Check(headers);
  const auto* problem = std::get_if<Problem>(&checked);
  return problem != nullptr ? problem->reason : "";
}

TEST(InsecureDevCredentials, TakesPrincipalAndRoles) {
  const auto checked = Check({{"x-principal", "users/olga"}, {"x-roles", "operator, auditor"}});
  const auto& caller = std::get<kernel::Caller>(checked);
  EXPECT_EQ(caller.principal.value(), "users/olga");
  EXPECT_TRUE(caller.roles.Has(kernel::PlatformRole::kOperator));
  EXPECT_TRUE(caller.roles.Has(kernel::PlatformRole::kAuditor));
  EXPECT_FALSE(caller.roles.Has(kernel::PlatformRole::kBiller));
  EXPECT_FALSE(caller.on_behalf_of);
}

TEST(InsecureDevCredentials, NoRolesAreNone) {
  for (const char* roles : {"", " "}) {
    const auto checked = Check({{"x-principal", "users/alice"}, {"x-roles", roles}});
    EXPECT_TRUE(std::get<kernel::Caller>(checked).roles.empty());
  }
}

TEST(InsecureDevCredentials, NobodyIsRequiredToSayWho) {
  EXPECT_EQ(ReasonOf({}), "CREDENTIAL_REQUIRED");
  EXPECT_EQ(ReasonOf({{"x-roles", "operator"}}), "CREDENTIAL_REQUIRED");
}

TEST(InsecureDevCredentials, RefusesWhatItDoesNotKnow) {
  for (const char* principal : {"", "alice", "users/", "groups/a", "users/a b"}) {
    EXPECT_EQ(ReasonOf({{"x-principal", principal}}), "CREDENTIAL_INVALID") << principal;
  }
  for (const char* roles : {"root", "operator,root", "operator,", ",operator", "Operator"}) {
    EXPECT_EQ(ReasonOf({{"x-principal", "users/a"}, {"x-roles", roles}}), "CREDENTIAL_INVALID")
        << roles;
  }
}

TEST(InsecureDevCredentials, RefusesAHeaderGivenTwice) {
  EXPECT_EQ(ReasonOf({{"x-principal", "users/a"}, {"x-principal", "users/b"}}),
            "CREDENTIAL_INVALID");
  EXPECT_EQ(ReasonOf({{"x-principal", "users/a"}, {"x-roles", "operator"}, {"x-roles", "biller"}}),
            "CREDENTIAL_INVALID");
}

TEST(InsecureDevCredentials, NobodyIsTheScheduler) {
  EXPECT_EQ(ReasonOf({{"x-principal", "services/scheduler"}}), "CREDENTIAL_INVALID");
  EXPECT_EQ(ReasonOf({{"x-principal", "users/4242424242424242"}}), "CREDENTIAL_INVALID");
  EXPECT_EQ(ReasonOf({{"x-principal", "users/4242424242424242@example.com"}}),
            "CREDENTIAL_INVALID");
  EXPECT_EQ(ReasonOf({{"x-principal", "users/jan+4242424242424242"}}), "CREDENTIAL_INVALID");
}

TEST(InsecureDevCredentials, ADelegateServiceMayNameAUser) {
  const auto checked = Check({{"x-principal", "services/portal"},
                              {"x-roles", "delegate,operator"},
                              {"x-on-behalf-of", "users/alice"}});
  const auto& caller = std::get<kernel::Caller>(checked);
  EXPECT_EQ(caller.actor().value(), "users/alice");
  EXPECT_TRUE(caller.acting_roles().empty());
}

TEST(InsecureDevCredentials, NobodyElseMayNameAnybody) {
  const auto reason = [](const char* who, const char* roles, const char* named) {
    return ReasonOf({{"x-principal", who}, {"x-roles", roles}, {"x-on-behalf-of", named}});
  };
  EXPECT_EQ(reason("services/portal", "operator", "users/alice"), "DELEGATION_NOT_ALLOWED");
  EXPECT_EQ(reason("users/mallory", "delegate", "users/alice"), "DELEGATION_NOT_ALLOWED");
  EXPECT_EQ(reason("services/portal", "delegate", "services/biller"), "DELEGATION_NOT_ALLOWED");
  EXPECT_EQ(reason("services/portal", "delegate", "services/scheduler"), "DELEGATION_NOT_ALLOWED");
  EXPECT_EQ(reason("services/portal", "delegate", ""), "DELEGATION_NOT_ALLOWED");
}

}  // namespace
}  // namespace billing::server
