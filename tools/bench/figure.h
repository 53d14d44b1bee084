// The figures that billingd is to reach, and telling what was measured of them.
#ifndef BILLING_TOOLS_BENCH_FIGURE_H_
#define BILLING_TOOLS_BENCH_FIGURE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billing::bench {

// One figure and what it should be. Source: the project's list of figures to reach.
struct Target {
  std::string_view id;    // `S1`
  std::string_view what;  // in words, with what it is compared with
  double reach;
  double floor;
  std::string_view unit;  // empty: a ratio
  bool more_is_better;
};

// REQUIRES: there is such a figure.
const Target& TargetOf(std::string_view id);

// The middle one; of an even number the mean of the middle two. 0 for none.
double MedianOf(std::vector<double> values);

// What was measured of one figure.
struct Figure {
  std::string_view id;
  // One value each; the median is what the figure is.
  std::vector<double> runs;
  // What it is made of, by the names that programs find it under; medians of the runs.
  std::vector<std::pair<std::string, double>> parts;
  // What a reader has to know beside; may be empty.
  std::string note;
};

enum class Verdict { kReached, kAboveFloor, kBelowFloor };
Verdict VerdictOf(const Figure& figure);

using Words = std::vector<std::pair<std::string, std::string>>;

// Where and how it was measured, once for all figures of a run.
struct Setting {
  std::string verb;
  Words machine;
  Words settings;
};

// For people: three lines.
std::string TextOf(const Figure& figure);
// The machine and the settings, one line each.
std::string TextOf(const Setting& setting);
// For programs: one object on one line.
std::string JsonOf(const Figure& figure, const Setting& setting);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_FIGURE_H_
