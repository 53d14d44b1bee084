#include "server/calls/await_position.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace billing::server {
namespace {

// What is left of a caller's deadline for the answer itself.
constexpr int64_t kAnswerUs = 50'000;

}  // namespace

void AwaitPosition(const CallParts& parts, int64_t remaining_us, uint64_t min_position,
                   std::function<void(std::optional<Problem>)> done) {
  Engine& engine = parts.engine;
  if (min_position <= engine.Current()->position()) return done(std::nullopt);
  const int64_t wait_us =
      std::clamp<int64_t>(remaining_us - kAnswerUs, 0, parts.min_position_wait_ms * 1'000);
  const auto shared = std::make_shared<decltype(done)>(std::move(done));
  const bool waits = engine.Await(
      min_position, engine.clock().SteadyUs() + wait_us, [&engine, shared](bool there) {
        (*shared)(there ? std::nullopt
                        : std::optional(PositionNotReached(engine.Current()->position())));
      });
  if (!waits) (*shared)(QueueFull());
}

}  // namespace billing::server
