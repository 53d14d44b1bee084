// Finds one number among many metrics.
#ifndef BILLING_TESTS_METRICS_METRIC_VALUES_H_
#define BILLING_TESTS_METRICS_METRIC_VALUES_H_

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <vector>

#include "server/metrics/metrics.h"

namespace billing::server {

// As it stands in the text: `name` or `name{label="value",other="value"}`; of a histogram, how
// many were observed. Fails the test, and is -1, when there is no such metric.
double ValueOf(const std::vector<prometheus::MetricFamily>& families, std::string_view series);
double ValueOf(const Metrics& metrics, std::string_view series);

// `name{label="value"}` of a metric.
std::string SeriesOf(const prometheus::MetricFamily& family,
                     const prometheus::ClientMetric& metric);

}  // namespace billing::server

#endif  // BILLING_TESTS_METRICS_METRIC_VALUES_H_
