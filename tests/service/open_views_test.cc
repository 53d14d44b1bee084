#include "server/open_views.h"

#include <stdlib.h>

#include <filesystem>

#include "billing/views/v1/rows.pb.h"
#include "eventstore/memory/memory_event_log.h"
#include "gtest/gtest.h"
#include "projections/fold/fold.h"
#include "projections/follow/follower.h"

namespace billing::server {
namespace {

class OpenViewsTest : public ::testing::Test {
 protected:
  OpenViewsTest() : log_(eventstore::NewMemoryEventLog()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "views-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~OpenViewsTest() override { std::filesystem::remove_all(folder_); }

  // The views as a fold of this version left them at the start of the log.
  void LeaveViewsOf(uint32_t version) {
    const auto opened = OpenViews(folder_, /*anew=*/false, *log_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    views::v1::FoldMark mark;
    mark.ParseFromString(projections::Follower(log_->LogId()).Mark());
    mark.set_fold_version(version);
    projections::Views& views = *opened->views;
    views.Stage("row", "of that version", 1);
    ASSERT_EQ(views.Publish(1, mark.SerializeAsString()), absl::OkStatus());
    ASSERT_EQ(views.Close(), absl::OkStatus());
  }

  std::unique_ptr<eventstore::EventLog> log_;
  std::string folder_;
};

TEST_F(OpenViewsTest, ThoseOfThisVersionAreKept) {
  LeaveViewsOf(projections::kFoldVersion);
  const auto opened = OpenViews(folder_, /*anew=*/false, *log_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_NE(opened->views->Current()->Get("row"), std::nullopt);
  EXPECT_FALSE(opened->from_scratch);
}

TEST_F(OpenViewsTest, ThoseOfAnotherVersionAreGivenUpAndItIsSaidWhich) {
  ASSERT_EQ(log_->Append(0, std::vector<std::string_view>{"a record"}), absl::OkStatus());
  LeaveViewsOf(projections::kFoldVersion + 1);
  const auto opened = OpenViews(folder_, /*anew=*/false, *log_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->views->Current()->Get("row"), std::nullopt);
  EXPECT_TRUE(opened->from_scratch);
  EXPECT_EQ(opened->given_up_version, projections::kFoldVersion + 1);
}

TEST_F(OpenViewsTest, ThoseOfAnotherLogAreNotGivenUp) {
  LeaveViewsOf(projections::kFoldVersion + 1);
  log_ = eventstore::NewMemoryEventLog();
  EXPECT_TRUE(absl::IsDataLoss(OpenViews(folder_, /*anew=*/false, *log_).status()));
  EXPECT_TRUE(OpenViews(folder_, /*anew=*/true, *log_).ok());
}

TEST_F(OpenViewsTest, NoneBesideALogWithRecordsAreBuiltFromScratch) {
  EXPECT_FALSE(OpenViews(folder_, /*anew=*/false, *log_)->from_scratch) << "an empty log";
  ASSERT_EQ(log_->Append(0, std::vector<std::string_view>{"a record"}), absl::OkStatus());
  const auto opened = OpenViews(folder_, /*anew=*/false, *log_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE(opened->from_scratch);
  EXPECT_EQ(opened->given_up_version, 0u);
}

}  // namespace
}  // namespace billing::server
