// Etags: the log position of the last fact that changed a resource's own fields, as a
// quoted decimal, `"12"`. Source: design page "The wire", Common to every command request.
#ifndef BILLING_AGGREGATES_KERNEL_ETAG_H_
#define BILLING_AGGREGATES_KERNEL_ETAG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace billing::kernel {

// `12` → `"12"`.
std::string EtagAt(uint64_t position);

// The position that an etag names; nothing for text that EtagAt does not give: no quotes,
// a sign, a leading zero, more than 64 bits. `"0"` is well formed, and no resource has it:
// positions start at 1.
std::optional<uint64_t> PositionOf(std::string_view etag);

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_ETAG_H_
