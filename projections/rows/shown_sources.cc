#include "projections/rows/shown_sources.h"

#include <cassert>
#include <utility>

namespace billing::projections {
namespace {

constexpr Sources::Reach kAll{.position = UINT64_MAX};

}  // namespace

void ShownSources::Show(Shown shown) {
  {
    const std::lock_guard lock(mutex_);
    std::swap(shown_, shown);
    times_shown_.fetch_add(1, std::memory_order_release);
  }
  // The old ones go here, outside the lock that readers take.
}

ShownSources::Shown ShownSources::Now() const {
  const std::lock_guard lock(mutex_);
  return shown_;
}

const Sources& StagedRows::Latest() const {
  const uint64_t times_shown = shown_.times_shown();
  if (times_shown != times_shown_) {
    sources_ = shown_.Now().sources;
    times_shown_ = times_shown;
  }
  assert(sources_ != nullptr);
  return *sources_;
}

std::optional<std::string> StagedRows::Get(std::string_view key) const {
  return Latest().Get(key, kAll, failure_);
}

bool StagedRows::Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const {
  return Latest().Look(key, kAll, failure_, use);
}

void StagedRows::Scan(const KeyRange& range, Order order,
                      absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const {
  Latest().Scan(range, order, kAll, failure_, visit);
}

}  // namespace billing::projections
