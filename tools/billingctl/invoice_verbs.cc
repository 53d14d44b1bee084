#include "tools/billingctl/invoice_verbs.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "billing/v1/invoice_payment_service.grpc.pb.h"
#include "tools/billingctl/calls.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::InvoicePaymentService::Stub;

void AddRequest(CommandLine& line, CLI::App* noun) {
  auto account = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "request-invoice", "Asks that the account, a business, may pay by invoice"},
      [=](const Context& context) {
        billing::v1::RequestInvoicePaymentRequest request;
        request.set_name(AccountName(*account));
        return Write(
            context, &Stub::RequestInvoicePayment, request,
            [&](const billing::v1::RequestInvoicePaymentResponse& response) {
              context.out << Sentence(
                  {absl::StrCat("invoice payment of ", ShortName(request.name())), "requested"},
                  response.receipt(), context);
            });
      });
  verb->add_option("account", *account, "An id or billingAccounts/ID")->required();
}

void AddDecide(CommandLine& line, CLI::App* noun) {
  struct Arguments {
    std::string account;
    bool approve = false;
    bool reject = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = line.AddWrite(
      {noun, "decide-invoice", "Lets an account that asked pay by invoice, or not (operators)"},
      [=](const Context& context) {
        if (!arguments->approve && !arguments->reject) {
          throw CLI::RequiredError("--approve or --reject");
        }
        billing::v1::DecideInvoicePaymentRequest request;
        request.set_name(AccountName(arguments->account));
        request.set_approved(arguments->approve);
        return Write(context, &Stub::DecideInvoicePayment, request,
                     [&](const billing::v1::DecideInvoicePaymentResponse& response) {
                       context.out << Sentence(
                           {absl::StrCat("invoice payment of ", ShortName(request.name())),
                            request.approved() ? "approved" : "rejected"},
                           response.receipt(), context);
                     });
      });
  verb->add_option("account", arguments->account, "An id or billingAccounts/ID")->required();
  CLI::Option* approve = verb->add_flag("--approve", arguments->approve, "It may");
  verb->add_flag("--reject", arguments->reject, "It may not; it can ask again")->excludes(approve);
}

}  // namespace

void AddAccountInvoice(CommandLine& line, CLI::App* noun) {
  AddRequest(line, noun);
  AddDecide(line, noun);
}

void AddSwitchToInvoice(CommandLine& line, CLI::App* noun, const InvoicePayer& payer) {
  auto name = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "switch-to-invoice", "Makes it, and nothing else, pay by invoice instead of a card"},
      [=](const Context& context) {
        billing::v1::SwitchToInvoiceRequest request;
        request.set_name((context.names.*payer.full_name)(*name));
        return Write(context, &Stub::SwitchToInvoice, request,
                     [&](const billing::v1::SwitchToInvoiceResponse& response) {
                       context.out
                           << Sentence({Subject(payer.word, request.name()), "switched to invoice"},
                                       response.receipt(), context);
                     });
      });
  verb->add_option(payer.word, *name, absl::StrCat("The ", payer.word))->required();
  line.AddAccount(verb);
}

}  // namespace billing::billingctl
