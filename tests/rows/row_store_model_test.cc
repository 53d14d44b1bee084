// Random operations against ordered maps: whatever layer, run or merge a row lies in,
// a version shows what the map showed when it was published.
#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "tests/rows/row_store_fixture.h"
#include "tests/rows/rows_of.h"

namespace billing::projections {
namespace {

class Model {
 public:
  Model(unsigned seed, RowStoreOptions options) : random_(seed), options_(std::move(options)) {
    Reopen();
  }

  void Run(int batches) {
    for (int batch = 0; batch < batches && !testing::Test::HasFatalFailure(); ++batch) {
      StageBatch();
      if (random_() % 3 == 0) {
        // Published while the next one is staged.
        const uint64_t end = position_;
        const MapRows rows = rows_;
        store_->EndBatch(end);
        StageBatch();
        Compare(*store_->Staged(), rows_);
        Publish(end, rows);
      }
      Compare(*store_->Staged(), rows_);
      Publish(position_, rows_);
      for (const auto& [version, rows] : held_) {
        Compare(*version, rows);
        CompareInMemory(*version, rows);
      }
      if (random_() % 20 == 0) {
        ASSERT_TRUE(store_->Flush().ok());
        ASSERT_EQ(store_->records_behind(), 0u);
        ASSERT_EQ(store_->stored_mark(), mark_);
      }
      if (random_() % 30 == 0) store_->BeginServing();
      if (random_() % 40 == 0) Reopen();
    }
    EXPECT_GT(rows_in_memory_, 0);
    EXPECT_GT(ranges_in_memory_, 0);
  }

 private:
  struct Held {
    std::shared_ptr<const Version> version;
    MapRows rows;
  };

  void Reopen() {
    held_.clear();
    store_ = nullptr;
    absl::StatusOr<std::unique_ptr<RowStore>> store = RowStore::Open(options_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    ASSERT_EQ(store_->stored_mark(), mark_);
    ASSERT_EQ(store_->Current()->position(), position_);
    Compare(*store_->Current(), rows_);
  }

  void Publish(uint64_t position, const MapRows& rows) {
    mark_ = "mark " + std::to_string(position);
    const absl::Status published = store_->Publish(position, mark_);
    ASSERT_TRUE(published.ok()) << published;
    Compare(*store_->Current(), rows);
    held_.push_back({store_->Current(), rows});
    if (held_.size() > 6) held_.erase(held_.begin() + static_cast<long>(random_() % 6));
  }

  std::string RandomKey() {
    std::string key(1 + random_() % 3, 'a');
    for (char& byte : key) byte = "a\1\xFF"[random_() % 3];
    return key + (random_() % 2 == 0 ? "" : std::to_string(random_() % 20));
  }

  // One of a dozen ranges, which are asked for again and again.
  KeyRange FewRows() { return KeysWithPrefix(RandomKey().substr(0, 1 + random_() % 2)); }

  void StageBatch() {
    const uint64_t before = position_;
    for (uint32_t i = 1 + random_() % 8; i > 0; --i) {
      position_ += random_() % 2;
      if (position_ == before) ++position_;
      const std::string key = RandomKey();
      if (random_() % 3 == 0) {
        rows_.Delete(key);
        store_->Stage(key, std::nullopt, position_);
      } else {
        const std::string value(random_() % 60, static_cast<char>('A' + random_() % 26));
        rows_.Put(key, value);
        store_->Stage(key, value, position_);
      }
    }
  }

  void Compare(const RowReader& reader, const MapRows& expected) {
    const std::string key = RandomKey();
    ASSERT_EQ(reader.Get(key), expected.Get(key));
    KeyRange range{RandomKey(), RandomKey()};
    if (random_() % 4 == 0) range.begin.clear();
    if (random_() % 4 == 0) range.end.clear();
    const size_t limit = random_() % 2 == 0 ? SIZE_MAX : 1 + random_() % 10;
    for (const Order order : {Order::kAscending, Order::kDescending}) {
      ASSERT_EQ(RowsOf(reader, range, order, limit), RowsOf(expected, range, order, limit));
    }
    const KeyRange few = FewRows();
    ASSERT_EQ(RowsOf(reader, few), RowsOf(expected, few));
    ASSERT_TRUE(reader.status().ok()) << reader.status();
  }

  // What is given from memory is what is given at all.
  void CompareInMemory(const Version& version, const MapRows& expected) {
    const auto in_memory = version.InMemory(1'000);
    const std::string key = RandomKey();
    const KeyRange range = FewRows();
    const auto row = in_memory->Get(key);
    if (!in_memory->status().ok()) return;
    ASSERT_EQ(row, expected.Get(key));
    ++rows_in_memory_;
    const Rows rows = RowsOf(*in_memory, range);
    if (!in_memory->status().ok()) return;
    ASSERT_EQ(rows, RowsOf(expected, range));
    ++ranges_in_memory_;
  }

  std::mt19937 random_;
  const RowStoreOptions options_;
  std::unique_ptr<RowStore> store_;
  MapRows rows_;
  uint64_t position_ = 0;
  std::string mark_;
  std::deque<Held> held_;
  int rows_in_memory_ = 0;
  int ranges_in_memory_ = 0;
};

TEST_F(RowStoreTest, EqualsAMapUnderRandomOperations) {
  for (const unsigned seed : {1, 2, 3, 4}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RowStoreOptions options = Options();
    options.directory = root_ / std::to_string(seed);
    options.layer_bytes = 4'096;
    // With odd seeds layers are also written while the writer stages.
    if (seed % 2 == 1) options.idle_ms = 1;
    // Some serve from the start, some only after a while.
    options.building = seed > 2;
    Model(seed, options).Run(150);
  }
}

}  // namespace
}  // namespace billing::projections
