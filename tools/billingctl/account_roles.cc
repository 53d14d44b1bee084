#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "billing/v1/billing_account_service.grpc.pb.h"
#include "tools/billingctl/account_verbs.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::BillingAccountService::Stub;
using billing::v1::RoleBinding;

struct RoleArguments {
  std::string account;
  std::string profile;
  std::string principal;
  billing::v1::Role role = billing::v1::ROLE_UNSPECIFIED;
};

// Grant and revoke ask for the same: whose role it is, which, and on what.
template <class Request>
Request RequestOf(const RoleArguments& arguments) {
  Request request;
  request.set_name(arguments.profile.empty()
                       ? AccountName(arguments.account)
                       : Names(arguments.account).BillingProfile(arguments.profile));
  request.set_principal(arguments.principal);
  request.set_role(arguments.role);
  return request;
}

std::string OnText(const RoleArguments& arguments) {
  return arguments.profile.empty() ? absl::StrCat(" on ", ShortName(AccountName(arguments.account)))
                                   : absl::StrCat(" on profile ", ShortName(arguments.profile));
}

void AddRoleFlags(CLI::App* verb, const OptionText& whose,
                  const std::shared_ptr<RoleArguments>& arguments) {
  verb->add_option("account", arguments->account, "An id or billingAccounts/ID")->required();
  verb->add_option(whose.flag, arguments->principal, whose.help)
      ->required()
      ->type_name("PRINCIPAL");
  AddEnum<billing::v1::Role>(verb, {"--role", "The role; administrator moves by hand-over only"},
                             [arguments](billing::v1::Role role) { arguments->role = role; })
      ->required();
  verb->add_option("--billing-profile", arguments->profile,
                   "Only on this billing profile; default: on the whole account");
}

void AddGrant(CommandLine& line, CLI::App* noun) {
  auto arguments = std::make_shared<RoleArguments>();
  CLI::App* verb = line.AddWrite(
      {noun, "grant-role", "Gives somebody a role on an account or a billing profile"},
      [=](const Context& context) {
        return Write(context, &Stub::GrantRole,
                     RequestOf<billing::v1::GrantRoleRequest>(*arguments),
                     [&](const billing::v1::GrantRoleResponse& response) {
                       context.out << Sentence(
                           {absl::StrCat("role ", WordOf(arguments->role)),
                            absl::StrCat("granted to ", arguments->principal, OnText(*arguments))},
                           response.receipt(), context);
                     });
      });
  AddRoleFlags(verb, {"--to", "Who gets it: users/NAME or services/NAME"}, arguments);
}

void AddRevoke(CommandLine& line, CLI::App* noun) {
  auto arguments = std::make_shared<RoleArguments>();
  CLI::App* verb =
      line.AddWrite({noun, "revoke-role", "Takes a role back"}, [=](const Context& context) {
        return Write(
            context, &Stub::RevokeRole, RequestOf<billing::v1::RevokeRoleRequest>(*arguments),
            [&](const billing::v1::RevokeRoleResponse& response) {
              context.out << Sentence(
                  {absl::StrCat("role ", WordOf(arguments->role)),
                   absl::StrCat("revoked from ", arguments->principal, OnText(*arguments))},
                  response.receipt(), context);
            });
      });
  AddRoleFlags(verb, {"--from", "Who loses it: users/NAME or services/NAME"}, arguments);
}

void AddHandOver(CommandLine& line, CLI::App* noun) {
  auto account = std::make_shared<std::string>();
  auto principal = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "hand-over", "Makes somebody else the administrator (an operator: with --reason)"},
      [=](const Context& context) {
        billing::v1::HandOverAdministratorRequest request;
        request.set_name(AccountName(*account));
        request.set_principal(*principal);
        return Write(context, &Stub::HandOverAdministrator, request,
                     [&](const billing::v1::HandOverAdministratorResponse& response) {
                       context.out << Sentence({Subject("account", request.name()),
                                                absl::StrCat("handed over to ", *principal)},
                                               response.receipt(), context);
                     });
      });
  verb->add_option("account", *account, "An id or billingAccounts/ID")->required();
  verb->add_option("--to", *principal, "The new administrator: users/NAME")
      ->required()
      ->type_name("PRINCIPAL");
}

std::vector<Column<RoleBinding>> RoleColumns() {
  return {
      {{"principal"}, [](const RoleBinding& binding) { return binding.principal(); }},
      {{"role"}, [](const RoleBinding& binding) { return WordOf(binding.role()); }},
      {{"profile"},
       [](const RoleBinding& binding) { return ShortName(binding.billing_profile()); }},
  };
}

}  // namespace

void PrintRoles(const Context& context, const billing::v1::BillingAccount& account) {
  if (account.roles().empty()) return;
  context.out << '\n';
  const auto columns = RoleColumns();
  Table table(HeadingsOf(columns), context.style);
  for (const RoleBinding& binding : account.roles()) table.Add(CellsOf(columns, binding));
  table.Flush(context.out);
}

void AddAccountRoles(CommandLine& line, CLI::App* noun) {
  AddGrant(line, noun);
  AddRevoke(line, noun);
  AddHandOver(line, noun);
}

}  // namespace billing::billingctl
