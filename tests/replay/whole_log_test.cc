// A log goes out as an export and comes back the same, or not at all.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "eventstore/integrity/anchor.h"
#include "eventstore/integrity/checkpoint.h"
#include "tests/eventstore/temporary_directory.h"
#include "tests/replay/recorded_log.h"
#include "tests/replay/verb_fixture.h"
#include "tools/replay/command_line.h"
#include "tools/replay/opening.h"

namespace billing::replay {
namespace {

using eventstore::SetFileContents;
using eventstore::SigningKey;

class WholeLog : public VerbTest {
 protected:
  WholeLog()
      : log_(RandomLog(vault(), 1, 300)),
        key_(*SigningKey::Create(folder_ / "signing.pem")),
        foreign_key_(*SigningKey::Create(folder_ / "foreign.pem")) {
    checkpoints_ = log_.Sign(key_, 100);
    export_ = log_.Export(checkpoints_);
    SetFileContents(path_, export_);
    SetFileContents(folder_ / "signing.pub", KeyOf(key_) + "\n");
  }

  std::string KeyOf(const SigningKey& key) const {
    return key.Verifier(eventstore::OriginOf(log_.log_id)).Serialize();
  }
  std::string CheckpointAt(uint64_t size, const SigningKey& key, const std::string& log_id) const {
    eventstore::Frontier tree;
    for (uint64_t i = 0; i < size; ++i) tree.Append(eventstore::LeafHash(log_.records[i]));
    return *eventstore::SignCheckpoint(
        {.origin = eventstore::OriginOf(log_id), .size = size, .root = tree.Root()}, {&key, 1});
  }

  void ExpectWrong(const std::vector<std::string>& arguments, Kind kind, const std::string& words) {
    EXPECT_EQ(Run(arguments), static_cast<int>(kind)) << out_ << err_;
    EXPECT_TRUE(absl::StrContains(err_, words)) << err_;
  }

