// Where a read that streams gets its data from, and where its parts go.
#ifndef BILLING_SERVER_READS_PART_SINK_H_
#define BILLING_SERVER_READS_PART_SINK_H_

#include "aggregates/kernel/context.h"
#include "google/protobuf/message.h"
#include "server/engine/engine.h"
#include "server/present.h"

namespace billing::server {

// Versions are taken from the engine one after another, and none is held while a reader is
// waited for.
struct StreamSource {
  Engine& engine;
  const Presenter& presenter;
  const kernel::Caller& caller;
};

class PartSink {
 public:
  // Waits while too much waits for the reader. False: there is nobody to send to any more.
  virtual bool Send(const google::protobuf::Message& part) = 0;
  // The same, without sending.
  virtual bool stopped() const = 0;

 protected:
  ~PartSink() = default;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_PART_SINK_H_
