// What a damaged log says of itself. The write-ahead log holds what was appended since
// the log was opened; closing it, or opening it again, moves that into table files.
#include <gmock/gmock.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/big_endian.h"
#include "eventstore/rocksdb/rocksdb_event_log.h"
#include "tests/eventstore/event_log_contract.h"
#include "tests/eventstore/temporary_directory.h"

namespace billing::eventstore {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class DamagedLogTest : public testing::Test {
 protected:
  std::string path() const { return directory_ / "log"; }

  std::unique_ptr<EventLog> OpenLog() {
    auto log = OpenRocksdbEventLog({.directory = path()});
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }
  // A log that holds "record 1." to "record 100.", one Append each. Not closed: as after a crash
  // they are in the write-ahead log.
  void MakeLogOf100() {
    auto log = OpenLog();
    log_id_ = log->LogId();
    for (Position head = 0; head < 100; ++head) {
      ASSERT_TRUE(AppendTexts(*log, head, {absl::StrCat("record ", head + 1, ".")}).ok());
    }
  }
  // The largest file of a kind.
  std::string FileOf(const std::string& kind) const {
    std::string found;
    uintmax_t size = 0;
    for (const auto& entry : fs::directory_iterator(path())) {
      bool is_kind =
          entry.path().extension() == kind || entry.path().filename().string().starts_with(kind);
      if (is_kind && entry.file_size() >= size) {
        found = entry.path();
        size = entry.file_size();
      }
    }
    EXPECT_FALSE(found.empty()) << kind;
    return found;
  }
  // Changes the database without the log.
  void Edit(const std::function<rocksdb::Status(rocksdb::DB&)>& edit) {
    rocksdb::DB* raw = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    const rocksdb::Status opened =
        rocksdb::DB::Open(rocksdb::DBOptions(), path(),
                          {{rocksdb::kDefaultColumnFamilyName, {}}, {"meta", {}}}, &families, &raw);
    ASSERT_TRUE(opened.ok()) << opened.ToString();
    const std::unique_ptr<rocksdb::DB> database(raw);
    EXPECT_TRUE(edit(*database).ok());
    for (rocksdb::ColumnFamilyHandle* family : families) {
      EXPECT_TRUE(database->DestroyColumnFamilyHandle(family).ok());
    }
  }
  void Put(const std::string& key) {
    Edit([&](rocksdb::DB& log) { return log.Put(rocksdb::WriteOptions(), key, "foreign"); });
  }
  void Delete(const std::string& key) {
    Edit([&](rocksdb::DB& log) { return log.Delete(rocksdb::WriteOptions(), key); });
  }
  absl::Status OpenStatus() { return OpenRocksdbEventLog({.directory = path()}).status(); }

  TemporaryDirectory directory_;
  std::string log_id_;
};

TEST_F(DamagedLogTest, AFlippedBitInTheWriteAheadLogIsRefusedAndItsPlaceNamed) {
  MakeLogOf100();
  const std::string wal = FileOf(".log");
  const uint64_t offset = FileContents(wal).find("record 50.");
  FlipBit(wal, offset);
  for (int attempt = 0; attempt < 2; ++attempt) {
    absl::Status refused = OpenStatus();
    ASSERT_TRUE(absl::IsDataLoss(refused)) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("can be read up to position 49"));
  }
  // It was only looked at: with the bit set right again all is there.
  FlipBit(wal, offset);
  EXPECT_EQ(OpenLog()->Head(), 100u);
}

// A batch that was being written when the power went: it was never acknowledged.
TEST_F(DamagedLogTest, ATornTailIsForgotten) {
  MakeLogOf100();
  const std::string wal = FileOf(".log");
  fs::resize_file(wal, fs::file_size(wal) - 3);
  auto log = OpenLog();
  EXPECT_EQ(log->Head(), 99u);
  EXPECT_TRUE(AppendTexts(*log, 99, {"record 100 again"}).ok());
}

// RocksDB cannot know it; the anchor does, which says how far the log had come.
TEST_F(DamagedLogTest, ALostWriteAheadLogOpensShorter) {
  MakeLogOf100();
  fs::remove(FileOf(".log"));
  auto log = OpenLog();
  EXPECT_EQ(log->Head(), 0u);
  EXPECT_EQ(log->LogId(), log_id_);
}

TEST_F(DamagedLogTest, AFlippedBitInATableIsFoundByTheReadThatMeetsIt) {
  MakeLogOf100();
  OpenLog()->Close().IgnoreError();
  const std::string table = FileOf(".sst");
  FlipBit(table, 20);
  absl::StatusOr<std::unique_ptr<EventLog>> log = OpenRocksdbEventLog({.directory = path()});
  if (!log.ok()) {
    EXPECT_TRUE(absl::IsDataLoss(log.status())) << log.status();
    return;
  }
  EXPECT_EQ(ReadTexts(**log, 1, 100), "DATA_LOSS");
  EXPECT_EQ(ReadTextsAt(**log, {1}), "DATA_LOSS");
}

