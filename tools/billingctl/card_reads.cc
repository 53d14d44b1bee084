#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "billing/v1/payment_method_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/card_verbs.h"
#include "tools/billingctl/columns.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/policy_options.h"
#include "tools/billingctl/times.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::PaymentMethodService::Stub;
using billing::v1::Blocker;
using billing::v1::Card;
using billing::v1::CardInUse;

std::string AddressText(const Card& card) {
  const billing::v1::PostalAddress& address = card.billing_address();
  std::vector<std::string> parts(address.lines().begin(), address.lines().end());
  for (const std::string& part :
       {address.postal_code(), address.city(), address.region(), address.country()}) {
    if (!part.empty()) parts.push_back(part);
  }
  return absl::StrJoin(parts, ", ");
}

std::string NumberText(const Card& card) {
  return card.last_four().empty() ? "" : absl::StrCat("…", card.last_four());
}

// EXPIRED is not a state of the wire, but to a person it is one.
std::string StateText(const Card& card) {
  const bool shows_expiry = card.expired() && card.state() == billing::v1::CARD_STATE_LIVE;
  return shows_expiry ? "EXPIRED" : WordOf(card.state());
}

}  // namespace

std::vector<Column<Card>> CardColumns(const absl::TimeZone& zone) {
  return {
      {{"account"}, [](const Card& card) { return AccountOf(card.name()); }, false},
      {{"card"}, [](const Card& card) { return ShortName(card.name()); }},
      {{"brand"}, [](const Card& card) { return WordOf(card.brand()); }},
      {{"number"}, NumberText},
      {{"expires"}, [](const Card& card) { return MonthText(card.expiry()); }},
      {{"funding"}, [](const Card& card) { return WordOf(card.funding()); }},
      {{"country"}, [](const Card& card) { return card.country(); }},
      {{"holder"}, [](const Card& card) { return card.holder_name(); }},
      {{"state", true}, StateText},
      {{"in-use"}, [](const Card& card) { return YesOrNo(card.in_use()); }},
      {{"address"}, AddressText, false},
      {{"virtual"}, [](const Card& card) { return YesOrNo(card.virtual_()); }, false},
      {{"token"}, [](const Card& card) { return card.token(); }, false},
      {{"created"}, [zone](const Card& card) { return TimeText(card.create_time(), zone); }, false},
      {{"updated"}, [zone](const Card& card) { return TimeText(card.update_time(), zone); }, false},
      {{"etag"}, [](const Card& card) { return card.etag(); }, false},
      {{"redacted"},
       [](const Card& card) { return absl::StrJoin(card.redacted_fields(), ", "); },
       false},
  };
}

