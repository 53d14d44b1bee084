// One pass over a log that proves it: the steps of the design page "The house", Proof.
#ifndef BILLING_TOOLS_REPLAY_AUDIT_H_
#define BILLING_TOOLS_REPLAY_AUDIT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "eventstore/integrity/anchor.h"
#include "eventstore/integrity/verifier_key.h"
#include "projections/rows/stored_rows.h"
#include "tools/replay/finding.h"
#include "tools/replay/judging_again.h"
#include "tools/replay/recorded.h"
#include "tools/replay/rows_in_memory.h"
#include "tools/replay/source.h"
#include "tools/replay/subjects_check.h"
#include "tools/replay/verification.h"
#include "tools/replay/what_if.h"

namespace billing::replay {

// A checkpoint that somebody kept.
struct Kept {
  std::string path;
  std::string note;
};

enum class Depth {
  kVerify,  // the records, the tree, the checkpoints
  kFold,    // and the rows, of what was recorded, unjudged
  kJudge,   // every command judged again, what is always true looked for, then folded
};

struct AuditOptions {
  Depth depth = Depth::kVerify;
  std::vector<eventstore::VerifierKey> keys = {};
  std::vector<Kept> kept = {};
  std::optional<eventstore::AnchorState> anchor = {};
  // Compared with the fold at their own position; null: there are none, or nobody asked.
  const projections::StoredRows* stored = nullptr;
  // Null: nothing is asked.
  const WhatIf* what_if = nullptr;
  std::function<void(const Otherwise&)> otherwise = {};
  // Every item that was found right.
  std::function<void(const Item&)> taken = {};
  // Every command that was folded, with the rows that it left. False: enough was seen, and the
  // audit ends well.
  std::function<bool(const Recorded&, const projections::RowReader&)> command = {};
  // When all records were found right, before the audit ends well; may still find something.
  std::function<std::optional<Finding>(const Verification&)> verified = {};
  std::function<std::optional<Finding>(const projections::RowReader&, const projections::Follower&)>
      folded = {};
  // How much was read, from 0 to 1, and the position; now and then.
  std::function<void(double done, uint64_t position)> progress = {};
};

// What was looked at.
struct Tally {
  uint64_t commands = 0;
  uint64_t refused = 0;
  uint64_t nothing_changed = 0;
  bool rows_compared = false;
};

class Audit {
 public:
  // The source outlives the audit.
  Audit(Source& source, AuditOptions options);

  // What is wrong first; nothing when all held. Called once.
  std::optional<Finding> Run();

  const Verification& verification() const { return verification_; }
  const Tally& tally() const { return tally_; }
  const RowsInMemory& rows() const { return rows_; }
  const projections::Follower& follower() const { return judging_.follower(); }

 private:
  std::optional<Finding> Expect();
  std::optional<Finding> TakeRecord(const Item& item);
  std::optional<Finding> TakeCommand();
  std::optional<Finding> Judge();
  // What must be so once the command was folded.
  std::optional<Finding> CheckFolded();
  std::optional<Finding> CompareRowsHere();
  std::optional<Finding> Finish();
  void Report(uint64_t position) const;

  Source& source_;
  const AuditOptions options_;
  Verification verification_;
  RowsInMemory rows_;
  JudgingAgain judging_;
  SubjectsCheck subjects_;
  Recorded command_;
  bool seen_enough_ = false;
  Tally tally_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_AUDIT_H_
