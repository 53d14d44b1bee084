#include "aggregates/kernel/etag.h"

#include <charconv>

namespace billing::kernel {

std::string EtagAt(uint64_t position) { return '"' + std::to_string(position) + '"'; }

std::optional<uint64_t> PositionOf(std::string_view etag) {
  if (etag.size() < 3 || etag.front() != '"' || etag.back() != '"') return std::nullopt;
  const std::string_view digits = etag.substr(1, etag.size() - 2);
  uint64_t position = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), position);
  // One spelling per position: `"012"` is none of ours.
  if (error != std::errc() || EtagAt(position) != etag) return std::nullopt;
  return position;
}

}  // namespace billing::kernel
