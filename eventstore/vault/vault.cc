#include "eventstore/vault/vault.h"

#include <openssl/crypto.h>

#include <filesystem>
#include <future>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/big_endian.h"
#include "eventstore/file/file.h"
#include "eventstore/integrity/merkle.h"
#include "eventstore/vault/key_cache.h"
#include "eventstore/vault/key_file.h"
#include "eventstore/vault/key_wrap.h"
#include "eventstore/vault/seal.h"
#include "eventstore/vault/secret_key.h"
#include "eventstore/vault/wrapping_key.h"

namespace billing::eventstore {
namespace {

constexpr size_t kLogIdBytes = 32;
constexpr size_t kDigestBytes = 16;
constexpr std::string_view kDigestKeyLabel = "digest";

std::string KeyText(KeyRef key) {
  return absl::StrCat("the key in slot ", key.slot, ", generation ", key.generation);
}

// Fresh keys for the file's next block.
struct KeyBlock {
  std::vector<SecretKey> keys;
  std::string bytes;  // KeyFile::NextBlock
};

class FileVault final : public Vault {
 public:
  FileVault(std::unique_ptr<KeyFile> keys, KeyFile::Identity identity,
            std::function<void(uint64_t slot)> slot_renewed)
      : keys_(std::move(keys)),
        identity_(std::move(identity)),
        slot_renewed_(std::move(slot_renewed)) {}

  absl::Status Prepare(uint64_t slot) override;
  uint64_t SlotCount() const override { return keys_->slot_count(); }
  absl::StatusOr<std::string> Seal(KeyRef key, std::string_view field,
                                   std::string_view clear) const override;
  absl::StatusOr<std::string> Open(KeyRef key, std::string_view field,
                                   std::string_view sealed) const override;
  absl::StatusOr<std::string> OpenInMemory(KeyRef key, std::string_view field,
                                           std::string_view sealed) const override;
  absl::StatusOr<std::string> Digest(KeyRef key, std::string_view bytes) const override;

 private:
  absl::StatusOr<KeyBlock> NextBlock() const;
  // Begins to make the next block, which takes some milliseconds: whoever needs it waits only for
  // what is left of that.
  void MakeNextBlock();
  absl::Status RenewIfLost(uint64_t free_slot);
  absl::StatusOr<SecretKey> DataKey(KeyRef ref) const;
  absl::StatusOr<std::string> OpenBy(const SecretKey& data_key, KeyRef key, std::string_view field,
                                     std::string_view sealed) const;
  // What sealed bytes are bound to. The parts before `field` have a fixed length.
  std::string Bound(KeyRef key, std::string_view field) const;

