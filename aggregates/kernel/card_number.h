// Finds card numbers where none may be: the system keeps vault tokens only. Source of the
// brands' prefixes and lengths: design research "billing_peers", 5; of what a detector must
// not miss: 4.
//
// The auditor checks what was recorded again, by these same functions: whoever makes them find
// more lets logs that hold the new finds fail to be proved (eventstore/FORMAT.md, What a reader
// can rely on).
#ifndef BILLING_AGGREGATES_KERNEL_CARD_NUMBER_H_
#define BILLING_AGGREGATES_KERNEL_CARD_NUMBER_H_

#include <string_view>

namespace billing::kernel {

// Whether free text holds a card number anywhere: every window of a brand's length in every
// run of digits, with that brand's prefix and a right check digit. Digits of all scripts
// count, invisible characters do not, and separators (all of ASCII but letters and digits, and
// the like beyond it) do not end a run. Letters and bytes that are no UTF-8 end a run.
bool HoldsCardNumber(std::string_view text);

// Whether a token, fingerprint, reference or principal as a whole is a card number: what
// remains without separators and without leading and trailing letters is 13 to 19 digits
// with a known brand's prefix and a right check digit. A long token may well contain a
// window that looks like one; it is not refused for that.
bool IsCardNumber(std::string_view token);

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_CARD_NUMBER_H_
