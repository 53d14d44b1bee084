#include "tools/billingctl/table.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace billing::billingctl {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

constexpr absl::string_view kPlain = "\x1b[0m";
constexpr absl::string_view kBold = "\x1b[1m";
constexpr absl::string_view kRed = "\x1b[31m";
constexpr absl::string_view kGreen = "\x1b[32m";
constexpr absl::string_view kYellow = "\x1b[33m";

// Of every kind of state: well, in need of somebody, and in between.
constexpr std::pair<absl::string_view, absl::string_view> kColours[] = {
    {"ACTIVE", kGreen},      {"LIVE", kGreen},         {"SERVING", kGreen},  {"APPROVED", kGreen},
    {"PAID", kGreen},        {"ACCEPTED", kGreen},     {"PAST_DUE", kRed},   {"EXPIRED", kRed},
    {"NOT_SERVING", kRed},   {"REJECTED", kRed},       {"DECLINED", kRed},   {"DISABLED", kYellow},
    {"CANCELLED", kYellow},  {"REQUESTED", kYellow},   {"PENDING", kYellow}, {"INACTIVE", kYellow},
    {"REBUILDING", kYellow}, {"REBUILD_FAILED", kRed},
};

// U+0080 to U+009F, which are control characters too, begin with this byte.
constexpr unsigned char kC1Lead = 0xC2;

std::string WithoutControls(absl::string_view text, bool keep_line_feeds) {
  std::string printable;
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 =
        byte == kC1Lead && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    const bool is_c0 = absl::ascii_iscntrl(byte) && !(keep_line_feeds && byte == '\n');
    if (is_c1) ++i;
    if (is_c0 || is_c1) {
      absl::StrAppend(&printable, kReplacement);
    } else {
      printable.push_back(text[i]);
    }
  }
  return printable;
}

// Code points; terminals show nearly all of them one cell wide.
size_t WidthOf(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

absl::string_view ColourOf(absl::string_view state) {
  for (const auto& [word, colour] : kColours) {
    if (word == state) return colour;
  }
  return "";
}

std::string Coloured(const std::string& state) {
  const absl::string_view colour = ColourOf(state);
  return colour.empty() ? state : absl::StrCat(colour, state, kPlain);
}

std::string CellText(absl::string_view cell) { return cell.empty() ? "-" : Printable(cell); }

}  // namespace

std::string Printable(absl::string_view text) { return WithoutControls(text, false); }

std::string PrintableLines(absl::string_view text) { return WithoutControls(text, true); }

std::string Highlighted(absl::string_view text, Table::Style style) {
  if (!style.colour) return Printable(text);
  return absl::StrCat(kBold, Printable(text), kPlain);
}

std::string Alarming(absl::string_view text, Table::Style style) {
  if (!style.colour) return Printable(text);
  return absl::StrCat(kRed, Printable(text), kPlain);
}

Table::Table(std::vector<Heading> headings, Style style)
    : headings_(std::move(headings)), style_(style) {
  for (const Heading& heading : headings_) widths_.push_back(WidthOf(heading.name));
}

void Table::Add(std::vector<std::string> cells) {
  assert(cells.size() == headings_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i] = CellText(cells[i]);
    widths_[i] = std::max(widths_[i], WidthOf(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

void Table::Flush(std::ostream& out) {
  if (!headings_printed_) {
    std::vector<std::string> names;
    for (const Heading& heading : headings_) {
      names.push_back(absl::StrReplaceAll(absl::AsciiStrToUpper(heading.name), {{"-", " "}}));
    }
    PrintRow(names, true, out);
    headings_printed_ = true;
  }
  for (const std::vector<std::string>& row : rows_) PrintRow(row, false, out);
  rows_.clear();
}

void Table::PrintRow(const std::vector<std::string>& cells, bool is_heading,
                     std::ostream& out) const {
  for (size_t i = 0; i < cells.size(); ++i) {
    const bool coloured = style_.colour && headings_[i].is_state && !is_heading;
    out << (coloured ? Coloured(cells[i]) : cells[i]);
    if (i + 1 < cells.size()) out << std::string(widths_[i] - WidthOf(cells[i]) + 2, ' ');
  }
  out << '\n';
}

void PrintRecord(const std::vector<Heading>& headings, const std::vector<std::string>& cells,
                 Table::Style style, std::ostream& out) {
  assert(cells.size() == headings.size());
  size_t width = 0;
  for (const Heading& heading : headings) width = std::max(width, heading.name.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string text = CellText(cells[i]);
    const std::string name = absl::StrReplaceAll(headings[i].name, {{"-", " "}});
    out << name << std::string(width - name.size() + 2, ' ')
        << (style.colour && headings[i].is_state ? Coloured(text) : text) << '\n';
  }
}

}  // namespace billing::billingctl
