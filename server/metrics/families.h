// The pieces of Prometheus' families: names as its conventions have them, seconds and bytes.
#ifndef BILLING_SERVER_METRICS_FAMILIES_H_
#define BILLING_SERVER_METRICS_FAMILIES_H_

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/metrics/counter.h"

namespace billing::server {

using Labels = std::vector<prometheus::ClientMetric::Label>;

// Without a metric yet.
prometheus::MetricFamily CounterFamily(std::string_view name, std::string_view help);
prometheus::MetricFamily GaugeFamily(std::string_view name, std::string_view help);
prometheus::MetricFamily HistogramFamily(std::string_view name, std::string_view help);

prometheus::ClientMetric Count(double value, Labels labels = {});
prometheus::ClientMetric Level(double value, Labels labels = {});
// Bounds and sum are told divided by `per_unit`: 1e6 for microseconds that Prometheus is told
// as seconds.
prometheus::ClientMetric Distribution(const HistogramCounts& counts,
                                      std::span<const int64_t> bounds, double per_unit,
                                      Labels labels = {});

// A family of one metric without labels.
prometheus::MetricFamily OneCounter(std::string_view name, std::string_view help, double value);
prometheus::MetricFamily OneGauge(std::string_view name, std::string_view help, double value);

}  // namespace billing::server

#endif  // BILLING_SERVER_METRICS_FAMILIES_H_
