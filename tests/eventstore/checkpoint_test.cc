#include "eventstore/integrity/checkpoint.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "eventstore/integrity/note.h"
#include "tests/eventstore/temporary_directory.h"

namespace billing::eventstore {
namespace {

namespace fs = std::filesystem;

constexpr char kLogId[] = "00112233445566778899aabbccddeeff";

// The example in the documentation of golang.org/x/mod/sumdb/note, the format's origin.
constexpr char kKnownKey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr char kKnownNote[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    "\n";

// One of RFC 8032, 7.1, test 1: secret key, as `openssl pkcs8` writes it.
constexpr char kRfc8032Pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

std::string Code(const absl::Status& status) { return absl::StatusCodeToString(status.code()); }

TEST(VerifierKey, VerifiesTheKnownNote) {
  const auto key = VerifierKey::Parse(kKnownKey);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->name(), "PeterNeumann");
  EXPECT_EQ(key->Serialize(), kKnownKey);
  const auto note = Note::Parse(kKnownNote);
  ASSERT_TRUE(note.ok()) << note.status();
  ASSERT_EQ(note->signatures.size(), 1u);
  EXPECT_EQ(note->signatures[0].key_id, key->id());
  EXPECT_TRUE(key->Verify(note->text, note->signatures[0].signature));
  EXPECT_EQ(note->Serialize(), kKnownNote);
}

TEST(VerifierKey, RefusesEveryChangedByte) {
  const std::string good = kKnownKey;
  for (size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = good;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(VerifierKey::Parse(changed).ok()) << changed;
    }
  }
  for (const char* other : {"", "+", "++", "a+b", "a+00000000+", "a+00000000+AQ=="}) {
    EXPECT_EQ(Code(VerifierKey::Parse(other).status()), "INVALID_ARGUMENT") << other;
  }
}

TEST(VerifierKey, IsReadFromAFileWithALineFeed) {
  EXPECT_EQ(*VerifierKey::Parse(absl::StrCat(kKnownKey, "\n")), *VerifierKey::Parse(kKnownKey));
}

TEST(Note, RefusesWhatIsNotOne) {
  const std::string good = kKnownNote;
  const std::string text = "text\n\n";
  const std::string line = good.substr(good.find("\n\n") + 2);
  EXPECT_TRUE(Note::Parse(text + line).ok());
  for (const std::string& bad : std::vector<std::string>{
           "", "\n", "\n\n", "text\n", text, text + "\n", text + line + "\n", text + "x" + line,
           text + line.substr(0, line.size() - 1), "te\rxt\n\n" + line,
           std::string("te\0xt\n\n", 7) + line, text + "\xe2\x80\x94 \n",
           text + "\xe2\x80\x94 name\n", text + "\xe2\x80\x94 name AAAA\n",
           text + "\xe2\x80\x94 name AAAAAAB=\n", text + "\xe2\x80\x94 na+me AAAAAAA=\n",
           text + "\xe2\x80\x94  AAAAAAA=\n", text + "\xe2\x80\x94 name AAAAAAA= \n",
           std::string(kNoteBytesMax, 'x') + "\n\n" + line}) {
    EXPECT_EQ(Code(Note::Parse(bad).status()), "INVALID_ARGUMENT") << bad.substr(0, 100);
  }
  std::string many = text;
  for (size_t i = 0; i < kNoteSignaturesMax; ++i) many += line;
  EXPECT_EQ(Note::Parse(many)->signatures.size(), kNoteSignaturesMax);
  EXPECT_FALSE(Note::Parse(many + line).ok());
}

TEST(Note, TextMayHoldEmptyLines) {
  const std::string bytes = "one\n\ntwo\n\n\xe2\x80\x94 name AAAAAAA=\n";
  const auto note = Note::Parse(bytes);
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->text, "one\n\ntwo\n");
  EXPECT_EQ(note->Serialize(), bytes);
}

TEST(Checkpoint, IsThreeLines) {
  const Checkpoint checkpoint{.origin = OriginOf(kLogId), .size = 7, .root = Sha256("root")};
  EXPECT_EQ(checkpoint.Serialize(),
            "billingd/00112233445566778899aabbccddeeff\n7\n"
            "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n");
  EXPECT_EQ(*Checkpoint::Parse(checkpoint.Serialize()), checkpoint);
}

TEST(Checkpoint, RefusesOtherText) {
  const std::string root = "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=";
  EXPECT_TRUE(Checkpoint::Parse("a\n0\n" + root + "\n").ok());
  for (const std::string& bad :
       {std::string(), std::string("a\n"), "a\n0\n" + root, "\n0\n" + root + "\n",
        "a\n\n" + root + "\n", "a\n00\n" + root + "\n", "a\n-1\n" + root + "\n",
        "a\n+1\n" + root + "\n", "a\n 1\n" + root + "\n", "a\n18446744073709551616\n" + root + "\n",
        "a\n0\n" + root + "\nextension\n", "a\n0\n" + root + "\n\n",
        "a\n0\n" + root.substr(0, 40) + "\n", "a b\n0\n" + root + "\n"}) {
    EXPECT_EQ(Code(Checkpoint::Parse(bad).status()), "INVALID_ARGUMENT") << bad;
  }
}

class SigningTest : public testing::Test {
 protected:
  std::string KeyFile(const std::string& contents) {
    const std::string path = directory_ / "signing.pem";
    SetFileContents(path, contents);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    return path;
  }
  SigningKey NewKey(const std::string& name = "new.pem") {
    auto key = SigningKey::Create(directory_ / name);
    EXPECT_TRUE(key.ok()) << key.status();
    return *std::move(key);
  }
  std::string Signed(const std::vector<SigningKey>& keys) const {
    auto note = SignCheckpoint(checkpoint_, keys);
    EXPECT_TRUE(note.ok()) << note.status();
    return *std::move(note);
  }