namespace {

std::vector<Column<CardInUse>> InUseColumns(const absl::TimeZone& zone) {
  return {
      {{"subscription"}, [](const CardInUse& row) { return ShortName(row.subscription()); }},
      {{"state", true}, [](const CardInUse& row) { return WordOf(row.subscription_state()); }},
      {{"card"}, [](const CardInUse& row) { return ShortName(row.card()); }},
      {{"profile"}, [](const CardInUse& row) { return ShortName(row.billing_profile()); }, false},
      {{"since"}, [zone](const CardInUse& row) { return TimeText(row.active_since(), zone); }},
      {{"in-use"}, [](const CardInUse& row) { return YesOrNo(row.in_use()); }},
      {{"expired"}, [](const CardInUse& row) { return YesOrNo(row.expired()); }},
  };
}

std::vector<Column<Blocker>> BlockerColumns() {
  return {
      {{"blocker"}, [](const Blocker& blocker) { return blocker.type(); }},
      {{"subject"}, [](const Blocker& blocker) { return RelativeName(blocker.subject()); }},
      {{"remedy"}, [](const Blocker& blocker) { return blocker.remedy(); }},
  };
}

void AddGet(CommandLine& line, CLI::App* noun) {
  auto card = std::make_shared<std::string>();
  CLI::App* verb = line.AddRead(
      {noun, "get", "Shows a card, removed ones included"}, [=](const Context& context) {
        billing::v1::GetCardRequest request;
        request.set_name(context.names.Card(*card));
        return Read(context, &Stub::GetCard, request,
                    [&](const billing::v1::GetCardResponse& response) {
                      const auto columns = CardColumns(context.zone);
                      PrintRecord(HeadingsOf(columns), CellsOf(columns, response.card()),
                                  context.style, context.out);
                    });
      });
  verb->add_option("card", *card, "The card")->required();
  line.AddAccount(verb);
}

void AddList(CommandLine& line, CLI::App* noun) {
  auto request = std::make_shared<billing::v1::ListCardsRequest>();
  CLI::App* verb = line.AddList(
      {noun, "list", "Lists the cards of an account"}, HeadingsOf(CardColumns(absl::UTCTimeZone())),
      [=](const Context& context) {
        request->set_parent(context.names.Account());
        return List(
            context, &Stub::ListCards, *request, CardColumns(context.zone),
            [](const billing::v1::ListCardsResponse& page) -> const auto& { return page.cards(); });
      });
  line.AddAccount(verb);
  verb->add_flag_callback(
      "--show-removed", [request] { request->set_show_removed(true); }, "Removed cards too");
}

void AddExpiring(CommandLine& line, CLI::App* noun) {
  auto request = std::make_shared<billing::v1::ListExpiringCardsRequest>();
  CLI::App* verb =
      line.AddList({noun, "expiring", "Lists the cards that pay for something and expire soon"},
                   HeadingsOf(CardColumns(absl::UTCTimeZone())), [=](const Context& context) {
                     request->set_parent(context.names.AccountOrAll());
                     std::vector<Column<Card>> columns = CardColumns(context.zone);
                     // One card id may stand under several accounts here.
                     if (request->parent() == "-") columns.front().usual = true;
                     return List(
                         context, &Stub::ListExpiringCards, *request, columns,
                         [](const billing::v1::ListExpiringCardsResponse& page) -> const auto& {
                           return page.cards();
                         });
                   });
  line.AddAccount(verb);
  AddMonth(verb, {"--before", "Cards whose expiry month is earlier than this one"},
           [request](const billing::v1::YearMonth& month) { *request->mutable_before() = month; })
      ->required();
}

// A removal's outlook in words; the pages' blockers and affected subscriptions are all in.
void PrintOutlook(const Context& context, const billing::v1::CheckRemovalRequest& request,
                  const billing::v1::CheckRemovalResponse& all) {
  const std::string card = Subject("card", request.name());
  if (all.removable()) {
    context.out << card << " can be removed\n";
  } else {
    context.out << card << " cannot be removed: " << all.blocker_count()
                << (all.blocker_count() == 1 ? " blocker\n" : " blockers\n");
    const auto columns = Chosen(BlockerColumns(), context.lists.columns);
    Table table(HeadingsOf(columns), context.style);
    for (const Blocker& blocker : all.blockers()) table.Add(CellsOf(columns, blocker));
    table.Flush(context.out);
  }
  for (const std::string& subscription : all.affected_subscriptions()) {
    context.out << "a removal leaves " << RelativeName(subscription)
                << " without a payment method\n";
  }
}

void AddCheckRemoval(CommandLine& line, CLI::App* noun) {
  auto card = std::make_shared<std::string>();
  auto policy = std::make_shared<PolicyOptions>();
  CLI::App* verb = line.AddList(
      {noun, "check-removal",
       "Shows what a removal would meet and break, under the account's policy or another"},
      HeadingsOf(BlockerColumns()), [=](const Context& context) {
        billing::v1::CheckRemovalRequest request;
        request.set_name(context.names.Card(*card));
        if (policy->policy != nullptr) *request.mutable_policy() = *policy->policy;
        billing::v1::CheckRemovalResponse all;
        const ExitCode code = EachPage(context, &Stub::CheckRemoval, request,
                                       [&all](const billing::v1::CheckRemovalResponse& page) {
                                         Append(page, all);
                                         return ExitCode::kOk;
                                       });
        if (code != ExitCode::kOk) return code;
        if (context.json) return PrintJson(context, all, JsonLayout::kIndented);
        PrintOutlook(context, request, all);
        return ExitCode::kOk;
      });
  verb->add_option("card", *card, "The card")->required();
  line.AddAccount(verb);
  AddPolicyOptions(verb, policy);
}

}  // namespace

void AddCardReads(CommandLine& line, CLI::App* noun) {
  AddGet(line, noun);
  AddList(line, noun);
  AddExpiring(line, noun);
  AddCheckRemoval(line, noun);
}

void AddInUse(CommandLine& line) {
  auto card = std::make_shared<std::string>();
  CLI::App* verb =
      line.AddList({&line.root(), "in-use", "Lists which card pays for which subscription"},
                   HeadingsOf(InUseColumns(absl::UTCTimeZone())), [=](const Context& context) {
                     billing::v1::ListCardsInUseRequest request;
                     request.set_parent(context.names.Account());
                     request.set_card(context.names.Card(*card));
                     return List(
                         context, &Stub::ListCardsInUse, request, InUseColumns(context.zone),
                         [](const billing::v1::ListCardsInUseResponse& page) -> const auto& {
                           return page.cards_in_use();
                         });
                   });
  line.AddAccount(verb);
  verb->add_option("--card", *card, "Only what this card pays for");
}

}  // namespace billing::billingctl
