#include "tools/replay/finding.h"

#include "absl/strings/str_cat.h"

namespace billing::replay {

std::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kUnreadable:
      return "UNREADABLE";
    case Kind::kUsage:
      return "USAGE";
    case Kind::kFormat:
      return "FORMAT";
    case Kind::kTree:
      return "TREE";
    case Kind::kSignature:
      return "SIGNATURE";
    case Kind::kJudgement:
      return "JUDGEMENT";
    case Kind::kInvariant:
      return "INVARIANT";
    case Kind::kRows:
      return "ROWS";
    case Kind::kSubjects:
      return "SUBJECTS";
  }
  return "";
}

std::string InWords(const Finding& finding) {
  if (finding.to == 0) return finding.reason;
  if (finding.from == finding.to) {
    return absl::StrCat("position ", finding.from, ": ", finding.reason);
  }
  return absl::StrCat("positions ", finding.from, " to ", finding.to, ": ", finding.reason);
}

}  // namespace billing::replay
