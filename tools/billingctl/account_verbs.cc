#include "tools/billingctl/account_verbs.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "billing/v1/billing_account_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/columns.h"
#include "tools/billingctl/invoice_verbs.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/policy_options.h"
#include "tools/billingctl/times.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::BillingAccountService::Stub;
using billing::v1::BillingAccount;
using billing::v1::Policy;

std::string RolesText(const BillingAccount& account) {
  return absl::StrJoin(account.roles(), ", ",
                       [](std::string* out, const billing::v1::RoleBinding& binding) {
                         absl::StrAppend(out, binding.principal(), " ", WordOf(binding.role()));
                         if (!binding.billing_profile().empty()) {
                           absl::StrAppend(out, " of ", RelativeName(binding.billing_profile()));
                         }
                       });
}

std::vector<Column<Policy>> PolicyColumns() {
  return {
      {{"holding-states"}, HoldingStatesText},
      {{"cascade"}, [](const Policy& policy) { return WordOf(policy.cascade()); }},
      {{"profile-managers"},
       [](const Policy& policy) { return WordOf(policy.profile_managers()); }},
      {{"require-payment-method"},
       [](const Policy& policy) { return YesOrNo(policy.require_payment_method()); }},
      {{"require-card-country-match"},
       [](const Policy& policy) { return YesOrNo(policy.require_card_country_match()); }},
      {{"max-cards"}, [](const Policy& policy) { return absl::StrCat(policy.max_cards()); }},
  };
}

}  // namespace

std::vector<Column<BillingAccount>> AccountColumns(const absl::TimeZone& zone) {
  std::vector<Column<BillingAccount>> columns = {
      {{"account"}, [](const BillingAccount& account) { return ShortName(account.name()); }},
      {{"agreement"}, [](const BillingAccount& account) { return WordOf(account.agreement()); }},
      {{"country"}, [](const BillingAccount& account) { return account.country(); }},
      {{"currency"}, [](const BillingAccount& account) { return account.currency(); }},
      {{"administrator"}, [](const BillingAccount& account) { return account.administrator(); }},
      {{"display-name"}, [](const BillingAccount& account) { return account.display_name(); }},
      {{"business"},
       [](const BillingAccount& account) { return YesOrNo(account.business()); },
       false},
      {{"invoice-payment", true},
       [](const BillingAccount& account) { return WordOf(account.invoice_payment()); },
       false},
      {{"roles"}, RolesText, false},
      {{"created"},
       [zone](const BillingAccount& account) { return TimeText(account.create_time(), zone); },
       false},
      {{"etag"}, [](const BillingAccount& account) { return account.etag(); }, false},
      {{"redacted"},
       [](const BillingAccount& account) { return absl::StrJoin(account.redacted_fields(), ", "); },
       false},
  };
  for (const Column<Policy>& column : PolicyColumns()) {
    columns.push_back(
        {column.heading,
         [cell = column.cell](const BillingAccount& account) { return cell(account.policy()); },
         false});
  }
  return columns;
}

