#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "billing/v1/subscription_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/columns.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/invoice_verbs.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/times.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::SubscriptionService::Stub;
using billing::v1::Subscription;

}  // namespace

std::vector<Column<Subscription>> SubscriptionColumns(const absl::TimeZone& zone) {
  return {
      {{"subscription"}, [](const Subscription& row) { return ShortName(row.name()); }},
      {{"state", true}, [](const Subscription& row) { return WordOf(row.state()); }},
      {{"kind"}, [](const Subscription& row) { return WordOf(row.kind()); }},
      {{"card"}, [](const Subscription& row) { return ShortName(row.card()); }},
      {{"profile"}, [](const Subscription& row) { return ShortName(row.billing_profile()); }},
      {{"invoice"}, [](const Subscription& row) { return YesOrNo(row.pays_by_invoice()); }},
      {{"since"},
       [zone](const Subscription& row) { return TimeText(row.active_since(), zone); },
       false},
      {{"display-name"}, [](const Subscription& row) { return row.display_name(); }},
      {{"created"},
       [zone](const Subscription& row) { return TimeText(row.create_time(), zone); },
       false},
      {{"updated"},
       [zone](const Subscription& row) { return TimeText(row.update_time(), zone); },
       false},
      {{"etag"}, [](const Subscription& row) { return row.etag(); }, false},
  };
}

namespace {

void AddCreate(CommandLine& line, CLI::App* noun) {
  struct Arguments {
    billing::v1::CreateSubscriptionRequest request;
    std::string card;
    std::string profile;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb =
      line.AddWrite({noun, "create", "Creates a subscription"}, [=](const Context& context) {
        billing::v1::CreateSubscriptionRequest& request = arguments->request;
        Subscription& subscription = *request.mutable_subscription();
        request.set_parent(context.names.Account());
        subscription.set_card(context.names.Card(arguments->card));
        subscription.set_billing_profile(context.names.BillingProfile(arguments->profile));
        return Write(context, &Stub::CreateSubscription, request,
                     [&](const billing::v1::CreateSubscriptionResponse& response) {
                       context.out << Sentence(
                           {Subject("subscription", response.subscription().name()), "created"},
                           response.receipt(), context);
                     });
      });
  AddText(verb, {"id", "Its id; default: made by the server"},
          [arguments](const std::string& id) { arguments->request.set_subscription_id(id); });
  line.AddAccount(verb);
  AddText(verb, {"--display-name", "What people call it"}, [arguments](const std::string& name) {
    arguments->request.mutable_subscription()->set_display_name(name);
  });
  AddEnum<billing::v1::SubscriptionKind>(
      verb, {"--kind", "Default consumption"}, [arguments](billing::v1::SubscriptionKind kind) {
        arguments->request.mutable_subscription()->set_kind(kind);
      });
  CLI::Option* card = verb->add_option("--card", arguments->card, "The card that pays for it");
  verb->add_option("--billing-profile", arguments->profile,
                   "The profile it is billed to (customer agreement)")
      ->excludes(card);
}

void AddUpdate(CommandLine& line, CLI::App* noun) {
  auto name = std::make_shared<std::string>();
  auto display_name = std::make_shared<std::string>();
  CLI::App* verb =
      line.AddWrite({noun, "update", "Changes the display name"}, [=](const Context& context) {
        billing::v1::UpdateSubscriptionRequest request;
        request.mutable_subscription()->set_name(context.names.Subscription(*name));
        request.mutable_subscription()->set_display_name(*display_name);
        request.mutable_update_mask()->add_paths("display_name");
        return Write(context, &Stub::UpdateSubscription, request,
                     [&](const billing::v1::UpdateSubscriptionResponse& response) {
                       context.out << Sentence({Subject("subscription", *name), "updated"},
                                               response.receipt(), context);
                     });
      });
  verb->add_option("subscription", *name, "The subscription")->required();
  line.AddAccount(verb);
  line.MayBeEmpty(
      verb->add_option("--display-name", *display_name, "What people call it")->required());
}

void AddChangeProfile(CommandLine& line, CLI::App* noun) {
  auto name = std::make_shared<std::string>();
  auto profile = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "change-profile", "Bills it to another profile (customer agreement)"},
      [=](const Context& context) {
        billing::v1::ChangeBillingProfileRequest request;
        request.set_name(context.names.Subscription(*name));
        request.set_billing_profile(context.names.BillingProfile(*profile));
        return Write(context, &Stub::ChangeBillingProfile, request,
                     [&](const billing::v1::ChangeBillingProfileResponse& response) {
                       const std::string done = absl::StrCat("billed to ", ShortName(*profile));
                       context.out << Sentence({Subject("subscription", *name), done},
                                               response.receipt(), context);
                     });
      });
  verb->add_option("subscription", *name, "The subscription")->required();
  line.AddAccount(verb);
  verb->add_option("--billing-profile", *profile, "The profile")->required();
}

