#include "server/calls/await_position.h"

#include <algorithm>
#include <utility>

namespace billing::server {
namespace {

// What is left of a caller's deadline for the answer itself.
constexpr int64_t kAnswerUs = 50'000;

// Whoever settles it only leaves word: that may be the writer, and many may wait for one position.
class PositionWait final : public LoopWork {
 public:
  PositionWait(Engine& engine, CallLoop& loop, std::function<void(std::optional<Problem>)> done)
      : engine_(engine), loop_(loop), done_(std::move(done)) {
    // Its call may end meanwhile.
    loop_.CallBegins();
  }

  // On any thread, once.
  void Settle(bool there) {
    if (!there) late_ = PositionNotReached(engine_.Current()->position());
    // Many may have waited for what a command did, and its caller waits for the answer.
    loop_.PostBehind(*this);
  }

  void RunOnLoop() override { End(std::move(late_)); }

  void End(std::optional<Problem> late) {
    done_(std::move(late));
    CallLoop& loop = loop_;
    delete this;
    loop.CallEnds();
  }

 private:
  ~PositionWait() = default;

  Engine& engine_;
  CallLoop& loop_;
  const std::function<void(std::optional<Problem>)> done_;
  std::optional<Problem> late_;
};

}  // namespace

void AwaitPosition(const CallParts& parts, CallLoop& loop, int64_t remaining_us,
                   uint64_t min_position, std::function<void(std::optional<Problem>)> done) {
  Engine& engine = parts.engine;
  if (min_position <= engine.Current()->position()) return done(std::nullopt);
  const int64_t wait_us =
      std::clamp<int64_t>(remaining_us - kAnswerUs, 0, parts.min_position_wait_ms * 1'000);
  auto* const wait = new PositionWait(engine, loop, std::move(done));
  const bool waits = engine.Await(min_position, engine.clock().SteadyUs() + wait_us,
                                  [wait](bool there) { wait->Settle(there); });
  if (!waits) wait->End(QueueFull());
}

}  // namespace billing::server
