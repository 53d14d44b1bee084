// Read models over others: passes everything on. Who is one overrides what it does otherwise.
#ifndef BILLING_TESTS_SUPPORT_VIEWS_DECORATOR_H_
#define BILLING_TESTS_SUPPORT_VIEWS_DECORATOR_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/rows/views.h"

namespace billing::projections {

class ViewsDecorator : public Views {
 public:
  explicit ViewsDecorator(std::unique_ptr<Views> inner) : inner_(std::move(inner)) {}

  std::string stored_mark() const override { return inner_->stored_mark(); }
  std::unique_ptr<const RowReader> Staged() const override { return inner_->Staged(); }
  void Stage(std::span<const ChangedRow> rows, uint64_t position) override {
    inner_->Stage(rows, position);
  }
  void EndBatch(uint64_t position) override { inner_->EndBatch(position); }
  absl::Status Publish(uint64_t position, std::string_view mark) override {
    return inner_->Publish(position, mark);
  }
  bool border_due() const override { return inner_->border_due(); }
  void BeginServing() override { inner_->BeginServing(); }
  std::shared_ptr<const Version> Current() const override { return inner_->Current(); }
  void HoldBack(bool held) override { inner_->HoldBack(held); }
  bool short_of_space() const override { return inner_->short_of_space(); }
  absl::Status Flush() override { return inner_->Flush(); }
  void GiveUp() override { inner_->GiveUp(); }
  absl::Status Close() override { return inner_->Close(); }
  absl::Status background_status() const override { return inner_->background_status(); }
  uint64_t records_behind() const override { return inner_->records_behind(); }
  bool HasNext() const override { return inner_->HasNext(); }
  absl::StatusOr<RowStore*> OpenNext() override { return inner_->OpenNext(); }
  absl::Status DropNext() override { return inner_->DropNext(); }
  void LeaveNext() override { inner_->LeaveNext(); }
  absl::Status SwitchToNext() override { return inner_->SwitchToNext(); }
  absl::StatusOr<bool> RemoveOld() override { return inner_->RemoveOld(); }
  void GiveUpNext() override { inner_->GiveUpNext(); }

 protected:
  Views& inner() { return *inner_; }
  const Views& inner() const { return *inner_; }

 private:
  const std::unique_ptr<Views> inner_;
};

}  // namespace billing::projections

#endif  // BILLING_TESTS_SUPPORT_VIEWS_DECORATOR_H_
