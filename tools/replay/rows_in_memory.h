// Rows in memory for one long fold.
//
// A fold works on one account for a while, then on another, and looks nearly every row up by
// its whole key. The first eight bytes of most keys are the view and the account's number: rows
// with the same ones lie in one bucket, in order, and the buckets in a hash table.
#ifndef BILLING_TOOLS_REPLAY_ROWS_IN_MEMORY_H_
#define BILLING_TOOLS_REPLAY_ROWS_IN_MEMORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "projections/keyvalue/key_value.h"

namespace billing::replay {

// Not thread-safe, not even for readers.
class RowsInMemory final : public projections::RowWriter {
 public:
  RowsInMemory() = default;
  ~RowsInMemory() override;
  RowsInMemory(const RowsInMemory&) = delete;
  RowsInMemory& operator=(const RowsInMemory&) = delete;

  using Visit = absl::FunctionRef<bool(std::string_view key, std::string_view value)>;

  std::optional<std::string> Get(std::string_view key) const override;
  void Scan(const projections::KeyRange& range, projections::Order order,
            Visit visit) const override;
  absl::Status status() const override { return absl::OkStatus(); }
  // REQUIRES: `key` is not empty.
  void Put(std::string_view key, std::string_view value) override;
  void Delete(std::string_view key) override;

  size_t size() const { return size_; }
  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  // Rows of the same view as `key`: with the same first byte.
  size_t CountLike(std::string_view key) const { return counts_[ViewOf(key)]; }

 private:
  // In memory its key follows it.
  struct Row {
    std::string value;
    size_t key_size;

    std::string_view key() const { return {reinterpret_cast<const char*>(this + 1), key_size}; }
  };
  static Row* NewRow(std::string_view key, std::string_view value);
  static void Free(Row* row);

  struct ByKey {
    using is_transparent = void;
    static std::string_view KeyOf(std::string_view key) { return key; }
    static std::string_view KeyOf(const Row* row) { return row->key(); }
    bool operator()(const auto& a, const auto& b) const { return KeyOf(a) < KeyOf(b); }
  };
  using Bucket = absl::btree_set<Row*, ByKey>;
  // Of all keys with the same first eight bytes, shorter ones filled up with zeros: in the order
  // of their keys.
  static uint64_t BucketOf(std::string_view key);
  static size_t ViewOf(std::string_view key) { return static_cast<uint8_t>(key.front()); }

  Row* Find(std::string_view key) const;
  // Those that there are from one to another, ascending.
  std::span<const uint64_t> BucketsInOrder(uint64_t first, uint64_t last) const;
  // The rows of one that are in the range; whether to go on.
  bool ScanBucket(uint64_t prefix, const projections::KeyRange& range, projections::Order order,
                  Visit visit) const;

  absl::flat_hash_map<uint64_t, Bucket> buckets_;
  // Their keys, in order; made again when there are more.
  mutable std::vector<uint64_t> in_order_;
  std::array<size_t, 256> counts_ = {};
  size_t size_ = 0;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_ROWS_IN_MEMORY_H_
