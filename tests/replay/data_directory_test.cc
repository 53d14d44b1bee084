// A data directory as an auditor finds it: which rows in it are the live ones, and that
// looking changes nothing.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "projections/rows/row_store.h"
#include "projections/rows/views_folder.h"
#include "projections/state/keys.h"
#include "tests/eventstore/temporary_directory.h"
#include "tests/replay/recorded_log.h"
#include "tests/replay/story.h"
#include "tests/replay/verb_fixture.h"
#include "tools/replay/finding.h"

namespace billing::replay {
namespace {

class DataDirectoryTest : public VerbTest {
 protected:
  DataDirectoryTest() {
    Story story(vault());
    story.Open();
    story.AddCard("visa");
    story.Subscribe("web", "visa");
    eventstore::SetFileContents(export_, story.log().Export({}));
    EXPECT_EQ(Run({"import", export_, "--into", data_}), 0) << err_;
  }

  // The rows of the whole log, in a database of this name.
  void BuildViews(const std::string& name) {
    ASSERT_EQ(Run({"rebuild", export_, "--into", data_ + "/" + name}), 0) << err_;
  }
  void ChangeARow(const std::string& name) const {
    auto store = projections::RowStore::Open({.directory = data_ + "/" + name});
    ASSERT_TRUE(store.ok()) << store.status();
    (*store)->Stage(projections::keys::Card(1, "visa"), "forged", 4);
    ASSERT_TRUE((*store)->Publish(4, (*store)->stored_mark()).ok());
    ASSERT_TRUE((*store)->Close().ok());
  }
  // As a server does when it has built them anew.
  void MakeLive(const std::string& name) const {
    auto folder = projections::ViewsFolder::Open(data_);
    ASSERT_TRUE(folder.ok()) << folder.status();
    ASSERT_EQ(folder->next(), data_ + "/" + name);
    ASSERT_TRUE(folder->MakeNextLive().ok());
  }

