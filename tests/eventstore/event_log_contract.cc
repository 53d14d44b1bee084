#include "tests/eventstore/event_log_contract.h"

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"

namespace billing::eventstore {
namespace {

std::string Words(const absl::StatusOr<std::vector<StoredRecord>>& records) {
  if (!records.ok()) return absl::StatusCodeToString(records.status().code());
  std::string words;
  for (const StoredRecord& record : *records) {
    absl::StrAppend(&words, words.empty() ? "" : " ", record.position, ":", record.bytes);
  }
  return words;
}

}  // namespace

absl::Status AppendTexts(EventLog& log, Position expected_head,
                         const std::vector<std::string>& texts) {
  std::vector<std::string_view> records(texts.begin(), texts.end());
  return log.Append(expected_head, records);
}

std::string ReadTexts(const EventLog& log, Position from, size_t limit) {
  return Words(log.Read(from, limit));
}

std::string ReadTextsAt(const EventLog& log, const std::vector<Position>& positions) {
  return Words(log.ReadAt(positions));
}

TEST_P(EventLogContract, IsEmptyAtFirst) {
  EXPECT_EQ(log().Head(), 0u);
  EXPECT_EQ(ReadTexts(log(), 0, 10), "");
  EXPECT_EQ(ReadTextsAt(log(), {}), "");
}

TEST_P(EventLogContract, IdHas32HexadecimalDigits) {
  EXPECT_EQ(log().LogId().size(), 32u);
  EXPECT_EQ(log().LogId().find_first_not_of("0123456789abcdef"), std::string::npos);
  std::unique_ptr<StoreUnderTest> other = GetParam()();
  EXPECT_NE(log().LogId(), other->log().LogId());
}

TEST_P(EventLogContract, PositionsStartAt1AndHaveNoGaps) {
  ASSERT_TRUE(AppendTexts(log(), 0, {"first", "second"}).ok());
  ASSERT_TRUE(AppendTexts(log(), 2, {"third"}).ok());
  EXPECT_EQ(log().Head(), 3u);
  EXPECT_EQ(ReadTexts(log(), 1, 10), "1:first 2:second 3:third");
}

TEST_P(EventLogContract, RecordsAreExactlyTheBytesGiven) {
  const std::string all_bytes = [] {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    return bytes;
  }();
  ASSERT_TRUE(AppendTexts(log(), 0, {all_bytes}).ok());
  EXPECT_EQ(log().Read(1, 1)->at(0).bytes, all_bytes);
  EXPECT_EQ(log().ReadAt(std::vector<Position>{1})->at(0).bytes, all_bytes);
}

TEST_P(EventLogContract, AppendAfterAnotherHeadIsRefusedAndWritesNothing) {
  ASSERT_TRUE(AppendTexts(log(), 0, {"first"}).ok());
  for (Position wrong : {0, 2}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(AppendTexts(log(), wrong, {"x"}))) << wrong;
  }
  EXPECT_EQ(ReadTexts(log(), 1, 10), "1:first");
  EXPECT_TRUE(AppendTexts(log(), 1, {"second"}).ok());
}

TEST_P(EventLogContract, AppendOutsideItsBoundsIsRefusedAndWritesNothing) {
  const std::string too_large(EventLog::kRecordBytesMax + 1, 'x');
  const std::vector<std::string_view> too_many(EventLog::kAppendRecordsMax + 1, "x");
  const std::string large(EventLog::kRecordBytesMax, 'x');
  const size_t fitting = EventLog::kAppendBytesMax / EventLog::kRecordBytesMax;
  const std::vector<std::string_view> too_large_in_all(fitting + 1, large);

  EXPECT_TRUE(absl::IsInvalidArgument(AppendTexts(log(), 0, {})));
  EXPECT_TRUE(absl::IsInvalidArgument(AppendTexts(log(), 0, {"first", ""})));
  EXPECT_TRUE(absl::IsInvalidArgument(AppendTexts(log(), 0, {"first", too_large})));
  EXPECT_TRUE(absl::IsInvalidArgument(log().Append(0, too_many)));
  EXPECT_TRUE(absl::IsInvalidArgument(log().Append(0, too_large_in_all)));
  EXPECT_EQ(log().Head(), 0u);
  EXPECT_TRUE(AppendTexts(log(), 0, {large}).ok());
}

