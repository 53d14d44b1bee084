// Text that may be none: of files, arguments and peers.
#ifndef BILLING_TOOLS_BILLINGCTL_UTF8_H_
#define BILLING_TOOLS_BILLINGCTL_UTF8_H_

#include <string>

#include "absl/strings/string_view.h"

namespace billing::billingctl {

// As RFC 3629 has it: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool IsUtf8(absl::string_view text);

// U+FFFD in the place of each byte that is of no code point.
std::string AsUtf8(absl::string_view text);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_UTF8_H_
