#include "tools/billingctl/charge_verbs.h"

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "billing/v1/payment_service.grpc.pb.h"
#include "tools/billingctl/calls.h"
#include "tools/billingctl/columns.h"
#include "tools/billingctl/money.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/times.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using Stub = billing::v1::PaymentService::Stub;
using billing::v1::Charge;

std::string WhatFor(const Charge& charge) {
  return RelativeName(charge.subscription().empty() ? charge.billing_profile()
                                                    : charge.subscription());
}

void AddRecord(CommandLine& line, CLI::App* noun) {
  struct Arguments {
    billing::v1::RecordChargeRequest request;
    std::string subscription;
    std::string profile;
    std::string due;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = line.AddWrite(
      {noun, "record", "Records that an amount is owed (biller)"}, [=](const Context& context) {
        if (arguments->subscription.empty() && arguments->profile.empty()) {
          throw CLI::RequiredError("--subscription or --billing-profile");
        }
        billing::v1::RecordChargeRequest& request = arguments->request;
        Charge& charge = *request.mutable_charge();
        request.set_parent(context.names.Account());
        charge.set_subscription(context.names.Subscription(arguments->subscription));
        charge.set_billing_profile(context.names.BillingProfile(arguments->profile));
        if (!arguments->due.empty()) {
          *charge.mutable_due_time() = TimeOf({"--due", arguments->due}, context.zone);
        }
        return Write(context, &Stub::RecordCharge, request,
                     [&](const billing::v1::RecordChargeResponse& response) {
                       const std::string card = ShortName(response.charge().card());
                       context.out << Sentence(
                           {Subject("charge", response.charge().name()),
                            absl::StrCat("recorded on ", card.empty() ? "no card" : card)},
                           response.receipt(), context);
                     });
      });
  AddText(verb, {"id", "Its id; default: made by the server"},
          [arguments](const std::string& id) { arguments->request.set_charge_id(id); });
  line.AddAccount(verb);
  CLI::Option* subscription =
      verb->add_option("--subscription", arguments->subscription, "The subscription it is for");
  verb->add_option("--billing-profile", arguments->profile, "Or the billing profile it is for")
      ->excludes(subscription);
  AddMoney(verb, {"--amount", "What is owed, in the account's currency: '12.34 EUR'"},
           [arguments](const google::type::Money& amount) {
             *arguments->request.mutable_charge()->mutable_amount() = amount;
           })
      ->required();
  verb->add_option("--due", arguments->due, "When it is due")->type_name("TIME");
}

// `recorded as declined`, and on a line of its own what the bank's codes mean.
void SayPayment(const Context& context, const billing::v1::RecordPaymentRequest& request,
                const billing::v1::RecordPaymentResponse& response) {
  const std::string outcome = absl::AsciiStrToLower(WordOf(request.outcome()));
  context.out << Sentence({absl::StrCat("payment of charge ", ShortName(request.name())),
                           absl::StrCat("recorded as ", outcome)},
                          response.receipt(), context);
  const Charge& charge = response.charge();
  if (request.outcome() == billing::v1::PAYMENT_OUTCOME_DECLINED &&
      charge.reason() != billing::v1::DECLINE_REASON_UNSPECIFIED) {
    context.out << "it means " << WordOf(charge.reason()) << " (" << WordOf(charge.kind())
                << "); what to do: billingctl guidance " << charge.name() << '\n';
  }
}

void AddRecordPayment(CommandLine& line, CLI::App* noun) {
  auto request = std::make_shared<billing::v1::RecordPaymentRequest>();
  auto charge = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "record-payment", "Records what the processor reports of a payment (biller)"},
      [=](const Context& context) {
        request->set_name(context.names.Charge(*charge));
        return Write(context, &Stub::RecordPayment, *request,
                     [&](const billing::v1::RecordPaymentResponse& response) {
                       SayPayment(context, *request, response);
                     });
      });
  verb->add_option("charge", *charge, "The charge")->required();
  line.AddAccount(verb);
  AddEnum<billing::v1::PaymentOutcome>(
      verb, {"--outcome", "How it went"},
      [request](billing::v1::PaymentOutcome outcome) { request->set_outcome(outcome); })
      ->required();
  AddText(verb, {"--processor-reference", "The processor's name for the attempt"},
          [request](const std::string& reference) { request->set_processor_reference(reference); })
      ->required();
  AddText(verb, {"--network-code", "ISO 8583 response code, or the processor's word"},
          [request](const std::string& code) { request->set_network_code(code); });
  AddText(verb, {"--advice-code", "Merchant advice code"},
          [request](const std::string& code) { request->set_advice_code(code); });
}

