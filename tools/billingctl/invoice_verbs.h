// Paying by invoice: asked for and decided on an account, then switched to one thing at a
// time.
#ifndef BILLING_TOOLS_BILLINGCTL_INVOICE_VERBS_H_
#define BILLING_TOOLS_BILLINGCTL_INVOICE_VERBS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "tools/billingctl/command_line.h"

namespace billing::billingctl {

// `account request-invoice` and `account decide-invoice`.
void AddAccountInvoice(CommandLine& line, CLI::App* noun);

// What may pay by invoice: its word, and how Names makes its full name.
struct InvoicePayer {
  std::string word;
  std::string (Names::*full_name)(absl::string_view text) const = nullptr;
};

// `NOUN switch-to-invoice`.
void AddSwitchToInvoice(CommandLine& line, CLI::App* noun, const InvoicePayer& payer);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_INVOICE_VERBS_H_
