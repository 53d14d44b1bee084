#include "eventstore/integrity/anchor.h"

#include <algorithm>
#include <cassert>
#include <mutex>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/big_endian.h"
#include "eventstore/file/file.h"

namespace billing::eventstore {
namespace {

constexpr uint64_t kSlotStride = 4'096;
constexpr size_t kFileBytes = 2 * kSlotStride;
constexpr std::string_view kMagic = "bdanchr1";
constexpr size_t kLogIdBytes = 32;
// Magic, sequence, log id, size, root, last leaf, time.
constexpr size_t kBodyBytes = 8 + 8 + kLogIdBytes + 8 + 32 + 32 + 8;
constexpr size_t kSlotBytes = kBodyBytes + sizeof(Hash);
constexpr int kReadAgainMax = 3;

struct Slot {
  uint64_t sequence = 0;
  AnchorState state;
};

std::string Encode(const Slot& slot) {
  const AnchorState& state = slot.state;
  assert(state.log_id.size() == kLogIdBytes);
  std::string bytes =
      absl::StrCat(std::string(kMagic), Be64(slot.sequence), state.log_id, Be64(state.size),
                   std::string(AsBytes(state.root)), std::string(AsBytes(state.last_leaf)),
                   Be64(static_cast<uint64_t>(state.time_us)));
  assert(bytes.size() == kBodyBytes);
  bytes += AsBytes(Sha256(bytes));
  return bytes;
}

// Cuts fields off the front of `bytes`.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}
  std::string_view Take(size_t size) {
    std::string_view field = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return field;
  }
  uint64_t TakeBe64() { return FromBe64(Take(sizeof(uint64_t))); }
  Hash TakeHash() {
    std::string_view field = Take(sizeof(Hash));
    Hash hash;
    std::copy(field.begin(), field.end(), hash.begin());
    return hash;
  }

 private:
  std::string_view bytes_;
};

std::optional<Slot> Decode(std::string_view bytes) {
  if (bytes.size() < kSlotBytes || !bytes.starts_with(kMagic)) return std::nullopt;
  std::string_view body = bytes.substr(0, kBodyBytes);
  if (bytes.substr(kBodyBytes, sizeof(Hash)) != AsBytes(Sha256(body))) return std::nullopt;
  Fields fields(body.substr(kMagic.size()));
  Slot slot;
  slot.sequence = fields.TakeBe64();
  slot.state.log_id = fields.Take(kLogIdBytes);
  slot.state.size = fields.TakeBe64();
  slot.state.root = fields.TakeHash();
  slot.state.last_leaf = fields.TakeHash();
  slot.state.time_us = static_cast<int64_t>(fields.TakeBe64());
  return slot;
}

// What the file holds.
struct Contents {
  std::optional<Slot> slots[2];
  bool blank = false;  // nothing was ever written

  // Index of the newest valid slot.
  std::optional<int> newest() const {
    if (!slots[0] && !slots[1]) return std::nullopt;
    if (!slots[0]) return 1;
    if (!slots[1]) return 0;
    return slots[1]->sequence > slots[0]->sequence ? 1 : 0;
  }
};

absl::StatusOr<Contents> ReadContents(const File& file) {
  absl::StatusOr<std::string> bytes = file.ReadAt(0, kFileBytes);
  if (!bytes.ok()) return bytes.status();
  Contents contents;
  contents.blank = bytes->find_first_not_of('\0') == std::string::npos;
  bytes->resize(kFileBytes, '\0');
  for (int i = 0; i < 2; ++i) {
    contents.slots[i] =
        Decode(std::string_view(*bytes).substr(static_cast<size_t>(i) * kSlotStride, kSlotBytes));
  }
  return contents;
}

absl::StatusOr<std::optional<AnchorState>> NewestIn(const File& file) {
  absl::StatusOr<Contents> contents = ReadContents(file);
  if (!contents.ok()) return contents.status();
  if (std::optional<int> newest = contents->newest()) return contents->slots[*newest]->state;
  if (contents->blank) return std::nullopt;
  return absl::DataLossError(
      absl::StrCat("the anchor ", file.path(), " is damaged: neither of its slots is valid"));
}

class AnchorFile final : public Anchor {
 public:
  AnchorFile(File file, const Contents& contents) : file_(std::move(file)) {
    if (std::optional<int> newest = contents.newest()) {
      synced_slot_ = *newest;
      sequence_ = contents.slots[*newest]->sequence;
    }
  }

  absl::StatusOr<std::optional<AnchorState>> Load() const override {
    std::lock_guard lock(mutex_);
    return NewestIn(file_);
  }

  absl::Status Write(const AnchorState& state) override {
    std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    uint64_t offset = static_cast<uint64_t>(1 - synced_slot_) * kSlotStride;
    failure_ = file_.WriteAt(offset, Encode({.sequence = ++sequence_, .state = state}));
    unsynced_ = true;
    return failure_;
  }

  // The lock is held during the sync: a write into the slot that is being synced could
  // tear it on the disk, and the other one is the only one known to be whole.
  absl::Status Sync() override {
    std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    if (!unsynced_) return absl::OkStatus();
    failure_ = file_.Sync();
    if (!failure_.ok()) return failure_;
    synced_slot_ = 1 - synced_slot_;
    unsynced_ = false;
    return absl::OkStatus();
  }

 private:
  mutable std::mutex mutex_;
  File file_;
  int synced_slot_ = 1;
  uint64_t sequence_ = 0;
  bool unsynced_ = false;
  // The first failed write or sync: what the disk holds since then is unknown.
  absl::Status failure_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Anchor>> Anchor::Open(const std::string& path, bool create) {
  absl::StatusOr<File> file = File::Open(path);
  if (create && absl::IsNotFound(file.status())) {
    absl::Status created = CreateFile(path, std::string(kFileBytes, '\0'));
    if (!created.ok()) return created;
    file = File::Open(path);
  }
  if (!file.ok()) return file.status();
  // The newest slot may have been written and never synced before a crash. Only once it
  // is durable may the other one be overwritten.
  if (absl::Status synced = file->Sync(); !synced.ok()) return synced;
  absl::StatusOr<Contents> contents = ReadContents(*file);
  if (!contents.ok()) return contents.status();
  return std::make_unique<AnchorFile>(*std::move(file), *contents);
}

absl::StatusOr<std::optional<AnchorState>> ReadAnchor(const std::string& path) {
  absl::StatusOr<File> file = File::Open(path, File::Access::kRead);
  if (!file.ok()) return file.status();
  auto newest = NewestIn(*file);
  // Both slots may have been caught half written.
  for (int again = 0; again < kReadAgainMax && absl::IsDataLoss(newest.status()); ++again) {
    newest = NewestIn(*file);
  }
  return newest;
}

}  // namespace billing::eventstore
