#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "billing/v1/transfer_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/columns.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/times.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::TransferService::Stub;
using billing::v1::Transfer;

constexpr char kFrom[] = "--from";

// `from`: both those that it sent and those that it received stand in an account's list.
}  // namespace

std::vector<Column<Transfer>> TransferColumns(const absl::TimeZone& zone) {
  return {
      {{"transfer"}, [](const Transfer& row) { return ShortName(row.name()); }},
      {{"from"}, [](const Transfer& row) { return AccountOf(row.name()); }},
      {{"subscription"}, [](const Transfer& row) { return ShortName(row.subscription()); }},
      {{"to"}, [](const Transfer& row) { return ShortName(row.to_billing_account()); }},
      {{"became"}, [](const Transfer& row) { return ShortName(row.to_subscription()); }},
      {{"state", true}, [](const Transfer& row) { return WordOf(row.state()); }},
      {{"sent"}, [zone](const Transfer& row) { return TimeText(row.send_time(), zone); }, false},
      {{"expires"}, [zone](const Transfer& row) { return TimeText(row.expire_time(), zone); }},
      {{"etag"}, [](const Transfer& row) { return row.etag(); }, false},
      {{"redacted"},
       [](const Transfer& row) { return absl::StrJoin(row.redacted_fields(), ", "); },
       false},
  };
}

namespace {

// The full name of a transfer that another account sent.
std::string Received(const std::string& transfer, const std::string& sender) {
  return Names(sender, kFrom).Transfer(transfer);
}

void AddFrom(CLI::App* verb, std::string& sender) {
  verb->add_option(kFrom, sender, "The sending account, unless the transfer's name is full")
      ->type_name("ACCOUNT");
}

void AddSend(CommandLine& line, CLI::App* noun) {
  struct Arguments {
    billing::v1::SendTransferRequest request;
    std::string subscription;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = line.AddWrite(
      {noun, "send", "Offers a subscription to another account, for 15 days"},
      [=](const Context& context) {
        billing::v1::SendTransferRequest& request = arguments->request;
        request.set_subscription(context.names.Subscription(arguments->subscription));
        return Write(context, &Stub::SendTransfer, request,
                     [&](const billing::v1::SendTransferResponse& response) {
                       const std::string done =
                           absl::StrCat("sent to ", ShortName(request.to_billing_account()));
                       context.out
                           << Sentence({Subject("transfer", response.transfer().name()), done},
                                       response.receipt(), context);
                     });
      });
  AddText(verb, {"id", "Its id; default: made by the server"},
          [arguments](const std::string& id) { arguments->request.set_transfer_id(id); });
  line.AddAccount(verb);
  verb->add_option("--subscription", arguments->subscription, "What is offered")->required();
  AddText(verb, {"--to", "The account that may accept it: an id or billingAccounts/ID"},
          [arguments](const std::string& account) {
            arguments->request.set_to_billing_account(AccountName(account));
          })
      ->required()
      ->type_name("ACCOUNT");
}

void AddAccept(CommandLine& line, CLI::App* noun) {
  struct Arguments {
    billing::v1::AcceptTransferRequest request;
    std::string transfer;
    std::string sender;
    std::string card;
    std::string profile;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = line.AddWrite(
      {noun, "accept", "Takes an offered subscription into the receiving account"},
      [=](const Context& context) {
        billing::v1::AcceptTransferRequest& request = arguments->request;
        request.set_name(Received(arguments->transfer, arguments->sender));
        request.set_card(context.names.Card(arguments->card));
        request.set_billing_profile(context.names.BillingProfile(arguments->profile));
        return Write(context, &Stub::AcceptTransfer, request,
                     [&](const billing::v1::AcceptTransferResponse& response) {
                       const std::string as =
                           Subject("subscription", response.subscription().name());
                       context.out << Sentence(
                           {Subject("transfer", request.name()), absl::StrCat("accepted as ", as)},
                           response.receipt(), context);
                     });
      });
  verb->add_option("transfer", arguments->transfer, "The transfer")->required();
  AddFrom(verb, arguments->sender);
  line.AddAccount(verb);
  AddText(verb, {"--subscription", "Id of the new subscription; default: made by the server"},
          [arguments](const std::string& id) { arguments->request.set_subscription_id(id); });
  CLI::Option* card =
      verb->add_option("--card", arguments->card, "The card of --account that pays for it");
  verb->add_option("--billing-profile", arguments->profile,
                   "The profile of --account that it is billed to (customer agreement)")
      ->excludes(card);
}

void AddDecline(CommandLine& line, CLI::App* noun) {
  auto transfer = std::make_shared<std::string>();
  auto sender = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "decline", "Refuses an offered subscription"}, [=](const Context& context) {
        billing::v1::DeclineTransferRequest request;
        request.set_name(Received(*transfer, *sender));
        return Write(context, &Stub::DeclineTransfer, request,
                     [&](const billing::v1::DeclineTransferResponse& response) {
                       context.out << Sentence({Subject("transfer", request.name()), "declined"},
                                               response.receipt(), context);
                     });
      });
  verb->add_option("transfer", *transfer, "The transfer")->required();
  AddFrom(verb, *sender);
}

void AddCancel(CommandLine& line, CLI::App* noun) {
  auto transfer = std::make_shared<std::string>();
  CLI::App* verb =
      line.AddWrite({noun, "cancel", "Takes an offer back"}, [=](const Context& context) {
        billing::v1::CancelTransferRequest request;
        request.set_name(context.names.Transfer(*transfer));
        return Write(context, &Stub::CancelTransfer, request,
                     [&](const billing::v1::CancelTransferResponse& response) {
                       context.out << Sentence({Subject("transfer", request.name()), "cancelled"},
                                               response.receipt(), context);
                     });
      });
  verb->add_option("transfer", *transfer, "The transfer")->required();
  line.AddAccount(verb);
}

void AddGet(CommandLine& line, CLI::App* noun) {
  auto transfer = std::make_shared<std::string>();
  CLI::App* verb = line.AddRead(
      {noun, "get", "Shows a transfer; --account is the one that sent it"},
      [=](const Context& context) {
        billing::v1::GetTransferRequest request;
        request.set_name(context.names.Transfer(*transfer));
        return Read(context, &Stub::GetTransfer, request,
                    [&](const billing::v1::GetTransferResponse& response) {
                      const auto columns = TransferColumns(context.zone);
                      PrintRecord(HeadingsOf(columns), CellsOf(columns, response.transfer()),
                                  context.style, context.out);
                    });
      });
  verb->add_option("transfer", *transfer, "The transfer")->required();
  line.AddAccount(verb);
}

void AddList(CommandLine& line, CLI::App* noun) {
  CLI::App* verb = line.AddList(
      {noun, "list", "Lists the transfers that an account sent, then those it received"},
      HeadingsOf(TransferColumns(absl::UTCTimeZone())), [](const Context& context) {
        billing::v1::ListTransfersRequest request;
        request.set_parent(context.names.Account());
        return List(
            context, &Stub::ListTransfers, request, TransferColumns(context.zone),
            [](const billing::v1::ListTransfersResponse& page) -> const auto& {
              return page.transfers();
            });
      });
  line.AddAccount(verb);
}

}  // namespace

void AddTransferVerbs(CommandLine& line) {
  CLI::App* noun = line.AddNoun("transfer", "Offers of a subscription to another account");
  AddSend(line, noun);
  AddAccept(line, noun);
  AddDecline(line, noun);
  AddCancel(line, noun);
  AddGet(line, noun);
  AddList(line, noun);
}

}  // namespace billing::billingctl
