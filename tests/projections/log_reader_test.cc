#include "projections/history/log_reader.h"

#include <gtest/gtest.h>

#include "eventstore/memory/memory_event_log.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

// 1 acme opened; 2 and 3 one command of it; 4 globex opened.
class RecordRangeTest : public testing::Test {
 protected:
  RecordRangeTest() {
    acme_ = log_.Open("acme");
    log_.Commit({given::CardAdded("visa"), given::CardAdded("amex")});
    globex_ = log_.Open("globex");
    for (const storage::v1::Record& record : log_.records()) {
      bytes_.push_back(record.SerializeAsString());
    }
  }

  // The log with these bytes.
  RecordRange Read(uint64_t first, size_t count) {
    auto range = TryToRead(first, count);
    EXPECT_TRUE(range.ok()) << range.status();
    return *std::move(range);
  }
  absl::StatusOr<RecordRange> TryToRead(uint64_t first, size_t count) {
    stored_ = eventstore::NewMemoryEventLog();
    const std::vector<std::string_view> views(bytes_.begin(), bytes_.end());
    EXPECT_EQ(stored_->Append(0, views), absl::OkStatus());
    return RecordRange::Read(*stored_, first, count);
  }

  Log log_;
  AccountNumber acme_ = 0;
  AccountNumber globex_ = 0;
  std::vector<std::string> bytes_;
  std::unique_ptr<eventstore::EventLog> stored_;
};

TEST_F(RecordRangeTest, GivesWhatLoadingThePositionsGives) {
  RecordRange range = Read(1, 4);
  const std::vector<uint64_t> positions = {1, 2, 3, 4};
  const auto loaded = LoadRecords(*stored_, positions);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  ASSERT_EQ(range.size(), 4u);
  // The last first: each is found by itself.
  for (size_t i = 4; i-- > 0;) {
    EXPECT_EQ(range.PositionOf(i), positions[i]);
    const auto one = range.Load(i);
    ASSERT_TRUE(one.ok()) << one.status();
    EXPECT_EQ((*one)->bytes, (*loaded)[i].bytes);
    EXPECT_EQ((*one)->record->DebugString(), (*loaded)[i].record->DebugString());
    EXPECT_EQ((*one)->command->DebugString(), (*loaded)[i].command->DebugString());
  }
}

TEST_F(RecordRangeTest, FindsTheBeginningOfACommandThatLiesBeforeIt) {
  RecordRange range = Read(3, 2);
  const auto second = range.Load(0);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ((*second)->record->event().position(), 3u);
  EXPECT_EQ((*second)->command->event().position(), 2u);
}

// Its event is no message, but whose it is can be told.
TEST_F(RecordRangeTest, WhatNobodyAsksForIsNotDecoded) {
  storage::v1::Record broken;
  broken.set_account(acme_);
  const std::string event_that_ends_early = {0x0a, 0x02, 0x08, static_cast<char>(0x80)};
  bytes_[1] = event_that_ends_early + broken.SerializeAsString();
  RecordRange range = Read(1, 4);
  EXPECT_EQ(range.AccountOf(0), acme_);
  EXPECT_EQ(range.AccountOf(1), acme_);
  EXPECT_EQ(range.AccountOf(3), globex_);
  EXPECT_TRUE(range.Load(0).ok());
  EXPECT_TRUE(range.Load(3).ok());
  EXPECT_TRUE(absl::IsDataLoss(range.Load(1).status())) << "is broken";
  EXPECT_TRUE(absl::IsDataLoss(range.Load(2).status())) << "its command is";
}

TEST_F(RecordRangeTest, CannotBeReadWhenOneDoesNotSayWhoseItIs) {
  bytes_[2] = "no record";
  const auto status = TryToRead(1, 4).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_NE(status.message().find("position 3"), std::string::npos) << status;
}

}  // namespace
}  // namespace billing::projections
