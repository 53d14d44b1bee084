// names.txt holds every metric's name, labels and buckets: dashboards and alerts are written
// against them. BILLING_UPDATE_GOLDEN=1 writes it anew.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "server/metrics/readings.h"
#include "tests/metrics/metric_values.h"

namespace billing::server {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

const char* NameOf(MetricType type) {
  if (type == MetricType::Counter) return "counter";
  return type == MetricType::Gauge ? "gauge" : "histogram";
}

// `histogram name (32)`, which is how many there are by labels, then the values of each label.
std::string LinesOf(const MetricFamily& family) {
  std::ostringstream lines;
  lines << NameOf(family.type) << " " << family.name << " (" << family.metric.size() << ")\n";
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> values;
  for (const auto& metric : family.metric) {
    for (const auto& label : metric.label) {
      auto& known = values[label.name];
      if (known.empty()) order.push_back(label.name);
      if (std::ranges::find(known, label.value) == known.end()) known.push_back(label.value);
    }
  }
  for (const std::string& label : order) {
    lines << "  " << label << ": " << absl::StrJoin(values[label], " ") << "\n";
  }
  if (family.type != MetricType::Histogram) return lines.str();
  lines << "  le:";
  for (const auto& bucket : family.metric.front().histogram.bucket) {
    lines << " " << bucket.upper_bound;
  }
  lines << "\n";
  return lines.str();
}

std::vector<MetricFamily> AllFamilies() {
  std::vector<MetricFamily> families = Metrics().Collect();
  for (MetricFamily& gauge : Gauges({.version = "VERSION"})) families.push_back(std::move(gauge));
  return families;
}

TEST(MetricNames, AreThoseOfTheGoldenFile) {
  std::string names;
  for (const MetricFamily& family : AllFamilies()) names += LinesOf(family);
  if (std::getenv("BILLING_UPDATE_GOLDEN") != nullptr) std::ofstream(BILLING_METRIC_NAMES) << names;
  std::ostringstream golden;
  golden << std::ifstream(BILLING_METRIC_NAMES).rdbuf();
  EXPECT_EQ(names, golden.str()) << "wanted? BILLING_UPDATE_GOLDEN=1 writes the file anew";
}

TEST(MetricNames, FollowPrometheusConventions) {
  for (const MetricFamily& family : AllFamilies()) {
    const std::string& name = family.name;
    EXPECT_TRUE(name.starts_with("billingd_") || name.starts_with("process_")) << name;
    EXPECT_EQ(name.ends_with("_total"), family.type == MetricType::Counter) << name;
    EXPECT_TRUE(family.help.ends_with(".")) << name;
    for (const char* unit : {"_ms", "_us", "_milliseconds", "_kib", "_mb"}) {
      EXPECT_FALSE(name.ends_with(unit)) << name;
    }
  }
}

TEST(MetricNames, EachSeriesIsThereOnce) {
  std::map<std::string, int> series;
  for (const MetricFamily& family : AllFamilies()) {
    for (const auto& metric : family.metric) ++series[SeriesOf(family, metric)];
  }
  for (const auto& [name, count] : series) EXPECT_EQ(count, 1) << name;
}

}  // namespace
}  // namespace billing::server
