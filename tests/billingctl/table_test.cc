#include "tools/billingctl/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace billing::billingctl {
namespace {

TEST(Table, AlignsColumnsAndShowsEmptyCellsAsADash) {
  Table table({{"card"}, {"in-use"}, {"holder"}}, {});
  table.Add({"mastercard", "yes", "A. Cooper"});
  table.Add({"visa", "", ""});
  std::ostringstream out;
  table.Flush(out);
  EXPECT_EQ(out.str(),
            "CARD        IN USE  HOLDER\n"
            "mastercard  yes     A. Cooper\n"
            "visa        -       -\n");
}

TEST(Table, CountsCharactersNotBytes) {
  Table table({{"holder"}, {"number"}}, {});
  table.Add({"Zoë Müller", "…1111"});
  table.Add({"Al", "…2222"});
  std::ostringstream out;
  table.Flush(out);
  EXPECT_EQ(out.str(),
            "HOLDER      NUMBER\n"
            "Zoë Müller  …1111\n"
            "Al          …2222\n");
}

TEST(Table, PrintsItsHeadingsOnceHoweverManyPagesFollow) {
  Table table({{"a"}, {"b"}}, {});
  std::ostringstream out;
  table.Add({"wide", "1"});
  table.Flush(out);
  table.Add({"x", "2"});
  table.Flush(out);
  EXPECT_EQ(out.str(),
            "A     B\n"
            "wide  1\n"
            "x     2\n");
}

TEST(Table, WithoutRowsIsItsHeadings) {
  Table table({{"card"}, {"brand"}}, {});
  std::ostringstream out;
  table.Flush(out);
  EXPECT_EQ(out.str(), "CARD  BRAND\n");
}

TEST(Table, ColoursStatesOnlyAndKeepsTheirWidth) {
  Table table({{"name"}, {"state", true}, {"other"}}, {.colour = true});
  table.Add({"ACTIVE", "ACTIVE", "x"});
  table.Add({"web", "PAST_DUE", "y"});
  std::ostringstream out;
  table.Flush(out);
  EXPECT_EQ(out.str(),
            "NAME    STATE     OTHER\n"
            "ACTIVE  \x1b[32mACTIVE\x1b[0m    x\n"
            "web     \x1b[31mPAST_DUE\x1b[0m  y\n");
}

TEST(Table, ShowsOnlyTheColumnsAskedForInTheirOrder) {
  using Row = std::pair<std::string, std::string>;
  const std::vector<Column<Row>> columns = {
      {{"first"}, [](const Row& row) { return row.first; }},
      {{"second"}, [](const Row& row) { return row.second; }},
      {{"both"}, [](const Row& row) { return row.first + row.second; }, false},
  };
  const auto names = [&](const std::vector<std::string>& asked) {
    std::string text;
    for (const Heading& heading : HeadingsOf(Chosen(columns, asked))) text += heading.name + " ";
    return text;
  };
  EXPECT_EQ(names({}), "first second ");
  EXPECT_EQ(names({"both", "first"}), "both first ");
}

TEST(Record, HasOneLinePerField) {
  std::ostringstream out;
  PrintRecord({{"card"}, {"in-use"}, {"holder"}}, {"visa", "yes", ""}, {}, out);
  EXPECT_EQ(out.str(),
            "card    visa\n"
            "in use  yes\n"
            "holder  -\n");
}

TEST(Printable, HasNothingThatATerminalWouldObey) {
  EXPECT_EQ(Printable("a\x1b[31mb\nc\x7f"), "a\uFFFD[31mb\uFFFDc\uFFFD");
  EXPECT_EQ(Printable("x\xC2\x9By"), "x\uFFFDy");
  EXPECT_EQ(Printable("é …"), "é …");
  EXPECT_EQ(PrintableLines("a\nb\x1b"), "a\nb\uFFFD");
}

}  // namespace
}  // namespace billing::billingctl