TEST_F(DamagedLogTest, ALostTableIsRefused) {
  MakeLogOf100();
  OpenLog()->Close().IgnoreError();
  fs::remove(FileOf(".sst"));
  EXPECT_TRUE(absl::IsDataLoss(OpenStatus())) << OpenStatus();
}

TEST_F(DamagedLogTest, ADamagedManifestIsRefused) {
  MakeLogOf100();
  const std::string manifest = FileOf("MANIFEST");
  FlipBit(manifest, fs::file_size(manifest) / 2);
  EXPECT_TRUE(absl::IsDataLoss(OpenStatus())) << OpenStatus();
}

TEST_F(DamagedLogTest, ALostManifestIsRefused) {
  MakeLogOf100();
  fs::remove(FileOf("MANIFEST"));
  EXPECT_TRUE(absl::IsDataLoss(OpenStatus())) << OpenStatus();
}

// Emptied, or cut off before it names both families: RocksDB takes it for that of another database.
TEST_F(DamagedLogTest, AManifestThatLostTheFamiliesIsDamageAndNoForeignDatabase) {
  MakeLogOf100();
  const std::string manifest = FileOf("MANIFEST");
  const std::string good = FileContents(manifest);
  for (size_t left : {0, 30, 90}) {
    SetFileContents(manifest, good.substr(0, left));
    const absl::Status refused = OpenStatus();
    EXPECT_TRUE(absl::IsDataLoss(refused)) << left << ": " << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("manifest is empty or cut off")) << left;
    const absl::Status unread = OpenRocksdbEventLogForReading(path()).status();
    EXPECT_TRUE(absl::IsDataLoss(unread)) << left << ": " << unread;
  }
  SetFileContents(manifest, good);
  EXPECT_EQ(OpenLog()->Head(), 100u);
}

TEST_F(DamagedLogTest, ALostCurrentFileIsRefused) {
  MakeLogOf100();
  fs::remove(path() + "/CURRENT");
  for (const absl::Status& refused :
       {OpenStatus(), OpenRocksdbEventLogForReading(path()).status()}) {
    EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("CURRENT is missing"));
  }
}

// No record has position 0, and no key another length. These sort before that of record 1.
TEST_F(DamagedLogTest, ForeignEntriesBeforeTheFirstRecordAreRefused) {
  MakeLogOf100();
  for (const std::string& key : {Be64(0), std::string(3, '\0'), std::string(9, '\0')}) {
    Put(key);
    for (const absl::Status& refused :
         {OpenStatus(), OpenRocksdbEventLogForReading(path()).status()}) {
      EXPECT_TRUE(absl::IsDataLoss(refused)) << key.size() << " bytes: " << refused;
    }
    Delete(key);
    EXPECT_EQ(OpenLog()->Head(), 100u);
  }
}

TEST_F(DamagedLogTest, AnEmptyLogHoldsNoPosition0Either) {
  OpenLog();
  Put(Be64(0));
  EXPECT_TRUE(absl::IsDataLoss(OpenStatus())) << OpenStatus();
  Delete(Be64(0));
  EXPECT_EQ(OpenLog()->Head(), 0u);
}

// Every bit of damage that the write-ahead log can suffer is refused or leaves a whole
// prefix: never a wrong or missing record in the middle.
TEST_F(DamagedLogTest, NoFlippedByteOfTheWriteAheadLogGivesAWrongRecord) {
  MakeLogOf100();
  const fs::path kept = directory_ / "kept";
  fs::copy(path(), kept);
  const uint64_t size = fs::file_size(FileOf(".log"));
  for (uint64_t offset = 0; offset < size; offset += 211) {
    fs::remove_all(path());
    fs::copy(kept, path());
    FlipBit(FileOf(".log"), offset);
    auto log = OpenRocksdbEventLog({.directory = path()});
    if (!log.ok()) {
      EXPECT_TRUE(absl::IsDataLoss(log.status())) << offset << ": " << log.status();
      continue;
    }
    auto records = (*log)->Read(1, 100);
    ASSERT_TRUE(records.ok()) << offset << ": " << records.status();
    for (const StoredRecord& record : *records) {
      ASSERT_EQ(record.bytes, absl::StrCat("record ", record.position, ".")) << offset;
    }
  }
}

}  // namespace
}  // namespace billing::eventstore
