#include "server/metrics/families.h"

#include <cassert>
#include <cstddef>
#include <utility>

namespace billing::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Family(MetricType type, std::string_view name, std::string_view help) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

}  // namespace

MetricFamily CounterFamily(std::string_view name, std::string_view help) {
  assert(name.ends_with("_total"));
  return Family(MetricType::Counter, name, help);
}

MetricFamily GaugeFamily(std::string_view name, std::string_view help) {
  return Family(MetricType::Gauge, name, help);
}

MetricFamily HistogramFamily(std::string_view name, std::string_view help) {
  return Family(MetricType::Histogram, name, help);
}

ClientMetric Count(double value, Labels labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  return metric;
}

ClientMetric Level(double value, Labels labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

ClientMetric Distribution(const HistogramCounts& counts, std::span<const int64_t> bounds,
                          double per_unit, Labels labels) {
  assert(counts.buckets.size() == bounds.size() + 1);
  ClientMetric metric;
  metric.label = std::move(labels);
  uint64_t below = 0;
  for (size_t i = 0; i < bounds.size(); ++i) {
    below += counts.buckets[i];
    metric.histogram.bucket.push_back(
        {.cumulative_count = below, .upper_bound = static_cast<double>(bounds[i]) / per_unit});
  }
  // Of the buckets as they were read, so that the numbers agree with each other.
  metric.histogram.sample_count = below + counts.buckets.back();
  metric.histogram.sample_sum = static_cast<double>(counts.sum) / per_unit;
  return metric;
}

MetricFamily OneCounter(std::string_view name, std::string_view help, double value) {
  MetricFamily family = CounterFamily(name, help);
  family.metric.push_back(Count(value));
  return family;
}

MetricFamily OneGauge(std::string_view name, std::string_view help, double value) {
  MetricFamily family = GaugeFamily(name, help);
  family.metric.push_back(Level(value));
  return family;
}

}  // namespace billing::server
