#include "eventstore/vault/vault.h"

#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/big_endian.h"
#include "eventstore/integrity/merkle.h"
#include "tests/eventstore/failing_syncs.h"
#include "tests/eventstore/temporary_directory.h"

namespace billing::eventstore {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kLogId = "00112233445566778899aabbccddeeff";
constexpr const char* kOtherLogId = "ffeeddccbbaa99887766554433221100";
constexpr const char* kCopyBelongsThere = "a copy of keys/ belongs there";
constexpr const char* kField = "cards/visa/holder_name";

// Of FORMAT.md, so that a change of the bytes is noticed here.
constexpr uint64_t kPage = 4'096;
constexpr uint64_t kBlockSlots = 4'096;
constexpr uint64_t kBlockBytes = kPage + kBlockSlots * 64;
constexpr uint64_t SlotOffset(uint64_t slot) {
  return kPage + (slot - 1) / kBlockSlots * kBlockBytes + kPage + (slot - 1) % kBlockSlots * 64;
}

std::string Code(const absl::Status& status) { return absl::StatusCodeToString(status.code()); }

class VaultTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Vault>> TryOpen(const std::string& log_id = kLogId,
                                                 bool create = true) {
    return Vault::Open({.directory = directory_ / "keys",
                        .log_id = log_id,
                        .create_if_missing = create,
                        .slot_renewed = [this](uint64_t slot) { renewed_.push_back(slot); }});
  }
  std::unique_ptr<Vault> Open() {
    auto vault = TryOpen();
    EXPECT_TRUE(vault.ok()) << vault.status();
    return *std::move(vault);
  }
  std::unique_ptr<Vault> OpenPrepared(uint64_t slot) {
    std::unique_ptr<Vault> vault = Open();
    EXPECT_TRUE(vault->Prepare(slot).ok());
    return vault;
  }
  // The clear text, or the error's code.
  std::string Opened(const Vault& vault, KeyRef key, const std::string& sealed,
                     const std::string& field = kField) {
    auto clear = vault.Open(key, field, sealed);
    return clear.ok() ? *clear : Code(clear.status());
  }
  // A slot's 64 bytes as FORMAT.md has them, without a key.
  void SetSlot(uint64_t slot, uint32_t generation, char state) {
    std::string bytes = Be32(generation) + std::string(1, state);
    bytes.resize(56, '\0');
    bytes += AsBytes(Sha256(Be64(slot) + bytes)).substr(0, 8);
    std::string contents = FileContents(data_keys());
    contents.replace(SlotOffset(slot), bytes.size(), bytes);
    SetFileContents(data_keys(), contents);
  }
  std::string wrapping_key() const { return directory_ / "keys/wrapping.key"; }
  std::string data_keys() const { return directory_ / "keys/data.keys"; }

  TemporaryDirectory directory_;
  // Slots that were said to have got a new key.
  std::vector<uint64_t> renewed_;
};

TEST_F(VaultTest, OpensWhatItSealed) {
  auto vault = OpenPrepared(1);
  std::string sealed = *vault->Seal({.slot = 1}, kField, "Alice Adams");
  EXPECT_EQ(sealed.find("Alice"), std::string::npos);
  EXPECT_EQ(Opened(*vault, {.slot = 1}, sealed), "Alice Adams");
}

TEST_F(VaultTest, WithoutWaitingItOpensWhatIsSealedByAKeyInMemory) {
  std::string sealed;
  {
    auto vault = OpenPrepared(1);
    sealed = *vault->Seal({.slot = 1}, kField, "Alice Adams");
    EXPECT_EQ(*vault->OpenInMemory({.slot = 1}, kField, sealed), "Alice Adams");
  }
  auto vault = Open();
  const auto in_memory = [&] { return vault->OpenInMemory({.slot = 1}, kField, sealed); };
  EXPECT_EQ(Code(in_memory().status()), "UNAVAILABLE");
  EXPECT_EQ(*vault->OpenInMemory({.slot = 1}, kField, ""), "");
  EXPECT_EQ(Opened(*vault, {.slot = 1}, sealed), "Alice Adams");
  EXPECT_EQ(*in_memory(), "Alice Adams");
  sealed.back() ^= 1;
  EXPECT_EQ(Code(in_memory().status()), "DATA_LOSS");
}