  eventstore::TemporaryDirectory folder_;
  RecordedLog log_;
  SigningKey key_;
  SigningKey foreign_key_;
  Checkpoints checkpoints_;
  std::string export_;
  const std::string path_ = folder_ / "log.export";
};

TEST_F(WholeLog, IsImportedAndExportedAgainByteForByte) {
  const std::string into = folder_ / "restored";
  ASSERT_EQ(Run({"import", path_, "--into", into, "--key", KeyOf(key_)}), 0) << err_;
  ASSERT_EQ(Run({"prove", into}), 0) << err_;
  EXPECT_TRUE(absl::StrContains(out_, "all held")) << out_;
  const auto anchor = eventstore::ReadAnchor(into + "/anchor");
  ASSERT_TRUE(anchor.ok() && *anchor);
  EXPECT_EQ((*anchor)->size, log_.records.size());
  EXPECT_EQ((*anchor)->log_id, log_.log_id);
  const std::string again = folder_ / "again.export";
  ASSERT_EQ(Run({"export", into, "--to", again}), 0) << err_;
  // Of the first 1,024 records a log keeps one checkpoint.
  EXPECT_EQ(eventstore::FileContents(again), log_.Export({checkpoints_.back()}));
}

TEST_F(WholeLog, IsItsOwnersAloneWhereverItIsWritten) {
  using std::filesystem::perms;
  const auto permissions = [this](const std::string& name) {
    return std::filesystem::status(folder_ / name).permissions();
  };
  ASSERT_EQ(Run({"export", path_, "--to", folder_ / "again.export"}), 0) << err_;
  EXPECT_EQ(permissions("again.export"), perms(0600));
  ASSERT_EQ(Run({"rebuild", path_, "--into", folder_ / "rows"}), 0) << err_;
  EXPECT_EQ(permissions("rows"), perms(0700));
  ASSERT_EQ(Run({"import", path_, "--into", folder_ / "restored"}), 0) << err_;
  EXPECT_EQ(permissions("restored"), perms(0700));
}

TEST_F(WholeLog, IsExportedOverNoOtherFile) {
  ExpectWrong({"export", path_, "--to", path_}, Kind::kUsage, "is there already");
  EXPECT_EQ(eventstore::FileContents(path_), export_);
}

TEST_F(WholeLog, GoesToStdoutWithoutAWordInBetween) {
  ASSERT_EQ(Run({"export", path_}), 0);
  EXPECT_EQ(out_, export_);
  EXPECT_TRUE(absl::StrContains(err_, "exported to stdout")) << err_;
}

TEST_F(WholeLog, OfABrokenExportNothingIsImported) {
  SetFileContents(path_, export_.substr(0, export_.size() - 200));
  ExpectWrong({"import", path_, "--into", folder_ / "restored"}, Kind::kFormat, "cut short");
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_FALSE(absl::StrContains(entry.path().string(), "restored")) << entry.path();
  }
}

TEST_F(WholeLog, SaysWhatNobodySigned) {
  ASSERT_EQ(Run({"verify", path_}), 0);
  EXPECT_TRUE(absl::StrContains(out_, "no signature was checked")) << out_;
  checkpoints_.pop_back();
  SetFileContents(path_, log_.Export(checkpoints_));
  ASSERT_EQ(Run({"verify", path_, "--key", folder_ / "signing.pub"}), 0);
  EXPECT_TRUE(
      absl::StrContains(out_, absl::StrCat("positions ", checkpoints_.back().first + 1, " to ",
                                           log_.records.size(), " are under no signed checkpoint")))
      << out_;
}

TEST_F(WholeLog, IsSignedByOneOfSeveralKeysInItsLife) {
  Checkpoints rotated = log_.Sign(foreign_key_, 100);
  rotated.front() = checkpoints_.front();
  SetFileContents(path_, log_.Export(rotated));
  EXPECT_EQ(Run({"verify", path_, "--key", KeyOf(key_), "--key", KeyOf(foreign_key_)}), 0) << err_;
  ExpectWrong({"verify", path_, "--key", KeyOf(key_)}, Kind::kSignature, "position 200: ");
}

TEST_F(WholeLog, IsNotTheLogOfAnotherKey) {
  const std::string other = key_.Verifier("billingd/other").Serialize();
  ExpectWrong({"verify", path_, "--key", other}, Kind::kSignature, "that of billingd/other");
  ExpectWrong({"verify", path_, "--key", KeyOf(foreign_key_)}, Kind::kSignature, "position 100: ");
  ExpectWrong({"verify", path_, "--key", "nonsense"}, Kind::kUsage, "nonsense");
}

TEST_F(WholeLog, IsComparedWithCheckpointsThatSomebodyKept) {
  const std::string kept = folder_ / "kept.note";
  const auto verify = [&](const std::string& note) {
    SetFileContents(kept, note);
    return std::vector<std::string>{"verify", path_, "--checkpoint", kept, "--key", KeyOf(key_)};
  };
  EXPECT_EQ(Run(verify(CheckpointAt(170, key_, log_.log_id))), 0) << err_;
  ExpectWrong(verify(CheckpointAt(170, foreign_key_, log_.log_id)), Kind::kSignature, kept);
  ExpectWrong(verify(CheckpointAt(170, key_, std::string(32, 'a'))), Kind::kSignature,
              "is of billingd/aaaa");
  ExpectWrong(verify("nonsense"), Kind::kUnreadable, "holds no checkpoint");
  // The log lost its end, and everything in the export was made to fit.
  const std::string newest = CheckpointAt(log_.records.size(), key_, log_.log_id);
  RecordedLog shorter = log_;
  storage::v1::Record last;
  do {
    last.ParseFromString(shorter.records.back());
    shorter.records.pop_back();
  } while (last.index() != 0);
  SetFileContents(path_, shorter.Export({}));
  ExpectWrong(verify(newest), Kind::kTree, "they are missing");
  EXPECT_TRUE(absl::StrContains(err_, absl::StrCat(shorter.records.size() + 1))) << err_;
}

// What was mistyped says nothing of the log.
TEST_F(WholeLog, IsNotCalledBadByTheSecondVerifierForWhatWasMistyped) {
  const auto verifier = [this](const std::string& arguments) {
    const std::string command =
        absl::StrCat("python3 -B ", VERIFIER, " ", path_, " ", arguments, " >/dev/null 2>&1");
    return WEXITSTATUS(std::system(command.c_str()));
  };
  SetFileContents(folder_ / "nonsense", "nonsense\xff");
  EXPECT_EQ(verifier(absl::StrCat("--key ", folder_ / "signing.pub")), 0);
  EXPECT_EQ(verifier("--key nonsense"), 2);
  EXPECT_EQ(verifier(absl::StrCat("--key ", KeyOf(key_), "A")), 2);
  EXPECT_EQ(verifier(absl::StrCat("--key ", folder_ / "nonsense")), 2);
  EXPECT_EQ(verifier(absl::StrCat("--checkpoint ", folder_ / "nonsense")), 2);
  EXPECT_EQ(verifier(absl::StrCat("--checkpoint ", folder_ / "nowhere")), 2);
  EXPECT_EQ(verifier(absl::StrCat("--key ", KeyOf(foreign_key_))), 1);
}

// A code that says nothing of the log.
TEST_F(WholeLog, IsNotCalledBadByTheSecondVerifierThatCannotWrite) {
  const auto verifier = [this](const std::string& arguments) {
    const std::string command = absl::StrCat("python3 -B ", VERIFIER, " ", path_, " ", arguments);
    return WEXITSTATUS(std::system(command.c_str()));
  };
  EXPECT_EQ(verifier(">/dev/full 2>/dev/null"), 2);
  EXPECT_EQ(verifier(">/dev/full 2>&1"), 2);
  EXPECT_EQ(verifier("--checkpoint /nowhere >/dev/null 2>/dev/full"), 2);
  EXPECT_EQ(verifier(absl::StrCat("--key ", KeyOf(foreign_key_), " >/dev/full 2>/dev/null")), 2);
}

TEST_F(WholeLog, OfAnotherLogIsNotThisOne) {
  RecordedLog other = RandomLog(vault(), 2, 300);
  other.log_id = log_.log_id;
  SetFileContents(path_, other.Export({}));
  const std::string kept = folder_ / "kept.note";
  SetFileContents(kept, checkpoints_.front().second);
  ExpectWrong({"verify", path_, "--checkpoint", kept}, Kind::kTree, "positions 1 to 100: ");
}

TEST_F(WholeLog, IsAskedAboutNoPolicyThatNoAccountCanHave) {
  const auto ask = [this](const std::string& policy) {
    return std::vector<std::string>{"what-if", path_, "--policy", policy};
  };
  ExpectWrong(ask(R"({"max_cards": 1001})"), Kind::kUsage, "policy.max_cards");
  ExpectWrong(ask(R"({"max_cards": 0})"), Kind::kUsage, "policy.max_cards");
  ExpectWrong(ask(R"({"maxCards": "0"})"), Kind::kUsage, "policy.max_cards");
  ExpectWrong(ask(R"({"holding_states": ["SUBSCRIPTION_STATE_DELETED"]})"), Kind::kUsage,
              "policy.holding_states");
  ExpectWrong(ask(R"({"nonsense": 1})"), Kind::kUsage, "neither a file nor JSON");
}

// A path may hold any bytes; JSON is UTF-8.
TEST_F(WholeLog, IsNamedInJsonWhateverItsPathHolds) {
  EXPECT_EQ(Run({"verify", folder_ / "no\xff.export", "--json"}), 1);
  EXPECT_TRUE(absl::StrContains(out_, "no?.export")) << out_;
}

TEST_F(WholeLog, DoesNotHoldWhereNobodyCanBeTold) {
  std::ostream nowhere(nullptr);
  std::ostringstream err;
  const char* const arguments[] = {"billing-replay", "verify", path_.c_str()};
  EXPECT_EQ(RunCommandLine(3, arguments, {.out = nowhere, .err = err}),
            static_cast<int>(Kind::kUnreadable));
  EXPECT_EQ(err.str(), "the output could not be written\n");
  const char* const help[] = {"billing-replay", "--help"};
  EXPECT_EQ(RunCommandLine(2, help, {.out = nowhere, .err = err}),
            static_cast<int>(Kind::kUnreadable));
  EXPECT_EQ(Run({"prov", path_}), static_cast<int>(Kind::kUsage));
  EXPECT_TRUE(absl::StrContains(err_, "'prov' is not known here")) << err_;
}

TEST_F(WholeLog, IsNotNeededToTellTheVersion) {
  EXPECT_EQ(Run({"--version"}), 0) << err_;
  EXPECT_EQ(out_, "billing-replay 0.1.0\n");
}

TEST_F(WholeLog, IsReadFromAPipe) {
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { SetFileContents(pipe, export_); });
  EXPECT_EQ(Run({"verify", pipe, "--key", KeyOf(key_)}), 0) << err_;
  writer.join();
}

