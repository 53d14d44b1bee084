// The key-value interface that read models are written to and read from. Keys and
// values are bytes; order is bytewise.
#ifndef BILLING_PROJECTIONS_KEYVALUE_KEY_VALUE_H_
#define BILLING_PROJECTIONS_KEYVALUE_KEY_VALUE_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace billing::projections {

// begin <= key < end; an empty end means no upper bound.
struct KeyRange {
  std::string begin;
  std::string end;
};

// All keys that start with `prefix`.
KeyRange KeysWithPrefix(std::string prefix);

enum class Order { kAscending, kDescending };

// One consistent state of all rows.
//
// A row that cannot be read (a machine failure, a checksum that does not match) is
// reported by status(), which stays set: REQUIRES: whoever uses what Get or Scan gave
// checks status() first. Not thread-safe unless a subclass says so.
class RowReader {
 public:
  virtual ~RowReader() = default;

  // The row's value; nothing when there is none.
  virtual std::optional<std::string> Get(std::string_view key) const = 0;

  // Calls `use` with the row's value, which lives until that returns, and copies nothing where
  // the rows are in memory; false, and nothing is called, when there is none. `use` must
  // neither change the rows nor look at others.
  virtual bool Look(std::string_view key,
                    absl::FunctionRef<void(std::string_view value)> use) const;

  // Visits rows in order until `visit` returns false. `visit` must not change the rows;
  // what it is given lives until it returns.
  virtual void Scan(
      const KeyRange& range, Order order,
      absl::FunctionRef<bool(std::string_view key, std::string_view value)> visit) const = 0;

  virtual absl::Status status() const = 0;
};

class RowWriter : public RowReader {
 public:
  virtual void Put(std::string_view key, std::string_view value) = 0;
  virtual void Delete(std::string_view key) = 0;
};

// Rows in an ordered map: for tests, audits and folds that fit in memory.
class MapRows final : public RowWriter {
 public:
  std::optional<std::string> Get(std::string_view key) const override;
  bool Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const override;
  void Scan(const KeyRange& range, Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override;
  absl::Status status() const override { return absl::OkStatus(); }
  void Put(std::string_view key, std::string_view value) override;
  void Delete(std::string_view key) override;

  const std::map<std::string, std::string, std::less<>>& rows() const { return rows_; }

 private:
  std::map<std::string, std::string, std::less<>> rows_;
};

// Changes of one command over a base: later reads see them, the base does not, until
// the caller hands each of changes() on. The base outlives it and does not change
// meanwhile.
class Overlay final : public RowWriter {
 public:
  explicit Overlay(const RowReader& base) : base_(base) {}

  std::optional<std::string> Get(std::string_view key) const override;
  bool Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const override;
  void Scan(const KeyRange& range, Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override;
  absl::Status status() const override { return base_.status(); }
  void Put(std::string_view key, std::string_view value) override;
  void Delete(std::string_view key) override;

  // Each changed row, ascending; no value means deleted.
  const std::map<std::string, std::optional<std::string>, std::less<>>& changes() const {
    return changes_;
  }

 private:
  const RowReader& base_;
  std::map<std::string, std::optional<std::string>, std::less<>> changes_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_KEYVALUE_KEY_VALUE_H_
