#include "eventstore/rocksdb/rocksdb_event_log.h"

#include <gmock/gmock.h>
#include <rocksdb/db.h>
#include <stdio.h>

#include <filesystem>
#include <map>

#include "absl/strings/str_cat.h"
#include "tests/eventstore/event_log_contract.h"
#include "tests/eventstore/faulty_files.h"
#include "tests/eventstore/temporary_directory.h"
#include "tests/rows/full_disk.h"

namespace billing::eventstore {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::unique_ptr<EventLog> OpenLog(const std::string& directory) {
  auto log = OpenRocksdbEventLog({.directory = directory});
  EXPECT_TRUE(log.ok()) << log.status();
  return *std::move(log);
}

class RocksdbStore final : public StoreUnderTest {
 public:
  EventLog& log() override { return *log_; }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<EventLog> log_ = OpenLog(directory_ / "log");
};

INSTANTIATE_TEST_SUITE_P(Rocksdb, EventLogContract,
                         testing::Values(+[]() -> std::unique_ptr<StoreUnderTest> {
                           return std::make_unique<RocksdbStore>();
                         }));

class RocksdbEventLogTest : public testing::Test {
 protected:
  absl::Status OpenStatus() { return OpenRocksdbEventLog({.directory = path()}).status(); }
  std::string path() const { return directory_ / "log"; }
  // Names and contents of all files. The lock file is left alone: a process that closes it
  // gives its lock up.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(path())) {
      const std::string name = entry.path().filename();
      if (name != "LOCK") files[name] = FileContents(entry.path());
    }
    return files;
  }

  TemporaryDirectory directory_;
};

TEST_F(RocksdbEventLogTest, KeepsRecordsAndIdWhenOpenedAgain) {
  std::string log_id;
  {
    auto log = OpenLog(path());
    log_id = log->LogId();
    ASSERT_TRUE(AppendTexts(*log, 0, {"a", "b"}).ok());
    ASSERT_TRUE(log->Close().ok());
  }
  {
    // Not closed: as after a crash.
    auto log = OpenLog(path());
    ASSERT_TRUE(AppendTexts(*log, 2, {"c"}).ok());
  }
  auto log = OpenLog(path());
  EXPECT_EQ(log->LogId(), log_id);
  EXPECT_EQ(log->Head(), 3u);
  EXPECT_EQ(ReadTexts(*log, 1, 10), "1:a 2:b 3:c");
}

TEST_F(RocksdbEventLogTest, AfterACloseNothingIsLeftToReplay) {
  auto log = OpenLog(path());
  ASSERT_TRUE(AppendTexts(*log, 0, {"a", "b"}).ok());
  const auto bytes_to_replay = [this] {
    size_t bytes = 0;
    for (const auto& [name, contents] : Files()) {
      if (name.ends_with(".log")) bytes += contents.size();
    }
    return bytes;
  };
  EXPECT_GT(bytes_to_replay(), 0u);
  ASSERT_TRUE(log->Close().ok());
  EXPECT_EQ(bytes_to_replay(), 0u);
  log.reset();
  EXPECT_EQ(ReadTexts(*OpenLog(path()), 1, 10), "1:a 2:b");
}

TEST_F(RocksdbEventLogTest, ClosesOnAFullDiskAndKeepsWhatWasAppended) {
  projections::FullDisk disk;
  auto log = *OpenRocksdbEventLog({.directory = path(), .env = disk.env()});
  ASSERT_TRUE(AppendTexts(*log, 0, {"a", "b"}).ok());
  disk.Fill(".sst");
  EXPECT_EQ(log->Close(), absl::OkStatus());
  disk.WaitForRefusals(1);
  log.reset();
  EXPECT_EQ(ReadTexts(*OpenLog(path()), 1, 10), "1:a 2:b");
}

TEST_F(RocksdbEventLogTest, IsNotMadeUnlessAsked) {
  auto log = OpenRocksdbEventLog({.directory = path(), .create_if_missing = false});
  EXPECT_TRUE(absl::IsNotFound(log.status()));
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(RocksdbEventLogTest, IsMadeInAnEmptyDirectory) {
  fs::create_directories(path() + "/lost+found");
  EXPECT_TRUE(AppendTexts(*OpenLog(path()), 0, {"a"}).ok());
  EXPECT_EQ(OpenLog(path())->Head(), 1u);
}

TEST_F(RocksdbEventLogTest, OpenTwiceIsRefused) {
  auto log = OpenLog(path());
  ASSERT_TRUE(AppendTexts(*log, 0, {"a"}).ok());
  absl::Status second = OpenStatus();
  EXPECT_TRUE(absl::IsFailedPrecondition(second)) << second;
  EXPECT_TRUE(AppendTexts(*log, 1, {"b"}).ok());
}

TEST_F(RocksdbEventLogTest, OpenInAnotherProcessIsRefusedAndTouchesNothing) {
  auto try_there = [&] {
    FILE* other = popen(absl::StrCat(OPEN_LOG, " ", path()).c_str(), "r");
    std::string text(1'000, '\0');
    text.resize(fread(text.data(), 1, text.size(), other));
    return absl::StrCat(text, "exit ", WEXITSTATUS(pclose(other)));
  };
  auto log = OpenLog(path());
  ASSERT_TRUE(AppendTexts(*log, 0, {"a"}).ok());
  const auto before = Files();
  EXPECT_THAT(try_there(), HasSubstr("FAILED_PRECONDITION: the log in " + path() +
                                     " is in use by another process"));
  EXPECT_EQ(Files(), before);
  EXPECT_TRUE(AppendTexts(*log, 1, {"b"}).ok());
  ASSERT_TRUE(log->Close().ok());
  EXPECT_EQ(try_there(), "OK\nexit 0");
}

// In place of one without permissions, which does not keep root from it.
TEST_F(RocksdbEventLogTest, ALockFileThatCannotBeOpenedSaysSoAndNotThatItIsInUse) {
  OpenLog(path())->Close().IgnoreError();
  fs::remove(path() + "/LOCK");
  fs::create_directory(path() + "/LOCK");
  const std::string refused = OpenStatus().ToString();
  EXPECT_THAT(refused, HasSubstr("Is a directory"));
  EXPECT_THAT(refused, Not(HasSubstr("in use")));
}

TEST_F(RocksdbEventLogTest, ADirectoryWithOtherFilesIsRefusedAndNotTouched) {
  fs::create_directory(path());
  SetFileContents(path() + "/notes.txt", "mine");
  const auto before = Files();
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenStatus()));
  EXPECT_EQ(Files(), before);
}

