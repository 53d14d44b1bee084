#include "server/data_directory.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "eventstore/memory/memory_event_log.h"
#include "gtest/gtest.h"

namespace billing::server {
namespace {

class DataDirectoryTest : public ::testing::Test {
 protected:
  DataDirectoryTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "data-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~DataDirectoryTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(DataDirectoryTest, IsMadeForItsOwnerAlone) {
  const auto opened = OpenDataDirectory(folder_ / "a" / "b");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(std::filesystem::status(folder_ / "a" / "b").permissions(),
            std::filesystem::perms::owner_all);
  EXPECT_EQ(opened->log(), (folder_ / "a" / "b" / "log").string());
}

TEST_F(DataDirectoryTest, OursIsOpenedAgain) {
  for (const char* name : {"log", "keys", "views", "lost+found"}) {
    std::filesystem::create_directory(folder_ / name);
  }
  std::ofstream(folder_ / "anchor") << "x";
  EXPECT_TRUE(OpenDataDirectory(folder_).ok());
}

TEST_F(DataDirectoryTest, SomebodyElsesIsRefusedAndNamed) {
  std::ofstream(folder_ / "thesis.tex") << "x";
  const auto opened = OpenDataDirectory(folder_);
  EXPECT_TRUE(absl::IsFailedPrecondition(opened.status()));
  EXPECT_NE(opened.status().ToString().find("thesis.tex"), std::string::npos);
}

TEST_F(DataDirectoryTest, AFileInItsPlaceIsRefused) {
  std::ofstream(folder_ / "data") << "x";
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenDataDirectory(folder_ / "data").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenDataDirectory(folder_ / "data" / "in").status()));
}

TEST_F(DataDirectoryTest, KeysOfAnotherLogAreExplainedByTheAnchor) {
  const auto log = eventstore::NewMemoryEventLog();
  const auto anchor = eventstore::Anchor::Open(folder_ / "anchor", /*create=*/true);
  ASSERT_TRUE(anchor.ok()) << anchor.status();
  const absl::Status refusal = absl::FailedPreconditionError("keys of another log");
  EXPECT_EQ(ExplainForeignKeys(refusal, *log, **anchor), refusal);

  eventstore::AnchorState state{.log_id = std::string(32, 'a'), .size = 42};
  ASSERT_TRUE((*anchor)->Write(state).ok());
  const absl::Status explained = ExplainForeignKeys(refusal, *log, **anchor);
  EXPECT_TRUE(absl::IsDataLoss(explained));
  EXPECT_NE(explained.ToString().find("positions 1 to 42"), std::string::npos) << explained;

  state.log_id = log->LogId();
  ASSERT_TRUE((*anchor)->Write(state).ok());
  EXPECT_EQ(ExplainForeignKeys(refusal, *log, **anchor), refusal);
}

}  // namespace
}  // namespace billing::server
