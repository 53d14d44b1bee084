#include "tools/replay/stored_rows_check.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "billing/views/v1/rows.pb.h"
#include "eventstore/big_endian.h"
#include "eventstore/integrity/merkle.h"
#include "projections/state/keys.h"

namespace billing::replay {
namespace {

constexpr size_t kHeadBytes = 2;
constexpr size_t kNumberBytes = 6;
constexpr size_t kPositionBytes = 8;
constexpr char kSubjectView = 0x0d;

// By view, as projections/state/keys.h numbers them; the first is 1.
constexpr std::array<std::string_view, 28> kViews = {"account",
                                                     "account head",
                                                     "account by id",
                                                     "account by principal",
                                                     "card",
                                                     "card by token",
                                                     "card by fingerprint",
                                                     "subscription",
                                                     "live subscription",
                                                     "holder of a card",
                                                     "expiring card",
                                                     "expiring card by account",
                                                     "subject",
                                                     "request id",
                                                     "billing profile",
                                                     "billed to a profile",
                                                     "profile by card",
                                                     "charge",
                                                     "unpaid charge",
                                                     "payment report",
                                                     "role",
                                                     "transfer",
                                                     "received transfer",
                                                     "deadline",
                                                     "settlement",
                                                     "role change",
                                                     "tree tile",
                                                     "tree node"};

std::string Printable(std::string_view bytes) {
  const bool printable = std::all_of(bytes.begin(), bytes.end(),
                                     [](char byte) { return byte >= 0x20 && byte < 0x7f; });
  return printable ? std::string(bytes) : "0x" + eventstore::ToHex(bytes);
}

// Some of the rows that a cursor goes through, copied: what it gives lives only until it goes on.
class RowsTogether {
 public:
  // The next ones, up to kRowsMax. REQUIRES: the cursor stands on one.
  void Take(projections::Cursor& cursor) {
    bytes_.clear();
    sizes_.clear();
    for (; cursor.Valid() && sizes_.size() < kRowsMax; cursor.Next()) {
      const std::string_view key = cursor.Key();
      const std::string_view value = cursor.Row().value.value_or("");
      sizes_.push_back({key.size(), value.size()});
      bytes_.append(key).append(value);
    }
    rows_.clear();
    std::string_view rest = bytes_;
    for (const auto& [key_size, value_size] : sizes_) {
      rows_.push_back({rest.substr(0, key_size), rest.substr(key_size, value_size)});
      rest.remove_prefix(key_size + value_size);
    }
  }
  std::span<const RowsInMemory::KeyAndValue> rows() const { return rows_; }

 private:
  // Some ten waits for memory at a time are what a processor can bear.
  static constexpr size_t kRowsMax = 32;

  std::string bytes_;
  std::vector<std::pair<size_t, size_t>> sizes_;
  std::vector<RowsInMemory::KeyAndValue> rows_;
};

// Whether every stored row is one of the fold's, and they are as many. What is wrong otherwise,
// rows in order say; to put them in order costs more than all else here.
bool AreTheSame(projections::Cursor& stored, const RowsInMemory& folded) {
  size_t count = 0;
  RowsTogether rows;
  while (stored.Valid()) {
    rows.Take(stored);
    if (!folded.HasAll(rows.rows())) return false;
    count += rows.rows().size();
  }
  return stored.status().ok() && count == folded.size();
}

// The folded rows beside the stored ones, both in order.
class Comparison {
 public:
  Comparison(projections::Cursor& stored, uint64_t position)
      : stored_(stored), position_(position) {}

  // The next folded row; whether to go on.
  bool Take(std::string_view key, std::string_view value) {
    if (!stored_.Valid()) {
      // What could not be read is not missing.
      if (stored_.status().ok()) wrong_ = Wrong(key, "is missing among the stored rows");
      return false;
    }
    const std::string_view stored = stored_.Key();
    if (key < stored) {
      wrong_ = Wrong(key, "is missing among the stored rows");
    } else if (key != stored) {
      wrong_ = Wrong(stored, "is stored and is not in the fold");
    } else if (stored_.Row().value != value) {
      wrong_ = Wrong(key, "is stored otherwise than the log gives it");
    } else {
      stored_.Next();
    }
    return !wrong_;
  }

