// What an audit finds wrong first.
#ifndef BILLING_TOOLS_REPLAY_FINDING_H_
#define BILLING_TOOLS_REPLAY_FINDING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace billing::replay {

// Each is the program's exit code (tools/replay/README.md).
enum class Kind {
  kUnreadable = 1,  // a file cannot be opened, read or written
  kUsage = 2,       // an argument that means nothing here
  kFormat = 10,     // framing, positions, what FORMAT.md promises a reader
  kTree = 11,       // a root: of a checkpoint, of the anchor, of the end of an export
  kSignature = 12,  // a checkpoint of another origin, or not signed by a key that was given
  kJudgement = 13,  // a command is judged otherwise than it was recorded
  kInvariant = 14,  // I1 to I6
  kRows = 15,       // a stored read model is not the fold of the log
  kSubjects = 16,   // a stored subject is not one of the record, or one is missing
};
std::string_view NameOf(Kind kind);

struct Finding {
  Kind kind = Kind::kUnreadable;
  // Positions, the first of which is wrong at the earliest and the last at the latest. Equal
  // when it is known exactly; both 0: it is about no record.
  uint64_t from = 0;
  uint64_t to = 0;
  std::string reason;
};

inline Finding At(Kind kind, uint64_t position, std::string reason) {
  return {kind, position, position, std::move(reason)};
}
inline Finding BadArgument(std::string reason) { return {Kind::kUsage, 0, 0, std::move(reason)}; }
inline Finding Unreadable(std::string reason) {
  return {Kind::kUnreadable, 0, 0, std::move(reason)};
}

// `position 17: …`, `positions 3 to 9: …`, or the reason alone.
std::string InWords(const Finding& finding);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_FINDING_H_
