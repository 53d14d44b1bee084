// Opens what is to be audited: a data directory, a backup, or an export.
#ifndef BILLING_TOOLS_REPLAY_OPENING_H_
#define BILLING_TOOLS_REPLAY_OPENING_H_

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "eventstore/event_log.h"
#include "eventstore/integrity/anchor.h"
#include "projections/rows/stored_rows.h"
#include "tools/replay/finding.h"
#include "tools/replay/source.h"

namespace billing::replay {

// The files of a data directory, as billingd has them.
struct DataDirectory {
  std::string path;
  std::string log() const { return path + "/log"; }
  std::string anchor() const { return path + "/anchor"; }
};

// Destroyed in the reverse order: the source reads the log.
struct Opened {
  // Of a directory: the log, and what of the rest is there and was asked for.
  std::unique_ptr<projections::StoredRows> stored = {};
  std::optional<eventstore::AnchorState> anchor = {};
  std::unique_ptr<eventstore::EventLog> log = {};
  std::unique_ptr<Source> source = {};

  bool is_directory() const { return log != nullptr; }
};

// What of a directory is opened. Who needs no stored rows is not kept from the log by ones that
// are damaged.
enum class Contents { kLog, kLogAndRows };

// Of a directory one state is opened, also while a server writes there: the rows first, then
// the anchor, then the log, which is never behind either. Nothing in it is made, locked or
// changed.
std::variant<Opened, Finding> Open(const std::string& path, Contents contents);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_OPENING_H_
