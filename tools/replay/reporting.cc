#include "tools/replay/reporting.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "tools/progress/progress.h"

namespace billing::replay {
namespace {

using progress::Grouped;

JsonObject JsonOf(const Finding& finding) {
  JsonObject json;
  return json.Text("kind", NameOf(finding.kind))
      .Number("from", finding.from)
      .Number("to", finding.to)
      .Text("reason", finding.reason);
}

std::string RootOf(const Audit& audit) {
  return absl::Base64Escape(std::string(eventstore::AsBytes(audit.verification().root())));
}

void SayChecked(const Looked& looked, std::ostream& out) {
  const Verification& log = looked.audit.verification();
  out << "log " << looked.opened.source->log_id() << ", " << Grouped(log.size())
      << " records, root " << RootOf(looked.audit) << "\n";
  if (log.checkpoints() == 0 && looked.options.kept.empty()) {
    out << "no checkpoint speaks of it\n";
  } else {
    out << Grouped(log.checkpoints()) << " checkpoints in it";
    if (!looked.options.kept.empty()) out << ", " << looked.options.kept.size() << " kept";
    out << ": their roots are those of the records\n";
  }
  if (looked.options.keys.empty()) {
    out << "no signature was checked: give the public key with --key\n";
  } else if (log.signed_size() < log.size()) {
    out << "positions " << log.signed_size() + 1 << " to " << log.size()
        << " are under no signed checkpoint\n";
  }
  if (looked.opened.is_directory() && !looked.opened.anchor) {
    out << "there is no anchor: whether the log lost its end cannot be told from the directory\n";
  }
}

void SayJudged(const Looked& looked, std::ostream& out) {
  const Tally& tally = looked.audit.tally();
  out << Grouped(tally.commands) << " commands judged again, of them " << Grouped(tally.refused)
      << " refused and " << Grouped(tally.nothing_changed) << " without anything to change\n";
  out << Grouped(looked.audit.rows().size()) << " rows folded";
  if (tally.rows_compared) {
    out << "; those that are stored are the fold at position " << looked.opened.stored->position();
  } else if (looked.opened.is_directory()) {
    out << "; there are no stored rows to compare";
  }
  out << "\n";
}

}  // namespace

int Fail(const Finding& finding, bool json, const Terminal& terminal) {
  if (json) {
    JsonObject object;
    terminal.out << object.Flag("held", false).Object("wrong", JsonOf(finding)).Done() << "\n";
  } else {
    terminal.err << "wrong: " << InWords(finding) << "\n";
  }
  return static_cast<int>(finding.kind);
}

JsonObject JsonOf(const Looked& looked) {
  const Verification& log = looked.audit.verification();
  JsonObject json;
  json.Flag("held", true)
      .Text("log_id", looked.opened.source->log_id())
      .Number("size", log.size())
      .Text("root", RootOf(looked.audit))
      .Number("checkpoints", log.checkpoints())
      .Number("signed_size", log.signed_size())
      .Number("commands", looked.audit.tally().commands)
      .Number("refused", looked.audit.tally().refused)
      .Number("nothing_changed", looked.audit.tally().nothing_changed);
  if (looked.opened.is_directory()) json.Flag("anchor", looked.opened.anchor.has_value());
  if (looked.options.depth != Depth::kVerify) {
    json.Number("rows", looked.audit.rows().size())
        .Flag("rows_compared", looked.audit.tally().rows_compared);
  }
  const double per_second = static_cast<double>(log.size()) / std::max(looked.seconds, 1e-6);
  return json.Number("microseconds", static_cast<uint64_t>(looked.seconds * 1e6))
      .Number("records_per_second", static_cast<uint64_t>(per_second));
}

void Say(const Looked& looked, std::ostream& out) {
  SayChecked(looked, out);
  if (looked.options.depth == Depth::kJudge) SayJudged(looked, out);
}

}  // namespace billing::replay