// A verb whose request is nothing but the subscription's name; its Deed says `done`.
template <class Request, class Response>
void AddChangeOfState(CommandLine& line, const VerbText& text,
                      Method<Stub, Request, Response> method, const std::string& done) {
  auto name = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(text, [=](const Context& context) {
    Request request;
    request.set_name(context.names.Subscription(*name));
    return Write(context, method, request, [&](const Response& response) {
      context.out << Sentence({Subject("subscription", *name), done}, response.receipt(), context);
    });
  });
  verb->add_option("subscription", *name, "The subscription")->required();
  line.AddAccount(verb);
}

void AddGet(CommandLine& line, CLI::App* noun) {
  auto name = std::make_shared<std::string>();
  CLI::App* verb = line.AddRead(
      {noun, "get", "Shows a subscription, final states included"}, [=](const Context& context) {
        billing::v1::GetSubscriptionRequest request;
        request.set_name(context.names.Subscription(*name));
        return Read(context, &Stub::GetSubscription, request,
                    [&](const billing::v1::GetSubscriptionResponse& response) {
                      const auto columns = SubscriptionColumns(context.zone);
                      PrintRecord(HeadingsOf(columns), CellsOf(columns, response.subscription()),
                                  context.style, context.out);
                    });
      });
  verb->add_option("subscription", *name, "The subscription")->required();
  line.AddAccount(verb);
}

void AddList(CommandLine& line, CLI::App* noun) {
  CLI::App* verb = line.AddList(
      {noun, "list", "Lists the subscriptions of an account, final states included"},
      HeadingsOf(SubscriptionColumns(absl::UTCTimeZone())), [](const Context& context) {
        billing::v1::ListSubscriptionsRequest request;
        request.set_parent(context.names.Account());
        return List(
            context, &Stub::ListSubscriptions, request, SubscriptionColumns(context.zone),
            [](const billing::v1::ListSubscriptionsResponse& page) -> const auto& {
              return page.subscriptions();
            });
      });
  line.AddAccount(verb);
}

}  // namespace

void AddSubscriptionVerbs(CommandLine& line) {
  CLI::App* noun = line.AddNoun("subscription", "What an account pays for");
  AddCreate(line, noun);
  AddUpdate(line, noun);
  AddChangeProfile(line, noun);
  AddSwitchToInvoice(line, noun, {"subscription", &Names::Subscription});
  AddChangeOfState(line, {noun, "disable", "Disables an active one (operator, biller)"},
                   &Stub::DisableSubscription, "disabled");
  AddChangeOfState(line, {noun, "cancel", "Cancels one"}, &Stub::CancelSubscription, "cancelled");
  AddChangeOfState(line, {noun, "reactivate", "Makes a disabled or cancelled one active"},
                   &Stub::ReactivateSubscription, "reactivated");
  AddChangeOfState(line, {noun, "delete", "Deletes one, 90 days after it ended (operator, biller)"},
                   &Stub::DeleteSubscription, "deleted");
  AddGet(line, noun);
  AddList(line, noun);
}

}  // namespace billing::billingctl
