#include "eventstore/integrity/anchor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/eventstore/temporary_directory.h"

namespace billing::eventstore {
namespace {

constexpr uint64_t kSlotOffsets[] = {0, 4'096};
constexpr size_t kSlotBytes = 160;

AnchorState StateAt(uint64_t size) {
  return {.log_id = "00112233445566778899aabbccddeeff",
          .size = size,
          .root = Sha256(absl::StrCat("root ", size)),
          .last_leaf = Sha256(absl::StrCat("leaf ", size)),
          .time_us = 1'700'000'000'000'000 + static_cast<int64_t>(size)};
}

class AnchorTest : public testing::Test {
 protected:
  std::unique_ptr<Anchor> Open() {
    auto anchor = Anchor::Open(path(), /*create=*/true);
    EXPECT_TRUE(anchor.ok()) << anchor.status();
    return *std::move(anchor);
  }
  std::string path() const { return directory_ / "anchor"; }
  std::string Slot(int index) const {
    return FileContents(path()).substr(kSlotOffsets[index], kSlotBytes);
  }
  // "size 7", "nothing", or the error's code.
  std::string Loaded(const Anchor& anchor) const {
    auto state = anchor.Load();
    if (!state.ok()) return absl::StatusCodeToString(state.status().code());
    if (!state->has_value()) return "nothing";
    EXPECT_EQ(**state, StateAt((*state)->size));
    return absl::StrCat("size ", (*state)->size);
  }

  TemporaryDirectory directory_;
};

TEST_F(AnchorTest, HoldsNothingWhenJustMade) {
  EXPECT_EQ(Loaded(*Open()), "nothing");
  EXPECT_EQ(FileContents(path()), std::string(8'192, '\0'));
  EXPECT_EQ(Loaded(*Open()), "nothing");
}

TEST_F(AnchorTest, IsNotMadeUnlessAsked) {
  EXPECT_TRUE(absl::IsNotFound(Anchor::Open(path(), /*create=*/false).status()));
}

TEST_F(AnchorTest, LoadsWhatWasWrittenLast) {
  auto anchor = Open();
  ASSERT_TRUE(anchor->Write(StateAt(1)).ok());
  ASSERT_TRUE(anchor->Write(StateAt(2)).ok());
  EXPECT_EQ(Loaded(*anchor), "size 2");
  EXPECT_EQ(*anchor->Load(), StateAt(2));
}

TEST_F(AnchorTest, AStateOfAnEmptyLogAndOldTimesSurvive) {
  AnchorState early = StateAt(0);
  early.last_leaf = {};
  early.time_us = -1;
  ASSERT_TRUE(Open()->Write(early).ok());
  EXPECT_EQ(*Open()->Load(), early);
}

// A crash of the process keeps what the kernel has, synced or not.
TEST_F(AnchorTest, UnsyncedStateIsThereAfterACrashOfTheProcess) {
  {
    auto anchor = Open();
    ASSERT_TRUE(anchor->Write(StateAt(1)).ok());
    ASSERT_TRUE(anchor->Sync().ok());
    ASSERT_TRUE(anchor->Write(StateAt(2)).ok());
  }
  EXPECT_EQ(Loaded(*Open()), "size 2");
}

TEST_F(AnchorTest, NeverTouchesTheSlotThatWasSyncedLast) {
  auto anchor = Open();
  ASSERT_TRUE(anchor->Write(StateAt(1)).ok());
  ASSERT_TRUE(anchor->Write(StateAt(2)).ok());
  EXPECT_EQ(Slot(1), std::string(kSlotBytes, '\0'));
  ASSERT_TRUE(anchor->Sync().ok());

  const std::string synced = Slot(0);
  ASSERT_TRUE(anchor->Write(StateAt(3)).ok());
  ASSERT_TRUE(anchor->Write(StateAt(4)).ok());
  EXPECT_EQ(Slot(0), synced);
  ASSERT_TRUE(anchor->Sync().ok());

  const std::string synced_next = Slot(1);
  ASSERT_TRUE(anchor->Write(StateAt(5)).ok());
  EXPECT_EQ(Slot(1), synced_next);
  EXPECT_NE(Slot(0), synced);
}

TEST_F(AnchorTest, SyncWithoutNewsKeepsTheSlots) {
  auto anchor = Open();
  ASSERT_TRUE(anchor->Write(StateAt(1)).ok());
  ASSERT_TRUE(anchor->Sync().ok());
  ASSERT_TRUE(anchor->Sync().ok());
  const std::string synced = Slot(0);
  ASSERT_TRUE(anchor->Write(StateAt(2)).ok());
  EXPECT_EQ(Slot(0), synced);
}

// The slot found newest at start is synced then, and so the other one is written next.
TEST_F(AnchorTest, GoesOnInTheOlderSlotAfterItWasOpenedAgain) {
  ASSERT_TRUE(Open()->Write(StateAt(1)).ok());
  const std::string newest = Slot(0);
  ASSERT_TRUE(Open()->Write(StateAt(2)).ok());
  EXPECT_EQ(Slot(0), newest);
  EXPECT_EQ(Loaded(*Open()), "size 2");
}

TEST_F(AnchorTest, ATornSlotLeavesTheOtherOne) {
  {
    auto anchor = Open();
    ASSERT_TRUE(anchor->Write(StateAt(1)).ok());
    ASSERT_TRUE(anchor->Sync().ok());
    ASSERT_TRUE(anchor->Write(StateAt(2)).ok());
  }
  const std::string whole = FileContents(path());
  for (size_t torn = 1; torn < kSlotBytes; ++torn) {
    std::string contents = whole;
    contents.replace(kSlotOffsets[1] + torn, kSlotBytes - torn, kSlotBytes - torn, '\0');
    SetFileContents(path(), contents);
    ASSERT_EQ(Loaded(*Open()), "size 1") << "torn after " << torn << " bytes";
  }
}

TEST_F(AnchorTest, EveryFlippedBitOfASlotIsNoticed) {
  ASSERT_TRUE(Open()->Write(StateAt(7)).ok());
  const std::string whole = FileContents(path());
  for (size_t offset = 0; offset < kSlotBytes; ++offset) {
    SetFileContents(path(), whole);
    FlipBit(path(), offset);
    ASSERT_EQ(Loaded(*Open()), "DATA_LOSS") << "byte " << offset;
  }
}

TEST_F(AnchorTest, IsReadByWhoOnlyLooksAndNotMadeForThem) {
  EXPECT_TRUE(absl::IsNotFound(ReadAnchor(path()).status()));
  EXPECT_FALSE(std::filesystem::exists(path()));
  auto anchor = Open();
  EXPECT_EQ(*ReadAnchor(path()), std::nullopt);
  ASSERT_TRUE(anchor->Write(StateAt(1)).ok());
  ASSERT_TRUE(anchor->Sync().ok());
  ASSERT_TRUE(anchor->Write(StateAt(2)).ok());
  const std::string contents = FileContents(path());
  EXPECT_EQ(*ReadAnchor(path()), StateAt(2));
  EXPECT_EQ(FileContents(path()), contents);
  // The slot that is being written while somebody looks.
  FlipBit(path(), kSlotOffsets[1] + 20);
  EXPECT_EQ(*ReadAnchor(path()), StateAt(1));
  FlipBit(path(), kSlotOffsets[0] + 20);
  EXPECT_TRUE(absl::IsDataLoss(ReadAnchor(path()).status()));
}

TEST_F(AnchorTest, AlwaysShowsAWholeStateToWhoLooksWhileItIsWritten) {
  auto anchor = Open();
  ASSERT_TRUE(anchor->Write(StateAt(1)).ok());
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (uint64_t size = 2; size < 2'000; ++size) {
      EXPECT_TRUE(anchor->Write(StateAt(size)).ok());
      if (size % 100 != 0) continue;
      EXPECT_TRUE(anchor->Sync().ok());
    }
    done = true;
  });
  while (!done) {
    const auto seen = ReadAnchor(path());
    const bool is_whole = seen.ok() && seen->has_value() && **seen == StateAt((*seen)->size);
    EXPECT_TRUE(is_whole) << seen.status();
    if (!is_whole) break;
  }
  writer.join();
}

TEST_F(AnchorTest, TwoBadSlotsAreDataLoss) {
  {
    auto anchor = Open();
    ASSERT_TRUE(anchor->Write(StateAt(1)).ok());
    ASSERT_TRUE(anchor->Sync().ok());
    ASSERT_TRUE(anchor->Write(StateAt(2)).ok());
  }
  FlipBit(path(), kSlotOffsets[0] + 20);
  EXPECT_EQ(Loaded(*Open()), "size 2");
  FlipBit(path(), kSlotOffsets[1] + 20);
  EXPECT_EQ(Loaded(*Open()), "DATA_LOSS");
}

TEST_F(AnchorTest, AFileCutShortIsDataLossUnlessASlotIsWhole) {
  ASSERT_TRUE(Open()->Write(StateAt(1)).ok());
  const std::string whole = FileContents(path());
  SetFileContents(path(), whole.substr(0, kSlotBytes));
  EXPECT_EQ(Loaded(*Open()), "size 1");
  SetFileContents(path(), whole.substr(0, kSlotBytes - 1));
  EXPECT_EQ(Loaded(*Open()), "DATA_LOSS");
}

TEST_F(AnchorTest, WritesAndSyncsOnTwoThreads) {
  auto anchor = Open();
  std::atomic<bool> done = false;
  std::atomic<int> failed_syncs = 0;
  std::thread syncer([&] {
    while (!done) {
      if (!anchor->Sync().ok()) ++failed_syncs;
    }
  });
  for (uint64_t size = 1; size <= 500; ++size) {
    ASSERT_TRUE(anchor->Write(StateAt(size)).ok());
    ASSERT_EQ(Loaded(*anchor), absl::StrCat("size ", size));
  }
  done = true;
  syncer.join();
  EXPECT_EQ(failed_syncs, 0);
  EXPECT_TRUE(anchor->Sync().ok());
  EXPECT_EQ(Loaded(*Open()), "size 500");
}

}  // namespace
}  // namespace billing::eventstore
