// Whether a log is the one that its checkpoints, its anchor and its auditor's memory speak
// of. It judges nothing: see audit.h.
#ifndef BILLING_TOOLS_REPLAY_VERIFICATION_H_
#define BILLING_TOOLS_REPLAY_VERIFICATION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/integrity/merkle.h"
#include "eventstore/integrity/verifier_key.h"
#include "tools/replay/finding.h"
#include "tools/replay/source.h"
#include "tools/replay/well_formed.h"

namespace billing::replay {

// What somebody outside the log knows of it: a kept checkpoint, the anchor.
struct Known {
  // `the checkpoint in kept.note`.
  std::string what;
  uint64_t size = 0;
  eventstore::Hash root = {};
};

class Verification {
 public:
  // `keys`: each checkpoint must be signed by one of them; none: no signature is checked.
  Verification(std::string log_id, std::vector<eventstore::VerifierKey> keys);

  // A key that signs for another log.
  std::optional<Finding> CheckKeys() const;
  // A checkpoint that somebody kept, as it stands in the file `path`.
  std::optional<Finding> Expect(const std::string& path, std::string_view note);
  void Expect(Known known) { known_.emplace(known.size, std::move(known)); }

  // The next item. REQUIRES: all that is expected was said; nothing was wrong before.
  std::optional<Finding> Take(const Item& item);

  const WellFormed& records() const { return records_; }
  uint64_t size() const { return tree_.size(); }
  eventstore::Hash root() const { return tree_.Root(); }
  uint64_t checkpoints() const { return checkpoints_; }
  // Size of the largest checkpoint whose signature was checked, stored or kept; what comes
  // after it nobody has signed. 0: none was.
  uint64_t signed_size() const { return signed_size_; }

 private:
  std::optional<Finding> TakeRecord(const Item& item);
  std::optional<Finding> TakeCheckpoint(const Item& item);
  std::optional<Finding> TakeEnd(const Item& item);
  // The tree of the records so far against what is known of this size.
  std::optional<Finding> Compare();
  std::optional<std::string> CheckSignature(std::string_view note) const;
  Finding OtherRoot(const std::string& what) const;

  const std::string log_id_;
  const std::vector<eventstore::VerifierKey> keys_;
  std::multimap<uint64_t, Known> known_;
  WellFormed records_;
  eventstore::Frontier tree_;
  uint64_t checkpoints_ = 0;
  uint64_t signed_size_ = 0;
  uint64_t signed_known_size_ = 0;
  // The largest size whose root was found right.
  uint64_t right_size_ = 0;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_VERIFICATION_H_
