// Changes of many records over a base, for whoever folds a whole log: an Overlay for thousands
// of rows, which are looked up and changed again and again, and seldom asked for in order.
#ifndef BILLING_PROJECTIONS_KEYVALUE_BULK_OVERLAY_H_
#define BILLING_PROJECTIONS_KEYVALUE_BULK_OVERLAY_H_

#include <cstddef>
#include <functional>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "projections/keyvalue/key_hash.h"
#include "projections/keyvalue/key_value.h"

namespace billing::projections {

// Later reads see the changes, the base does not, until the caller hands each of them on. The
// base outlives it and does not change meanwhile. Memory is given back at its end only.
class BulkOverlay final : public RowWriter {
 public:
  // `changes`: about how many rows will change.
  BulkOverlay(const RowReader& base, size_t changes);
  BulkOverlay(const BulkOverlay&) = delete;
  BulkOverlay& operator=(const BulkOverlay&) = delete;

  std::optional<std::string> Get(std::string_view key) const override;
  bool Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const override;
  // Puts all changes in the range in order, each time.
  void Scan(const KeyRange& range, Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override;
  absl::Status status() const override { return base_.status(); }
  void Put(std::string_view key, std::string_view value) override;
  void Delete(std::string_view key) override;

  // Visits each changed row, ascending; no value means deleted.
  void VisitChanges(
      absl::FunctionRef<void(std::string_view key, std::optional<std::string_view> value)> visit)
      const;

 private:
  // Nothing: deleted.
  using Value = std::optional<std::pmr::string>;
  using Rows = absl::flat_hash_map<std::string_view, Value, KeyHash, std::equal_to<>>;
  using Row = Rows::value_type;
  // Ascending; valid until the next change.
  std::vector<const Row*> ChangesIn(const KeyRange& range) const;
  Value& ValueOf(std::string_view key);

  const RowReader& base_;
  std::pmr::monotonic_buffer_resource memory_;
  // The keys lie in memory_.
  Rows changes_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_KEYVALUE_BULK_OVERLAY_H_