namespace {

void AddCreate(CommandLine& line, CLI::App* noun) {
  auto request = std::make_shared<billing::v1::CreateBillingAccountRequest>();
  auto policy = std::make_shared<PolicyOptions>();
  CLI::App* verb =
      line.AddWrite({noun, "create", "Opens an account (operators)"}, [=](const Context& context) {
        if (policy->policy != nullptr) {
          *request->mutable_billing_account()->mutable_policy() = *policy->policy;
        }
        return Write(context, &Stub::CreateBillingAccount, *request,
                     [&](const billing::v1::CreateBillingAccountResponse& response) {
                       context.out << Sentence(
                           {Subject("account", response.billing_account().name()), "opened"},
                           response.receipt(), context);
                     });
      });
  BillingAccount& account = *request->mutable_billing_account();
  AddText(verb, {"id", "Its id; default: made by the server"},
          [=](const std::string& id) { request->set_billing_account_id(id); });
  AddText(verb, {"--administrator", "Who signs up: users/NAME"},
          [&account](const std::string& who) { account.set_administrator(who); })
      ->required();
  AddEnum<billing::v1::Agreement>(
      verb, {"--agreement", "How it pays"},
      [&account](billing::v1::Agreement agreement) { account.set_agreement(agreement); })
      ->required();
  AddText(verb, {"--country", "ISO 3166-1 alpha-2, e.g. NL"}, [&account](const std::string& code) {
    account.set_country(code);
  })->required();
  AddText(verb, {"--currency", "ISO 4217, e.g. EUR"}, [&account](const std::string& code) {
    account.set_currency(code);
  })->required();
  AddText(verb, {"--display-name", "What people call it"},
          [&account](const std::string& name) { account.set_display_name(name); });
  verb->add_flag_callback(
      "--business", [&account] { account.set_business(true); },
      "A business, which may ask to pay by invoice");
  AddPolicyOptions(verb, policy);
}

void AddGet(CommandLine& line, CLI::App* noun) {
  auto account = std::make_shared<std::string>();
  CLI::App* verb = line.AddRead(
      {noun, "get", "Shows an account, its policy and who holds which role"},
      [=](const Context& context) {
        billing::v1::GetBillingAccountRequest request;
        request.set_name(AccountName(*account));
        return Read(
            context, &Stub::GetBillingAccount, request,
            [&](const billing::v1::GetBillingAccountResponse& response) {
              const BillingAccount& shown = response.billing_account();
              std::vector<Column<BillingAccount>> columns = AccountColumns(context.zone);
              // A table of their own shows them better.
              std::erase_if(columns,
                            [](const auto& column) { return column.heading.name == "roles"; });
              PrintRecord(HeadingsOf(columns), CellsOf(columns, shown), context.style, context.out);
              PrintRoles(context, shown);
            });
      });
  verb->add_option("account", *account, "An id or billingAccounts/ID")->required();
}

void AddUpdate(CommandLine& line, CLI::App* noun) {
  struct Arguments {
    std::string account;
    billing::v1::UpdateBillingAccountRequest request;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = line.AddWrite(
      {noun, "update", "Changes the display name, or whether it is a business (operators)"},
      [=](const Context& context) {
        billing::v1::UpdateBillingAccountRequest& request = arguments->request;
        if (request.update_mask().paths().empty()) {
          throw CLI::RequiredError("--display-name, --business or --no-business");
        }
        request.mutable_billing_account()->set_name(AccountName(arguments->account));
        return Write(context, &Stub::UpdateBillingAccount, request,
                     [&](const billing::v1::UpdateBillingAccountResponse& response) {
                       context.out << Sentence(
                           {Subject("account", request.billing_account().name()), "updated"},
                           response.receipt(), context);
                     });
      });
  verb->add_option("account", arguments->account, "An id or billingAccounts/ID")->required();
  line.MayBeEmpty(AddText(verb, {"--display-name", "What people call it"},
                          [arguments](const std::string& name) {
                            arguments->request.mutable_billing_account()->set_display_name(name);
                            arguments->request.mutable_update_mask()->add_paths("display_name");
                          }));
  const auto set_business = [arguments](bool business) {
    arguments->request.mutable_billing_account()->set_business(business);
    arguments->request.mutable_update_mask()->add_paths("business");
  };
  CLI::Option* business = verb->add_flag_callback(
      "--business", [=] { set_business(true); }, "A business, which may ask to pay by invoice");
  verb->add_flag_callback(
          "--no-business", [=] { set_business(false); }, "Not a business")
      ->excludes(business);
}

void AddList(CommandLine& line, CLI::App* noun) {
  line.AddList({noun, "list", "Lists the accounts that you may see"},
               HeadingsOf(AccountColumns(absl::UTCTimeZone())), [](const Context& context) {
                 return List(
                     context, &Stub::ListBillingAccounts, billing::v1::ListBillingAccountsRequest(),
                     AccountColumns(context.zone),
                     [](const billing::v1::ListBillingAccountsResponse& page) -> const auto& {
                       return page.billing_accounts();
                     });
               });
}

void AddSetPolicy(CommandLine& line, CLI::App* noun) {
  auto account = std::make_shared<std::string>();
  auto policy = std::make_shared<PolicyOptions>();
  CLI::App* verb = line.AddWrite(
      {noun, "set-policy",
       "Replaces an account's policy as a whole (operators): without a flag, its default"},
      [=](const Context& context) {
        billing::v1::SetPolicyRequest request;
        request.set_name(AccountName(*account));
        // No flag at all: every default, which the wire wants said.
        *request.mutable_policy() = policy->policy == nullptr ? Policy() : *policy->policy;
        return Write(context, &Stub::SetPolicy, request,
                     [&](const billing::v1::SetPolicyResponse& response) {
                       context.out << Sentence(
                           {absl::StrCat("policy of ", ShortName(request.name())), "set"},
                           response.receipt(), context);
                       PrintRecord(HeadingsOf(PolicyColumns()),
                                   CellsOf(PolicyColumns(), response.billing_account().policy()),
                                   context.style, context.out);
                     });
      });
  verb->add_option("account", *account, "An id or billingAccounts/ID")->required();
  AddPolicyOptions(verb, policy);
}

}  // namespace

void AddAccountVerbs(CommandLine& line) {
  CLI::App* noun = line.AddNoun("account", "Billing accounts, their policies, who may act on them");
  AddCreate(line, noun);
  AddUpdate(line, noun);
  AddSetPolicy(line, noun);
  AddAccountRoles(line, noun);
  AddAccountInvoice(line, noun);
  AddGet(line, noun);
  AddList(line, noun);
}

}  // namespace billing::billingctl
