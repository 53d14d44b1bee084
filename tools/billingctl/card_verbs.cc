#include "tools/billingctl/card_verbs.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "billing/v1/payment_method_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/options.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::PaymentMethodService::Stub;
using billing::v1::Card;

// --holder-name and the parts of a billing address.
void AddHolder(CLI::App* verb, const std::shared_ptr<Card>& card) {
  AddText(verb, {"--holder-name", "As on the card"},
          [card](const std::string& name) { card->set_holder_name(name); });
  constexpr char kGroup[] = "Billing address";
  verb->add_option_function<std::vector<std::string>>(
          "--address-line",
          [card](const std::vector<std::string>& lines) {
            for (const std::string& line : lines) card->mutable_billing_address()->add_lines(line);
          },
          "Street, house, floor; up to five times")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(kGroup);
  AddText(verb, {"--city", "City"}, [card](const std::string& city) {
    card->mutable_billing_address()->set_city(city);
  })->group(kGroup);
  AddText(verb, {"--region", "State, province or county"}, [card](const std::string& region) {
    card->mutable_billing_address()->set_region(region);
  })->group(kGroup);
  AddText(verb, {"--postal-code", "Postal code"}, [card](const std::string& code) {
    card->mutable_billing_address()->set_postal_code(code);
  })->group(kGroup);
  AddText(verb, {"--address-country", "ISO 3166-1 alpha-2"}, [card](const std::string& code) {
    card->mutable_billing_address()->set_country(code);
  })->group(kGroup);
}

// What the vault and the issuer say of a card; all but the fingerprint required.
void AddCardFields(CLI::App* verb, const std::shared_ptr<Card>& card) {
  AddText(verb, {"--token", "The vault's reference; never a card number"},
          [card](const std::string& token) { card->set_token(token); })
      ->required();
  AddText(verb, {"--fingerprint", "The vault's fingerprint of the number"},
          [card](const std::string& fingerprint) { card->set_fingerprint(fingerprint); });
  AddEnum<billing::v1::Brand>(verb, {"--brand", "Brand"}, [card](billing::v1::Brand brand) {
    card->set_brand(brand);
  })->required();
  AddEnum<billing::v1::Funding>(
      verb, {"--funding", "Funding"},
      [card](billing::v1::Funding funding) { card->set_funding(funding); })
      ->required();
  verb->add_flag_callback(
      "--virtual", [card] { card->set_virtual_(true); }, "Made for one merchant or one use");
  AddText(verb, {"--last-four", "The last four digits of the number"},
          [card](const std::string& digits) { card->set_last_four(digits); })
      ->required();
  AddMonth(verb, {"--expiry", "Last month in which it is valid"},
           [card](const billing::v1::YearMonth& month) { *card->mutable_expiry() = month; })
      ->required();
  AddText(verb, {"--country", "Of the issuer: ISO 3166-1 alpha-2"},
          [card](const std::string& code) { card->set_country(code); })
      ->required();
}

void AddAdd(CommandLine& line, CLI::App* noun) {
  auto card = std::make_shared<Card>();
  auto request = std::make_shared<billing::v1::AddCardRequest>();
  auto subscription = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "add", "Saves a card; with --set-active also makes it pay"},
      [=](const Context& context) {
        request->set_parent(context.names.Account());
        request->set_subscription(context.names.Subscription(*subscription));
        *request->mutable_card() = *card;
        return Write(context, &Stub::AddCard, *request,
                     [&](const billing::v1::AddCardResponse& response) {
                       context.out << Sentence({Subject("card", response.card().name()), "added"},
                                               response.receipt(), context)
                                   << MovedText(response.moved_subscriptions(), context);
                     });
      });
  AddText(verb, {"id", "Its id; default: made by the server"},
          [request](const std::string& id) { request->set_card_id(id); });
  line.AddAccount(verb);
  verb->add_option("--subscription", *subscription, "The subscription it is added from");
  verb->add_flag_callback(
      "--set-active", [request] { request->set_set_active(true); },
      "Make it the active card of --subscription and of all that pay with the same card");
  AddCardFields(verb, card);
  AddHolder(verb, card);
}

struct UpdateArguments {
  std::string id;
  std::shared_ptr<Card> card = std::make_shared<Card>();
  bool no_address = false;
  // Tells an empty holder name from none given.
  const CLI::Option* holder_name = nullptr;
};

