#include "server/calls/trace_parent.h"

#include <string_view>

#include "aggregates/kernel/trace_parent.h"

namespace billing::server {
namespace {

constexpr char kHeader[] = "traceparent";

}  // namespace

std::string TraceParentIn(const CallMetadata& metadata) {
  if (metadata.count(kHeader) != 1) return "";
  const grpc::string_ref given = metadata.find(kHeader)->second;
  const std::string_view text(given.data(), given.size());
  return kernel::IsTraceParent(text) ? std::string(text) : "";
}

}  // namespace billing::server
