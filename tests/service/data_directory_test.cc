#include "server/data_directory.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "eventstore/integrity/anchor.h"
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

TEST_F(DataDirectoryTest, IsMadeUnderAnyWayToWriteItsPath) {
  for (const std::string path : {"slash/", "dots/../here", "two//slashes"}) {
    const auto opened = OpenDataDirectory(folder_ / path);
    EXPECT_TRUE(opened.ok()) << path << ": " << opened.status();
    EXPECT_TRUE(std::filesystem::is_directory(folder_ / path)) << path;
  }
}

TEST_F(DataDirectoryTest, OursIsOpenedAgain) {
  for (const char* name : {"log", "keys", "views", "lost+found"}) {
    std::filesystem::create_directory(folder_ / name);
  }
  std::ofstream(folder_ / "anchor") << "x";
  EXPECT_TRUE(OpenDataDirectory(folder_).ok());
}

// Of a process that ended in its very first moments.
TEST_F(DataDirectoryTest, AnAnchorThatWasBeingMadeIsOurs) {
  std::ofstream(folder_ / "anchor.new") << "x";
  EXPECT_TRUE(OpenDataDirectory(folder_).ok());
}

TEST_F(DataDirectoryTest, OurFoldersAreClosedToOthers) {
  const auto perms = [&](const char* name) {
    return std::filesystem::status(folder_ / name).permissions();
  };
  constexpr auto kOpen = static_cast<std::filesystem::perms>(0755);
  std::filesystem::permissions(folder_, kOpen);
  for (const char* name : {"log", "keys", "views"}) {
    std::filesystem::create_directory(folder_ / name);
    std::filesystem::permissions(folder_ / name, kOpen);
  }
  ASSERT_TRUE(OpenDataDirectory(folder_).ok());
  for (const char* name : {"log", "keys", "views"}) {
    EXPECT_EQ(perms(name), std::filesystem::perms::owner_all) << name;
  }
  EXPECT_EQ(perms("."), kOpen) << "not ours to change";
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

TEST_F(DataDirectoryTest, ALogIsMadeWhereNothingIsLeftOfAnEarlierOne) {
  const DataDirectory directory{.path = folder_};
  EXPECT_EQ(CheckNothingLeft(directory, false), absl::OkStatus());
  const auto anchor = eventstore::Anchor::Open(directory.anchor(), /*create=*/true);
  ASSERT_TRUE(anchor.ok()) << anchor.status();
  EXPECT_EQ(CheckNothingLeft(directory, false), absl::OkStatus()) << "it says nothing";
  std::filesystem::create_directory(directory.keys());
  std::ofstream(directory.keys() + "/wrapping.key") << "brought by the operator";
  EXPECT_EQ(CheckNothingLeft(directory, false), absl::OkStatus());
}

TEST_F(DataDirectoryTest, NoLogIsMadeBesideAnAnchorThatNamesOne) {
  const DataDirectory directory{.path = folder_};
  const auto anchor = eventstore::Anchor::Open(directory.anchor(), /*create=*/true);
  ASSERT_TRUE(anchor.ok()) << anchor.status();
  ASSERT_TRUE((*anchor)->Write({.log_id = std::string(32, 'a'), .size = 42}).ok());
  const absl::Status left = CheckNothingLeft(directory, false);
  EXPECT_TRUE(absl::IsDataLoss(left));
  EXPECT_NE(left.ToString().find("positions 1 to 42"), std::string::npos) << left;
  std::ofstream(directory.anchor()) << "damaged";
  EXPECT_TRUE(absl::IsDataLoss(CheckNothingLeft(directory, false)));
}

TEST_F(DataDirectoryTest, NoLogIsMadeBesideKeysOrViews) {
  const DataDirectory directory{.path = folder_};
  const std::string views = directory.path + "/views";
  std::filesystem::create_directory(views);
  std::ofstream(views + "/CURRENT") << "x";
  EXPECT_TRUE(absl::IsDataLoss(CheckNothingLeft(directory, false)));
  EXPECT_EQ(CheckNothingLeft(directory, /*without_views=*/true), absl::OkStatus());
  std::filesystem::create_directory(directory.keys());
  std::ofstream(directory.keys() + "/data.keys") << "x";
  EXPECT_TRUE(absl::IsDataLoss(CheckNothingLeft(directory, true)));
}

}  // namespace
}  // namespace billing::server
