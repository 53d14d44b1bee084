#include "eventstore/file/disk_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/eventstore/temporary_directory.h"

namespace billing::eventstore {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr uint64_t kMoreThanAnyDiskHas = UINT64_MAX / 2;
constexpr uint64_t kBesides = uint64_t{16} << 20;

TEST(FreeBytes, OfADirectoryAreThoseOfItsDisk) {
  const TemporaryDirectory directory;
  const auto free = FreeBytes(directory.path());
  ASSERT_TRUE(free.ok()) << free.status();
  EXPECT_GT(*free, 0u);
  EXPECT_LT(*free, kMoreThanAnyDiskHas);
}

TEST(FreeBytes, OfWhatIsNotThereIsAnErrorThatNamesIt) {
  const TemporaryDirectory directory;
  const auto free = FreeBytes(directory / "missing");
  EXPECT_TRUE(absl::IsNotFound(free.status())) << free.status();
  EXPECT_THAT(std::string(free.status().message()), HasSubstr(directory / "missing"));
}

TEST(CheckSpaceForDatabase, AsksForWhatIsNotThereTheFolderAboveThatIs) {
  const TemporaryDirectory directory;
  EXPECT_EQ(CheckSpaceForDatabase(directory / "not/there/yet", 1, "to start"), absl::OkStatus());
}

TEST(CheckSpaceForDatabase, SaysHowMuchIsFreeAndHowMuchIsNeeded) {
  const TemporaryDirectory directory;
  for (const std::string& path : {directory.path(), directory / "not/there/yet"}) {
    const absl::Status space = CheckSpaceForDatabase(path, kMoreThanAnyDiskHas, "to start");
    EXPECT_TRUE(absl::IsResourceExhausted(space)) << space;
    EXPECT_THAT(std::string(space.message()),
                MatchesRegex(absl::StrCat("there is too little disk space to start: [0-9]+ bytes "
                                          "are free, ",
                                          kMoreThanAnyDiskHas + kBesides, " are needed")));
  }
}

TEST(CheckSpaceForDatabase, TheLargestNumberIsTooMuchToo) {
  const TemporaryDirectory directory;
  const absl::Status space = CheckSpaceForDatabase(directory.path(), UINT64_MAX, "to start");
  EXPECT_TRUE(absl::IsResourceExhausted(space)) << space;
}

}  // namespace
}  // namespace billing::eventstore
