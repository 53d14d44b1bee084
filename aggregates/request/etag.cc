#include "aggregates/request/etag.h"

#include <charconv>

namespace billing::request {

uint64_t PositionOf(std::string_view etag) {
  if (etag.size() < 3 || etag.front() != '"' || etag.back() != '"') return kNeverMatches;
  const std::string_view digits = etag.substr(1, etag.size() - 2);
  uint64_t position = kNeverMatches;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), position);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  // One spelling per position: `"012"` is none of ours.
  return whole && digits.front() != '0' ? position : kNeverMatches;
}

std::string EtagAt(uint64_t position) { return '"' + std::to_string(position) + '"'; }

}  // namespace billing::request
