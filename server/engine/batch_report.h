// What the writer tells of a batch that is durable and visible.
#ifndef BILLING_SERVER_ENGINE_BATCH_REPORT_H_
#define BILLING_SERVER_ENGINE_BATCH_REPORT_H_

#include <cstddef>
#include <cstdint>

namespace billing::server {

struct BatchReport {
  // Of the batch, those included that left no record.
  size_t commands = 0;
  size_t bytes = 0;  // of its records
  // From when its first command was taken up until readers saw its rows.
  int64_t us = 0;
  int64_t append_us = 0;  // of that, the synced append
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_BATCH_REPORT_H_