TEST_F(WholeLog, IsImportedIntoADirectoryWithOrWithoutASlash) {
  ASSERT_EQ(Run({"import", path_, "--into", folder_ / "restored/"}), 0) << err_;
  EXPECT_EQ(Run({"verify", folder_ / "restored"}), 0) << err_;
}

// As of a script's variable that is not set: each would pass for an option that was not given.
TEST_F(WholeLog, AnEmptyValueSwitchesNothingOff) {
  ExpectWrong({"export", path_, "--to", ""}, Kind::kUsage, "--to: must not be empty");
  EXPECT_EQ(out_, "");
  ExpectWrong({"rebuild", path_, "--into", ""}, Kind::kUsage, "--into: must not be empty");
  ExpectWrong({"verify", path_, "--checkpoint", ""}, Kind::kUsage, "--checkpoint: must not be");
  ExpectWrong({"verify", path_, "--key=", path_}, Kind::kUsage, "--key: must not be empty");
  ExpectWrong({"state", path_, "--account", "a", "--at", ""}, Kind::kUsage, "--at: must not be");
}

TEST_F(WholeLog, HasNoNegativePosition) {
  ExpectWrong({"explain", path_, "-1"}, Kind::kUsage, "'-1' is not a whole number");
  ExpectWrong({"explain", path_, "0x10"}, Kind::kUsage, "'0x10' is not a whole number");
}

