#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "billing/v1/billing_profile_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/columns.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/invoice_verbs.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/times.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::BillingProfileService::Stub;
using billing::v1::BillingProfile;

}  // namespace

std::vector<Column<BillingProfile>> ProfileColumns(const absl::TimeZone& zone) {
  return {
      {{"profile"}, [](const BillingProfile& row) { return ShortName(row.name()); }},
      {{"state", true}, [](const BillingProfile& row) { return WordOf(row.state()); }},
      {{"card"}, [](const BillingProfile& row) { return ShortName(row.card()); }},
      {{"invoice"}, [](const BillingProfile& row) { return YesOrNo(row.pays_by_invoice()); }},
      {{"display-name"}, [](const BillingProfile& row) { return row.display_name(); }},
      {{"created"},
       [zone](const BillingProfile& row) { return TimeText(row.create_time(), zone); },
       false},
      {{"updated"},
       [zone](const BillingProfile& row) { return TimeText(row.update_time(), zone); },
       false},
      {{"etag"}, [](const BillingProfile& row) { return row.etag(); }, false},
  };
}

namespace {

void AddCreate(CommandLine& line, CLI::App* noun) {
  auto request = std::make_shared<billing::v1::CreateBillingProfileRequest>();
  auto card = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "create", "Creates a billing profile that a card pays for"},
      [=](const Context& context) {
        request->set_parent(context.names.Account());
        request->mutable_billing_profile()->set_card(context.names.Card(*card));
        return Write(context, &Stub::CreateBillingProfile, *request,
                     [&](const billing::v1::CreateBillingProfileResponse& response) {
                       context.out << Sentence(
                           {Subject("profile", response.billing_profile().name()), "created"},
                           response.receipt(), context);
                     });
      });
  AddText(verb, {"id", "Its id; default: made by the server"},
          [request](const std::string& id) { request->set_billing_profile_id(id); });
  line.AddAccount(verb);
  verb->add_option("--card", *card, "The card that pays for it")->required();
  AddText(verb, {"--display-name", "What people call it"}, [request](const std::string& name) {
    request->mutable_billing_profile()->set_display_name(name);
  });
}

void AddReplaceCard(CommandLine& line, CLI::App* noun) {
  auto profile = std::make_shared<std::string>();
  auto card = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "replace-card", "Puts another card on a billing profile, and on no other"},
      [=](const Context& context) {
        billing::v1::ReplacePaymentMethodRequest request;
        request.set_name(context.names.BillingProfile(*profile));
        request.set_card(context.names.Card(*card));
        return Write(context, &Stub::ReplacePaymentMethod, request,
                     [&](const billing::v1::ReplacePaymentMethodResponse& response) {
                       context.out
                           << Sentence({Subject("profile", request.name()),
                                        absl::StrCat("put on card ", ShortName(request.card()))},
                                       response.receipt(), context);
                     });
      });
  verb->add_option("profile", *profile, "The billing profile")->required();
  line.AddAccount(verb);
  verb->add_option("--card", *card, "The card that pays from now on")->required();
}

void AddDetach(CommandLine& line, CLI::App* noun) {
  auto profile = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "detach", "Takes its payment method away; the profile is inactive for good"},
      [=](const Context& context) {
        billing::v1::DetachPaymentMethodRequest request;
        request.set_name(context.names.BillingProfile(*profile));
        return Write(context, &Stub::DetachPaymentMethod, request,
                     [&](const billing::v1::DetachPaymentMethodResponse& response) {
                       context.out << Sentence(
                           {absl::StrCat("payment method of profile ", ShortName(request.name())),
                            "detached"},
                           response.receipt(), context);
                     });
      });
  verb->add_option("profile", *profile, "The billing profile")->required();
  line.AddAccount(verb);
}

void AddGet(CommandLine& line, CLI::App* noun) {
  auto profile = std::make_shared<std::string>();
  CLI::App* verb = line.AddRead(
      {noun, "get", "Shows a billing profile, inactive ones included"},
      [=](const Context& context) {
        billing::v1::GetBillingProfileRequest request;
        request.set_name(context.names.BillingProfile(*profile));
        return Read(context, &Stub::GetBillingProfile, request,
                    [&](const billing::v1::GetBillingProfileResponse& response) {
                      const auto columns = ProfileColumns(context.zone);
                      PrintRecord(HeadingsOf(columns), CellsOf(columns, response.billing_profile()),
                                  context.style, context.out);
                    });
      });
  verb->add_option("profile", *profile, "The billing profile")->required();
  line.AddAccount(verb);
}

void AddList(CommandLine& line, CLI::App* noun) {
  CLI::App* verb = line.AddList(
      {noun, "list", "Lists the billing profiles of an account, inactive ones included"},
      HeadingsOf(ProfileColumns(absl::UTCTimeZone())), [](const Context& context) {
        billing::v1::ListBillingProfilesRequest request;
        request.set_parent(context.names.Account());
        return List(
            context, &Stub::ListBillingProfiles, request, ProfileColumns(context.zone),
            [](const billing::v1::ListBillingProfilesResponse& page) -> const auto& {
              return page.billing_profiles();
            });
      });
  line.AddAccount(verb);
}

}  // namespace

void AddProfileVerbs(CommandLine& line) {
  CLI::App* noun =
      line.AddNoun("profile", "The billing profiles of an account (customer agreement)");
  AddCreate(line, noun);
  AddReplaceCard(line, noun);
  AddDetach(line, noun);
  AddSwitchToInvoice(line, noun, {"profile", &Names::BillingProfile});
  AddGet(line, noun);
  AddList(line, noun);
}

}  // namespace billing::billingctl