TEST_F(RocksdbEventLogTest, AFileInItsPlaceIsRefused) {
  SetFileContents(path(), "mine");
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenStatus()));
}

TEST_F(RocksdbEventLogTest, AForeignRocksdbIsRefusedAndNotTouched) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* raw = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path(), &raw).ok());
  std::unique_ptr<rocksdb::DB> foreign(raw);
  ASSERT_TRUE(foreign->Put(rocksdb::WriteOptions(), "key", "value").ok());
  foreign.reset();
  const auto before = Files();
  absl::Status refused = OpenStatus();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("not a billingd log"));
  EXPECT_EQ(Files(), before);
}

// Until its mark is gone a log has held no record: whatever is there is made whole.
TEST_F(RocksdbEventLogTest, ALogWhoseMakingACrashCutOffIsFinished) {
  fs::create_directory(path());
  SetFileContents(path() + "/UNFINISHED", "");
  OpenLog(path())->Close().IgnoreError();
  EXPECT_FALSE(fs::exists(path() + "/UNFINISHED"));
  SetFileContents(path() + "/UNFINISHED", "");
  auto log = OpenLog(path());
  EXPECT_TRUE(AppendTexts(*log, 0, {"a"}).ok());
  EXPECT_FALSE(fs::exists(path() + "/UNFINISHED"));
}

// The power went while the mark was made.
TEST_F(RocksdbEventLogTest, AMarkThatWasOnlyBegunIsNoReasonToRefuse) {
  fs::create_directory(path());
  SetFileContents(path() + "/UNFINISHED.new", "a billi");
  auto log = OpenLog(path());
  EXPECT_TRUE(AppendTexts(*log, 0, {"a"}).ok());
  EXPECT_FALSE(fs::exists(path() + "/UNFINISHED.new"));
}

class FailingWalTest : public RocksdbEventLogTest, public testing::WithParamInterface<WalFault> {
 protected:
  WalFaults faults_;
  std::unique_ptr<rocksdb::Env> env_ = FaultyEnv(faults_);
};

TEST_P(FailingWalTest, AppendIsUnknownAndNeverTriedAgainWhileReadsGoOn) {
  auto log = *OpenRocksdbEventLog({.directory = path(), .env = env_.get()});
  ASSERT_TRUE(AppendTexts(*log, 0, {"a"}).ok());
  faults_.fault = GetParam();
  EXPECT_TRUE(absl::IsUnknown(AppendTexts(*log, 1, {"b"})));
  faults_.fault = WalFault::kNone;
  const int syncs = faults_.syncs;
  EXPECT_TRUE(absl::IsFailedPrecondition(AppendTexts(*log, 1, {"b"})));
  EXPECT_TRUE(absl::IsFailedPrecondition(AppendTexts(*log, 2, {"c"})));
  EXPECT_EQ(faults_.syncs, syncs);
  EXPECT_EQ(log->Head(), 1u);
  EXPECT_EQ(ReadTexts(*log, 1, 10), "1:a");
  EXPECT_EQ(ReadTextsAt(*log, {2}), "NOT_FOUND");
  // Whichever way it went, the log opens again, with what was acknowledged.
  log.reset();
  auto again = OpenLog(path());
  EXPECT_THAT(ReadTexts(*again, 1, 10), testing::AnyOf("1:a", "1:a 2:b"));
}

INSTANTIATE_TEST_SUITE_P(Faults, FailingWalTest,
                         testing::Values(WalFault::kWriteFails, WalFault::kSyncFails));

TEST_F(RocksdbEventLogTest, EveryAppendIsSynced) {
  WalFaults faults;
  auto env = FaultyEnv(faults);
  auto log = *OpenRocksdbEventLog({.directory = path(), .env = env.get()});
  const int before = faults.syncs;
  for (Position head = 0; head < 10; ++head) {
    ASSERT_TRUE(AppendTexts(*log, head, {"x"}).ok());
  }
  EXPECT_EQ(faults.syncs - before, 10);
  log.reset();
}

}  // namespace
}  // namespace billing::eventstore