TEST_P(EventLogContract, AppendTakesAsManyRecordsAsItsBound) {
  const std::vector<std::string_view> most(EventLog::kAppendRecordsMax, "x");
  ASSERT_TRUE(log().Append(0, most).ok());
  EXPECT_EQ(log().Head(), EventLog::kAppendRecordsMax);
  EXPECT_EQ(log().Read(1, most.size())->size(), most.size());
}

TEST_P(EventLogContract, ReadGivesAtMostTheLimitAndFewerOnlyAtTheHead) {
  ASSERT_TRUE(AppendTexts(log(), 0, {"a", "b", "c", "d"}).ok());
  EXPECT_EQ(ReadTexts(log(), 2, 2), "2:b 3:c");
  EXPECT_EQ(ReadTexts(log(), 3, 2), "3:c 4:d");
  EXPECT_EQ(ReadTexts(log(), 4, 2), "4:d");
  EXPECT_EQ(ReadTexts(log(), 5, 2), "");
  EXPECT_EQ(ReadTexts(log(), 1, 0), "");
  EXPECT_EQ(ReadTexts(log(), UINT64_MAX, SIZE_MAX), "");
  EXPECT_EQ(ReadTexts(log(), 3, SIZE_MAX), "3:c 4:d");
}

TEST_P(EventLogContract, ReadFromPosition0StartsAt1) {
  ASSERT_TRUE(AppendTexts(log(), 0, {"a", "b"}).ok());
  EXPECT_EQ(ReadTexts(log(), 0, 1), "1:a");
}

TEST_P(EventLogContract, ReadAtGivesTheOrderAskedForAndRepeats) {
  ASSERT_TRUE(AppendTexts(log(), 0, {"a", "b", "c"}).ok());
  EXPECT_EQ(ReadTextsAt(log(), {3, 1, 3, 2}), "3:c 1:a 3:c 2:b");
}

TEST_P(EventLogContract, ReadAtOutsideTheLogIsNotFound) {
  ASSERT_TRUE(AppendTexts(log(), 0, {"a", "b"}).ok());
  EXPECT_EQ(ReadTextsAt(log(), {1, 3}), "NOT_FOUND");
  EXPECT_EQ(ReadTextsAt(log(), {0}), "NOT_FOUND");
  EXPECT_EQ(ReadTextsAt(log(), {UINT64_MAX}), "NOT_FOUND");
}

TEST_P(EventLogContract, ReadsOfThousandsOfRecordsMissNone) {
  constexpr Position kRecords = 3'000;
  std::vector<std::string> texts;
  std::vector<Position> backwards;
  for (Position position = 1; position <= kRecords; ++position) {
    texts.push_back(absl::StrCat("record ", position));
    backwards.push_back(kRecords + 1 - position);
  }
  ASSERT_TRUE(AppendTexts(log(), 0, texts).ok());
  auto scanned = log().Read(1, kRecords);
  auto picked = log().ReadAt(backwards);
  ASSERT_TRUE(scanned.ok() && picked.ok());
  ASSERT_EQ(scanned->size(), kRecords);
  ASSERT_EQ(picked->size(), kRecords);
  for (size_t i = 0; i < kRecords; ++i) {
    ASSERT_EQ(scanned->at(i).position, i + 1);
    ASSERT_EQ(scanned->at(i).bytes, texts[i]);
    ASSERT_EQ(picked->at(i).position, backwards[i]);
    ASSERT_EQ(picked->at(i).bytes, texts[backwards[i] - 1]);
  }
}

// Readers on other threads see a prefix of the log that never shrinks, each record
// whole, and everything up to the head that they were told.
TEST_P(EventLogContract, ReadersSeeWholePrefixesWhileOneAppends) {
  constexpr Position kAppends = 150;
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  auto read_on = [&] {
    Position seen = 0;
    while (!done) {
      Position head = log().Head();
      auto records = log().Read(1, SIZE_MAX);
      bool good = head >= seen && records.ok() && records->size() >= head;
      for (size_t i = 0; good && i < records->size(); ++i) {
        good = records->at(i).bytes == absl::StrCat("record ", i + 1);
      }
      if (good && head > 0) good = ReadTextsAt(log(), {head}).ends_with(absl::StrCat(head));
      if (!good) ++wrong;
      seen = head;
    }
  };
  std::thread first(read_on);
  std::thread second(read_on);
  absl::Status appended;
  for (Position i = 0; i < kAppends && appended.ok(); ++i) {
    appended = AppendTexts(
        log(), 2 * i, {absl::StrCat("record ", 2 * i + 1), absl::StrCat("record ", 2 * i + 2)});
  }
  done = true;
  first.join();
  second.join();
  EXPECT_TRUE(appended.ok()) << appended;
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(log().Head(), 2 * kAppends);
}

