// Answers to several calls of one connection, sent together.
#ifndef BILLING_SERVER_RPC_ANSWER_BURST_H_
#define BILLING_SERVER_RPC_ANSWER_BURST_H_

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "server/connection.h"

namespace billing::server {

// The first answer to a connection leaves at once, so that its peer is awake when the others
// come; these leave in one burst. One thread at a time.
class AnswerBurst {
 public:
  // `connections` outlives it.
  explicit AnswerBurst(const Connections& connections) : connections_(connections) {}

  // Before an answer is given to `peer` (Connection::peer).
  void Before(const std::string& peer);
  // What waits leaves.
  void End();

 private:
  // To one connection.
  struct Lane {
    std::string peer;
    // From the second answer on.
    std::shared_ptr<const Connection> connection;
    std::optional<Connection::Burst> burst;
  };

  const Connections& connections_;
  std::deque<Lane> lanes_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_RPC_ANSWER_BURST_H_
