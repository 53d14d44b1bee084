#include "projections/rows/row_store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/rows/row_store_fixture.h"
#include "tests/rows/rows_of.h"

namespace billing::projections {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;

TEST_F(RowStoreTest, StagedRowsAreSeenByTheWriterOnly) {
  const auto store = Open(Options());
  store->Stage("a", "1", 1);
  EXPECT_THAT(store->Staged()->Get("a"), Optional(std::string("1")));
  EXPECT_THAT(RowsOf(*store->Staged()), ElementsAre(Pair("a", "1")));
  EXPECT_EQ(store->Current()->Get("a"), std::nullopt);
  EXPECT_THAT(RowsOf(*store->Current()), IsEmpty());
}

TEST_F(RowStoreTest, PublishShowsAllStagedRowsAtOnce) {
  const auto store = Open(Options());
  store->Stage("a", "1", 1);
  store->Stage("b", "2", 2);
  ASSERT_TRUE(store->Publish(2, "mark").ok());
  EXPECT_EQ(store->Current()->position(), 2u);
  EXPECT_THAT(RowsOf(*store->Current()), ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST_F(RowStoreTest, AVersionStaysAsItWasWhileRowsChangeAndAreWritten) {
  const auto store = Open(Options());
  PutAndPublish(*store, "a", "old", 1);
  PutAndPublish(*store, "b", "old", 2);
  const auto before = store->Current();
  PutAndPublish(*store, "a", "new", 3);
  PutAndPublish(*store, "b", std::nullopt, 4);
  PutAndPublish(*store, "c", "new", 5);
  const auto in_memory = store->Current();
  ASSERT_TRUE(store->Flush().ok());
  PutAndPublish(*store, "a", "newest", 6);
  ASSERT_TRUE(store->Flush().ok());

  EXPECT_THAT(RowsOf(*before), ElementsAre(Pair("a", "old"), Pair("b", "old")));
  EXPECT_THAT(before->Get("b"), Optional(std::string("old")));
  EXPECT_THAT(RowsOf(*in_memory), ElementsAre(Pair("a", "new"), Pair("c", "new")));
  EXPECT_THAT(RowsOf(*store->Current()), ElementsAre(Pair("a", "newest"), Pair("c", "new")));
  EXPECT_TRUE(before->status().ok());
}

TEST_F(RowStoreTest, AWrittenRowStaysDeletedOnceDeleted) {
  const auto store = Open(Options());
  PutAndPublish(*store, "a", "1", 1);
  ASSERT_TRUE(store->Flush().ok());
  PutAndPublish(*store, "a", std::nullopt, 2);
  EXPECT_EQ(store->Current()->Get("a"), std::nullopt);
  EXPECT_THAT(RowsOf(*store->Current()), IsEmpty());
  ASSERT_TRUE(store->Flush().ok());
  EXPECT_EQ(store->Current()->Get("a"), std::nullopt);
  EXPECT_THAT(RowsOf(*store->Current()), IsEmpty());
}

TEST_F(RowStoreTest, ItsOwnRowIsNeverShown) {
  const auto store = Open(Options());
  PutAndPublish(*store, "\1", "first", 1);
  ASSERT_TRUE(store->Flush().ok());
  const auto version = store->Current();
  EXPECT_EQ(version->Get(std::string_view("\0", 1)), std::nullopt);
  EXPECT_EQ(version->Get(""), std::nullopt);
  EXPECT_THAT(RowsOf(*version), ElementsAre(Pair("\1", "first")));
  EXPECT_THAT(RowsOf(*version, {"", "\1"}), IsEmpty());
  EXPECT_THAT(RowsOf(*version, {}, Order::kDescending), ElementsAre(Pair("\1", "first")));
  EXPECT_TRUE(version->status().ok());
}

TEST_F(RowStoreTest, ReopensWithRowsPositionAndMarkOfTheLastFlush) {
  {
    const auto store = Open(Options());
    EXPECT_EQ(store->stored_mark(), "");
    PutAndPublish(*store, "a", "1", 7);
    EXPECT_EQ(store->stored_mark(), "");
    EXPECT_EQ(store->records_behind(), 7u);
    ASSERT_TRUE(store->Flush().ok());
    EXPECT_EQ(store->stored_mark(), "mark 7");
    EXPECT_EQ(store->records_behind(), 0u);
  }
  const auto store = Open(Options());
  EXPECT_EQ(store->stored_mark(), "mark 7");
  EXPECT_EQ(store->Current()->position(), 7u);
  EXPECT_THAT(RowsOf(*store->Current()), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(store->Staged()->Get("a"), Optional(std::string("1")));
}

TEST_F(RowStoreTest, AMarkMayBeAnyBytes) {
  const std::string mark("\0\xFF\1 mark", 8);
  auto store = Open(Options());
  store->Stage("a", "1", UINT64_MAX);
  ASSERT_TRUE(store->Publish(UINT64_MAX, mark).ok());
  ASSERT_TRUE(store->Close().ok());
  store = Open(Options());
  EXPECT_EQ(store->stored_mark(), mark);
  EXPECT_EQ(store->Current()->position(), UINT64_MAX);
}

TEST_F(RowStoreTest, APublishWithoutRowsMovesPositionAndMark) {
  auto store = Open(Options());
  PutAndPublish(*store, "a", "1", 1);
  ASSERT_TRUE(store->Publish(5, "mark 5").ok());
  ASSERT_TRUE(store->Close().ok());
  store = Open(Options());
  EXPECT_EQ(store->stored_mark(), "mark 5");
  EXPECT_EQ(store->Current()->position(), 5u);
}

TEST_F(RowStoreTest, ACrashLosesRowsAndTheirMarkTogether) {
  const auto store = Open(Options());
  PutAndPublish(*store, "a", "written", 1);
  ASSERT_TRUE(store->Flush().ok());
  PutAndPublish(*store, "a", "in memory", 2);
  PutAndPublish(*store, "b", "in memory", 3);

  RowStoreOptions after_crash = Options();
  after_crash.directory = root_ / "copy";
  std::filesystem::copy(Options().directory, after_crash.directory,
                        std::filesystem::copy_options::recursive);
  const auto copy = Open(after_crash);
  EXPECT_EQ(copy->stored_mark(), "mark 1");
  EXPECT_EQ(copy->Current()->position(), 1u);
  EXPECT_THAT(RowsOf(*copy->Current()), ElementsAre(Pair("a", "written")));
}

TEST_F(RowStoreTest, WhatAnInterruptedRunLeftIsRemoved) {
  Open(Options())->Close().IgnoreError();
  const std::filesystem::path leftover = root_ / "views/run/run.sst";
  std::ofstream(leftover) << "half a run";
  ASSERT_TRUE(std::filesystem::exists(leftover));
  const auto store = Open(Options());
  EXPECT_FALSE(std::filesystem::exists(leftover));
  PutAndPublish(*store, "a", "1", 1);
  EXPECT_TRUE(store->Flush().ok());
  EXPECT_FALSE(std::filesystem::exists(leftover));
}

TEST_F(RowStoreTest, CloseWritesWhatIsPublishedAndDropsWhatIsStaged) {
  {
    const auto store = Open(Options());
    PutAndPublish(*store, "a", "published", 1);
    store->Stage("a", "staged", 2);
    store->Stage("b", "staged", 2);
    EXPECT_TRUE(store->Close().ok());
    EXPECT_TRUE(store->Close().ok());
  }
  const auto store = Open(Options());
  EXPECT_THAT(RowsOf(*store->Current()), ElementsAre(Pair("a", "published")));
  EXPECT_EQ(store->stored_mark(), "mark 1");
}

TEST_F(RowStoreTest, AfterCloseReadersGetAnErrorNotAnEmptyState) {
  const auto store = Open(Options());
  PutAndPublish(*store, "a", "1", 1);
  ASSERT_TRUE(store->Close().ok());
  const auto version = store->Current();
  EXPECT_EQ(version->Get("a"), std::nullopt);
  EXPECT_EQ(version->position(), 1u);
  EXPECT_EQ(version->status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RowStoreTest, AVersionOutlivesTheStoreAndUnlocksItWhenDropped) {
  auto store = Open(Options());
  PutAndPublish(*store, "a", "1", 1);
  ASSERT_TRUE(store->Flush().ok());
  auto version = store->Current();
  store = nullptr;
  EXPECT_THAT(version->Get("a"), Optional(std::string("1")));
  EXPECT_EQ(RowStore::Open(Options()).status().code(), absl::StatusCode::kFailedPrecondition);
  version = nullptr;
  EXPECT_TRUE(RowStore::Open(Options()).ok());
}

TEST_F(RowStoreTest, RefusesADirectoryThatIsOpenInThisProcess) {
  const auto store = Open(Options());
  EXPECT_EQ(RowStore::Open(Options()).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DestroyRowStore(Options().directory).code(), absl::StatusCode::kFailedPrecondition);
  PutAndPublish(*store, "a", "1", 1);
  EXPECT_TRUE(store->Flush().ok());
}

// Locks the file as a database does, in a process of its own, until `release` closes.
pid_t LockInAnotherProcess(const std::string& file, int locked, int release) {
  const pid_t child = fork();
  if (child != 0) return child;
  const int lock_file = open(file.c_str(), O_RDWR | O_CLOEXEC);
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (fcntl(lock_file, F_SETLK, &whole) != 0) _exit(1);
  char byte = 0;
  if (write(locked, &byte, 1) != 1) _exit(1);
  _exit(read(release, &byte, 1) == 1 ? 0 : 1);
}

TEST_F(RowStoreTest, RefusesADirectoryThatIsOpenInAnotherProcess) {
  ASSERT_TRUE(Open(Options())->Close().ok());
  int locked[2];
  int release[2];
  ASSERT_EQ(pipe(locked), 0);
  ASSERT_EQ(pipe(release), 0);
  const pid_t child = LockInAnotherProcess(root_ / "views/LOCK", locked[1], release[0]);
  ASSERT_GT(child, 0);
  char byte = 0;
  ASSERT_EQ(read(locked[0], &byte, 1), 1);

  EXPECT_EQ(RowStore::Open(Options()).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DestroyRowStore(Options().directory).code(), absl::StatusCode::kFailedPrecondition);

  ASSERT_EQ(write(release[1], &byte, 1), 1);
  int exit_status = -1;
  ASSERT_EQ(waitpid(child, &exit_status, 0), child);
  EXPECT_EQ(exit_status, 0);
  for (const int end : {locked[0], locked[1], release[0], release[1]}) close(end);
  EXPECT_TRUE(RowStore::Open(Options()).ok());
}

TEST_F(RowStoreTest, DestroyRemovesEverything) {
  {
    const auto store = Open(Options());
    PutAndPublish(*store, "a", "1", 1);
  }
  ASSERT_TRUE(DestroyRowStore(Options().directory).ok());
  EXPECT_FALSE(std::filesystem::exists(Options().directory));
  EXPECT_TRUE(DestroyRowStore(Options().directory).ok());
  const auto store = Open(Options());
  EXPECT_EQ(store->stored_mark(), "");
  EXPECT_EQ(store->Current()->Get("a"), std::nullopt);
}

TEST_F(RowStoreTest, DestroyLeavesFilesOfOthersAlone) {
  ASSERT_TRUE(Open(Options())->Close().ok());
  std::ofstream(root_ / "views/notes.txt") << "mine";
  EXPECT_TRUE(DestroyRowStore(Options().directory).ok());
  EXPECT_TRUE(std::filesystem::exists(root_ / "views/notes.txt"));
}

}  // namespace
}  // namespace billing::projections
