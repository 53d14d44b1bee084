// `billingctl state`: an account as it was.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "billing/v1/history_service.grpc.pb.h"
#include "tools/billingctl/account_verbs.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/columns.h"
#include "tools/billingctl/command_line.h"
#include "tools/billingctl/options.h"

namespace billing::billingctl {
namespace {

using Part = billing::v1::GetAccountStateResponse;

// Rows of a table that are laid out together.
constexpr int kRowsPerFlush = 500;

struct StateArguments {
  std::string account;
  std::string at;
};

// Prints the parts as they come: the account, then a table of each kind of thing that it has.
class StatePrinter {
 public:
  explicit StatePrinter(const Context& context) : context_(context) {}

  void Print(const Part& part) {
    switch (part.part_case()) {
      case Part::kBillingAccount:
        return PrintAccount(part);
      case Part::kCard:
        return Row(part, "cards", CardColumns(context_.zone), part.card());
      case Part::kSubscription:
        return Row(part, "subscriptions", SubscriptionColumns(context_.zone), part.subscription());
      case Part::kBillingProfile:
        return Row(part, "billing profiles", ProfileColumns(context_.zone), part.billing_profile());
      case Part::kCharge:
        return Row(part, "charges", ChargeColumns(context_.zone), part.charge());
      case Part::kTransfer:
        return Row(part, "transfers", TransferColumns(context_.zone), part.transfer());
      case Part::PART_NOT_SET:
        return;
    }
  }

  void Flush() {
    if (table_) table_->Flush(context_.out);
    rows_ = 0;
  }

 private:
  void PrintAccount(const Part& part) {
    const auto columns = AccountColumns(context_.zone);
    PrintRecord(HeadingsOf(columns), CellsOf(columns, part.billing_account()), context_.style,
                context_.out);
    PrintRoles(context_, part.billing_account());
    context_.out << "as of position  " << part.position() << '\n';
  }

  template <class Resource>
  void Row(const Part& part, const char* title, const std::vector<Column<Resource>>& all,
           const Resource& resource) {
    const auto columns = Chosen(all, {});
    if (kind_ != part.part_case()) {
      Flush();
      kind_ = part.part_case();
      context_.out << '\n' << Highlighted(title, context_.style) << '\n';
      table_.emplace(HeadingsOf(columns), context_.style);
    }
    table_->Add(CellsOf(columns, resource));
    if (++rows_ == kRowsPerFlush) Flush();
  }

  const Context& context_;
  Part::PartCase kind_ = Part::PART_NOT_SET;
  std::optional<Table> table_;
  int rows_ = 0;
};

billing::v1::GetAccountStateRequest RequestOf(const StateArguments& arguments,
                                              const Context& context) {
  billing::v1::GetAccountStateRequest request;
  request.set_name(arguments.account.empty() ? context.names.Account()
                                             : AccountName(arguments.account));
  request.set_min_position(context.reads.min_position);
  uint64_t position = 0;
  if (absl::SimpleAtoi(arguments.at, &position)) {
    request.set_at_position(position);
  } else if (!arguments.at.empty()) {
    *request.mutable_at_time() = TimeOf({"--at", arguments.at}, context.zone);
  }
  return request;
}

ExitCode ShowState(const Context& context, const StateArguments& arguments) {
  const auto request = RequestOf(arguments, context);
  grpc::ClientContext call;
  call.set_deadline(std::chrono::system_clock::now() + context.session.timeout());
  context.session.Identify(call);
  const auto stub = billing::v1::HistoryService::NewStub(context.session.channel());
  const auto reader = stub->GetAccountState(&call, request);
  StatePrinter printer(context);
  ExitCode code = ExitCode::kOk;
  Part part;
  while (code == ExitCode::kOk && reader->Read(&part)) {
    if (context.json) {
      code = PrintJson(context, part, JsonLayout::kOneLine);
    } else {
      printer.Print(part);
    }
  }
  if (code != ExitCode::kOk) call.TryCancel();
  printer.Flush();
  const grpc::Status status = reader->Finish();
  if (code != ExitCode::kOk || status.ok()) return code;
  return Fail(context, FailureOf(status));
}

}  // namespace

void AddStateVerb(CommandLine& line) {
  auto arguments = std::make_shared<StateArguments>();
  CLI::App* verb =
      line.AddRead({&line.root(), "state", "Shows a whole account as it is, or as it was"},
                   [arguments](const Context& context) { return ShowState(context, *arguments); });
  verb->add_option("account", arguments->account, "The account; or give --account");
  line.AddAccount(verb);
  verb->add_option("--at", arguments->at,
                   "Behind this log position, or at this time, that instant included")
      ->type_name("POSITION|TIME");
}

}  // namespace billing::billingctl
