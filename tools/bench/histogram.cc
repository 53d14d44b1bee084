#include "tools/bench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

namespace billing::bench {
namespace {

// Buckets per power of two. A bucket's middle is at most half of 1/64 from what is in it.
constexpr int kSubBucketBits = 6;
constexpr size_t kSubBuckets = size_t{1} << kSubBucketBits;

// Below 2 * kSubBuckets each value has a bucket of its own; from there a bucket is
// 2^shift wide, and doubles with every power of two.
int ShiftOf(uint64_t value) {
  return std::max(0, static_cast<int>(std::bit_width(value)) - (kSubBucketBits + 1));
}

size_t BucketOf(int64_t value) {
  const auto unsigned_value = static_cast<uint64_t>(value);
  const int shift = ShiftOf(unsigned_value);
  return static_cast<size_t>(shift) * kSubBuckets + (unsigned_value >> shift);
}

int64_t MiddleOf(size_t bucket) {
  const size_t shift = bucket < 2 * kSubBuckets ? 0 : bucket / kSubBuckets - 1;
  const auto lowest = static_cast<int64_t>((bucket - shift * kSubBuckets) << shift);
  return lowest + ((int64_t{1} << shift) - 1) / 2;
}

}  // namespace

Histogram::Histogram() : counts_(BucketOf(kLargest) + 1) {}

void Histogram::Record(int64_t value) {
  value = std::clamp<int64_t>(value, 0, kLargest);
  ++counts_[BucketOf(value)];
  ++count_;
  max_ = std::max(max_, value);
}

void Histogram::Add(const Histogram& other) {
  for (size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    counts_[bucket] += other.counts_[bucket];
  }
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

int64_t Histogram::ValueAt(double share) const {
  if (count_ == 0) return 0;
  const auto wanted = std::clamp<uint64_t>(
      static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_))), 1, count_);
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) return std::min(MiddleOf(bucket), max_);
  }
  return max_;
}

}  // namespace billing::bench
