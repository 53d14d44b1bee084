#include "eventstore/vault/seal.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/escaping.h"
#include "eventstore/integrity/merkle.h"
#include "eventstore/vault/key_wrap.h"

namespace billing::eventstore {
namespace {

SecretKey KeyOf(const std::string& hex) { return *SecretKey::From(absl::HexStringToBytes(hex)); }

SecretKey SomeKey(char byte) { return *SecretKey::From(std::string(SecretKey::kBytes, byte)); }

TEST(WrapKeys, MatchesRfc3394) {
  SecretKey wrapping = KeyOf("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  SecretKey key = KeyOf("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
  std::string wrapped = WrapKeys(wrapping, {{key}}).front();
  EXPECT_EQ(ToHex(wrapped),
            "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21");
  ASSERT_TRUE(UnwrapKey(wrapping, wrapped).has_value());
  EXPECT_EQ(UnwrapKey(wrapping, wrapped)->bytes(), key.bytes());
}

// OpenSSL's own implementation unwraps them.
TEST(WrapKeys, EachOfManyUnwrapsToItself) {
  const std::vector<SecretKey> keys = *SecretKey::Random(200);
  const std::vector<std::string> wrapped = WrapKeys(SomeKey('w'), keys);
  ASSERT_EQ(wrapped.size(), keys.size());
  std::set<std::string_view> different;
  for (size_t i = 0; i < keys.size(); ++i) {
    const auto unwrapped = UnwrapKey(SomeKey('w'), wrapped[i]);
    ASSERT_TRUE(unwrapped.has_value()) << i;
    EXPECT_EQ(unwrapped->bytes(), keys[i].bytes()) << i;
    different.insert(keys[i].bytes());
  }
  EXPECT_EQ(different.size(), keys.size());
  EXPECT_TRUE(WrapKeys(SomeKey('w'), {}).empty());
}

TEST(UnwrapKey, RefusesAnotherKeyAndOtherBytes) {
  std::string wrapped = WrapKeys(SomeKey('w'), {{SomeKey('k')}}).front();
  EXPECT_FALSE(UnwrapKey(SomeKey('v'), wrapped).has_value());
  EXPECT_FALSE(UnwrapKey(SomeKey('w'), wrapped.substr(1)).has_value());
  wrapped[10] ^= 1;
  EXPECT_FALSE(UnwrapKey(SomeKey('w'), wrapped).has_value());
}

// Case 16 of the GCM specification's test vectors.
TEST(OpenBytes, MatchesTheKnownVectorOfGcm) {
  SecretKey key = KeyOf("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  std::string bound = absl::HexStringToBytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  std::string sealed = absl::HexStringToBytes(
      "cafebabefacedbaddecaf888"
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10"
      "56828838c5f61e6393ba7a0abcc9f662"
      "76fc6ece0f4e1768cddf8853bb2d551b");
  auto clear = OpenBytes(key, bound, sealed);
  ASSERT_TRUE(clear.has_value());
  EXPECT_EQ(
      ToHex(*clear),
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e24"
      "49a6b525b16aedf5aa0de657ba637b39");
}

TEST(SealBytes, AddsNonceAndTagAndOpensAgain) {
  auto sealed = SealBytes(SomeKey('k'), "bound", "Alice Adams");
  ASSERT_TRUE(sealed.ok());
  EXPECT_EQ(sealed->size(), 12 + 11 + 16u);
  EXPECT_EQ(OpenBytes(SomeKey('k'), "bound", *sealed), "Alice Adams");
}

TEST(SealBytes, NeverUsesANonceTwice) {
  std::set<std::string> nonces;
  for (int i = 0; i < 1'000; ++i) {
    nonces.insert(SealBytes(SomeKey('k'), "bound", "text")->substr(0, kNonceBytes));
  }
  EXPECT_EQ(nonces.size(), 1'000u);
}

TEST(SealBytes, RefusesMoreThanARecordCanHold) {
  std::string large(kSealedClearBytesMax + 1, 'x');
  EXPECT_TRUE(absl::IsInvalidArgument(SealBytes(SomeKey('k'), "bound", large).status()));
}

TEST(OpenBytes, RefusesAnotherKeyBindingOrByte) {
  const std::string sealed = *SealBytes(SomeKey('k'), "bound", "text");
  EXPECT_FALSE(OpenBytes(SomeKey('j'), "bound", sealed).has_value());
  EXPECT_FALSE(OpenBytes(SomeKey('k'), "other", sealed).has_value());
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(OpenBytes(SomeKey('k'), "bound", changed).has_value()) << "byte " << i;
    EXPECT_FALSE(OpenBytes(SomeKey('k'), "bound", sealed.substr(0, i)).has_value()) << i;
  }
}

}  // namespace
}  // namespace billing::eventstore
