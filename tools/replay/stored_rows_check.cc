#include "tools/replay/stored_rows_check.h"

#include <algorithm>
#include <array>

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
constexpr size_t kRowsPerStep = 4'096;

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

// Views whose keys do not begin with an account's number.
bool BeginsWithNumber(char view) {
  constexpr std::string_view kOthers = "\x03\x04\x0b\x0e\x17\x18\x1b\x1c";
  return kOthers.find(view) == std::string_view::npos;
}

std::string Printable(std::string_view bytes) {
  const bool printable = std::all_of(bytes.begin(), bytes.end(),
                                     [](char byte) { return byte >= 0x20 && byte < 0x7f; });
  return printable ? std::string(bytes) : "0x" + eventstore::ToHex(bytes);
}

// The folded rows, one after another, while something else is read.
class FoldedRows {
 public:
  explicit FoldedRows(const projections::RowReader& rows) : rows_(rows) {
    Read(std::string(1, '\1'));
  }

  bool valid() const { return next_ < step_.size(); }
  const std::string& key() const { return step_[next_].first; }
  const std::string& value() const { return step_[next_].second; }
  void Next() {
    if (++next_ < step_.size() || step_.size() < kRowsPerStep) return;
    Read(step_.back().first + '\0');
  }

 private:
  void Read(std::string from) {
    step_.clear();
    next_ = 0;
    rows_.Scan({std::move(from), ""}, projections::Order::kAscending,
               [this](std::string_view key, std::string_view value) {
                 step_.emplace_back(key, value);
                 return step_.size() < kRowsPerStep;
               });
  }

  const projections::RowReader& rows_;
  std::vector<std::pair<std::string, std::string>> step_;
  size_t next_ = 0;
};

class Comparison {
 public:
  Comparison(const projections::RowReader& folded, uint64_t position)
      : folded_(folded), position_(position) {}

  // The next stored row; whether to go on.
  bool Take(std::string_view key, std::string_view value) {
    if (folded_.valid() && folded_.key() < key) {
      wrong_ = Wrong(folded_.key(), "is missing among the stored rows");
    } else if (!folded_.valid() || folded_.key() != key) {
      wrong_ = Wrong(key, "is stored and is not in the fold");
    } else if (folded_.value() != value) {
      wrong_ = Wrong(key, "is stored otherwise than the log gives it");
    } else {
      folded_.Next();
    }
    return !wrong_;
  }

  const std::optional<Finding>& wrong() const { return wrong_; }

  std::optional<Finding> Finish() {
    if (!wrong_ && folded_.valid()) {
      wrong_ = Wrong(folded_.key(), "is missing among the stored rows");
    }
    return wrong_;
  }

 private:
  Finding Wrong(std::string_view key, const char* what) const {
    const bool subject =
        key.size() > kHeadBytes + kNumberBytes + kPositionBytes && key.front() == kSubjectView;
    return At(subject ? Kind::kSubjects : Kind::kRows,
              subject ? projections::keys::PositionIn(key) : position_,
              absl::StrCat("the row ", KeyInWords(key), " ", what));
  }

  FoldedRows folded_;
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
  if (BeginsWithNumber(view) && key.size() >= kNumberBytes) {
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
                                   const projections::RowReader& folded,
                                   const projections::Follower& follower) {
  if (stored.mark() != follower.Mark()) {
    return At(Kind::kRows, stored.position(), DifferenceOf(stored.mark(), follower.Mark()));
  }
  Comparison comparison(folded, stored.position());
  const absl::Status read =
      stored.Visit([&comparison](std::string_view key, std::string_view value) {
        return comparison.Take(key, value);
      });
  // What was read before the damage may be wrong already.
  if (auto wrong = comparison.wrong()) return wrong;
  if (absl::IsDataLoss(read)) {
    return At(Kind::kRows, stored.position(), std::string(read.message()));
  }
  if (!read.ok()) return Unreadable(std::string(read.message()));
  return comparison.Finish();
}

}  // namespace billing::replay
