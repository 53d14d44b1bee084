#include "server/calls/trace_parent.h"

#include <algorithm>
#include <string_view>

namespace billing::server {
namespace {

constexpr char kHeader[] = "traceparent";
// version-traceid-parentid-flags.
constexpr std::string_view kShape = "hh-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";
constexpr size_t kTraceIdAt = 3;
constexpr size_t kTraceIdLength = 32;
constexpr size_t kParentIdAt = 36;
constexpr size_t kParentIdLength = 16;
// Of versions the standard takes this one away.
constexpr std::string_view kNoVersion = "ff";

bool IsLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool IsAllZeros(std::string_view id) { return id.find_first_not_of('0') == std::string_view::npos; }

bool IsTraceParent(std::string_view text) {
  const auto fits = [](char c, char shape) { return shape == 'h' ? IsLowerHex(c) : c == shape; };
  return std::ranges::equal(text, kShape, fits) && !text.starts_with(kNoVersion) &&
         !IsAllZeros(text.substr(kTraceIdAt, kTraceIdLength)) &&
         !IsAllZeros(text.substr(kParentIdAt, kParentIdLength));
}

}  // namespace

std::string TraceParentIn(const CallMetadata& metadata) {
  if (metadata.count(kHeader) != 1) return "";
  const grpc::string_ref given = metadata.find(kHeader)->second;
  const std::string_view text(given.data(), given.size());
  return IsTraceParent(text) ? std::string(text) : "";
}

}  // namespace billing::server