// "7:note 9:another", or the error's code in words.
std::string Checkpoints(const EventLog& log, uint64_t from_size = 0, size_t limit = 100) {
  const auto found = log.ReadCheckpoints(from_size, limit);
  if (!found.ok()) return absl::StatusCodeToString(found.status().code());
  std::string words;
  for (const StoredCheckpoint& one : *found) {
    absl::StrAppend(&words, words.empty() ? "" : " ", one.size, ":", one.note);
  }
  return words;
}

// Appends records until there are so many.
void GrowTo(EventLog& log, Position head) {
  const std::vector<std::string> texts(head - log.Head(), "x");
  ASSERT_TRUE(AppendTexts(log, log.Head(), texts).ok());
}

TEST_P(EventLogContract, HasNoCheckpointsAtFirst) {
  EXPECT_EQ(Checkpoints(log()), "");
  EXPECT_EQ(*log().NewestCheckpoint(), std::nullopt);
}

TEST_P(EventLogContract, KeepsCheckpointsApartFromRecords) {
  ASSERT_TRUE(log().AddCheckpoint(0, "empty").ok());
  EXPECT_EQ(log().Head(), 0u);
  EXPECT_EQ(ReadTexts(log(), 1, 10), "");
  EXPECT_EQ(Checkpoints(log()), "0:empty");
  ASSERT_TRUE(AppendTexts(log(), 0, {"first"}).ok());
  EXPECT_EQ(ReadTexts(log(), 1, 10), "1:first");
}

TEST_P(EventLogContract, TheLastCheckpointOfEachSpanStays) {
  constexpr uint64_t kSpan = EventLog::kCheckpointSpan;
  GrowTo(log(), 3 * kSpan);
  for (const auto& [size, note] : std::vector<std::pair<uint64_t, std::string>>{{0, "a"},
                                                                                {1, "b"},
                                                                                {kSpan - 1, "c"},
                                                                                {kSpan, "d"},
                                                                                {kSpan + 5, "e"},
                                                                                {3 * kSpan, "f"}}) {
    ASSERT_TRUE(log().AddCheckpoint(size, note).ok()) << size;
    EXPECT_EQ(*log().NewestCheckpoint(), (StoredCheckpoint{size, note}));
  }
  EXPECT_EQ(Checkpoints(log()), "1023:c 1029:e 3072:f");
  EXPECT_EQ(Checkpoints(log(), 1'023, 1), "1023:c");
  EXPECT_EQ(Checkpoints(log(), 1'024), "1029:e 3072:f");
  EXPECT_EQ(Checkpoints(log(), 3'073), "");
  EXPECT_EQ(Checkpoints(log(), 0, 0), "");
}

TEST_P(EventLogContract, ACheckpointOfTheSameSizeTakesItsPlace) {
  ASSERT_TRUE(log().AddCheckpoint(0, "by the old key").ok());
  ASSERT_TRUE(log().AddCheckpoint(0, "by the new key").ok());
  EXPECT_EQ(Checkpoints(log()), "0:by the new key");
}

TEST_P(EventLogContract, CheckpointsThatBreakABoundAreRefused) {
  GrowTo(log(), 5);
  ASSERT_TRUE(log().AddCheckpoint(4, "four").ok());
  EXPECT_TRUE(absl::IsInvalidArgument(log().AddCheckpoint(6, "beyond the head")));
  EXPECT_TRUE(absl::IsInvalidArgument(log().AddCheckpoint(5, "")));
  const std::string large(EventLog::kCheckpointBytesMax + 1, 'x');
  EXPECT_TRUE(absl::IsInvalidArgument(log().AddCheckpoint(5, large)));
  EXPECT_TRUE(absl::IsFailedPrecondition(log().AddCheckpoint(3, "smaller")));
  EXPECT_EQ(Checkpoints(log()), "4:four");
}

TEST_P(EventLogContract, ClosesCleanly) {
  ASSERT_TRUE(AppendTexts(log(), 0, {"first"}).ok());
  EXPECT_TRUE(log().Close().ok());
}

}  // namespace billing::eventstore
