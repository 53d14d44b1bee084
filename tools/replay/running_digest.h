// SHA-256 of bytes that come in pieces.
#ifndef BILLING_TOOLS_REPLAY_RUNNING_DIGEST_H_
#define BILLING_TOOLS_REPLAY_RUNNING_DIGEST_H_

#include <memory>
#include <string_view>

#include "eventstore/integrity/merkle.h"

namespace billing::replay {

class RunningDigest {
 public:
  RunningDigest();
  ~RunningDigest();
  RunningDigest(const RunningDigest&) = delete;
  RunningDigest& operator=(const RunningDigest&) = delete;

  void Add(std::string_view bytes);
  // Of all that was added. Called once, last.
  eventstore::Hash Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_RUNNING_DIGEST_H_
