// The live watches by what they watch, and the handing out of records to them.
#ifndef BILLING_SERVER_WATCH_LIVE_WATCHES_H_
#define BILLING_SERVER_WATCH_LIVE_WATCHES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "projections/history/log_reader.h"
#include "server/calls/call_parts.h"
#include "server/watch/watch.h"

namespace billing::server {

// Not thread-safe. Holds no watch: who ends one takes it out first.
class LiveWatches {
 public:
  // By the watch's scope, which does not change while it is in.
  void Add(Watch& watch);
  void Remove(Watch& watch);
  bool empty() const { return count_ == 0; }
  std::vector<Watch*> All() const;

  // A watch that did not take a record.
  struct Left {
    Watch* watch;
    // The record before it: up to there it has looked.
    uint64_t seen;
    // Why it must end; nothing: it is full.
    std::optional<Problem> problem;
  };
  // Hands out records to those who watch them and may see them; roles that are not known are
  // looked up in `version`, or a newer one once a row of that could not be read: whoever needed
  // the row must end. Those that did not take theirs are taken out.
  std::vector<Left> HandOut(const CallParts& parts,
                            std::shared_ptr<const projections::Version> version,
                            projections::RecordRange& records);

 private:
  std::vector<Watch*> WatchersOf(projections::AccountNumber account) const;

  std::map<projections::AccountNumber, std::set<Watch*>> by_account_;
  std::set<Watch*> of_all_;
  size_t count_ = 0;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_WATCH_LIVE_WATCHES_H_
