// A full disk: rows stay in memory, where they can be read, until there is space again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "projections/rows/row_store.h"
#include "tests/rows/full_disk.h"
#include "tests/rows/row_store_fixture.h"

namespace billing::projections {
namespace {

using ::testing::Optional;

class RowStoreSpaceTest : public RowStoreTest {
 protected:
  RowStoreOptions OnDisk() {
    RowStoreOptions options = Options();
    options.env = disk_.env();
    return options;
  }

  // Flush gives up when short of space, and may be asked again.
  static void FlushOnceThereIsSpace(RowStore& store) {
    absl::Status flushed;
    do {
      flushed = store.Flush();
    } while (absl::IsResourceExhausted(flushed));
    ASSERT_EQ(flushed, absl::OkStatus());
    EXPECT_FALSE(store.short_of_space());
    EXPECT_EQ(store.records_behind(), 0u);
  }

  void ExpectStored(std::string_view mark) {
    const auto store = Open(Options());
    EXPECT_EQ(store->stored_mark(), mark);
    EXPECT_THAT(store->Current()->Get("a"), Optional(std::string("1")));
    EXPECT_THAT(store->Current()->Get("b"), Optional(std::string("2")));
  }

  FullDisk disk_;
};

// A run, or the list of the database's files: whatever there is no space for.
class RowStoreFullTest : public RowStoreSpaceTest,
                         public testing::WithParamInterface<const char*> {};

TEST_P(RowStoreFullTest, KeepsRowsInMemoryAndWritesThemOnceThereIsSpace) {
  auto store = Open(OnDisk());
  PutAndPublish(*store, "a", "1", 1);
  ASSERT_TRUE(store->Flush().ok());
  disk_.Fill(GetParam());
  PutAndPublish(*store, "b", "2", 2);
  EXPECT_EQ(store->Flush().code(), absl::StatusCode::kResourceExhausted);

  EXPECT_TRUE(store->short_of_space());
  EXPECT_EQ(store->background_status(), absl::OkStatus());
  EXPECT_THAT(store->Current()->Get("a"), Optional(std::string("1")));
  EXPECT_THAT(store->Current()->Get("b"), Optional(std::string("2")));
  EXPECT_EQ(store->stored_mark(), "mark 1");
  disk_.Fill(GetParam());
  disk_.WaitForRefusals(1);  // it tries again by itself

  disk_.Free();
  FlushOnceThereIsSpace(*store);
  EXPECT_EQ(store->stored_mark(), "mark 2");
  PutAndPublish(*store, "c", "3", 3);
  EXPECT_EQ(store->Close(), absl::OkStatus());
  store = nullptr;
  ExpectStored("mark 3");
}

TEST_P(RowStoreFullTest, ClosesWithWhatItHas) {
  auto store = Open(OnDisk());
  PutAndPublish(*store, "a", "1", 1);
  PutAndPublish(*store, "b", "2", 2);
  ASSERT_TRUE(store->Flush().ok());
  disk_.Fill(GetParam());
  PutAndPublish(*store, "a", "never stored", 3);
  EXPECT_EQ(store->Close().code(), absl::StatusCode::kResourceExhausted);
  store = nullptr;
  disk_.Free();
  ExpectStored("mark 2");
}

INSTANTIATE_TEST_SUITE_P(Files, RowStoreFullTest, testing::Values("/run/", "/MANIFEST-", ""));

TEST_F(RowStoreSpaceTest, AMergeWithoutSpaceIsTriedAgain) {
  RowStoreOptions options = OnDisk();
  const auto store = Open(options);
  disk_.Fill("/0");  // tables are numbered; a run is linked, not written
  uint64_t position = 0;
  // More runs than RocksDB leaves unmerged, and than the store lets pile up.
  absl::Status flushed;
  while (flushed.ok()) {
    ++position;
    PutAndPublish(*store, "a", "1", position);
    PutAndPublish(*store, "b", "2", ++position);
    flushed = store->Flush();
    ASSERT_LT(position, 100u) << "nothing was merged";
  }
  EXPECT_EQ(flushed.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(store->background_status(), absl::OkStatus());
  EXPECT_THAT(store->Current()->Get("a"), Optional(std::string("1")));
  disk_.Free();
  FlushOnceThereIsSpace(*store);
}

TEST_P(RowStoreFullTest, ABuiltStoreThatBeginsToServeThenWaitsForSpace) {
  RowStoreOptions options = OnDisk();
  options.building = true;
  const auto store = Open(options);
  PutAndPublish(*store, "a", "1", 1);
  ASSERT_TRUE(store->Flush().ok());
  store->BeginServing();
  disk_.Fill(GetParam());
  PutAndPublish(*store, "b", "2", 2);
  EXPECT_EQ(store->Flush().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(store->background_status(), absl::OkStatus());
  disk_.Free();
  FlushOnceThereIsSpace(*store);
  EXPECT_EQ(store->stored_mark(), "mark 2");
}

TEST_F(RowStoreSpaceTest, WhatIsHeldBackIsNotWritten) {
  const auto store = Open(OnDisk());
  PutAndPublish(*store, "a", "1", 1);
  store->HoldBack(true);
  EXPECT_TRUE(store->short_of_space());
  EXPECT_EQ(store->Flush().code(), absl::StatusCode::kResourceExhausted);
  PutAndPublish(*store, "b", "2", 2);
  EXPECT_EQ(store->stored_mark(), "");
  EXPECT_THAT(store->Current()->Get("b"), Optional(std::string("2")));
  store->HoldBack(false);
  FlushOnceThereIsSpace(*store);
  EXPECT_EQ(store->stored_mark(), "mark 2");
}

TEST_F(RowStoreSpaceTest, AHeldBackStoreCloses) {
  auto store = Open(OnDisk());
  PutAndPublish(*store, "a", "1", 1);
  store->HoldBack(true);
  EXPECT_EQ(store->Close().code(), absl::StatusCode::kResourceExhausted);
  store = nullptr;
  EXPECT_EQ(Open(Options())->stored_mark(), "");
}

TEST_F(RowStoreSpaceTest, PublishDoesNotWaitForSpace) {
  RowStoreOptions options = OnDisk();
  options.records_behind_max = 4;
  const auto store = Open(options);
  disk_.Fill("/run/");
  for (uint64_t position = 1; position <= 20; ++position) {
    PutAndPublish(*store, "a", std::to_string(position), position);
  }
  EXPECT_TRUE(store->short_of_space());
  EXPECT_THAT(store->Current()->Get("a"), Optional(std::string("20")));
  disk_.Free();
  FlushOnceThereIsSpace(*store);
  EXPECT_EQ(store->stored_mark(), "mark 20");
}

}  // namespace
}  // namespace billing::projections
