#include "server/rpc/answer_burst.h"

#include <algorithm>

namespace billing::server {

void AnswerBurst::Before(const std::string& peer) {
  const auto lane = std::ranges::find(lanes_, peer, &Lane::peer);
  if (lane == lanes_.end()) {
    lanes_.emplace_back().peer = peer;
    return;
  }
  if (lane->burst) return;
  lane->connection = connections_.Find(peer);
  lane->burst.emplace(lane->connection.get());
}

void AnswerBurst::End() { lanes_.clear(); }

}  // namespace billing::server
