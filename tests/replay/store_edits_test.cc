// Random edits of a store, made with RocksDB behind the log's back: each found by `verify`, at
// the position that was edited, or in the range up to the next root that tells.
//
//   BILLING_STORE_EDITS  how many (default 60)
//   BILLING_SEED         default 1
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/big_endian.h"
#include "eventstore/integrity/checkpoint.h"
#include "tests/eventstore/temporary_directory.h"
#include "tests/model/model_fixture.h"
#include "tests/replay/recorded_log.h"
#include "tests/replay/setting.h"
#include "tools/replay/audit.h"
#include "tools/replay/importing.h"
#include "tools/replay/opening.h"

namespace billing::replay {
namespace {

namespace fs = std::filesystem;
using eventstore::Be64;
using eventstore::SigningKey;

constexpr int kCommands = 200;

// The log's database, opened without the log: eventstore/FORMAT.md, "The log".
class RawLog {
 public:
  explicit RawLog(const std::string& path) {
    rocksdb::DB* db = nullptr;
    const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
        {rocksdb::kDefaultColumnFamilyName, {}}, {"meta", {}}};
    const rocksdb::Status opened =
        rocksdb::DB::Open(rocksdb::DBOptions(), path, families, &families_, &db);
    EXPECT_TRUE(opened.ok()) << opened.ToString();
    db_.reset(db);
  }
  ~RawLog() {
    for (auto* family : families_) db_->DestroyColumnFamilyHandle(family);
  }

  void Put(uint64_t position, const std::string& bytes) {
    EXPECT_TRUE(db_->Put(rocksdb::WriteOptions(), Be64(position), bytes).ok());
  }
  void Drop(uint64_t position) {
    EXPECT_TRUE(db_->Delete(rocksdb::WriteOptions(), Be64(position)).ok());
  }
  void SetHead(uint64_t head) {
    EXPECT_TRUE(db_->Put(rocksdb::WriteOptions(), families_[1], "head", Be64(head)).ok());
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

class StoreEdits : public model::ModelTest {
 protected:
  StoreEdits()
      : log_(RandomLog(vault(), seed_, kCommands)),
        key_(*SigningKey::Create(folder_ / "signing.pem")) {
    random_.seed(seed_);
    const std::string path = folder_ / "log.export";
    eventstore::SetFileContents(path, log_.Export(log_.Sign(key_, log_.records.size())));
    eventstore::Frontier tree;
    for (const std::string& record : log_.records) tree.Append(eventstore::LeafHash(record));
    const auto wrong = ImportVerified(path, whole_, {}, tree.Root());
    EXPECT_FALSE(wrong) << InWords(*wrong);
  }

  // A store of its own to edit.
  DataDirectory Copy() const {
    fs::remove_all(edited_);
    fs::copy(whole_, edited_, fs::copy_options::recursive);
    return {edited_};
  }
  std::optional<Finding> Verify(const DataDirectory& directory) const {
    auto opened = Open(directory.path, Contents::kLog);
    if (auto* wrong = std::get_if<Finding>(&opened)) return *wrong;
    const Opened& store = std::get<Opened>(opened);
    Audit audit(*store.source, {.keys = {key_.Verifier(eventstore::OriginOf(log_.log_id))},
                                .anchor = store.anchor});
    return audit.Run();
  }

  uint64_t size() const { return log_.records.size(); }
  uint64_t SomePosition() { return 1 + random_() % size(); }
  const std::string& RecordAt(uint64_t position) const { return log_.records[position - 1]; }

  // Between these two, both of them possible.
  void ExpectFound(const DataDirectory& directory, uint64_t from, uint64_t to) const {
    const auto finding = Verify(directory);
    ASSERT_TRUE(finding) << "not found";
    EXPECT_LE(finding->from, from) << InWords(*finding);
    EXPECT_GE(finding->to, to) << InWords(*finding);
  }
  void ExpectFoundAt(const DataDirectory& directory, uint64_t position) const {
    const auto finding = Verify(directory);
    ASSERT_TRUE(finding) << "not found";
    EXPECT_EQ(finding->from, position) << InWords(*finding);
    EXPECT_EQ(finding->to, position) << InWords(*finding);
  }

  // The record itself may tell, or one after it that it contradicts, or only the next root:
  // nothing before it is blamed.
  void Flip(uint64_t position) {
    const DataDirectory directory = Copy();
    std::string bytes = RecordAt(position);
    const size_t at = random_() % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random_() % 8));
    RawLog(directory.log()).Put(position, bytes);
    ExpectFound(directory, size() + 1, position);
  }
  void Swap(uint64_t position) {
    const DataDirectory directory = Copy();
    const uint64_t other = position == size() ? 1 : size();
    RawLog(directory.log()).Put(position, RecordAt(other));
    RawLog(directory.log()).Put(other, RecordAt(position));
    ExpectFoundAt(directory, std::min(position, other));
  }
  void Drop(uint64_t position) {
    const DataDirectory directory = Copy();
    RawLog(directory.log()).Drop(position);
    // Of the last one the log says that it should be there, and is not opened.
    if (position == size()) {
      EXPECT_TRUE(Verify(directory)) << "not found";
    } else {
      ExpectFoundAt(directory, position);
    }
  }
  // And what the log says of its end is mended.
  void CutFrom(uint64_t position) {
    const DataDirectory directory = Copy();
    {
      RawLog log(directory.log());
      for (uint64_t at = position; at <= size(); ++at) log.Drop(at);
      log.SetHead(position - 1);
    }
    ExpectFound(directory, position, position);
  }
  void Append(uint64_t copied) {
    const DataDirectory directory = Copy();
    {
      RawLog log(directory.log());
      log.Put(size() + 1, RecordAt(copied));
      log.SetHead(size() + 1);
    }
    ExpectFoundAt(directory, size() + 1);
  }