TEST_F(VaultTest, EmptyStaysEmpty) {
  auto vault = OpenPrepared(1);
  EXPECT_EQ(*vault->Seal({.slot = 1}, kField, ""), "");
  EXPECT_EQ(Opened(*vault, {.slot = 1}, ""), "");
}

TEST_F(VaultTest, SealedBytesOpenOnlyUnderTheirOwnKeyAndField) {
  auto vault = OpenPrepared(2);
  std::string sealed = *vault->Seal({.slot = 1}, kField, "Alice Adams");
  EXPECT_EQ(Opened(*vault, {.slot = 2}, sealed), "DATA_LOSS");
  EXPECT_EQ(Opened(*vault, {.slot = 1}, sealed, "cards/visa/billing_address"), "DATA_LOSS");
  EXPECT_EQ(Opened(*vault, {.slot = 1}, sealed, "cards/amex/holder_name"), "DATA_LOSS");
}

TEST_F(VaultTest, EveryFlippedByteIsDataLoss) {
  auto vault = OpenPrepared(1);
  const std::string sealed = *vault->Seal({.slot = 1}, kField, "Alice Adams");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 0x40);
    EXPECT_EQ(Opened(*vault, {.slot = 1}, changed), "DATA_LOSS") << "byte " << i;
  }
}

