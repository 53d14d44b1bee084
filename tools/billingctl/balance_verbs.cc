#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "billing/v1/payment_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/charge_verbs.h"
#include "tools/billingctl/columns.h"
#include "tools/billingctl/money.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::PaymentService::Stub;
using billing::v1::Charge;
using google::protobuf::RepeatedPtrField;

void SaySettled(const Context& context, const billing::v1::SettleBalanceRequest& request,
                const billing::v1::SettleBalanceResponse& response) {
  const std::string failed = ShortName(request.failed_card());
  if (response.charges().empty()) {
    context.out << "balance of " << failed
                << " was settled under this reference already; nothing changed\n";
    return;
  }
  context.out << Sentence({absl::StrCat("balance of ", failed),
                           absl::StrCat("settled with ", ShortName(request.paying_card()))},
                          response.receipt(), context)
              << (context.writes.validate_only ? "would pay " : "paid: ")
              << IdsText(response.charges()) << '\n'
              << MovedText(response.moved_subscriptions(), context);
}

void PrintCharges(const Context& context, const RepeatedPtrField<Charge>& charges) {
  if (charges.empty()) return;
  context.out << '\n';
  const auto columns = Chosen(ChargeColumns(context.zone), context.lists.columns);
  Table table(HeadingsOf(columns), context.style);
  for (const Charge& charge : charges) table.Add(CellsOf(columns, charge));
  table.Flush(context.out);
}

// The heading and one line for each; nothing when there is none.
void PrintPoints(const Context& context, const std::string& heading,
                 const RepeatedPtrField<std::string>& points) {
  if (points.empty()) return;
  context.out << heading << '\n';
  for (const std::string& point : points) context.out << "  - " << Printable(point) << '\n';
}

void PrintGuidance(const Context& context, const billing::v1::GetPaymentGuidanceRequest& request,
                   const billing::v1::GetPaymentGuidanceResponse& response) {
  if (response.reason() == billing::v1::DECLINE_REASON_UNSPECIFIED) {
    context.out << "nothing declined and unpaid on " << RelativeName(request.name()) << '\n';
    return;
  }
  context.out << "the payment of charge " << ShortName(response.charge())
              << " was declined: " << WordOf(response.reason()) << " (" << WordOf(response.kind())
              << ")\n";
  PrintPoints(context, "what to do:", response.actions());
  PrintPoints(context, "what to ask the bank:", response.questions_for_the_bank());
}

}  // namespace

void AddSettle(CommandLine& line) {
  struct Arguments {
    billing::v1::SettleBalanceRequest request;
    std::string failed;
    std::string paying;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb =
      line.AddWrite({&line.root(), "settle",
                     "Records that another card paid all that is past due on a card, and takes its "
                     "place (biller)"},
                    [=](const Context& context) {
                      billing::v1::SettleBalanceRequest& request = arguments->request;
                      request.set_parent(context.names.Account());
                      request.set_failed_card(context.names.Card(arguments->failed));
                      request.set_paying_card(context.names.Card(arguments->paying));
                      return Write(context, &Stub::SettleBalance, request,
                                   [&](const billing::v1::SettleBalanceResponse& response) {
                                     SaySettled(context, request, response);
                                   });
                    });
  line.AddAccount(verb);
  verb->add_option("--failed-card", arguments->failed, "The card with the past-due charges")
      ->required();
  verb->add_option("--paying-card", arguments->paying, "The card that was charged for them")
      ->required();
  AddMoney(verb, {"--amount", "What was captured: all that is past due on both cards"},
           [arguments](const google::type::Money& amount) {
             *arguments->request.mutable_amount() = amount;
           })
      ->required();
  AddText(verb, {"--processor-reference", "The processor's name for the capture"},
          [arguments](const std::string& reference) {
            arguments->request.set_processor_reference(reference);
          })
      ->required();
  AddText(verb, {"--requested-by", "Who asked for it"}, [arguments](const std::string& who) {
    arguments->request.set_requested_by(who);
  })->type_name("PRINCIPAL");
}

void AddBalance(CommandLine& line) {
  auto card = std::make_shared<std::string>();
  CLI::App* verb = line.AddList(
      {&line.root(), "balance", "Shows what an account or a card owes: sums, and each charge"},
      HeadingsOf(ChargeColumns(absl::UTCTimeZone())), [=](const Context& context) {
        billing::v1::GetBalanceRequest request;
        request.set_parent(context.names.Account());
        request.set_card(context.names.Card(*card));
        billing::v1::GetBalanceResponse all;
        bool is_first = true;
        const ExitCode code = EachPage(context, &Stub::GetBalance, request,
                                       [&](billing::v1::GetBalanceResponse& page) {
                                         // Every page has the sums; those of the first are kept,
                                         // like its position.
                                         if (!is_first) {
                                           page.clear_pending();
                                           page.clear_past_due();
                                         }
                                         is_first = false;
                                         Append(page, all);
                                         return ExitCode::kOk;
                                       });
        if (code != ExitCode::kOk) return code;
        if (context.json) return PrintJson(context, all, JsonLayout::kIndented);
        context.out << "past due  " << MoneyText(all.past_due()) << "\npending   "
                    << MoneyText(all.pending()) << '\n';
        PrintCharges(context, all.charges());
        return ExitCode::kOk;
      });
  line.AddAccount(verb);
  verb->add_option("--card", *card, "Only charges on this card");
}

void AddGuidance(CommandLine& line) {
  auto name = std::make_shared<std::string>();
  CLI::App* verb = line.AddRead(
      {&line.root(), "guidance", "Shows why a payment was declined and what the customer can do"},
      [=](const Context& context) {
        billing::v1::GetPaymentGuidanceRequest request;
        request.set_name(context.names.ChargeOrCard(*name));
        return Read(context, &Stub::GetPaymentGuidance, request,
                    [&](const billing::v1::GetPaymentGuidanceResponse& response) {
                      PrintGuidance(context, request, response);
                    });
      });
  verb->add_option("name", *name, "charges/ID, cards/ID or a full name of either")->required();
  line.AddAccount(verb);
}

}  // namespace billing::billingctl
