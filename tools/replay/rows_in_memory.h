// Rows in memory for one long fold.
//
// A fold works on one account for a while, then on another, and looks nearly every row up by
// its whole key. The rows of an account lie in one hash table, which stays in the processor's
// cache meanwhile. Only where somebody asks for rows in order, they are put in order.
#ifndef BILLING_TOOLS_REPLAY_ROWS_IN_MEMORY_H_
#define BILLING_TOOLS_REPLAY_ROWS_IN_MEMORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "projections/keyvalue/key_value.h"
#include "tools/replay/row_memory.h"

namespace billing::replay {

// Not thread-safe, not even for readers.
class RowsInMemory final : public projections::RowWriter {
 public:
  RowsInMemory() = default;
  RowsInMemory(const RowsInMemory&) = delete;
  RowsInMemory& operator=(const RowsInMemory&) = delete;

  using Visit = absl::FunctionRef<bool(std::string_view key, std::string_view value)>;

  std::optional<std::string> Get(std::string_view key) const override;
  bool Look(std::string_view key,
            absl::FunctionRef<void(std::string_view value)> use) const override;
  void Scan(const projections::KeyRange& range, projections::Order order,
            Visit visit) const override;
  absl::Status status() const override { return absl::OkStatus(); }
  // REQUIRES: `key` is not empty.
  void Put(std::string_view key, std::string_view value) override;
  void Delete(std::string_view key) override;

  size_t size() const { return size_; }
  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  bool Has(std::string_view key, std::string_view value) const {
    const Row* row = Find(key);
    return row != nullptr && row->value() == value;
  }
  struct KeyAndValue {
    std::string_view key;
    std::string_view value;
  };
  // Whether each of them is there, with its value. One by one that would be a wait for memory
  // for each, and again for each step to it: so the steps are taken for all of them together.
  bool HasAll(std::span<const KeyAndValue> rows) const;
  // Rows of the same view as `key`: with the same first byte.
  size_t CountLike(std::string_view key) const { return counts_[ViewOf(key)]; }

 private:
  // In memory its key follows it, then its value.
  struct Row {
    uint32_t key_size;
    uint32_t value_size;
    // Of the whole piece.
    uint32_t room;

    char* begin() { return reinterpret_cast<char*>(this + 1); }
    std::string_view key() const { return {reinterpret_cast<const char*>(this + 1), key_size}; }
    std::string_view value() const { return {key().data() + key_size, value_size}; }
    size_t room_for_value() const { return room - sizeof(Row) - key_size; }
  };
  // A row in a hash table. The first byte of the hash is the view.
  struct Place {
    uint64_t hash;
    // Another one, with the same key, once its value has outgrown it.
    mutable Row* row;
  };
  struct Sought {
    uint64_t hash;
    std::string_view key;
  };
  static Sought Seek(std::string_view key);
  struct HashOf {
    using is_transparent = void;
    size_t operator()(const auto& any) const { return any.hash; }
  };
  // The first row with a hash, whatever its key: to look at it before it is compared.
  struct SoughtByHash {
    uint64_t hash;
  };
  struct Same {
    using is_transparent = void;
    static std::string_view KeyOf(const Sought& sought) { return sought.key; }
    static std::string_view KeyOf(const Place& place) { return place.row->key(); }
    bool operator()(const auto& a, const auto& b) const {
      return a.hash == b.hash && KeyOf(a) == KeyOf(b);
    }
    bool operator()(const Place& place, const SoughtByHash& sought) const {
      return place.hash == sought.hash;
    }
  };
  struct ByKey {
    using is_transparent = void;
    static std::string_view KeyOf(std::string_view key) { return key; }
    static std::string_view KeyOf(const Row* row) { return row->key(); }
    bool operator()(const auto& a, const auto& b) const { return KeyOf(a) < KeyOf(b); }
  };
  using Ordered = absl::btree_set<Row*, ByKey>;
  // Of an account, or of a view that is not by account.
  struct Group {
    absl::flat_hash_set<Place, HashOf, Same> rows;
    // By view, of those that somebody asked for in order.
    std::vector<std::pair<size_t, std::unique_ptr<Ordered>>> in_order;

    Ordered* InOrder(size_t view);
  };
  static size_t ViewOf(std::string_view key) { return static_cast<uint8_t>(key.front()); }
  // Of all keys of a view that is by account, ascending with them.
  static uint64_t GroupOf(std::string_view key);

  Row* NewRow(std::string_view key, std::string_view value);
  void Change(Group& group, const Place& place, std::string_view value);

  Group* FindGroup(uint64_t number) const;
  Row* Find(std::string_view key) const;
  // Those that there are from one to another, ascending.
  std::span<const uint64_t> GroupsInOrder(uint64_t first, uint64_t last) const;
  static std::vector<Row*> RowsOf(const Group& group, size_t view);
  // The rows of a view that are in the range; whether to go on.
  bool ScanView(size_t view, const projections::KeyRange& range, projections::Order order,
                Visit visit) const;
  // Those of a group among them. `keep_order`: it is likely to be asked for again.
  static bool ScanGroup(Group& group, size_t view, const projections::KeyRange& range,
                        projections::Order order, bool keep_order, Visit visit);

  RowMemory memory_;
  absl::flat_hash_map<uint64_t, std::unique_ptr<Group>> groups_;
  // The one that was found last.
  mutable uint64_t last_number_ = 0;
  mutable Group* last_group_ = nullptr;
  // Their numbers, in order; made again when there are more.
  mutable std::vector<uint64_t> in_order_;
  std::array<size_t, 256> counts_ = {};
  size_t size_ = 0;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_ROWS_IN_MEMORY_H_
