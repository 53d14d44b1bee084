// Looking at a log from outside, beside whoever writes it.
#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/rocksdb/rocksdb_event_log.h"
#include "tests/eventstore/event_log_contract.h"
#include "tests/eventstore/temporary_directory.h"

namespace billing::eventstore {
namespace {

using testing::HasSubstr;

std::unique_ptr<EventLog> OpenForReading(const std::string& path) {
  auto log = OpenRocksdbEventLogForReading(path);
  EXPECT_TRUE(log.ok()) << log.status();
  return log.ok() ? *std::move(log) : nullptr;
}

class LogForReading : public testing::Test {
 protected:
  std::unique_ptr<EventLog> OpenToWrite() {
    auto log = OpenRocksdbEventLog({.directory = path()});
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }
  std::string path() const { return directory_ / "log"; }
  // Names and contents of all files. The lock file is left alone: a process that closes it
  // gives its lock up.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(path())) {
      const std::string name = entry.path().filename();
      files[name] = name == "LOCK" ? "" : FileContents(entry.path());
    }
    return files;
  }

  TemporaryDirectory directory_;
};

TEST_F(LogForReading, SeesWhatIsThereAndLeavesEveryFileAsItIs) {
  auto writer = OpenToWrite();
  ASSERT_TRUE(AppendTexts(*writer, 0, {"a", "b"}).ok());
  ASSERT_TRUE(writer->AddCheckpoint(2, "note of two").ok());
  const std::string log_id = writer->LogId();
  ASSERT_TRUE(writer->Close().ok());
  writer = nullptr;
  const auto before = Files();
  {
    const auto reader = OpenForReading(path());
    ASSERT_NE(reader, nullptr);
    EXPECT_EQ(reader->LogId(), log_id);
    EXPECT_EQ(reader->Head(), 2u);
    EXPECT_EQ(ReadTexts(*reader, 1, 10), "1:a 2:b");
    const auto checkpoints = reader->ReadCheckpoints(0, 10);
    ASSERT_TRUE(checkpoints.ok());
    ASSERT_EQ(checkpoints->size(), 1u);
    EXPECT_EQ(checkpoints->front().note, "note of two");
    EXPECT_EQ(Files(), before);
  }
  EXPECT_EQ(Files(), before);
}

TEST_F(LogForReading, StaysAtOneStateWhileAnotherWrites) {
  auto writer = OpenToWrite();
  ASSERT_TRUE(AppendTexts(*writer, 0, {"a", "b"}).ok());
  const auto before = Files();
  const auto reader = OpenForReading(path());
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(Files(), before);
  ASSERT_TRUE(AppendTexts(*writer, 2, {"c"}).ok());
  ASSERT_TRUE(writer->AddCheckpoint(3, "note of three").ok());

  EXPECT_EQ(reader->Head(), 2u);
  EXPECT_EQ(ReadTexts(*reader, 1, 10), "1:a 2:b");
  EXPECT_TRUE(reader->ReadCheckpoints(0, 10)->empty());
  // The next one sees it all.
  EXPECT_EQ(ReadTexts(*OpenForReading(path()), 1, 10), "1:a 2:b 3:c");
  // And the writer goes on undisturbed.
  EXPECT_TRUE(AppendTexts(*writer, 3, {"d"}).ok());
}

// The writer's files come and go underneath: what was opened stays whole.
TEST_F(LogForReading, StaysWholeWhileTheWritersFilesAreReplaced) {
  constexpr int kBatches = 40;
  const std::string large(1'000, 'x');
  std::vector<std::string> texts;
  {
    auto writer = OpenToWrite();
    for (int i = 0; i < kBatches; ++i) {
      texts.push_back(absl::StrCat(i, large));
      ASSERT_TRUE(AppendTexts(*writer, static_cast<Position>(i), {texts.back()}).ok());
    }
    // Not closed: they are in the write-ahead log.
  }
  const auto reader = OpenForReading(path());
  ASSERT_NE(reader, nullptr);
  // Each start writes the records of the write-ahead log to a file and begins a new one.
  for (int i = 0; i < 5; ++i) {
    auto writer = OpenToWrite();
    ASSERT_TRUE(AppendTexts(*writer, writer->Head(), {large}).ok());
    ASSERT_TRUE(writer->Close().ok());
  }
  EXPECT_EQ(reader->Head(), static_cast<Position>(kBatches));
  for (int i = 0; i < kBatches; ++i) {
    EXPECT_EQ(ReadTexts(*reader, static_cast<Position>(i + 1), 1),
              absl::StrCat(i + 1, ":", texts[static_cast<size_t>(i)]));
  }
}

TEST_F(LogForReading, TakesNoRecordAndNoCheckpoint) {
  ASSERT_TRUE(AppendTexts(*OpenToWrite(), 0, {"a"}).ok());
  const auto before = Files();
  const auto reader = OpenForReading(path());
  ASSERT_NE(reader, nullptr);
  EXPECT_TRUE(absl::IsFailedPrecondition(AppendTexts(*reader, 1, {"b"})));
  EXPECT_TRUE(absl::IsFailedPrecondition(reader->AddCheckpoint(1, "note")));
  EXPECT_EQ(ReadTexts(*OpenForReading(path()), 1, 10), "1:a");
  EXPECT_EQ(Files(), before);
}

TEST_F(LogForReading, MakesNothingWhereThereIsNoLog) {
  EXPECT_TRUE(absl::IsNotFound(OpenRocksdbEventLogForReading(path()).status()));
  EXPECT_FALSE(std::filesystem::exists(path()));
  std::filesystem::create_directory(path());
  EXPECT_TRUE(absl::IsNotFound(OpenRocksdbEventLogForReading(path()).status()));
  EXPECT_TRUE(std::filesystem::is_empty(path()));
}

TEST_F(LogForReading, LeavesFilesOfOthersAlone) {
  std::filesystem::create_directory(path());
  SetFileContents(path() + "/letter.txt", "dear");
  const auto before = Files();
  const auto refused = OpenRocksdbEventLogForReading(path());
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_EQ(Files(), before);
}

TEST_F(LogForReading, NamesDamageAndChangesNothing) {
  {
    auto writer = OpenToWrite();
    for (Position i = 0; i < 20; ++i) {
      ASSERT_TRUE(AppendTexts(*writer, i, {std::string(200, 'x')}).ok());
    }
    // Not closed: they are in the write-ahead log.
  }
  for (const auto& entry : std::filesystem::directory_iterator(path())) {
    // In the middle of the write-ahead log, not in a tail that a crash left unfinished.
    if (entry.path().extension() == ".log" && entry.file_size() > 1'000) {
      FlipBit(entry.path(), entry.file_size() / 2);
    }
  }
  const auto before = Files();
  const auto refused = OpenRocksdbEventLogForReading(path());
  ASSERT_TRUE(absl::IsDataLoss(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("it can be read up to position"));
  EXPECT_EQ(Files(), before);
}

}  // namespace
}  // namespace billing::eventstore
