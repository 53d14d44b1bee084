#include "server/signing_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "eventstore/integrity/checkpoint.h"
#include "eventstore/memory/memory_event_log.h"
#include "tests/eventstore/temporary_directory.h"

namespace billing::server {
namespace {

namespace fs = std::filesystem;
using eventstore::SigningKey;
using testing::HasSubstr;

class SigningKeysTest : public testing::Test {
 protected:
  std::string origin() const { return eventstore::OriginOf(log_->LogId()); }
  void HaveCheckpointBy(const SigningKey& key) {
    const auto note = eventstore::SignCheckpoint(
        {.origin = origin(), .size = 0, .root = eventstore::Sha256("")}, std::vector{key});
    ASSERT_TRUE(note.ok() && log_->AddCheckpoint(0, *note).ok());
  }

  eventstore::TemporaryDirectory directory_;
  const std::string current_ = directory_ / "signing.pem";
  const std::string previous_ = directory_ / "previous.pem";
  const std::unique_ptr<eventstore::EventLog> log_ = eventstore::NewMemoryEventLog();
};

TEST_F(SigningKeysTest, AreMadeOnTheFirstStartAndFoundOnTheNext) {
  const auto made = OpenSigningKeys({.current = current_}, *log_);
  ASSERT_TRUE(made.ok()) << made.status();
  HaveCheckpointBy(made->front());
  const auto found = OpenSigningKeys({.current = current_}, *log_);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().Verifier("n"), made->front().Verifier("n"));
}

TEST_F(SigningKeysTest, AMissingOneIsNotMadeAnewBesideItsCheckpoints) {
  HaveCheckpointBy(*SigningKey::Generate());
  const absl::Status status = OpenSigningKeys({.current = current_}, *log_).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(status.message(), HasSubstr(current_));
  EXPECT_THAT(status.message(), HasSubstr("--signing-key"));
  EXPECT_FALSE(fs::exists(current_));
}

TEST_F(SigningKeysTest, ThePreviousOneComesSecond) {
  const auto previous = SigningKey::Create(previous_);
  ASSERT_TRUE(previous.ok());
  HaveCheckpointBy(*previous);
  ASSERT_TRUE(SigningKey::Create(current_).ok());
  const auto keys = OpenSigningKeys({.current = current_, .previous = previous_}, *log_);
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ(keys->back().Verifier("n"), previous->Verifier("n"));
  EXPECT_FALSE(*IsSignedByOthers(*keys, *log_));
  EXPECT_TRUE(*IsSignedByOthers({keys->front()}, *log_)) << "auditors know the previous one only";
}

TEST_F(SigningKeysTest, APreviousOneMustBeThereAndAnotherOne) {
  ASSERT_TRUE(SigningKey::Create(current_).ok());
  const auto missing = OpenSigningKeys({.current = current_, .previous = previous_}, *log_);
  EXPECT_THAT(missing.status().message(), HasSubstr(previous_));
  const auto same = OpenSigningKeys({.current = current_, .previous = current_}, *log_);
  EXPECT_THAT(same.status().message(), HasSubstr("same"));
}

TEST_F(SigningKeysTest, AFolderIsNoSigningKey) {
  fs::create_directory(current_);
  fs::permissions(current_, static_cast<fs::perms>(0755));
  const absl::Status status = OpenSigningKeys({.current = current_}, *log_).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(status.message(), HasSubstr("is not a file"));
  EXPECT_EQ(CheckSigningKeys({.current = current_}), status);
}

TEST_F(SigningKeysTest, NamedOnesAreCheckedWithoutALog) {
  EXPECT_EQ(CheckSigningKeys({}), absl::OkStatus());
  EXPECT_EQ(CheckSigningKeys({.current = current_}), absl::OkStatus()) << "the start makes it";
  EXPECT_FALSE(fs::exists(current_)) << "only looked at";
  EXPECT_THAT(CheckSigningKeys({.current = "", .previous = previous_}).message(),
              HasSubstr(previous_ + " is missing"));
  ASSERT_TRUE(SigningKey::Create(previous_).ok());
  EXPECT_EQ(CheckSigningKeys({.current = "", .previous = previous_}), absl::OkStatus());
  EXPECT_EQ(CheckSigningKeys({.current = current_, .previous = previous_}), absl::OkStatus());
  EXPECT_THAT(CheckSigningKeys({.current = previous_, .previous = previous_}).message(),
              HasSubstr("same"));
  eventstore::SetFileContents(current_, "no key");
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckSigningKeys({.current = current_})));
}

TEST_F(SigningKeysTest, NobodySignedTheCheckpointOfANewLog) {
  EXPECT_FALSE(*IsSignedByOthers({*SigningKey::Generate()}, *log_));
}

TEST_F(SigningKeysTest, TheVerifierKeyLiesBesideItAndFollowsIt) {
  EXPECT_EQ(VerifierKeyPath("keys/signing.pem"), "keys/signing.pub");
  EXPECT_EQ(VerifierKeyPath("keys/signing"), "keys/signing.pub");
  for (int i = 0; i < 2; ++i) {
    const auto key = SigningKey::Generate();
    ASSERT_TRUE(WriteVerifierKey(current_, *key, *log_).ok());
    const std::string text = eventstore::FileContents(directory_ / "signing.pub");
    EXPECT_EQ(text, key->Verifier(origin()).Serialize() + "\n");
    const auto written = fs::last_write_time(directory_ / "signing.pub");
    ASSERT_TRUE(WriteVerifierKey(current_, *key, *log_).ok());
    EXPECT_EQ(fs::last_write_time(directory_ / "signing.pub"), written) << "it is there already";
  }
}

}  // namespace
}  // namespace billing::server