  // When there are no more.
  std::optional<Finding> Finish() const {
    if (wrong_) return wrong_;
    if (const absl::Status read = stored_.status(); !read.ok()) {
      return absl::IsDataLoss(read) ? At(Kind::kRows, position_, std::string(read.message()))
                                    : Unreadable(std::string(read.message()));
    }
    if (!stored_.Valid()) return std::nullopt;
    return Wrong(stored_.Key(), "is stored and is not in the fold");
  }

 private:
  Finding Wrong(std::string_view key, const char* what) const {
    const bool subject =
        key.size() > kHeadBytes + kNumberBytes + kPositionBytes && key.front() == kSubjectView;
    return At(subject ? Kind::kSubjects : Kind::kRows,
              subject ? projections::keys::PositionIn(key) : position_,
              absl::StrCat("the row ", KeyInWords(key), " ", what));
  }

  projections::Cursor& stored_;
  const uint64_t position_;
  std::optional<Finding> wrong_;
};

// Of two marks that are not the same.
std::string DifferenceOf(const std::string& stored, const std::string& folded) {
  views::v1::FoldMark one;
  views::v1::FoldMark other;
  if (!one.ParseFromString(stored) || !other.ParseFromString(folded)) {
    return "the mark of the stored rows cannot be read";
  }
  if (one.log_id() != other.log_id()) {
    return absl::StrCat("the stored rows are those of log ", one.log_id());
  }
  if (one.fold_version() != other.fold_version()) {
    return absl::StrCat("the stored rows were written by version ", one.fold_version(),
                        " of the fold, and this program has version ", other.fold_version(),
                        ": they cannot be compared, and the next start builds them anew");
  }
  return "the mark of the stored rows is not that of this log at their position";
}

}  // namespace

std::string KeyInWords(std::string_view key) {
  if (key.size() < kHeadBytes) return Printable(key);
  const char view = key.front();
  const auto index = static_cast<size_t>(static_cast<unsigned char>(view));
  std::string words = index >= 1 && index <= kViews.size() ? std::string(kViews[index - 1])
                                                           : absl::StrCat("of view ", index);
  key.remove_prefix(kHeadBytes);
  if (projections::keys::BeginsWithNumber(view) && key.size() >= kNumberBytes) {
    uint64_t number = 0;
    for (const char byte : key.substr(0, kNumberBytes)) {
      number = number << 8 | static_cast<unsigned char>(byte);
    }
    absl::StrAppend(&words, ", account ", number);
    key.remove_prefix(kNumberBytes);
  }
  while (!key.empty()) {
    const auto first = static_cast<unsigned char>(key.front());
    if (first == 0) {
      // An empty text, or a number.
      absl::StrAppend(&words, ", ", Printable(key));
      break;
    }
    if (first < 0x20) {
      // A class, or a role.
      absl::StrAppend(&words, ", ", static_cast<int>(first));
      key.remove_prefix(1);
      continue;
    }
    const size_t end = std::min(key.find('\0'), key.size());
    absl::StrAppend(&words, ", ", Printable(key.substr(0, end)));
    key.remove_prefix(std::min(end + 1, key.size()));
  }
  return words;
}

std::optional<Finding> CompareRows(const projections::StoredRows& stored,
                                   const RowsInMemory& folded,
                                   const projections::Follower& follower) {
  if (stored.mark() != follower.Mark()) {
    return At(Kind::kRows, stored.position(), DifferenceOf(stored.mark(), follower.Mark()));
  }
  if (AreTheSame(*stored.Rows(), folded)) return std::nullopt;
  const std::unique_ptr<projections::Cursor> rows = stored.Rows();
  Comparison comparison(*rows, stored.position());
  folded.Scan({}, projections::Order::kAscending,
              [&comparison](std::string_view key, std::string_view value) {
                return comparison.Take(key, value);
              });
  return comparison.Finish();
}

}  // namespace billing::replay
