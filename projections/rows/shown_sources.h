// What a row store shows of its rows, and what its writer sees of them.
#ifndef BILLING_PROJECTIONS_ROWS_SHOWN_SOURCES_H_
#define BILLING_PROJECTIONS_ROWS_SHOWN_SOURCES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "projections/keyvalue/key_value.h"
#include "projections/rows/version.h"

namespace billing::projections {

// The sources of all rows as of a position, replaced as a whole. Thread-safe.
class ShownSources {
 public:
  struct Shown {
    uint64_t position = 0;
    std::shared_ptr<const Sources> sources;  // null: the store is closed
  };

  void Show(Shown shown);
  Shown Now() const;
  // How often Show was called.
  uint64_t times_shown() const { return times_shown_.load(std::memory_order_acquire); }

 private:
  // Only to copy or swap.
  mutable std::mutex mutex_;
  Shown shown_;
  std::atomic<uint64_t> times_shown_ = 0;
};

// What the writer sees: every row of every layer. `shown` outlives it.
class StagedRows final : public RowReader {
 public:
  explicit StagedRows(const ShownSources& shown) : shown_(shown) {}

  std::optional<std::string> Get(std::string_view key) const override;
  bool Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const override;
  void Scan(const KeyRange& range, Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override;
  absl::Status status() const override { return failure_.Get(); }

 private:
  // They are asked for again only when others are shown: a command reads many rows.
  const Sources& Latest() const;

  const ShownSources& shown_;
  mutable uint64_t times_shown_ = 0;
  mutable std::shared_ptr<const Sources> sources_;
  mutable FirstFailure failure_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_SHOWN_SOURCES_H_
