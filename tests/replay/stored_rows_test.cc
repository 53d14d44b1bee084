// Stored rows against the fold: each kind of difference is found and named in words.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>

#include "absl/strings/match.h"
#include "billing/views/v1/rows.pb.h"
#include "projections/state/keys.h"
#include "tests/model/model_fixture.h"
#include "tests/replay/story.h"
#include "tools/replay/audit.h"
#include "tools/replay/stored_rows_check.h"

namespace billing::replay {
namespace {

class FakeRows final : public projections::StoredRows {
 public:
  std::map<std::string, std::string> rows;
  uint64_t at = 0;
  std::string said;

  uint64_t position() const override { return at; }
  const std::string& mark() const override { return said; }
  std::unique_ptr<projections::Cursor> Rows() const override;
};

class FakeCursor final : public projections::Cursor {
 public:
  explicit FakeCursor(const FakeRows& rows) : row_(rows.rows.begin()), end_(rows.rows.end()) {}

  bool Valid() const override { return row_ != end_; }
  std::string_view Key() const override { return row_->first; }
  projections::Change Row() const override { return {row_->second}; }
  void Next() override { ++row_; }

 private:
  std::map<std::string, std::string>::const_iterator row_;
  const std::map<std::string, std::string>::const_iterator end_;
};

std::unique_ptr<projections::Cursor> FakeRows::Rows() const {
  return std::make_unique<FakeCursor>(*this);
}

class StoredRowsCheck : public model::ModelTest {
 protected:
  StoredRowsCheck() : story_(vault()) {
    story_.Open();
    story_.AddCard("visa");
    story_.Subscribe("web", "visa");
    log_ = story_.log();
    RecordsSource source(log_);
    Audit audit(source, {.depth = Depth::kFold});
    EXPECT_FALSE(audit.Run());
    audit.rows().Scan({"", ""}, projections::Order::kAscending,
                      [this](std::string_view key, std::string_view value) {
                        stored_.rows.emplace(key, value);
                        return true;
                      });
    stored_.at = log_.records.size();
    whole_mark_ = audit.follower().Mark();
    stored_.said = whole_mark_;
  }

  std::optional<Finding> Prove() {
    RecordsSource source(log_);
    Audit audit(source, {.depth = Depth::kJudge, .stored = &stored_});
    return audit.Run();
  }
  void ExpectFound(Kind kind, uint64_t position, const std::string& words) {
    const auto finding = Prove();
    ASSERT_TRUE(finding) << "not found";
    EXPECT_EQ(finding->kind, kind) << InWords(*finding);
    EXPECT_EQ(finding->from, position) << InWords(*finding);
    EXPECT_TRUE(absl::StrContains(finding->reason, words)) << InWords(*finding);
  }

  Story story_;
  RecordedLog log_;
  FakeRows stored_;
  std::string whole_mark_;
};

TEST_F(StoredRowsCheck, HoldsOfTheFold) { EXPECT_FALSE(Prove()); }

TEST_F(StoredRowsCheck, FindsAForgedSubject) {
  stored_.rows[projections::keys::Subject(1, "cards/amex", 2)] = "";
  ExpectFound(Kind::kSubjects, 2, "subject, account 1, cards/amex");
}

TEST_F(StoredRowsCheck, FindsASubjectThatIsMissing) {
  stored_.rows.erase(projections::keys::Subject(1, "subscriptions/web", 3));
  ExpectFound(Kind::kSubjects, 3, "is missing");
}

TEST_F(StoredRowsCheck, FindsTheLastRowMissingAndOneThatFollowsIt) {
  const auto last = std::prev(stored_.rows.end());
  stored_.rows["\x7f" + last->first] = "";
  ExpectFound(Kind::kRows, 3, "is stored and is not in the fold");
  stored_.rows.erase(std::prev(stored_.rows.end()));
  stored_.rows.erase(std::prev(stored_.rows.end()));
  ExpectFound(Kind::kRows, 3, "is missing among the stored rows");
}

TEST_F(StoredRowsCheck, FindsARowThatWasChanged) {
  stored_.rows[projections::keys::Card(1, "visa")] += "x";
  ExpectFound(Kind::kRows, 3, "card, account 1, visa is stored otherwise");
}

TEST_F(StoredRowsCheck, SaysWhatTheMarkSaysOtherwise) {
  const auto change = [this](const std::function<void(views::v1::FoldMark&)>& forge) {
    views::v1::FoldMark mark;
    ASSERT_TRUE(mark.ParseFromString(whole_mark_));
    forge(mark);
    stored_.said = mark.SerializeAsString();
  };
  change([](auto& mark) { mark.set_leaf_hash(std::string(32, 'x')); });
  ExpectFound(Kind::kRows, 3, "the mark of the stored rows is not that of this log");
  change([](auto& mark) { mark.set_fold_version(mark.fold_version() - 1); });
  ExpectFound(Kind::kRows, 3, "of the fold, and this program has version");
  change([](auto& mark) { mark.set_log_id(std::string(32, 'a')); });
  ExpectFound(Kind::kRows, 3, "are those of log aaaa");
  stored_.said = "x";
  ExpectFound(Kind::kRows, 3, "the mark of the stored rows cannot be read");
}

TEST_F(StoredRowsCheck, FindsRowsThatReachBeyondTheLog) {
  stored_.at = 9;
  ExpectFound(Kind::kRows, 4, "missing");
}

TEST(KeyInWords, NamesViewAccountAndParts) {
  EXPECT_EQ(KeyInWords(projections::keys::Subscription(17, "web")),
            "subscription, account 17, web");
  EXPECT_EQ(KeyInWords(projections::keys::AccountById("acme")), "account by id, acme");
  EXPECT_EQ(KeyInWords(projections::keys::Holder(1, kernel::CardId::FromStored("visa"),
                                                 projections::HolderClass::kConsumption,
                                                 kernel::SubscriptionId::FromStored("web"))),
            "holder of a card, account 1, visa, 5, web");
}

}  // namespace
}  // namespace billing::replay
