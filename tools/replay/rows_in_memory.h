// Rows in memory for one long fold.
//
// A fold looks nearly every row up by its whole key and scans few views: rows lie in a hash
// table, and those of one view (the first byte of their keys) are put in order when somebody
// scans it.
#ifndef BILLING_TOOLS_REPLAY_ROWS_IN_MEMORY_H_
#define BILLING_TOOLS_REPLAY_ROWS_IN_MEMORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "projections/keyvalue/key_value.h"

namespace billing::replay {

// Not thread-safe, not even for readers.
class RowsInMemory final : public projections::RowWriter {
 public:
  RowsInMemory() = default;
  ~RowsInMemory() override;
  RowsInMemory(const RowsInMemory&) = delete;
  RowsInMemory& operator=(const RowsInMemory&) = delete;

  std::optional<std::string> Get(std::string_view key) const override;
  void Scan(const projections::KeyRange& range, projections::Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override;
  absl::Status status() const override { return absl::OkStatus(); }
  // REQUIRES: `key` is not empty.
  void Put(std::string_view key, std::string_view value) override;
  void Delete(std::string_view key) override;

  size_t size() const { return rows_.size(); }
  bool Has(std::string_view key) const { return rows_.contains(key); }
  // Rows of the same view as `key`.
  size_t CountLike(std::string_view key) const {
    const View& view = views_[ViewOf(key)];
    return view.ordered.size() + view.fresh.size();
  }

 private:
  // In memory its key follows it.
  struct Row {
    std::string value;
    size_t key_size;

    std::string_view key() const { return {reinterpret_cast<const char*>(this + 1), key_size}; }
  };
  static Row* NewRow(std::string_view key, std::string_view value);
  static void Free(Row* row);

  static std::string_view KeyOf(std::string_view key) { return key; }
  static std::string_view KeyOf(const Row* row) { return row->key(); }
  struct HashOfKey {
    using is_transparent = void;
    size_t operator()(const auto& key) const { return absl::Hash<std::string_view>()(KeyOf(key)); }
  };
  struct SameKey {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const { return KeyOf(a) == KeyOf(b); }
  };
  struct ByKey {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const { return KeyOf(a) < KeyOf(b); }
  };
  // Its rows: those in order, and those that came since it was scanned.
  struct View {
    absl::btree_set<Row*, ByKey> ordered;
    std::vector<Row*> fresh;
  };

  static size_t ViewOf(std::string_view key) { return static_cast<uint8_t>(key.front()); }
  const absl::btree_set<Row*, ByKey>& Ordered(size_t view) const;

  absl::flat_hash_set<Row*, HashOfKey, SameKey> rows_;
  mutable std::array<View, 256> views_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_ROWS_IN_MEMORY_H_
