#include "tests/metrics/metric_values.h"

#include "gtest/gtest.h"

namespace billing::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

double ValueIn(MetricType type, const ClientMetric& metric) {
  if (type == MetricType::Counter) return metric.counter.value;
  if (type == MetricType::Gauge) return metric.gauge.value;
  return static_cast<double>(metric.histogram.sample_count);
}

}  // namespace

std::string SeriesOf(const MetricFamily& family, const ClientMetric& metric) {
  std::string labels;
  for (const auto& label : metric.label) {
    labels += (labels.empty() ? "" : ",") + label.name + "=\"" + label.value + "\"";
  }
  return labels.empty() ? family.name : family.name + "{" + labels + "}";
}

double ValueOf(const std::vector<MetricFamily>& families, std::string_view series) {
  for (const MetricFamily& family : families) {
    for (const ClientMetric& metric : family.metric) {
      if (SeriesOf(family, metric) == series) return ValueIn(family.type, metric);
    }
  }
  ADD_FAILURE() << "there is no metric " << series;
  return -1;
}

double ValueOf(const Metrics& metrics, std::string_view series) {
  return ValueOf(metrics.Collect(), series);
}

}  // namespace billing::server