  eventstore::TemporaryDirectory folder_;
  const std::string export_ = folder_ / "log.export";
  const std::string data_ = folder_ / "data";
};

TEST_F(DataDirectoryTest, WithoutRowsHasNothingToCompare) {
  EXPECT_EQ(Run({"diff", data_}), static_cast<int>(Kind::kUsage));
  EXPECT_TRUE(absl::StrContains(err_, "holds no stored rows")) << err_;
  EXPECT_EQ(Run({"prove", data_}), 0) << err_;
  EXPECT_TRUE(absl::StrContains(out_, "there are no stored rows to compare")) << out_;
}

TEST_F(DataDirectoryTest, RowsThatWereBuiltAnewAreThoseThatAreCompared) {
  BuildViews("views");
  ASSERT_EQ(Run({"diff", data_}), 0) << err_;
  ASSERT_NO_FATAL_FAILURE(BuildViews("views-2"));
  ASSERT_NO_FATAL_FAILURE(ChangeARow("views"));
  // The old ones still live, and one of them is wrong.
  EXPECT_NE(Run({"diff", data_}), 0);
  EXPECT_EQ(Run({"what-if", data_, "--policy", "{}"}), static_cast<int>(Kind::kRows));
  ASSERT_NO_FATAL_FAILURE(MakeLive("views-2"));
  EXPECT_EQ(Run({"what-if", data_, "--policy", "{}"}), 0) << err_;
  EXPECT_TRUE(absl::StrContains(out_, "those that are stored are the fold")) << out_;
  ASSERT_EQ(Run({"diff", data_}), 0) << err_;
  EXPECT_TRUE(absl::StrContains(out_, "the stored rows are the fold at position 3")) << out_;
  std::filesystem::remove_all(data_ + "/views");
  EXPECT_EQ(Run({"prove", data_}), 0) << err_;
  // And a third time.
  ASSERT_NO_FATAL_FAILURE(BuildViews("views-3"));
  ASSERT_NO_FATAL_FAILURE(MakeLive("views-3"));
  std::filesystem::remove_all(data_ + "/views-2");
  EXPECT_EQ(Run({"diff", data_}), 0) << err_;
}

TEST_F(DataDirectoryTest, ARebuildThatIsUnderWayIsNotCompared) {
  BuildViews("views");
  std::filesystem::create_directory(data_ + "/views-2");
  EXPECT_EQ(Run({"diff", data_}), 0) << err_;
}

TEST_F(DataDirectoryTest, NamesAFileThatDoesNotSayWhichRowsLive) {
  BuildViews("views");
  eventstore::SetFileContents(data_ + "/views.live", "views-x\n");
  EXPECT_EQ(Run({"prove", data_}), static_cast<int>(Kind::kRows));
  EXPECT_TRUE(absl::StrContains(err_, "names no views database")) << err_;
}

TEST_F(DataDirectoryTest, DamagedRowsStopOnlyWhoComparesThem) {
  BuildViews("views");
  eventstore::SetFileContents(data_ + "/views/CURRENT", "damaged\n");
  for (const char* verb : {"prove", "diff"}) {
    EXPECT_EQ(Run({verb, data_}), static_cast<int>(Kind::kRows)) << verb << ": " << err_;
  }
  for (const char* verb : {"verify", "rebuild", "export"}) {
    EXPECT_EQ(Run({verb, data_}), 0) << verb << ": " << err_;
  }
  EXPECT_EQ(Run({"state", data_, "--account", "acme"}), 0) << err_;
}

// The log may be whole: nothing is said against it.
TEST_F(DataDirectoryTest, RowsThatAreCutShortAreNoFaultOfTheLog) {
  BuildViews("views");
  int cut = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(data_ + "/views")) {
    if (file.path().extension() != ".sst") continue;
    std::filesystem::resize_file(file.path(), file.file_size() / 2);
    ++cut;
  }
  ASSERT_GT(cut, 0);
  for (const char* verb : {"prove", "diff"}) {
    EXPECT_EQ(Run({verb, data_}), static_cast<int>(Kind::kRows)) << verb << ": " << err_;
  }
  EXPECT_EQ(Run({"verify", data_}), 0) << err_;
}

TEST_F(DataDirectoryTest, SaysInJsonTooThatThereIsNoAnchor) {
  ASSERT_EQ(Run({"verify", data_, "--json"}), 0) << err_;
  EXPECT_TRUE(absl::StrContains(out_, R"("anchor": true)")) << out_;
  std::filesystem::remove(data_ + "/anchor");
  ASSERT_EQ(Run({"verify", data_, "--json"}), 0) << err_;
  EXPECT_TRUE(absl::StrContains(out_, R"("anchor": false)")) << out_;
  ASSERT_EQ(Run({"verify", export_, "--json"}), 0) << err_;
  EXPECT_FALSE(absl::StrContains(out_, "anchor")) << out_;
}

// The rows say that they reach further than the log does: the log lost its end.
TEST_F(DataDirectoryTest, RowsBeyondTheLogAreFound) {
  BuildViews("views");
  ASSERT_NO_FATAL_FAILURE(ChangeARow("views"));
  EXPECT_EQ(Run({"diff", data_}), static_cast<int>(Kind::kRows));
  EXPECT_TRUE(absl::StrContains(err_, "position 4: they are missing: the log ends at position 3"))
      << err_;
}

TEST_F(DataDirectoryTest, LookingLeavesEveryFileAsItIs) {
  BuildViews("views");
  const auto files = [this] {
    std::map<std::string, std::string> contents;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data_)) {
      const std::string path = entry.path().string();
      contents[path] = entry.is_regular_file() ? eventstore::FileContents(path) : "";
    }
    return contents;
  };
  const auto before = files();
  for (const char* verb : {"verify", "prove", "diff", "rebuild"}) {
    ASSERT_EQ(Run({verb, data_}), 0) << verb << ": " << err_;
    EXPECT_EQ(files(), before) << verb;
  }
}

}  // namespace
}  // namespace billing::replay
