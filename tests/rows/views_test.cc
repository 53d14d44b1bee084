#include "projections/rows/views.h"

#include <fstream>
#include <functional>
#include <future>
#include <vector>

#include "gmock/gmock.h"
#include "projections/rows/views_folder.h"
#include "tests/rows/row_store_fixture.h"
#include "tests/rows/rows_of.h"

namespace billing::projections {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::Optional;
using ::testing::UnorderedElementsAre;

class ViewsTest : public RowStoreTest {
 protected:
  std::unique_ptr<Views> OpenViews(bool anew = false) {
    auto views = Views::Open({.folder = root_, .anew = anew, .store = Options()});
    EXPECT_TRUE(views.ok()) << views.status();
    return views.ok() ? *std::move(views) : nullptr;
  }

  static RowStore& Next(Views& views) {
    auto next = views.OpenNext();
    EXPECT_TRUE(next.ok()) << next.status();
    return **next;
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(root_)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  // Both at position 2: the live one shows "old", the next one "new".
  void BuildBeside(Views& views) {
    PutAndPublish(views, "row", "old", 2);
    ASSERT_TRUE(views.Flush().ok());
    PutAndPublish(Next(views), "row", "new", 2);
  }

  void WriteFile(const std::string& name, const std::string& text) {
    std::ofstream(root_ / name) << text;
  }
};

TEST_F(ViewsTest, TheNextOnesRowsAreShownOnceItIsSwitchedTo) {
  const auto views = OpenViews();
  BuildBeside(*views);
  EXPECT_THAT(views->Current()->Get("row"), Optional(std::string("old")));
  ASSERT_EQ(views->SwitchToNext(), absl::OkStatus());
  EXPECT_THAT(views->Current()->Get("row"), Optional(std::string("new")));
  EXPECT_THAT(views->Staged()->Get("row"), Optional(std::string("new")));
  PutAndPublish(*views, "row", "newer", 3);
  EXPECT_THAT(views->Current()->Get("row"), Optional(std::string("newer")));
}

TEST_F(ViewsTest, WhatIsHeldStaysReadableAndIsRemovedAfterwards) {
  const auto views = OpenViews();
  BuildBeside(*views);
  auto held = views->Current();
  ASSERT_EQ(views->SwitchToNext(), absl::OkStatus());
  EXPECT_THAT(*views->RemoveOld(), false);
  EXPECT_THAT(held->Get("row"), Optional(std::string("old")));
  EXPECT_EQ(RowsOf(*held), (Rows{{"row", "old"}}));
  EXPECT_EQ(held->status(), absl::OkStatus());
  held = nullptr;
  EXPECT_THAT(*views->RemoveOld(), true);
  EXPECT_THAT(Names(), UnorderedElementsAre("views-2", "views.live"));
}

TEST_F(ViewsTest, WhatWasSwitchedToIsLiveAfterARestart) {
  for (const std::string name : {"views-2", "views-3", "views-4"}) {
    auto views = OpenViews();
    PutAndPublish(Next(*views), "row", name, 1);
    // The live one has come as far.
    if (views->Current()->position() == 0) PutAndPublish(*views, "row", "old", 1);
    ASSERT_EQ(views->SwitchToNext(), absl::OkStatus());
    ASSERT_EQ(views->Close(), absl::OkStatus());
    views = nullptr;
    EXPECT_THAT(OpenViews()->Current()->Get("row"), Optional(name));
    EXPECT_THAT(Names(), UnorderedElementsAre(name, "views.live"));
  }
}

TEST_F(ViewsTest, AnInterruptedBuildingIsGoneOnWithFromWhatIsOnDisk) {
  {
    const auto views = OpenViews();
    EXPECT_FALSE(views->HasNext());
    RowStore& next = Next(*views);
    PutAndPublish(next, "row", "on disk", 5);
    ASSERT_TRUE(next.Flush().ok());
    PutAndPublish(next, "row", "in memory", 6);
    views->LeaveNext();
  }
  const auto views = OpenViews();
  EXPECT_TRUE(views->HasNext());
  RowStore& next = Next(*views);
  EXPECT_EQ(next.stored_mark(), "mark 5");
  EXPECT_THAT(next.Current()->Get("row"), Optional(std::string("on disk")));
}

TEST_F(ViewsTest, ANextOneThatCannotBeOpenedIsMadeAnew) {
  const auto views = OpenViews();
  PutAndPublish(Next(*views), "row", "new", 1);
  views->LeaveNext();
  WriteFile("views-2/CURRENT", "damaged");
  EXPECT_EQ(Next(*views).stored_mark(), "");
}

TEST_F(ViewsTest, ADroppedOneLeavesNothing) {
  const auto views = OpenViews();
  BuildBeside(*views);
  ASSERT_EQ(views->DropNext(), absl::OkStatus());
  EXPECT_THAT(Names(), UnorderedElementsAre("views"));
  EXPECT_THAT(views->Current()->Get("row"), Optional(std::string("old")));
}

// Nothing can be renamed to the name of a directory.
TEST_F(ViewsTest, OneThatTheDiskMayNameAsLiveIsNotDropped) {
  {
    const auto views = OpenViews();
    BuildBeside(*views);
    std::filesystem::create_directory(root_ / "views.live");
    EXPECT_FALSE(views->SwitchToNext().ok());
    EXPECT_FALSE(views->DropNext().ok());
    EXPECT_THAT(Names(), IsSupersetOf({"views", "views-2"}));
    EXPECT_THAT(views->Current()->Get("row"), Optional(std::string("old")));
  }
  std::filesystem::remove(root_ / "views.live");
  EXPECT_THAT(OpenViews()->Current()->Get("row"), Optional(std::string("old")));
}

TEST_F(ViewsTest, ASwitchThatFailedIsUndoneBeforeItsDatabaseIsDropped) {
  {
    const auto views = OpenViews();
    BuildBeside(*views);
    std::filesystem::create_directory(root_ / "views.live");
    EXPECT_FALSE(views->SwitchToNext().ok());
    std::filesystem::remove(root_ / "views.live");
    // As if the rename had come through all the same.
    WriteFile("views.live", "views-2\n");
    EXPECT_EQ(views->DropNext(), absl::OkStatus());
    EXPECT_THAT(Names(), IsSupersetOf({"views", "views.live"}));
    EXPECT_THAT(Names(), Not(Contains("views-2")));
  }
  EXPECT_THAT(OpenViews()->Current()->Get("row"), Optional(std::string("old")));
}

// A crash half way through its removal must not leave it named.
TEST_F(ViewsTest, ALeftOneThatMayBeNamedAsLiveIsNotMadeAnewBeforeThatIsUndone) {
  {
    const auto views = OpenViews();
    BuildBeside(*views);
    std::filesystem::create_directory(root_ / "views.live");
    EXPECT_FALSE(views->SwitchToNext().ok());
    EXPECT_FALSE(views->DropNext().ok());
    WriteFile("views-2/CURRENT", "damaged");
    EXPECT_FALSE(views->OpenNext().ok());
    EXPECT_TRUE(std::filesystem::exists(root_ / "views-2/CURRENT")) << "was not touched";
    std::filesystem::remove(root_ / "views.live");
    // As if the rename had come through all the same.
    WriteFile("views.live", "views-2\n");
    EXPECT_EQ(Next(*views).stored_mark(), "");
    views->LeaveNext();
  }
  EXPECT_THAT(OpenViews()->Current()->Get("row"), Optional(std::string("old")));
}

TEST_F(ViewsTest, OneThatWasGivenUpIsNotSwitchedTo) {
  const auto views = OpenViews();
  BuildBeside(*views);
  views->GiveUpNext();
  EXPECT_EQ(views->SwitchToNext().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(views->Current()->Get("row"), Optional(std::string("old")));
  EXPECT_EQ(views->Flush(), absl::OkStatus());
}

TEST_F(ViewsTest, HoldingBackIsAboutBothOfThem) {
  const auto views = OpenViews();
  views->HoldBack(true);
  RowStore& next = Next(*views);
  EXPECT_TRUE(views->short_of_space());
  EXPECT_TRUE(next.short_of_space()) << "opened while held back";
  views->HoldBack(false);
  EXPECT_FALSE(next.short_of_space());
  views->HoldBack(true);
  EXPECT_TRUE(next.short_of_space());
}

TEST_F(ViewsTest, GivingUpEndsAllWritingAndKeepsWhatIsOnDisk) {
  {
    const auto store = Open(Options());
    PutAndPublish(*store, "row", "on disk", 1);
    ASSERT_TRUE(store->Flush().ok());
    PutAndPublish(*store, "row", "in memory", 2);
    store->GiveUp();
    EXPECT_THAT(store->Current()->Get("row"), Optional(std::string("in memory")));
    store->Stage("row", "never", 3);
    EXPECT_EQ(store->Publish(3, "mark 3").code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(store->Flush().code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(store->Close().code(), absl::StatusCode::kCancelled);
  }
  EXPECT_EQ(Open(Options())->stored_mark(), "mark 1");
}

TEST_F(ViewsTest, GivenUpAnewTheyHoldNothing) {
  {
    const auto views = OpenViews();
    BuildBeside(*views);
    ASSERT_EQ(views->SwitchToNext(), absl::OkStatus());
    ASSERT_EQ(views->Close(), absl::OkStatus());
  }
  const auto views = OpenViews(/*anew=*/true);
  EXPECT_EQ(views->stored_mark(), "");
  EXPECT_EQ(views->Current()->Get("row"), std::nullopt);
}

TEST_F(ViewsTest, GivingUpAllGivesUpAnInterruptedBuildingToo) {
  {
    const auto views = OpenViews();
    BuildBeside(*views);
    views->LeaveNext();
  }
  const auto views = OpenViews(/*anew=*/true);
  EXPECT_FALSE(views->HasNext()) << "it would be built a second time";
  EXPECT_THAT(Names(), UnorderedElementsAre("views"));
}

TEST_F(ViewsTest, GivingUpAllMendsAFileThatNamesNoDatabase) {
  {
    const auto views = OpenViews();
    BuildBeside(*views);
    ASSERT_EQ(views->SwitchToNext(), absl::OkStatus());
  }
  WriteFile("views.live", "damaged");
  EXPECT_FALSE(Views::Open({.folder = root_, .store = Options()}).ok());
  const auto views = OpenViews(/*anew=*/true);
  EXPECT_EQ(views->Current()->Get("row"), std::nullopt);
  EXPECT_THAT(Names(), UnorderedElementsAre("views"));
}

TEST_F(ViewsTest, WhoeverFlushesWhileItIsSwitchedFlushesTheNewOne) {
  const auto views = OpenViews();
  PutAndPublish(*views, "row", "old", 1);
  // Staged rows hold a flush up.
  views->Stage("row", "never", 2);
  std::promise<void> begun;
  auto flushed = std::async(std::launch::async, [&] {
    begun.set_value();
    return views->Flush();
  });
  begun.get_future().wait();
  PutAndPublish(Next(*views), "row", "new", 1);
  ASSERT_EQ(views->SwitchToNext(), absl::OkStatus());
  ASSERT_THAT(*views->RemoveOld(), true);
  EXPECT_EQ(flushed.get(), absl::OkStatus());
  EXPECT_EQ(views->stored_mark(), "mark 1");
}

// What the folder holds when the process is killed on the way, in the order of the way.
struct CrashPoint {
  const char* name;
  std::function<void(const std::filesystem::path&)> leave;
  const char* live;
};

TEST_F(ViewsTest, AfterACrashAtAnyPointOfTheSwitchOneOfTheTwoIsLive) {
  const auto write = [](const char* name, const char* text) {
    return [=](const std::filesystem::path& folder) { std::ofstream(folder / name) << text; };
  };
  const CrashPoint points[] = {
      {"before the file is written", [](const auto&) {}, "old"},
      {"while the file is written", write("views.live.new", "vie"), "old"},
      {"before the file is renamed", write("views.live.new", "views-2\n"), "old"},
      {"after the file is renamed", write("views.live", "views-2\n"), "new"},
      {"while the old one is removed",
       [](const auto& folder) {
         std::ofstream(folder / "views.live") << "views-2\n";
         std::filesystem::remove(folder / "views/CURRENT");
       },
       "new"},
  };
  for (const CrashPoint& point : points) {
    SCOPED_TRACE(point.name);
    {
      const auto views = OpenViews();
      PutAndPublish(*views, "row", "old", 2);
      ASSERT_TRUE(views->Flush().ok());
      RowStore& next = Next(*views);
      PutAndPublish(next, "row", "new", 2);
      ASSERT_TRUE(next.Flush().ok());
    }
    point.leave(root_);
    EXPECT_THAT(OpenViews()->Current()->Get("row"), Optional(std::string(point.live)));
    for (const std::string& name : Names()) std::filesystem::remove_all(root_ / name);
  }
}

TEST_F(ViewsTest, AFileThatNamesNoDatabaseIsRefused) {
  for (const char* text :
       {"", "views-2", "views-1\n", "views-02\n", "log\n", "views-2\nviews-3\n"}) {
    WriteFile("views.live", text);
    EXPECT_EQ(ViewsFolder::Open(root_).status().code(), absl::StatusCode::kDataLoss) << text;
  }
}

TEST_F(ViewsTest, KnowsItsOwnNames) {
  for (const char* name : {"views", "views-2", "views-10", "views.live", "views.live.new"}) {
    EXPECT_TRUE(ViewsFolder::IsOurs(name)) << name;
  }
  for (const char* name : {"views-", "views-1", "views-02", "views-x", "views2", "log"}) {
    EXPECT_FALSE(ViewsFolder::IsOurs(name)) << name;
  }
}

}  // namespace
}  // namespace billing::projections
