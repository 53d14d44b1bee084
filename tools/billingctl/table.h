// Tables for people.
#ifndef BILLING_TOOLS_BILLINGCTL_TABLE_H_
#define BILLING_TOOLS_BILLINGCTL_TABLE_H_

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace billing::billingctl {

// The text without control characters, which a terminal would obey: each is replaced
// by U+FFFD. PrintableLines keeps line feeds.
std::string Printable(absl::string_view text);
std::string PrintableLines(absl::string_view text);

struct Heading {
  // As --columns has it: `in-use`; shown as `IN USE`.
  std::string name;
  // Cells are states, shown in colour where colour is on.
  bool is_state = false;
};

// Aligned columns, two spaces apart, empty cells as `-`; the last column is not padded.
class Table {
 public:
  // What every table must know of where it is printed.
  struct Style {
    bool colour = false;
  };

  Table(std::vector<Heading> headings, Style style);

  // REQUIRES: one cell per heading.
  void Add(std::vector<std::string> cells);

  // Prints the rows added since the last Flush, the headings before the first; widths
  // never shrink from one Flush to the next.
  void Flush(std::ostream& out);

 private:
  void PrintRow(const std::vector<std::string>& cells, bool is_heading, std::ostream& out) const;

  std::vector<Heading> headings_;
  Style style_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<size_t> widths_;
  bool headings_printed_ = false;
};

// For what is not in a table: stands out, and calls for somebody, where colour is on. Control
// characters are replaced.
std::string Highlighted(absl::string_view text, Table::Style style);
std::string Alarming(absl::string_view text, Table::Style style);

// One thing, one line per column: `in use   yes`.
void PrintRecord(const std::vector<Heading>& headings, const std::vector<std::string>& cells,
                 Table::Style style, std::ostream& out);

// What a column shows of a Row.
template <class Row>
struct Column {
  Heading heading;
  std::function<std::string(const Row&)> cell;
  // In a table also when --columns does not ask for it.
  bool usual = true;
};

template <class Row>
std::vector<Heading> HeadingsOf(const std::vector<Column<Row>>& columns) {
  std::vector<Heading> headings;
  for (const Column<Row>& column : columns) headings.push_back(column.heading);
  return headings;
}

template <class Row>
std::vector<std::string> CellsOf(const std::vector<Column<Row>>& columns, const Row& row) {
  std::vector<std::string> cells;
  for (const Column<Row>& column : columns) cells.push_back(column.cell(row));
  return cells;
}

// The columns called `names`, in that order; the usual ones when `names` is empty.
// REQUIRES: there is a column for each name.
template <class Row>
std::vector<Column<Row>> Chosen(const std::vector<Column<Row>>& columns,
                                const std::vector<std::string>& names) {
  std::vector<Column<Row>> chosen;
  for (const Column<Row>& column : columns) {
    if (names.empty() && column.usual) chosen.push_back(column);
  }
  for (const std::string& name : names) {
    for (const Column<Row>& column : columns) {
      if (column.heading.name == name) chosen.push_back(column);
    }
  }
  return chosen;
}

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_TABLE_H_
