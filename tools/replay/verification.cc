#include "tools/replay/verification.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "eventstore/integrity/checkpoint.h"

namespace billing::replay {

using eventstore::Checkpoint;
using eventstore::VerifierKey;

Verification::Verification(std::string log_id, std::vector<VerifierKey> keys)
    : log_id_(std::move(log_id)), keys_(std::move(keys)) {}

std::optional<Finding> Verification::CheckKeys() const {
  const std::string origin = eventstore::OriginOf(log_id_);
  for (const VerifierKey& key : keys_) {
    if (key.name() == origin) continue;
    return Finding{
        Kind::kSignature, 0, 0,
        absl::StrCat("the public key is that of ", key.name(), ", and this log is ", origin)};
  }
  return std::nullopt;
}

std::optional<std::string> Verification::CheckSignature(std::string_view note) const {
  std::string why;
  for (const VerifierKey& key : keys_) {
    const auto verified = eventstore::VerifyCheckpoint(note, key);
    if (verified.ok()) return std::nullopt;
    if (why.empty()) why = std::string(verified.status().message());
  }
  return why;
}

std::optional<Finding> Verification::Expect(const std::string& path, std::string_view note) {
  const auto checkpoint = eventstore::ReadCheckpoint(note);
  if (!checkpoint.ok()) {
    return Unreadable(
        absl::StrCat(path, " holds no checkpoint: ", std::string(checkpoint.status().message())));
  }
  if (checkpoint->origin != eventstore::OriginOf(log_id_)) {
    return Finding{Kind::kSignature, 0, 0,
                   absl::StrCat("the checkpoint in ", path, " is of ", checkpoint->origin,
                                ", and this log is ", eventstore::OriginOf(log_id_))};
  }
  if (!keys_.empty()) {
    if (const auto wrong = CheckSignature(note)) {
      return Finding{Kind::kSignature, 0, 0,
                     absl::StrCat("the checkpoint in ", path, ": ", *wrong)};
    }
    signed_known_size_ = std::max(signed_known_size_, checkpoint->size);
  }
  Expect({absl::StrCat("the checkpoint in ", path), checkpoint->size, checkpoint->root});
  return std::nullopt;
}

std::optional<Finding> Verification::Take(const Item& item) {
  // Of the empty log, before its first record.
  if (size() == 0) {
    if (auto wrong = Compare()) return wrong;
  }
  switch (item.kind) {
    case Item::Kind::kRecord:
      return TakeRecord(item);
    case Item::Kind::kCheckpoint:
      return TakeCheckpoint(item);
    case Item::Kind::kEnd:
      break;
  }
  return TakeEnd(item);
}

std::optional<Finding> Verification::TakeRecord(const Item& item) {
  if (auto wrong = records_.Take(item.number, item.bytes)) return wrong;
  tree_.Append(item.leaf);
  return Compare();
}

std::optional<Finding> Verification::TakeCheckpoint(const Item& item) {
  const std::string what = absl::StrCat("the checkpoint of size ", item.number);
  const auto checkpoint = eventstore::ReadCheckpoint(item.bytes);
  if (!checkpoint.ok()) {
    return At(Kind::kSignature, size(),
              absl::StrCat(what, " is none: ", std::string(checkpoint.status().message())));
  }
  if (checkpoint->origin != eventstore::OriginOf(log_id_)) {
    return At(Kind::kSignature, size(), absl::StrCat(what, " is of ", checkpoint->origin));
  }
  if (checkpoint->size != size()) {
    return At(Kind::kSignature, size(),
              absl::StrCat(what, " says that its size is ", checkpoint->size));
  }
  if (!keys_.empty()) {
    if (const auto wrong = CheckSignature(item.bytes)) {
      return At(Kind::kSignature, size(), absl::StrCat(what, ": ", *wrong));
    }
  }
  if (checkpoint->root != root()) return OtherRoot(what);
  ++checkpoints_;
  if (!keys_.empty()) signed_size_ = size();
  right_size_ = size();
  return std::nullopt;
}

std::optional<Finding> Verification::TakeEnd(const Item& item) {
  if (auto wrong = records_.Finish()) return wrong;
  if (!item.bytes.empty() && item.bytes != eventstore::AsBytes(root())) {
    return OtherRoot("the export's end");
  }
  if (!known_.empty() && known_.rbegin()->first > size()) {
    const Known& known = known_.upper_bound(size())->second;
    return Finding{Kind::kTree, size() + 1, known.size,
                   absl::StrCat("they are missing: the log ends at position ", size(), ", and ",
                                known.what, " saw it reach ", known.size)};
  }
  signed_size_ = std::max(signed_size_, signed_known_size_);
  return std::nullopt;
}

std::optional<Finding> Verification::Compare() {
  const auto [begin, end] = known_.equal_range(size());
  if (begin == end) return std::nullopt;
  const eventstore::Hash now = root();
  for (auto each = begin; each != end; ++each) {
    if (each->second.root != now) return OtherRoot(each->second.what);
  }
  right_size_ = size();
  return std::nullopt;
}

Finding Verification::OtherRoot(const std::string& what) const {
  const uint64_t from = std::min(right_size_ + 1, size());
  return {Kind::kTree, from, size(),
          absl::StrCat("they are not the records that ", what, " speaks of: its root differs")};
}

}  // namespace billing::replay
