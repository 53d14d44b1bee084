// What is written to the database beside the writer, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "projections/rows/row_store.h"
#include "tests/rows/row_store_fixture.h"
#include "tests/rows/rows_of.h"

namespace billing::projections {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;

// Polls: what is waited for needs no publish, so nothing tells when it has happened.
bool BecomesTrue(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST_F(RowStoreTest, AnIdleLayerIsWritten) {
  RowStoreOptions options = Options();
  options.idle_ms = 5;
  const auto store = Open(options);
  PutAndPublish(*store, "a", "1", 1);
  EXPECT_TRUE(BecomesTrue([&] { return store->records_behind() == 0; }));
  EXPECT_EQ(store->stored_mark(), "mark 1");
  EXPECT_THAT(store->Current()->Get("a"), Optional(std::string("1")));
  // And again, from the database and the next layer.
  PutAndPublish(*store, "b", "2", 2);
  EXPECT_TRUE(BecomesTrue([&] { return store->stored_mark() == "mark 2"; }));
  EXPECT_THAT(RowsOf(*store->Current()), ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

// Each small run is merged with all that lies below it: the rest between two grows with that.
TEST_F(RowStoreTest, AnIdleLayerWithLittleInItWaitsForItsTurn) {
  RowStoreOptions options = Options();
  options.idle_ms = 5;
  // Some thousand bytes take an hour.
  options.idle_merge_bytes_per_second = 1;
  const auto store = Open(options);
  PutAndPublish(*store, "a", std::string(50'000, 'x'), 1);
  ASSERT_EQ(store->Flush(), absl::OkStatus());
  PutAndPublish(*store, "a", "2", 2);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(store->records_behind(), 1u);
  // More than an eighth of a full layer is not little.
  PutAndPublish(*store, "b", std::string(size_t{9} << 20, 'x'), 3);
  EXPECT_TRUE(BecomesTrue([&] { return store->records_behind() == 0; }));
}

// As RocksDB leaves it when it cannot remove a run's old name.
TEST_F(RowStoreTest, ARunIsNotWrittenOverAnotherThatStillHasItsName) {
  const auto store = Open(Options());
  const std::filesystem::path live = root_ / "live";
  std::ofstream(live) << "live";
  std::filesystem::create_hard_link(live, root_ / "views/run/run.sst");
  PutAndPublish(*store, "a", "1", 1);
  ASSERT_EQ(store->Flush(), absl::OkStatus());
  EXPECT_EQ(std::filesystem::file_size(live), 4u);
  EXPECT_THAT(store->Current()->Get("a"), Optional(std::string("1")));
}

TEST_F(RowStoreTest, ABatchThatTakesLongerThanIdleTimeIsNotTornApart) {
  constexpr uint64_t kRows = 20'000;
  RowStoreOptions options = Options();
  options.idle_ms = 1;
  const auto store = Open(options);
  PutAndPublish(*store, "a", "1", 1);
  for (uint64_t row = 0; row < kRows; ++row) store->Stage("b" + std::to_string(row), "2", 2);
  ASSERT_TRUE(store->Publish(2, "mark 2").ok());
  ASSERT_TRUE(store->Flush().ok());
  EXPECT_EQ(RowsOf(*store->Current(), KeysWithPrefix("b")).size(), kRows);
}

TEST_F(RowStoreTest, AFullLayerIsWrittenBehindThePublish) {
  RowStoreOptions options = Options();
  options.layer_bytes = 1'000;
  const auto store = Open(options);
  PutAndPublish(*store, "a", "small", 1);
  EXPECT_EQ(store->stored_mark(), "");
  PutAndPublish(*store, "b", std::string(1'000, 'x'), 2);
  EXPECT_TRUE(BecomesTrue([&] { return store->stored_mark() == "mark 2"; }));
}

TEST_F(RowStoreTest, ABatchThatEndedIsPublishedWhileTheNextIsStaged) {
  const auto store = Open(Options());
  store->Stage("a", "1", 1);
  store->Stage("b", "1", 1);
  store->EndBatch(1);
  store->Stage("a", "2", 2);
  store->Stage("b", std::nullopt, 3);
  store->Stage("c", "3", 3);
  EXPECT_THAT(RowsOf(*store->Current()), IsEmpty());
  ASSERT_TRUE(store->Publish(1, "mark 1").ok());
  const auto first = store->Current();
  EXPECT_THAT(RowsOf(*first), ElementsAre(Pair("a", "1"), Pair("b", "1")));
  EXPECT_THAT(RowsOf(*store->Staged()), ElementsAre(Pair("a", "2"), Pair("c", "3")));
  store->EndBatch(3);
  store->Stage("a", "4", 4);
  ASSERT_TRUE(store->Publish(3, "mark 3").ok());
  EXPECT_THAT(RowsOf(*store->Current()), ElementsAre(Pair("a", "2"), Pair("c", "3")));
  EXPECT_THAT(RowsOf(*first), ElementsAre(Pair("a", "1"), Pair("b", "1")));
  ASSERT_TRUE(store->Publish(4, "mark 4").ok());
  EXPECT_THAT(RowsOf(*store->Current()), ElementsAre(Pair("a", "4"), Pair("c", "3")));
}

TEST_F(RowStoreTest, AFullLayerIsWrittenOnceNothingIsStaged) {
  RowStoreOptions options = Options();
  options.layer_bytes = 1'000;
  const auto store = Open(options);
  store->Stage("a", std::string(1'000, 'x'), 1);
  store->EndBatch(1);
  store->Stage("b", "2", 2);
  EXPECT_FALSE(store->border_due());
  ASSERT_TRUE(store->Publish(1, "mark 1").ok());
  EXPECT_TRUE(store->border_due());
  EXPECT_EQ(store->stored_mark(), "");
  store->EndBatch(2);
  store->Stage("c", "3", 3);
  ASSERT_TRUE(store->Publish(2, "mark 2").ok());
  EXPECT_TRUE(store->border_due()) << "until it is heeded";
  ASSERT_TRUE(store->Publish(3, "mark 3").ok());
  EXPECT_FALSE(store->border_due());
  EXPECT_TRUE(BecomesTrue([&] { return store->stored_mark() == "mark 3"; }));
}

TEST_F(RowStoreTest, CloseDropsABatchThatEndedAndIsNotPublished) {
  auto store = Open(Options());
  store->Stage("a", "1", 1);
  store->EndBatch(1);
  store->Stage("a", "2", 2);
  ASSERT_TRUE(store->Publish(1, "mark 1").ok());
  store->EndBatch(2);
  store->Stage("b", "3", 3);
  ASSERT_TRUE(store->Close().ok());
  store = Open(Options());
  EXPECT_EQ(store->stored_mark(), "mark 1");
  EXPECT_THAT(RowsOf(*store->Current()), ElementsAre(Pair("a", "1")));
}

TEST_F(RowStoreTest, RecordsBehindStayBelowTheirBound) {
  RowStoreOptions options = Options();
  options.records_behind_max = 4;
  const auto store = Open(options);
  for (uint64_t position = 1; position <= 100; ++position) {
    PutAndPublish(*store, "a", std::to_string(position), position);
    ASSERT_LT(store->records_behind(), 4u);
  }
}

TEST_F(RowStoreTest, AtMostTwoLayersFillMemory) {
  RowStoreOptions options = Options();
  options.layer_bytes = 1;
  const auto store = Open(options);
  for (uint64_t position = 1; position <= 100; ++position) {
    PutAndPublish(*store, "a", std::to_string(position), position);
    // Each publish fills a layer: one may be with the flusher.
    ASSERT_LE(store->records_behind(), 1u);
  }
  EXPECT_THAT(store->Current()->Get("a"), Optional(std::string("100")));
}

TEST_F(RowStoreTest, FlushFromAnotherThreadWaitsForTheBatchToBePublished) {
  const auto store = Open(Options());
  PutAndPublish(*store, "a", "1", 1);
  store->Stage("a", "2", 2);
  std::thread flush([&] { EXPECT_TRUE(store->Flush().ok()); });
  store->Stage("b", "2", 2);
  ASSERT_TRUE(store->Publish(2, "mark 2").ok());
  flush.join();
  EXPECT_NE(store->stored_mark(), "");
  EXPECT_THAT(RowsOf(*store->Current()), ElementsAre(Pair("a", "2"), Pair("b", "2")));
}

TEST_F(RowStoreTest, MoreRunsThanLevel0MayHoldAreMergedMeanwhile) {
  const auto store = Open(Options());
  for (uint64_t position = 1; position <= 40; ++position) {
    store->Stage("z" + std::to_string(position), "z", position);
    PutAndPublish(*store, "a", std::to_string(position), position);
    ASSERT_TRUE(store->Flush().ok());
  }
  EXPECT_THAT(store->Current()->Get("a"), Optional(std::string("40")));
  EXPECT_EQ(RowsOf(*store->Current(), KeysWithPrefix("z")).size(), 40u);
}

class RowStoreBuildingTest : public RowStoreTest {
 protected:
  static constexpr int kRuns = 12;

  // A store that is only built, with more runs than one that serves leaves unmerged.
  std::unique_ptr<RowStore> OpenWithRuns(RowStoreOptions options) {
    options.building = true;
    auto store = Open(options);
    for (uint64_t position = 1; position <= kRuns; ++position) {
      PutAndPublish(*store, "a", std::to_string(position), position);
      EXPECT_TRUE(store->Flush().ok());
    }
    EXPECT_GE(Files(), kRuns);
    return store;
  }
  int64_t Files() const {
    const std::filesystem::directory_iterator directory(Options().directory);
    return std::count_if(begin(directory), end(directory),
                         [](const auto& file) { return file.path().extension() == ".sst"; });
  }
  // Ends by the test's own time limit.
  void AwaitMerge() const {
    while (Files() >= kRuns) std::this_thread::yield();
  }
};

TEST_F(RowStoreBuildingTest, ItsRunsAreMergedWithTheFirstOneThatIsWrittenWhileItServes) {
  const auto store = OpenWithRuns(Options());
  store->BeginServing();
  PutAndPublish(*store, "b", "new", kRuns + 1);
  ASSERT_TRUE(store->Flush().ok());
  AwaitMerge();
  EXPECT_THAT(RowsOf(*store->Current()),
              ElementsAre(Pair("a", std::to_string(kRuns)), Pair("b", "new")));
}

TEST_F(RowStoreBuildingTest, ItsRunsAreMergedThoughNothingIsWrittenWhileItServes) {
  RowStoreOptions options = Options();
  options.idle_ms = 1;
  const auto store = OpenWithRuns(options);
  store->BeginServing();
  AwaitMerge();
  EXPECT_THAT(RowsOf(*store->Current()), ElementsAre(Pair("a", std::to_string(kRuns))));
  EXPECT_EQ(store->stored_mark(), "mark 12");
}

}  // namespace
}  // namespace billing::projections
