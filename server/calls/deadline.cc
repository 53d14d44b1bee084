#include "server/calls/deadline.h"

#include <algorithm>

#include "grpc/support/time.h"

namespace billing::server {
namespace {

constexpr int64_t kDayUs = int64_t{86'400} * 1'000'000;

}  // namespace

int64_t RemainingUs(const grpc::CallbackServerContext& context) {
  const gpr_timespec deadline = context.raw_deadline();
  const gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
  if (gpr_time_cmp(left, gpr_time_from_hours(24, GPR_TIMESPAN)) >= 0) return kDayUs;
  return std::max(-kDayUs, left.tv_sec * 1'000'000 + left.tv_nsec / 1'000);
}

bool IsAbandoned(const grpc::CallbackServerContext& context) {
  return context.IsCancelled() || RemainingUs(context) <= 0;
}

}  // namespace billing::server
