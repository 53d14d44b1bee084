// What is read without waiting for the disk: rows in the layers, and what the snapshot gave before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rows/row_store_fixture.h"
#include "tests/rows/rows_of.h"

namespace billing::projections {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;

const KeyRange kAll{"a", "z"};

class RowsInMemory : public RowStoreTest {
 protected:
  // `a` to `d` are in the database, as an earlier process left them.
  void SetUp() override {
    RowStoreTest::SetUp();
    store_ = Open(Options());
    for (const char* key : {"a", "b", "c", "d"}) store_->Stage(key, "stored", 1);
    ASSERT_TRUE(store_->Publish(1, "mark").ok());
    ASSERT_TRUE(store_->Close().ok());
    store_ = Open(Options());
  }
  void TearDown() override {
    store_ = nullptr;
    RowStoreTest::TearDown();
  }

  std::unique_ptr<RowStore> store_;
};

TEST_F(RowsInMemory, ARowThatWasNeverReadIsNotThereAndTheReaderHasFailed) {
  const auto version = store_->Current();
  const auto rows = version->InMemory(100);
  EXPECT_EQ(rows->Get("a"), std::nullopt);
  EXPECT_EQ(rows->status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(version->status().ok());
  EXPECT_THAT(version->Get("a"), Optional(std::string("stored")));
}

TEST_F(RowsInMemory, WhatWasReadOnceLiesInMemoryForEveryVersionOfTheSnapshot) {
  ASSERT_THAT(store_->Current()->Get("a"), Optional(std::string("stored")));
  PutAndPublish(*store_, "b", "changed", 2);
  const auto version = store_->Current();
  const auto rows = version->InMemory(100);
  EXPECT_THAT(rows->Get("a"), Optional(std::string("stored")));
  EXPECT_THAT(rows->Get("b"), Optional(std::string("changed")));
  EXPECT_TRUE(rows->status().ok());
  EXPECT_EQ(rows->Get("c"), std::nullopt);
  EXPECT_FALSE(rows->status().ok());
}

TEST_F(RowsInMemory, ARangeThatWasWalkedToItsEndLiesThereWithWhatChangedSince) {
  ASSERT_EQ(RowsOf(*store_->Current(), kAll).size(), 4u);
  PutAndPublish(*store_, "b", "changed", 2);
  PutAndPublish(*store_, "c", std::nullopt, 3);
  PutAndPublish(*store_, "e", "new", 4);
  const auto version = store_->Current();
  const auto rows = version->InMemory(100);
  EXPECT_THAT(RowsOf(*rows, kAll), ElementsAre(Pair("a", "stored"), Pair("b", "changed"),
                                               Pair("d", "stored"), Pair("e", "new")));
  EXPECT_THAT(RowsOf(*rows, kAll, Order::kAscending, 1), ElementsAre(Pair("a", "stored")));
  EXPECT_TRUE(rows->status().ok());
}

TEST_F(RowsInMemory, ARangeOfNoRowsLiesThereToo) {
  ASSERT_THAT(RowsOf(*store_->Current(), {"x", "y"}), IsEmpty());
  const auto version = store_->Current();
  const auto rows = version->InMemory(100);
  EXPECT_THAT(RowsOf(*rows, {"x", "y"}), IsEmpty());
  EXPECT_TRUE(rows->status().ok());
}

TEST_F(RowsInMemory, ARangeThatWasLeftBeforeItsEndDoesNot) {
  ASSERT_EQ(RowsOf(*store_->Current(), kAll, Order::kAscending, 4).size(), 4u);
  const auto version = store_->Current();
  const auto rows = version->InMemory(100);
  EXPECT_THAT(RowsOf(*rows, kAll), IsEmpty());
  EXPECT_EQ(rows->status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(RowsInMemory, NeitherDoesAnotherRangeWithTheSameLetters) {
  ASSERT_EQ(RowsOf(*store_->Current(), {"a", "bc"}).size(), 2u);
  const auto version = store_->Current();
  const auto rows = version->InMemory(100);
  EXPECT_THAT(RowsOf(*rows, {"ab", "c"}), IsEmpty());
  EXPECT_EQ(rows->status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(RowsInMemory, ARangeOfMuchDoesNot) {
  for (int i = 0; i < 10; ++i) store_->Stage("m" + std::to_string(i), std::string(500, 'x'), 2);
  ASSERT_TRUE(store_->Publish(2, "mark").ok());
  ASSERT_TRUE(store_->Flush().ok());
  ASSERT_EQ(RowsOf(*store_->Current(), {"m", "n"}).size(), 10u);
  ASSERT_EQ(RowsOf(*store_->Current(), {"m", "m7"}).size(), 7u);
  const auto version = store_->Current();
  EXPECT_EQ(RowsOf(*version->InMemory(100), {"m", "m7"}).size(), 7u);
  EXPECT_THAT(RowsOf(*version->InMemory(100), {"m", "n"}), IsEmpty());
}

TEST_F(RowsInMemory, ANewSnapshotBeginsWithNothing) {
  ASSERT_THAT(store_->Current()->Get("a"), Optional(std::string("stored")));
  ASSERT_EQ(RowsOf(*store_->Current(), kAll).size(), 4u);
  PutAndPublish(*store_, "b", "changed", 2);
  ASSERT_TRUE(store_->Flush().ok());
  const auto version = store_->Current();
  EXPECT_EQ(version->InMemory(100)->Get("a"), std::nullopt);
  EXPECT_THAT(RowsOf(*version->InMemory(100), kAll), IsEmpty());
  EXPECT_EQ(RowsOf(*version, kAll).size(), 4u);
}

TEST_F(RowsInMemory, DownwardsNothingIsScanned) {
  ASSERT_EQ(RowsOf(*store_->Current(), kAll).size(), 4u);
  ASSERT_EQ(RowsOf(*store_->Current(), kAll, Order::kDescending).size(), 4u);
  const auto version = store_->Current();
  const auto rows = version->InMemory(100);
  EXPECT_THAT(RowsOf(*rows, kAll, Order::kDescending), IsEmpty());
  EXPECT_EQ(rows->status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(RowsInMemory, NoMoreRowsAreGivenThanMayBe) {
  ASSERT_EQ(RowsOf(*store_->Current(), kAll).size(), 4u);
  ASSERT_TRUE(store_->Current()->Get("a").has_value());
  const auto version = store_->Current();
  // The scan itself counts as one.
  const auto enough = version->InMemory(6);
  EXPECT_EQ(RowsOf(*enough, kAll).size(), 4u);
  EXPECT_TRUE(enough->Get("a").has_value());
  EXPECT_TRUE(enough->status().ok());
  const auto one_less = version->InMemory(5);
  EXPECT_EQ(RowsOf(*one_less, kAll).size(), 4u);
  EXPECT_EQ(one_less->Get("a"), std::nullopt);
  EXPECT_EQ(one_less->status().code(), absl::StatusCode::kResourceExhausted);
  const auto fewer = version->InMemory(4);
  EXPECT_EQ(RowsOf(*fewer, kAll).size(), 3u);
  EXPECT_EQ(fewer->status().code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(RowsInMemory, DeletedRowsAndRowsNotYetPublishedCountToo) {
  ASSERT_EQ(RowsOf(*store_->Current(), kAll).size(), 4u);
  for (int i = 0; i < 20; ++i) store_->Stage("e" + std::to_string(i), std::nullopt, 2);
  ASSERT_TRUE(store_->Publish(2, "mark").ok());
  const auto version = store_->Current();
  EXPECT_EQ(RowsOf(*version->InMemory(20), kAll).size(), 4u);
  const auto too_few = version->InMemory(19);
  RowsOf(*too_few, kAll);
  EXPECT_EQ(too_few->status().code(), absl::StatusCode::kResourceExhausted);

  for (int i = 0; i < 20; ++i) store_->Stage("f" + std::to_string(i), "staged", 3);
  const auto with_staged = version->InMemory(20);
  RowsOf(*with_staged, kAll);
  EXPECT_EQ(with_staged->status().code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(RowsInMemory, OnceItHasFailedItGivesNothingMore) {
  ASSERT_TRUE(store_->Current()->Get("a").has_value());
  const auto version = store_->Current();
  const auto rows = version->InMemory(100);
  ASSERT_TRUE(rows->Get("a").has_value());
  ASSERT_FALSE(rows->Get("b").has_value());
  EXPECT_FALSE(rows->Get("a").has_value());
  EXPECT_FALSE(rows->Look("a", [](std::string_view) { FAIL() << "it was given a row"; }));
}

TEST_F(RowsInMemory, AfterCloseThereIsAnErrorNotAnEmptyState) {
  ASSERT_TRUE(store_->Close().ok());
  const auto version = store_->Current();
  const auto rows = version->InMemory(100);
  EXPECT_EQ(rows->Get("a"), std::nullopt);
  EXPECT_EQ(rows->status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace billing::projections