  TemporaryDirectory directory_;
  const Checkpoint checkpoint_{.origin = OriginOf(kLogId), .size = 300, .root = Sha256("root")};
};

TEST_F(SigningTest, SignsAsRfc8032Does) {
  const auto key = SigningKey::Load(KeyFile(kRfc8032Pem));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(
      ToHex(*key->Sign("")),
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
      "1cf9b46bd25bf5f0595bbe24655141438e7a100b");
  EXPECT_TRUE(key->Verifier("rfc").Verify("", *key->Sign("")));
  EXPECT_FALSE(key->Verifier("rfc").Verify("x", *key->Sign("")));
  EXPECT_FALSE(key->Verifier("rfc").Verify("", ""));
}

TEST_F(SigningTest, ANewKeyIsTheSameAfterItWasLoaded) {
  const SigningKey made = NewKey();
  const std::string path = directory_ / "new.pem";
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto loaded = SigningKey::Load(path);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->Verifier("n"), made.Verifier("n"));
  EXPECT_EQ(*loaded->Sign("text"), *made.Sign("text"));
  EXPECT_FALSE(NewKey("other.pem").Verifier("n") == made.Verifier("n"));
}

TEST_F(SigningTest, AKeyThatOthersMayReadIsRefused) {
  const std::string path = KeyFile(kRfc8032Pem);
  for (const fs::perms others : {fs::perms::group_read, fs::perms::others_read}) {
    fs::permissions(path, fs::perms::owner_read | others);
    const auto key = SigningKey::Load(path);
    EXPECT_EQ(Code(key.status()), "FAILED_PRECONDITION");
    EXPECT_NE(key.status().message().find("chmod 600"), std::string::npos) << key.status();
  }
  fs::permissions(path, fs::perms::owner_read);
  EXPECT_TRUE(SigningKey::Load(path).ok());
}

TEST_F(SigningTest, WhatIsNoEd25519KeyIsRefused) {
  EXPECT_EQ(Code(SigningKey::Load(directory_ / "none").status()), "NOT_FOUND");
  const std::string pem = kRfc8032Pem;
  const std::string x25519 = absl::StrReplaceAll(pem, {{"K2VwBCIE", "K2VuBCIE"}});
  for (const std::string& other : {std::string(), std::string("key"), pem.substr(0, 60), x25519,
                                   absl::StrReplaceAll(pem, {{"PRIVATE", "PUBLIC"}})}) {
    EXPECT_EQ(Code(SigningKey::Load(KeyFile(other)).status()), "FAILED_PRECONDITION") << other;
  }
}

TEST_F(SigningTest, ACheckpointIsWhatItsKeySigned) {
  const SigningKey key = NewKey();
  const std::string note = Signed({key});
  const auto verified = VerifyCheckpoint(note, key.Verifier(checkpoint_.origin));
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(*verified, checkpoint_);
  EXPECT_EQ(*ReadCheckpoint(note), checkpoint_);
}

TEST_F(SigningTest, EveryChangedByteOfANoteIsRefused) {
  const SigningKey key = NewKey();
  const VerifierKey verifier = key.Verifier(checkpoint_.origin);
  const std::string note = Signed({key});
  for (size_t i = 0; i < note.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = note;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(VerifyCheckpoint(changed, verifier).ok()) << "bit " << bit << " of byte " << i;
    }
    EXPECT_FALSE(VerifyCheckpoint(note.substr(0, i), verifier).ok()) << "cut at " << i;
    std::string without = note;
    without.erase(i, 1);
    EXPECT_FALSE(VerifyCheckpoint(without, verifier).ok()) << "without byte " << i;
  }
  EXPECT_FALSE(VerifyCheckpoint(note + "\n", verifier).ok());
}

TEST_F(SigningTest, AnotherKeyOrLogIsRefused) {
  const SigningKey key = NewKey();
  const std::string note = Signed({key});
  const auto by_other = VerifyCheckpoint(note, NewKey("other.pem").Verifier(checkpoint_.origin));
  EXPECT_EQ(Code(by_other.status()), "PERMISSION_DENIED");
  const auto of_other = VerifyCheckpoint(note, key.Verifier(OriginOf("other")));
  EXPECT_EQ(Code(of_other.status()), "PERMISSION_DENIED");
  EXPECT_EQ(Code(VerifyCheckpoint("no note", key.Verifier(checkpoint_.origin)).status()),
            "INVALID_ARGUMENT");
}

TEST_F(SigningTest, WhileKeysChangeEitherOneVerifies) {
  const SigningKey old_key = NewKey("old.pem");
  const SigningKey new_key = NewKey("new.pem");
  const std::string note = Signed({new_key, old_key});
  for (const SigningKey& key : {old_key, new_key}) {
    EXPECT_TRUE(VerifyCheckpoint(note, key.Verifier(checkpoint_.origin)).ok());
  }
}

// A signature that names the key must be the key's, whoever else has signed.
TEST_F(SigningTest, AFalseSignatureIsRefusedAmongTrueOnes) {
  const SigningKey key = NewKey("key.pem");
  const SigningKey other = NewKey("other.pem");
  Note note = *Note::Parse(Signed({key, other}));
  note.signatures[0].signature[0] = static_cast<char>(note.signatures[0].signature[0] ^ 1);
  const std::string forged = note.Serialize();
  EXPECT_EQ(Code(VerifyCheckpoint(forged, key.Verifier(checkpoint_.origin)).status()),
            "PERMISSION_DENIED");
  EXPECT_TRUE(VerifyCheckpoint(forged, other.Verifier(checkpoint_.origin)).ok());
}

}  // namespace
}  // namespace billing::eventstore