void AddVoid(CommandLine& line, CLI::App* noun) {
  auto charge = std::make_shared<std::string>();
  CLI::App* verb = line.AddWrite(
      {noun, "void", "Records that a charge is no longer owed (biller, operator)"},
      [=](const Context& context) {
        billing::v1::VoidChargeRequest request;
        request.set_name(context.names.Charge(*charge));
        return Write(context, &Stub::VoidCharge, request,
                     [&](const billing::v1::VoidChargeResponse& response) {
                       context.out << Sentence({Subject("charge", request.name()), "voided"},
                                               response.receipt(), context);
                     });
      });
  verb->add_option("charge", *charge, "The charge")->required();
  line.AddAccount(verb);
}

void AddGet(CommandLine& line, CLI::App* noun) {
  auto charge = std::make_shared<std::string>();
  CLI::App* verb = line.AddRead({noun, "get", "Shows a charge"}, [=](const Context& context) {
    billing::v1::GetChargeRequest request;
    request.set_name(context.names.Charge(*charge));
    return Read(context, &Stub::GetCharge, request,
                [&](const billing::v1::GetChargeResponse& response) {
                  const auto columns = ChargeColumns(context.zone);
                  PrintRecord(HeadingsOf(columns), CellsOf(columns, response.charge()),
                              context.style, context.out);
                });
  });
  verb->add_option("charge", *charge, "The charge")->required();
  line.AddAccount(verb);
}

void AddList(CommandLine& line, CLI::App* noun) {
  CLI::App* verb =
      line.AddList({noun, "list", "Lists the charges of an account, paid and voided ones included"},
                   HeadingsOf(ChargeColumns(absl::UTCTimeZone())), [](const Context& context) {
                     billing::v1::ListChargesRequest request;
                     request.set_parent(context.names.Account());
                     return List(
                         context, &Stub::ListCharges, request, ChargeColumns(context.zone),
                         [](const billing::v1::ListChargesResponse& page) -> const auto& {
                           return page.charges();
                         });
                   });
  line.AddAccount(verb);
}

}  // namespace

std::vector<Column<Charge>> ChargeColumns(const absl::TimeZone& zone) {
  return {
      {{"charge"}, [](const Charge& row) { return ShortName(row.name()); }},
      {{"for"}, WhatFor},
      {{"card"}, [](const Charge& row) { return ShortName(row.card()); }},
      {{"amount"}, [](const Charge& row) { return MoneyText(row.amount()); }},
      {{"state", true}, [](const Charge& row) { return WordOf(row.state()); }},
      {{"due"}, [zone](const Charge& row) { return TimeText(row.due_time(), zone); }},
      {{"reason"}, [](const Charge& row) { return WordOf(row.reason()); }},
      {{"kind"}, [](const Charge& row) { return WordOf(row.kind()); }, false},
      {{"network-code"}, [](const Charge& row) { return row.network_code(); }, false},
      {{"advice-code"}, [](const Charge& row) { return row.advice_code(); }, false},
      {{"created"}, [zone](const Charge& row) { return TimeText(row.create_time(), zone); }, false},
      {{"updated"}, [zone](const Charge& row) { return TimeText(row.update_time(), zone); }, false},
      {{"etag"}, [](const Charge& row) { return row.etag(); }, false},
      {{"redacted"},
       [](const Charge& row) { return absl::StrJoin(row.redacted_fields(), ", "); },
       false},
  };
}

void AddChargeVerbs(CommandLine& line) {
  CLI::App* noun = line.AddNoun("charge", "What an account owes, and what the processor reports");
  AddRecord(line, noun);
  AddRecordPayment(line, noun);
  AddVoid(line, noun);
  AddGet(line, noun);
  AddList(line, noun);
  AddSettle(line);
  AddBalance(line);
  AddGuidance(line);
}

}  // namespace billing::billingctl