  using Edit = void (StoreEdits::*)(uint64_t);
  static std::vector<std::pair<const char*, Edit>> Edits() {
    return {{"a bit flipped", &StoreEdits::Flip},
            {"two swapped", &StoreEdits::Swap},
            {"one dropped", &StoreEdits::Drop},
            {"the end cut", &StoreEdits::CutFrom},
            {"one more", &StoreEdits::Append}};
  }

  const uint64_t seed_ = static_cast<uint64_t>(Setting("BILLING_SEED", 1));
  eventstore::TemporaryDirectory folder_;
  std::mt19937_64 random_;
  RecordedLog log_;
  SigningKey key_;
  const std::string whole_ = folder_ / "whole";
  const std::string edited_ = folder_ / "edited";
};

TEST_F(StoreEdits, NoneIsHeld) {
  const auto finding = Verify(Copy());
  EXPECT_FALSE(finding) << InWords(*finding);
}

TEST_F(StoreEdits, AreEachFoundAtTheirPosition) {
  const int count = Setting("BILLING_STORE_EDITS", 60);
  std::cout << count << " edits of a store of " << size() << " records, seed " << seed_ << "\n";
  const auto edits = Edits();
  for (int i = 0; i < count && !HasFatalFailure(); ++i) {
    const auto& [what, edit] = edits[static_cast<size_t>(i) % edits.size()];
    const uint64_t position = SomePosition();
    SCOPED_TRACE(absl::StrCat("seed ", seed_, ", edit ", i, " at position ", position, ": ", what));
    (this->*edit)(position);
  }
}

// Found where it is, not where the reading of many at once began.
TEST_F(StoreEdits, ARecordThatCannotBeReadIsNamedExactly) {
  const DataDirectory directory = Copy();
  const uint64_t position = size() - 3;
  RawLog(directory.log()).Drop(position);
  const auto finding = Verify(directory);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->kind, Kind::kFormat) << InWords(*finding);
  EXPECT_EQ(finding->from, position) << InWords(*finding);
  EXPECT_EQ(finding->to, position) << InWords(*finding);
}

}  // namespace
}  // namespace billing::replay
