// Events as people read them, one below the other: when, who, what, what changed, and why.
//
//   12  2026-03-01 15:05:09 +02:00  users/alice  ActiveCardChanged
//       card amex active on web (was visa), chosen on web
//       card of web: visa → amex
//       why: the old one was stolen
#ifndef BILLING_TOOLS_BILLINGCTL_TIMELINE_H_
#define BILLING_TOOLS_BILLINGCTL_TIMELINE_H_

#include <string>

#include "billing/v1/event.pb.h"
#include "tools/billingctl/changes.h"
#include "tools/billingctl/context.h"

namespace billing::billingctl {

// `services/portal for users/alice`.
std::string WhoText(const billing::v1::Event& event);

// What was before, asked of the server. What it does not tell counts as not to be had.
Changes::Lookup LookupOf(const Context& context);

class Timeline {
 public:
  struct Options {
    // See Changes.
    bool sees_all = false;
    // Events of more than one account.
    bool shows_account = false;
  };
  // `context` outlives it.
  Timeline(const Context& context, Options options)
      : context_(context), options_(options), changes_(LookupOf(context), options.sees_all) {}

  // Prints it on `context.out`.
  void Print(const billing::v1::Event& event);

 private:
  const Context& context_;
  const Options options_;
  Changes changes_;
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_TIMELINE_H_
