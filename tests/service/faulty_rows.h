// Rows of which readers cannot read some.
#ifndef BILLING_TESTS_SERVICE_FAULTY_ROWS_H_
#define BILLING_TESTS_SERVICE_FAULTY_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "projections/rows/views.h"
#include "tests/support/views_decorator.h"

namespace billing::server {

// Which rows cannot be read. Thread-safe.
class RowFaults {
 public:
  // Those with this in their key; empty: none.
  void Set(std::string in_key) {
    const std::lock_guard lock(mutex_);
    in_key_ = std::move(in_key);
  }
  absl::Status At(std::string_view key) const {
    const std::lock_guard lock(mutex_);
    if (in_key_.empty() || key.find(in_key_) == std::string_view::npos) return absl::OkStatus();
    return absl::DataLossError("injected: a row cannot be read");
  }

 private:
  mutable std::mutex mutex_;
  std::string in_key_;
};

// As projections::Version; not thread-safe.
class FaultyVersion final : public projections::Version {
 public:
  FaultyVersion(std::shared_ptr<const projections::Version> inner,
                std::shared_ptr<const RowFaults> faults)
      : inner_(std::move(inner)), faults_(std::move(faults)) {}

  uint64_t position() const override { return inner_->position(); }
  std::optional<std::string> Get(std::string_view key) const override {
    return Fails(key) ? std::nullopt : inner_->Get(key);
  }
  bool Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const override {
    return !Fails(key) && inner_->Look(key, use);
  }
  void Scan(const projections::KeyRange& range, projections::Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override {
    if (!Fails(range.begin)) inner_->Scan(range, order, visit);
  }
  absl::Status status() const override { return failure_.ok() ? inner_->status() : failure_; }
  std::unique_ptr<const projections::RowReader> InMemory(size_t rows_max) const override {
    return inner_->InMemory(rows_max);
  }

 private:
  bool Fails(std::string_view key) const {
    const absl::Status fault = faults_->At(key);
    failure_.Update(fault);
    return !fault.ok();
  }

  const std::shared_ptr<const projections::Version> inner_;
  const std::shared_ptr<const RowFaults> faults_;
  mutable absl::Status failure_;
};

// Passes everything on, except what readers cannot read; the writer can.
class FaultyRows final : public projections::ViewsDecorator {
 public:
  FaultyRows(std::unique_ptr<projections::Views> inner, std::shared_ptr<const RowFaults> faults)
      : ViewsDecorator(std::move(inner)), faults_(std::move(faults)) {}

  std::shared_ptr<const projections::Version> Current() const override {
    return std::make_shared<FaultyVersion>(inner().Current(), faults_);
  }

 private:
  const std::shared_ptr<const RowFaults> faults_;
};

}  // namespace billing::server

#endif  // BILLING_TESTS_SERVICE_FAULTY_ROWS_H_