TEST_F(VaultTest, KeysSurviveClosing) {
  std::string sealed = *OpenPrepared(5'000)->Seal({.slot = 5'000}, kField, "Alice Adams");
  auto vault = *TryOpen(kLogId, /*create=*/false);
  EXPECT_EQ(Opened(*vault, {.slot = 5'000}, sealed), "Alice Adams");
}

TEST_F(VaultTest, DigestsAreEqualForEqualBytesUnderOneKey) {
  auto vault = OpenPrepared(2);
  std::string digest = *vault->Digest({.slot = 1}, "Alice Adams");
  EXPECT_EQ(digest.size(), 16u);
  EXPECT_EQ(*Open()->Digest({.slot = 1}, "Alice Adams"), digest);
  EXPECT_NE(*vault->Digest({.slot = 1}, "Alice Adamz"), digest);
  EXPECT_NE(*vault->Digest({.slot = 2}, "Alice Adams"), digest);
}

TEST_F(VaultTest, PreparesWholeBlocksAheadOfTheirUse) {
  auto vault = Open();
  EXPECT_EQ(fs::file_size(data_keys()), kPage);
  ASSERT_TRUE(vault->Prepare(1).ok());
  EXPECT_EQ(fs::file_size(data_keys()), kPage + kBlockBytes);
  const std::string first = FileContents(data_keys());
  ASSERT_TRUE(vault->Prepare(kBlockSlots).ok());
  EXPECT_EQ(FileContents(data_keys()), first);
  ASSERT_TRUE(vault->Prepare(kBlockSlots + 1).ok());
  EXPECT_EQ(fs::file_size(data_keys()), kPage + 2 * kBlockBytes);
  EXPECT_TRUE(FileContents(data_keys()).starts_with(first));
}

TEST_F(VaultTest, SlotsOnBothSidesOfABlocksBorderWork) {
  auto vault = OpenPrepared(kBlockSlots + 1);
  for (uint64_t slot : {uint64_t{1}, kBlockSlots, kBlockSlots + 1, 2 * kBlockSlots}) {
    std::string sealed = *vault->Seal({.slot = slot}, kField, "Alice Adams");
    EXPECT_EQ(Opened(*Open(), {.slot = slot}, sealed), "Alice Adams") << slot;
  }
}

TEST_F(VaultTest, ThereIsNoSlot0NorOneBeyondTheBound) {
  auto vault = Open();
  EXPECT_EQ(Code(vault->Prepare(0)), "INVALID_ARGUMENT");
  EXPECT_EQ(Code(vault->Prepare((uint64_t{1} << 32) + 1)), "INVALID_ARGUMENT");
}

TEST_F(VaultTest, ASlotThatWasNeverPreparedIsALostKey) {
  auto vault = OpenPrepared(1);
  EXPECT_EQ(Code(vault->Seal({.slot = kBlockSlots + 1}, kField, "x").status()), "DATA_LOSS");
  EXPECT_EQ(Code(vault->Seal({.slot = 0}, kField, "x").status()), "DATA_LOSS");
  EXPECT_EQ(Code(vault->Digest({.slot = kBlockSlots + 1}, "x").status()), "DATA_LOSS");
}

TEST_F(VaultTest, AnErasedKeyIsNotFoundAndALostOneDataLoss) {
  std::string sealed = *OpenPrepared(3)->Seal({.slot = 1}, kField, "Alice Adams");
  SetSlot(1, /*generation=*/0, /*state=*/2);
  SetSlot(2, /*generation=*/1, /*state=*/2);
  FlipBit(data_keys(), SlotOffset(3) + 20);
  auto vault = Open();
  EXPECT_EQ(Opened(*vault, {.slot = 1}, sealed), "NOT_FOUND");
  EXPECT_EQ(Opened(*vault, {.slot = 1, .generation = 1}, sealed), "DATA_LOSS");
  EXPECT_EQ(Opened(*vault, {.slot = 2}, sealed), "NOT_FOUND");
  EXPECT_EQ(Opened(*vault, {.slot = 2, .generation = 1}, sealed), "NOT_FOUND");
  EXPECT_EQ(Opened(*vault, {.slot = 3}, sealed), "DATA_LOSS");
}

TEST_F(VaultTest, ASlotCopiedToAnotherPlaceIsALostKey) {
  std::string sealed = *OpenPrepared(2)->Seal({.slot = 1}, kField, "Alice Adams");
  std::string contents = FileContents(data_keys());
  contents.replace(SlotOffset(2), 64, contents.substr(SlotOffset(1), 64));
  SetFileContents(data_keys(), contents);
  auto vault = Open();
  EXPECT_EQ(Opened(*vault, {.slot = 1}, sealed), "Alice Adams");
  EXPECT_EQ(Code(vault->Seal({.slot = 2}, kField, "x").status()), "DATA_LOSS");
}

TEST_F(VaultTest, ADamagedFreeSlotGetsANewKeyBeforeItIsTaken) {
  OpenPrepared(1);
  std::string good = FileContents(data_keys());
  FlipBit(data_keys(), SlotOffset(7) + 20);
  auto vault = OpenPrepared(7);
  EXPECT_THAT(renewed_, ElementsAre(7));
  const std::string sealed = *vault->Seal({.slot = 7}, kField, "Alice Adams");
  EXPECT_TRUE(vault->Prepare(7).ok());
  EXPECT_EQ(Opened(*OpenPrepared(8), {.slot = 7}, sealed), "Alice Adams");
  EXPECT_THAT(renewed_, ElementsAre(7)) << "once";
  const std::string renewed = FileContents(data_keys());
  EXPECT_NE(renewed, good) << "another key";
  good.replace(SlotOffset(7), 64, renewed.substr(SlotOffset(7), 64));
  EXPECT_EQ(renewed, good) << "nothing else was written";
}

// Its checksum is right, its key is not.
TEST_F(VaultTest, AFreeSlotThatDoesNotUnwrapGetsANewKeyToo) {
  OpenPrepared(1);
  SetSlot(7, /*generation=*/0, /*state=*/1);
  auto vault = OpenPrepared(7);
  EXPECT_THAT(renewed_, ElementsAre(7));
  EXPECT_TRUE(vault->Seal({.slot = 7}, kField, "Alice Adams").ok());
}

TEST_F(VaultTest, ADamagedUsedSlotIsNeverWrittenOver) {
  const std::string sealed = *OpenPrepared(3)->Seal({.slot = 3}, kField, "Alice Adams");
  FlipBit(data_keys(), SlotOffset(3) + 20);
  const std::string damaged = FileContents(data_keys());
  auto vault = OpenPrepared(4);
  EXPECT_EQ(Opened(*vault, {.slot = 3}, sealed), "DATA_LOSS");
  EXPECT_EQ(Code(vault->Seal({.slot = 3}, kField, "x").status()), "DATA_LOSS");
  EXPECT_EQ(FileContents(data_keys()), damaged);
  EXPECT_THAT(renewed_, IsEmpty());
}

TEST_F(VaultTest, NoSlotIsMadeAnewInAFileThatWasCutOffMeanwhile) {
  OpenPrepared(1);
  auto vault = Open();
  fs::resize_file(data_keys(), SlotOffset(7));
  EXPECT_EQ(Code(vault->Prepare(7)), "DATA_LOSS");
  EXPECT_EQ(fs::file_size(data_keys()), SlotOffset(7));
}

// The new key stands in the file, and may be gone after the power was.
TEST_F(VaultTest, AKeyWhoseSyncFailedIsNeverUsed) {
  OpenPrepared(1);
  FlipBit(data_keys(), SlotOffset(7) + 20);
  auto vault = Open();
  {
    const FailingSyncs failing;
    EXPECT_EQ(Code(vault->Prepare(7)), "ABORTED");
  }
  EXPECT_EQ(Code(vault->Prepare(7)), "ABORTED");
  EXPECT_EQ(Code(vault->Prepare(8)), "ABORTED") << "nor any other";
  EXPECT_THAT(renewed_, IsEmpty());
}

TEST_F(VaultTest, NoSlotIsMadeAfterABlocksSyncFailed) {
  auto vault = Open();
  {
    const FailingSyncs failing;
    EXPECT_EQ(Code(vault->Prepare(1)), "ABORTED");
  }
  EXPECT_EQ(Code(vault->Prepare(1)), "ABORTED");
  EXPECT_EQ(vault->SlotCount(), 0u);
}

// A process that was killed may have written them without a sync.
TEST_F(VaultTest, KeysThatCannotBeMadeDurableAreNotOpened) {
  OpenPrepared(1);
  {
    const FailingSyncs failing;
    EXPECT_FALSE(TryOpen().ok());
  }
  EXPECT_TRUE(TryOpen().ok());
}

TEST_F(VaultTest, WrappingKeyIsForItsOwnerAlone) {
  Open();
  EXPECT_EQ(fs::file_size(wrapping_key()), 32u);
  EXPECT_EQ(fs::status(wrapping_key()).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  for (fs::perms others : {fs::perms::group_read, fs::perms::others_read}) {
    fs::permissions(wrapping_key(), fs::perms::owner_read | others);
    EXPECT_EQ(Code(TryOpen().status()), "FAILED_PRECONDITION");
  }
  fs::permissions(wrapping_key(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_TRUE(TryOpen().ok());
}

TEST_F(VaultTest, AnotherWrappingKeyIsRefused) {
  OpenPrepared(1);
  FlipBit(wrapping_key(), 5);
  EXPECT_EQ(Code(TryOpen().status()), "FAILED_PRECONDITION");
}

TEST_F(VaultTest, AWrappingKeyOfAnotherLengthIsRefused) {
  OpenPrepared(1);
  const std::string key = FileContents(wrapping_key());
  for (const std::string& other : {std::string(), key.substr(1), key + "\n"}) {
    SetFileContents(wrapping_key(), other);
    EXPECT_EQ(Code(TryOpen().status()), "FAILED_PRECONDITION") << other.size();
  }
}

TEST_F(VaultTest, ALostWrappingKeyIsNotReplaced) {
  OpenPrepared(1);
  fs::remove(wrapping_key());
  for (bool create : {true, false}) {
    const absl::Status refused = TryOpen(kLogId, create).status();
    EXPECT_EQ(Code(refused), "FAILED_PRECONDITION");
    EXPECT_THAT(std::string(refused.message()), HasSubstr(wrapping_key() + " is missing"));
    EXPECT_THAT(std::string(refused.message()), HasSubstr(kCopyBelongsThere));
    EXPECT_FALSE(fs::exists(wrapping_key()));
  }
}

TEST_F(VaultTest, LostKeysAreNotMadeAnewUnlessAskedAndSayWhatMendsThem) {
  OpenPrepared(1);
  for (const std::string& lost : {data_keys(), wrapping_key()}) {
    fs::remove(lost);
    const absl::Status refused = TryOpen(kLogId, /*create=*/false).status();
    EXPECT_EQ(Code(refused), "NOT_FOUND");
    EXPECT_THAT(std::string(refused.message()), HasSubstr(" is missing: "));
    EXPECT_THAT(std::string(refused.message()), HasSubstr(kCopyBelongsThere));
  }
}

TEST_F(VaultTest, KeysOfAnotherLogAreRefused) {
  OpenPrepared(1);
  EXPECT_EQ(Code(TryOpen(kOtherLogId).status()), "FAILED_PRECONDITION");
}

// Also when its header is made to name this log: what was sealed says whose it is.
TEST_F(VaultTest, ACopiedHeaderDoesNotMakeKeysOfAnotherLogOurs) {
  OpenPrepared(1);
  std::string contents = FileContents(data_keys());
  contents.replace(16, 32, kOtherLogId);
  contents.replace(80, 8, AsBytes(Sha256(contents.substr(0, 80))).substr(0, 8));
  SetFileContents(data_keys(), contents);
  EXPECT_EQ(Code(TryOpen(kOtherLogId).status()), "FAILED_PRECONDITION");
}

TEST_F(VaultTest, IsNotMadeUnlessAsked) {
  EXPECT_EQ(Code(TryOpen(kLogId, /*create=*/false).status()), "NOT_FOUND");
  EXPECT_FALSE(fs::exists(directory_ / "keys"));
}

TEST_F(VaultTest, ADamagedHeaderIsDataLossAndAForeignFileRefused) {
  OpenPrepared(1);
  FlipBit(data_keys(), 60);
  EXPECT_EQ(Code(TryOpen().status()), "DATA_LOSS");
  SetFileContents(data_keys(), "something else");
  EXPECT_EQ(Code(TryOpen().status()), "FAILED_PRECONDITION");
  EXPECT_EQ(FileContents(data_keys()), "something else");
}

// What a crash while a block is made may leave: any part of its slots, and no head.
TEST_F(VaultTest, ABlockThatACrashLeftUnfinishedIsMadeAnew) {
  std::string sealed = *OpenPrepared(kBlockSlots + 1)->Seal({.slot = 7}, kField, "Alice Adams");
  const std::string whole = FileContents(data_keys());
  const uint64_t second = kPage + kBlockBytes;
  for (uint64_t left : {uint64_t{1}, kPage, kPage + 100, kBlockBytes / 2, kBlockBytes - 1}) {
    std::string contents = whole.substr(0, second + left);
    contents.replace(second, std::min(left, kPage), std::min(left, kPage), '\0');
    SetFileContents(data_keys(), contents);
    auto vault = Open();
    EXPECT_EQ(Code(vault->Seal({.slot = kBlockSlots + 1}, kField, "x").status()), "DATA_LOSS");
    EXPECT_EQ(Opened(*vault, {.slot = 7}, sealed), "Alice Adams");
    ASSERT_TRUE(vault->Prepare(kBlockSlots + 1).ok());
    EXPECT_TRUE(Open()->Seal({.slot = kBlockSlots + 1}, kField, "x").ok()) << left;
  }
}

// Sizes that end in the first block: in its head's first bytes, behind them, at the border of its
// slots, inside the first one and in the middle.
TEST_F(VaultTest, AKeyFileThatWasCutOffIsRefusedNamingWhatIsMissing) {
  OpenPrepared(1);
  const std::string whole = FileContents(data_keys());
  struct Cut {
    uint64_t size;
    std::string missing;
  };
  for (const Cut& cut :
       {Cut{4'100, "slots 1 to 4096 "}, Cut{5'000, "slots 1 to 4096 "},
        Cut{8'192, "slots 1 to 4096 "}, Cut{8'200, "slots 1 to 4096 "},
        Cut{100'000, "slots 1435 to 4096 "}, Cut{whole.size() - 1, "slots 4096 to 4096 "}}) {
    SetFileContents(data_keys(), whole.substr(0, cut.size));
    const absl::Status refused = TryOpen().status();
    EXPECT_TRUE(absl::IsDataLoss(refused)) << cut.size << ": " << refused;
    for (const std::string& named : {data_keys(), cut.missing, std::string(kCopyBelongsThere)}) {
      EXPECT_THAT(std::string(refused.message()), HasSubstr(named)) << cut.size;
    }
    EXPECT_EQ(FileContents(data_keys()).size(), cut.size) << "only looked at";
  }
  SetFileContents(data_keys(), whole);
  EXPECT_TRUE(TryOpen().ok());
}

TEST_F(VaultTest, AKeyFileThatWasCutOffInALaterBlockIsRefused) {
  OpenPrepared(kBlockSlots + 1);
  const std::string whole = FileContents(data_keys());
  SetFileContents(data_keys(), whole.substr(0, SlotOffset(kBlockSlots + 11)));
  const absl::Status refused = TryOpen().status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("slots 4107 to 8192 "));
}

// The keys of a block are kept even when only its head is lost.
TEST_F(VaultTest, ABlockWhoseSlotsAreAllValidCountsWithoutItsHead) {
  std::string sealed = *OpenPrepared(1)->Seal({.slot = 1}, kField, "Alice Adams");
  std::string contents = FileContents(data_keys());
  contents.replace(kPage, kPage, kPage, '\0');
  SetFileContents(data_keys(), contents);
  EXPECT_EQ(Opened(*OpenPrepared(1), {.slot = 1}, sealed), "Alice Adams");
}

TEST_F(VaultTest, ADamagedBlockIsRefusedNotMadeAnew) {
  OpenPrepared(kBlockSlots + 1);
  const std::string whole = FileContents(data_keys());
  // A bad head, not blank, over a bad slot.
  FlipBit(data_keys(), kPage + 3);
  FlipBit(data_keys(), SlotOffset(1));
  EXPECT_EQ(Code(TryOpen().status()), "DATA_LOSS");
  // A blank head over a bad slot, but not in the last block.
  std::string contents = whole;
  contents.replace(kPage, kPage, kPage, '\0');
  SetFileContents(data_keys(), contents);
  FlipBit(data_keys(), SlotOffset(1));
  EXPECT_EQ(Code(TryOpen().status()), "DATA_LOSS");
}

TEST_F(VaultTest, SealsAndOpensOnManyThreadsWhileSlotsArePrepared) {
  auto vault = OpenPrepared(1);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 500; ++i) {
        KeyRef key{.slot = static_cast<uint64_t>(i % 100 + 1)};
        std::string text = absl::StrCat("holder ", thread, " ", i);
        auto sealed = vault->Seal(key, kField, text);
        if (!sealed.ok() || Opened(*vault, key, *sealed) != text) ++wrong;
      }
    });
  }
  EXPECT_TRUE(vault->Prepare(2 * kBlockSlots + 1).ok());
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace billing::eventstore