// Exactly the fields for which there was a flag.
google::protobuf::FieldMask MaskOf(const UpdateArguments& arguments) {
  google::protobuf::FieldMask mask;
  if (arguments.holder_name->count() > 0) mask.add_paths("holder_name");
  if (arguments.card->has_billing_address() || arguments.no_address) {
    mask.add_paths("billing_address");
  }
  if (arguments.card->has_expiry()) mask.add_paths("expiry");
  return mask;
}

void AddUpdate(CommandLine& line, CLI::App* noun) {
  auto arguments = std::make_shared<UpdateArguments>();
  CLI::App* verb = line.AddWrite(
      {noun, "update", "Changes holder name, billing address or expiry, each as a whole"},
      [=](const Context& context) {
        if (arguments->no_address && arguments->card->has_billing_address()) {
          throw CLI::ValidationError("--no-address", "excludes a new address");
        }
        billing::v1::UpdateCardRequest request;
        *request.mutable_card() = *arguments->card;
        request.mutable_card()->set_name(context.names.Card(arguments->id));
        *request.mutable_update_mask() = MaskOf(*arguments);
        return Write(context, &Stub::UpdateCard, request,
                     [&](const billing::v1::UpdateCardResponse& response) {
                       context.out << Sentence({Subject("card", arguments->id), "updated"},
                                               response.receipt(), context);
                     });
      });
  verb->add_option("card", arguments->id, "The card")->required();
  line.AddAccount(verb);
  AddMonth(verb, {"--expiry", "Last month in which it is valid"},
           [card = arguments->card](const billing::v1::YearMonth& month) {
             *card->mutable_expiry() = month;
           });
  AddHolder(verb, arguments->card);
  arguments->holder_name = verb->get_option("--holder-name");
  line.MayBeEmpty(arguments->holder_name);
  verb->add_flag("--no-address", arguments->no_address, "Clear the billing address");
}

void SaySetActive(const Context& context, const billing::v1::SetActiveRequest& request,
                  const billing::v1::SetActiveResponse& response) {
  const std::string card = Subject("card", request.card());
  const std::string subscription = ShortName(request.subscription());
  if (response.moved_subscriptions().empty()) {
    context.out << card << " is active on " << subscription << " already; nothing changed\n";
    return;
  }
  context.out << Sentence({card, absl::StrCat("made active on ", subscription)}, response.receipt(),
                          context)
              << MovedText(response.moved_subscriptions(), context);
}

void AddSetActive(CommandLine& line, CLI::App* noun) {
  struct Arguments {
    std::string card;
    std::string subscription;
    std::string expected;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = line.AddWrite(
      {noun, "set-active",
       "Makes a saved card pay for a subscription and for all that pay with the same card"},
      [=](const Context& context) {
        billing::v1::SetActiveRequest request;
        request.set_subscription(context.names.Subscription(arguments->subscription));
        request.set_card(context.names.Card(arguments->card));
        request.set_expected_current_card(context.names.Card(arguments->expected));
        return Write(context, &Stub::SetActive, request,
                     [&](const billing::v1::SetActiveResponse& response) {
                       SaySetActive(context, request, response);
                     });
      });
  verb->add_option("card", arguments->card, "The card")->required();
  line.AddAccount(verb);
  verb->add_option("--subscription", arguments->subscription, "The subscription")->required();
  verb->add_option("--expected-current-card", arguments->expected,
                   "Refuse unless this card pays for it now");
}

void AddRemove(CommandLine& line, CLI::App* noun) {
  auto card = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "remove", "Removes a card that no active subscription uses"},
      [=](const Context& context) {
        billing::v1::RemoveCardRequest request;
        request.set_name(context.names.Card(*card));
        return Write(context, &Stub::RemoveCard, request,
                     [&](const billing::v1::RemoveCardResponse& response) {
                       context.out << Sentence({Subject("card", request.name()), "removed"},
                                               response.receipt(), context);
                     });
      });
  verb->add_option("card", *card, "The card")->required();
  line.AddAccount(verb);
}

}  // namespace

void AddCardWrites(CommandLine& line, CLI::App* noun) {
  AddAdd(line, noun);
  AddUpdate(line, noun);
  AddSetActive(line, noun);
  AddRemove(line, noun);
}

void AddCardVerbs(CommandLine& line) {
  CLI::App* noun = line.AddNoun("card", "The cards of an account");
  AddCardWrites(line, noun);
  AddCardReads(line, noun);
  AddInUse(line);
}

}  // namespace billing::billingctl
