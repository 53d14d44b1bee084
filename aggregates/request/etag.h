// Etags: the log position of the last fact that changed a resource's own fields, as a
// quoted decimal, `"12"`.
#ifndef BILLING_AGGREGATES_REQUEST_ETAG_H_
#define BILLING_AGGREGATES_REQUEST_ETAG_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace billing::request {

// No resource has this version: positions start at 1.
inline constexpr uint64_t kNeverMatches = 0;

// The position that an etag names; kNeverMatches for text that is no etag of ours.
uint64_t PositionOf(std::string_view etag);

std::string EtagAt(uint64_t position);

}  // namespace billing::request

#endif  // BILLING_AGGREGATES_REQUEST_ETAG_H_