  const std::unique_ptr<KeyFile> keys_;
  const KeyFile::Identity identity_;
  const std::function<void(uint64_t slot)> slot_renewed_;
  mutable KeyCache cache_;
  // Nothing when none is being made.
  std::future<absl::StatusOr<KeyBlock>> next_block_;
};

absl::StatusOr<KeyBlock> FileVault::NextBlock() const {
  absl::StatusOr<std::vector<SecretKey>> keys = SecretKey::Random(KeyFile::kBlockSlots);
  if (!keys.ok()) return keys.status();
  std::string bytes = keys_->NextBlock(WrapKeys(identity_.wrapping_key, *keys));
  return KeyBlock{*std::move(keys), std::move(bytes)};
}

void FileVault::MakeNextBlock() {
  try {
    next_block_ = std::async(std::launch::async, [this] { return NextBlock(); });
  } catch (const std::system_error&) {
    // No thread to be had: it is made when it is needed.
  }
}

absl::Status FileVault::Prepare(uint64_t slot) {
  if (slot == 0 || slot > KeyFile::kSlotsMax) {
    return absl::InvalidArgumentError(absl::StrCat("there is no key slot ", slot));
  }
  // A key that was written and never synced reads well until the power goes.
  if (!keys_->write_failure().ok()) return keys_->write_failure();
  while (keys_->slot_count() < slot) {
    const absl::StatusOr<KeyBlock> block = next_block_.valid() ? next_block_.get() : NextBlock();
    if (!block.ok()) return block.status();
    const uint64_t first = keys_->slot_count() + 1;
    if (absl::Status added = keys_->AppendBlock(block->bytes); !added.ok()) return added;
    // They are used next: reading and unwrapping each again would cost its command more than
    // sealing does.
    for (size_t i = 0; i < block->keys.size(); ++i) cache_.Put({first + i, 0}, block->keys[i]);
  }
  if (!next_block_.valid()) MakeNextBlock();
  return RenewIfLost(slot);
}

// Slots are taken in order: one that cannot be used would keep all behind it from being used too.
absl::Status FileVault::RenewIfLost(uint64_t free_slot) {
  const KeyRef ref{.slot = free_slot};
  // It is needed next, so that looking at it costs nothing.
  const absl::Status found = DataKey(ref).status();
  if (!absl::IsDataLoss(found)) return found;
  const absl::StatusOr<std::vector<SecretKey>> keys = SecretKey::Random(1);
  if (!keys.ok()) return keys.status();
  const std::string wrapped = WrapKeys(identity_.wrapping_key, *keys).front();
  if (absl::Status done = keys_->Renew(free_slot, wrapped); !done.ok()) return done;
  cache_.Put(ref, keys->front());
  if (slot_renewed_) slot_renewed_(free_slot);
  return absl::OkStatus();
}

absl::StatusOr<SecretKey> FileVault::DataKey(KeyRef ref) const {
  if (std::optional<SecretKey> cached = cache_.Find(ref)) return *cached;
  absl::StatusOr<KeySlot> slot = keys_->Read(ref.slot);
  if (!slot.ok()) return slot.status();
  bool erased = slot->state == KeySlot::State::kErased;
  if (ref.generation < slot->generation || (ref.generation == slot->generation && erased)) {
    return absl::NotFoundError(absl::StrCat(KeyText(ref), " was erased"));
  }
  if (ref.generation > slot->generation) {
    return absl::DataLossError(
        absl::StrCat(KeyText(ref), " is lost: the slot has generation ", slot->generation));
  }
  std::optional<SecretKey> key = UnwrapKey(identity_.wrapping_key, slot->wrapped_key);
  if (!key) {
    return absl::DataLossError(absl::StrCat(KeyText(ref), " is lost: it cannot be unwrapped"));
  }
  cache_.Put(ref, *key);
  return *key;
}

std::string FileVault::Bound(KeyRef key, std::string_view field) const {
  std::string bound;
  bound.reserve(kLogIdBytes + sizeof(key.slot) + sizeof(key.generation) + field.size());
  bound += identity_.log_id;
  bound += Be64(key.slot);
  bound += Be32(key.generation);
  bound += field;
  return bound;
}

absl::StatusOr<std::string> FileVault::Seal(KeyRef key, std::string_view field,
                                            std::string_view clear) const {
  if (clear.empty()) return std::string();
  absl::StatusOr<SecretKey> data_key = DataKey(key);
  if (!data_key.ok()) return data_key.status();
  return SealBytes(*data_key, Bound(key, field), clear);
}

absl::StatusOr<std::string> FileVault::Open(KeyRef key, std::string_view field,
                                            std::string_view sealed) const {
  if (sealed.empty()) return std::string();
  absl::StatusOr<SecretKey> data_key = DataKey(key);
  if (!data_key.ok()) return data_key.status();
  return OpenBy(*data_key, key, field, sealed);
}

absl::StatusOr<std::string> FileVault::OpenInMemory(KeyRef key, std::string_view field,
                                                    std::string_view sealed) const {
  if (sealed.empty()) return std::string();
  const std::optional<SecretKey> data_key = cache_.Find(key);
  if (!data_key) return absl::UnavailableError(absl::StrCat(KeyText(key), " is not in memory"));
  return OpenBy(*data_key, key, field, sealed);
}

absl::StatusOr<std::string> FileVault::OpenBy(const SecretKey& data_key, KeyRef key,
                                              std::string_view field,
                                              std::string_view sealed) const {
  std::optional<std::string> clear = OpenBytes(data_key, Bound(key, field), sealed);
  if (!clear) {
    return absl::DataLossError(absl::StrCat("what is sealed as ", std::string(field), " under ",
                                            KeyText(key), " cannot be opened: it was changed"));
  }
  return *std::move(clear);
}

absl::StatusOr<std::string> FileVault::Digest(KeyRef key, std::string_view bytes) const {
  absl::StatusOr<SecretKey> data_key = DataKey(key);
  if (!data_key.ok()) return data_key.status();
  Hash derived = HmacSha256(data_key->bytes(), kDigestKeyLabel);
  std::optional<SecretKey> digest_key = SecretKey::From(AsBytes(derived));
  OPENSSL_cleanse(derived.data(), derived.size());
  Hash digest = HmacSha256(digest_key->bytes(), bytes);
  return std::string(AsBytes(digest).substr(0, kDigestBytes));
}

absl::Status MakeDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("create ", path));
  std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("chmod ", path));
  return SyncDirectory(DirectoryOf(path));
}

absl::Status Missing(const std::string& path) {
  return absl::NotFoundError(absl::StrCat(path, " is missing: ", kCopyOfKeysBelongsThere));
}

// The two files are made in this order, so that keys without a wrapping key were once
// whole: a new wrapping key would open none of them.
absl::StatusOr<SecretKey> WrappingKeyOf(const Vault::Options& options) {
  const std::string path = options.directory + "/wrapping.key";
  absl::StatusOr<SecretKey> key = LoadWrappingKey(path);
  if (!absl::IsNotFound(key.status())) return key;
  std::error_code error;
  if (std::filesystem::exists(options.directory + "/data.keys", error) || error) {
    return absl::FailedPreconditionError(absl::StrCat(
        path,
        " is missing, and without it the keys beside it open nothing: ", kCopyOfKeysBelongsThere));
  }
  if (!options.create_if_missing) return Missing(path);
  if (absl::Status made = MakeDirectory(options.directory); !made.ok()) return made;
  return CreateWrappingKey(path);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(const Options& options) {
  if (options.log_id.size() != kLogIdBytes) {
    return absl::InvalidArgumentError("a log id has 32 hexadecimal digits");
  }
  absl::StatusOr<SecretKey> wrapping_key = WrappingKeyOf(options);
  if (!wrapping_key.ok()) return wrapping_key.status();
  KeyFile::Identity identity{.log_id = options.log_id, .wrapping_key = *wrapping_key};
  const std::string path = options.directory + "/data.keys";
  absl::StatusOr<std::unique_ptr<KeyFile>> keys = KeyFile::Open(path, identity);
  if (absl::IsNotFound(keys.status())) {
    if (!options.create_if_missing) return Missing(path);
    if (absl::Status made = KeyFile::Create(path, identity); !made.ok()) return made;
    keys = KeyFile::Open(path, identity);
  }
  if (!keys.ok()) return keys.status();
  return std::make_unique<FileVault>(*std::move(keys), std::move(identity), options.slot_renewed);
}

}  // namespace billing::eventstore
