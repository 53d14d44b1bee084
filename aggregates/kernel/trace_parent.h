// A caller's place in a trace, as it goes into the log. Source: W3C Trace Context, §3.2.
#ifndef BILLING_AGGREGATES_KERNEL_TRACE_PARENT_H_
#define BILLING_AGGREGATES_KERNEL_TRACE_PARENT_H_

#include <string_view>

namespace billing::kernel {

// Whether `text` may be kept as a `traceparent`: version, trace id, parent id and flags,
// lower-case hexadecimal, neither id all zeros, and neither id a card number, with or without
// letters at its ends (IsCardNumber), zeros before those, or zeros after them.
//
// A random id looks like a card number about once in 10,000 times, and that call is then in no
// trace. That is little against a number which a caller put there and the log keeps for good.
bool IsTraceParent(std::string_view text);

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_TRACE_PARENT_H_