TEST_F(WholeLog, WrongUsageIsJsonWhereJsonIsAskedFor) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--json"},
                                             {"prov", path_, "--json"},
                                             {"--json", "verify"},
                                             {"verify", path_, "--json", "--colour"},
                                             {"verify", path_, "--key=", "--json"}}) {
    EXPECT_EQ(Run(arguments), 2);
    EXPECT_TRUE(absl::StartsWith(out_, R"({"held": false, "wrong": {"kind": "USAGE", )")) << out_;
    EXPECT_EQ(err_, "");
  }
}

TEST_F(WholeLog, IsJsonWhereverJsonIsAskedFor) {
  ASSERT_EQ(Run({"verify", path_, "--json"}), 0) << err_;
  EXPECT_TRUE(absl::StartsWith(out_, R"({"held": true)")) << out_;
  ASSERT_EQ(Run({"--json", "verify", path_}), 0) << err_;
  EXPECT_TRUE(absl::StartsWith(out_, R"({"held": true)")) << out_;
}

TEST_F(WholeLog, WrongUsageHasItsOwnCode) {
  EXPECT_EQ(Run({}), 2);
  EXPECT_EQ(Run({"prove"}), 2);
  EXPECT_EQ(Run({"diff", path_}), 2);
  EXPECT_EQ(Run({"verify", folder_ / "nothing"}), 1);
  EXPECT_EQ(Run({"--help"}), 0);
}

}  // namespace
}  // namespace billing::replay
