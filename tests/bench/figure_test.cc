#include "tools/bench/figure.h"

#include <nlohmann/json.hpp>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace billing::bench {
namespace {

using ::testing::HasSubstr;

const Setting kSetting = {
    .verb = "commands", .machine = {{"cores", "2"}}, .settings = {{"runs", "3"}}};

TEST(Median, IsTheMiddleOne) {
  EXPECT_EQ(MedianOf({9, 1, 5}), 5);
  EXPECT_EQ(MedianOf({1, 2, 4, 100}), 3);
  EXPECT_EQ(MedianOf({}), 0);
}

TEST(Verdict, OfAFigureThatShouldBeLargeLooksUp) {
  // S1: reach 0.80, floor 0.50.
  EXPECT_EQ(VerdictOf({.id = "S1", .runs = {0.80}, .parts = {}, .note = ""}), Verdict::kReached);
  EXPECT_EQ(VerdictOf({.id = "S1", .runs = {0.79}, .parts = {}, .note = ""}), Verdict::kAboveFloor);
  EXPECT_EQ(VerdictOf({.id = "S1", .runs = {0.49}, .parts = {}, .note = ""}), Verdict::kBelowFloor);
}

TEST(Verdict, OfAFigureThatShouldBeSmallLooksDown) {
  // S2: reach 1.6, floor 2.5.
  EXPECT_EQ(VerdictOf({.id = "S2", .runs = {1.6}, .parts = {}, .note = ""}), Verdict::kReached);
  EXPECT_EQ(VerdictOf({.id = "S2", .runs = {2.5}, .parts = {}, .note = ""}), Verdict::kAboveFloor);
  EXPECT_EQ(VerdictOf({.id = "S2", .runs = {2.6}, .parts = {}, .note = ""}), Verdict::kBelowFloor);
}

TEST(Verdict, IsOfTheMedianNotOfTheBestRun) {
  EXPECT_EQ(VerdictOf({.id = "S1", .runs = {0.9, 0.1, 0.2}, .parts = {}, .note = ""}),
            Verdict::kBelowFloor);
}

TEST(Json, HasWhatProgramsLookFor) {
  const Figure figure = {.id = "S1",
                         .runs = {0.4, 0.5, 0.6},
                         .parts = {{"commands_per_second", 50'000.4}},
                         .note = "a note"};
  const auto json = nlohmann::json::parse(JsonOf(figure, kSetting));
  EXPECT_EQ(json["figure"], "S1");
  EXPECT_EQ(json["verb"], "commands");
  EXPECT_EQ(json["ratio"], 0.5);
  EXPECT_EQ(json["commands_per_second"], 50'000);
  EXPECT_EQ(json["reach"], 0.8);
  EXPECT_EQ(json["floor"], 0.5);
  EXPECT_EQ(json["verdict"], "above floor");
  EXPECT_EQ(json["runs"], nlohmann::json({0.4, 0.5, 0.6}));
  EXPECT_EQ(json["note"], "a note");
  EXPECT_EQ(json["machine"]["cores"], "2");
  EXPECT_EQ(json["settings"]["runs"], "3");
}

TEST(Json, CallsWhatIsNoRatioAValueWithItsUnit) {
  const auto json = nlohmann::json::parse(
      JsonOf({.id = "S12", .runs = {612.34}, .parts = {}, .note = ""}, kSetting));
  EXPECT_EQ(json["value"], 612.3);
  EXPECT_EQ(json["unit"], "B");
  EXPECT_FALSE(json.contains("ratio"));
}

TEST(Text, SaysMedianSpreadReachFloorAndWhatItIsMadeOf) {
  const std::string text = TextOf({.id = "S1",
                                   .runs = {0.4, 0.5, 0.6},
                                   .parts = {{"commands_per_second", 50'000.4}},
                                   .note = ""});
  EXPECT_THAT(text, HasSubstr("0.5 (0.4 to 0.6 in 3 runs); reach 0.8, floor 0.5: above floor"));
  EXPECT_THAT(text, HasSubstr("commands_per_second=50,000"));
}

}  // namespace
}  // namespace billing::bench
