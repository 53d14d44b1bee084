// verify and proof against a server that tells the truth, and against one that does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "billing/v1/integrity_service.pb.h"
#include "eventstore/integrity/checkpoint.h"
#include "google/rpc/error_details.pb.h"
#include "tests/billingctl/fake_server.h"
#include "tests/eventstore/naive_tree.h"
#include "tests/eventstore/temporary_directory.h"

namespace billing::billingctl {
namespace {

using billing::v1::GetCheckpointResponse;
using billing::v1::GetConsistencyProofRequest;
using billing::v1::GetConsistencyProofResponse;
using billing::v1::GetInclusionProofRequest;
using billing::v1::GetInclusionProofResponse;
using eventstore::AsBytes;
using eventstore::Hash;
using eventstore::Hex;
using eventstore::NaiveRoot;
using testing::HasSubstr;

constexpr char kOrigin[] = "billingd/00112233445566778899aabbccddeeff";

class IntegrityVerbs : public testing::Test {
 protected:
  Hash Root(uint64_t size) const { return NaiveRoot(log_.First(size)); }
  eventstore::VerifierKey Verifier() const { return key_.Verifier(kOrigin); }
  std::string Note(uint64_t size) const {
    return *eventstore::SignCheckpoint({kOrigin, size, Root(size)}, std::vector{key_});
  }

  // The server's next answers.
  void AnswerCheckpoint(uint64_t size) {
    GetCheckpointResponse response;
    response.set_note(Note(size));
    response.add_verifier_keys(Verifier().Serialize());
    server_.Answer(response);
  }
  void AnswerConsistency(uint64_t from, uint64_t to) {
    GetConsistencyProofResponse response;
    const auto proof = MakeConsistencyProof(log_, from, to);
    for (const Hash& hash : *proof) {
      response.add_hashes(std::string(AsBytes(hash)));
    }
    server_.Answer(response);
  }
  GetInclusionProofResponse Inclusion(uint64_t position, uint64_t size) const {
    GetInclusionProofResponse response;
    response.set_leaf_hash(std::string(AsBytes(log_.First(size)[position - 1])));
    response.set_root_hash(std::string(AsBytes(Root(size))));
    const auto proof = MakeInclusionProof(log_, position - 1, size);
    for (const Hash& hash : *proof) {
      response.add_hashes(std::string(AsBytes(hash)));
    }
    return response;
  }

  std::string File(const std::string& name, const std::string& content) {
    eventstore::SetFileContents(directory_ / name, content);
    return directory_ / name;
  }
  std::string KeyFile() { return File("signing.pub", Verifier().Serialize() + "\n"); }
  void ExpectNotProved(const Printed& printed, const std::string& reason) {
    EXPECT_EQ(static_cast<int>(printed.code), 11) << printed.out;
    EXPECT_THAT(printed.err, HasSubstr("error: " + reason));
    EXPECT_EQ(printed.out, "");
  }

  FakeServer server_;
  eventstore::TemporaryDirectory directory_;
  const eventstore::LeavesInMemory log_{eventstore::SomeLeaves(9)};
  const eventstore::SigningKey key_ = *eventstore::SigningKey::Generate();
};

TEST_F(IntegrityVerbs, VerifyShowsWhatTheKeySigned) {
  AnswerCheckpoint(7);
  const Printed printed = RunLine(server_, {"verify", "--key", KeyFile()});
  EXPECT_EQ(printed.code, ExitCode::kOk) << printed.err;
  EXPECT_EQ(printed.err, "");
  EXPECT_EQ(printed.out, std::string("log         ") + kOrigin + "\nrecords     7\nroot        " +
                             Hex(Root(7)) + "\nsigned by   key " +
                             eventstore::ToHex(Verifier().id()) + "\ngrown from  -\n");
}

TEST_F(IntegrityVerbs, VerifySaysLoudlyThatItTookTheServersWord) {
  AnswerCheckpoint(7);
  const Printed printed = RunLine(server_, {"verify", "--json"});
  EXPECT_EQ(printed.code, ExitCode::kOk);
  EXPECT_THAT(printed.err, HasSubstr("warning: the key is the server's own word"));
  EXPECT_EQ(printed.out, std::string(R"({"origin":")") + kOrigin + R"(","size":"7","root_hash":")" +
                             Hex(Root(7)) + R"(","key_id":")" + eventstore::ToHex(Verifier().id()) +
                             R"(","key_from":"server"})" + "\n");
}

TEST_F(IntegrityVerbs, VerifyRefusesASignatureOfAnotherKey) {
  AnswerCheckpoint(7);
  const auto other = *eventstore::SigningKey::Generate();
  ExpectNotProved(RunLine(server_, {"verify", "--key", other.Verifier(kOrigin).Serialize()}),
                  "CHECKPOINT_NOT_VERIFIED");
}

TEST_F(IntegrityVerbs, VerifyTakesAnyOfTheKeysWhileTheyChange) {
  AnswerCheckpoint(7);
  const auto other = *eventstore::SigningKey::Generate();
  EXPECT_EQ(RunLine(server_, {"verify", "--key", other.Verifier(kOrigin).Serialize(), "--key",
                              Verifier().Serialize()})
                .code,
            ExitCode::kOk);
}

TEST_F(IntegrityVerbs, VerifyChecksThatTheLogGrewFromTheCheckpointThatWasKept) {
  AnswerCheckpoint(7);
  AnswerConsistency(3, 7);
  const std::string kept = File("kept.note", Note(3));
  const Printed printed =
      RunLine(server_, {"verify", "--key", KeyFile(), "--since", kept, "--save", kept});
  EXPECT_EQ(printed.code, ExitCode::kOk) << printed.err;
  EXPECT_THAT(printed.out, HasSubstr("grown from  3 records\n"));
  EXPECT_EQ(eventstore::FileContents(kept), Note(7));
  GetConsistencyProofRequest asked;
  ASSERT_TRUE(asked.ParseFromString(server_.Calls().back().request));
  EXPECT_EQ(asked.from_size(), 3u);
  EXPECT_EQ(asked.to_size(), 7u);
}

TEST_F(IntegrityVerbs, VerifyRefusesALogThatDoesNotBeginWithWhatItHad) {
  AnswerCheckpoint(7);
  AnswerConsistency(3, 7);
  const std::string other = *eventstore::SignCheckpoint(
      {kOrigin, 3, eventstore::Sha256("other records")}, std::vector{key_});
  const std::string kept = File("kept.note", other);
  ExpectNotProved(RunLine(server_, {"verify", "--key", KeyFile(), "--since", kept, "--save", kept}),
                  "LOG_CHANGED");
  EXPECT_EQ(eventstore::FileContents(kept), other) << "what was kept is not given up";
}

TEST_F(IntegrityVerbs, VerifyRefusesAShorterOrAnotherLog) {
  AnswerCheckpoint(7);
  ExpectNotProved(
      RunLine(server_, {"verify", "--key", KeyFile(), "--since", File("kept.note", Note(9))}),
      "LOG_SHORTER");
  AnswerCheckpoint(7);
  const std::string other =
      *eventstore::SignCheckpoint({"billingd/other", 3, Root(3)}, std::vector{key_});
  ExpectNotProved(RunLine(server_, {"verify", "--since", File("kept.note", other)}),
                  "LOG_REPLACED");
}

TEST_F(IntegrityVerbs, VerifyRefusesAKeptCheckpointThatNoKeySigned) {
  const auto other = *eventstore::SigningKey::Generate();
  const std::string forged = *eventstore::SignCheckpoint({kOrigin, 3, Root(3)}, std::vector{other});
  ExpectNotProved(
      RunLine(server_, {"verify", "--key", KeyFile(), "--since", File("kept.note", forged)}),
      "CHECKPOINT_NOT_VERIFIED");
  EXPECT_TRUE(server_.Calls().empty());
}

TEST_F(IntegrityVerbs, WhatIsNoKeyOrNoCheckpointIsWrongUsage) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"verify", "--key", "nothing"},
        {"verify", "--since", directory_ / "missing"},
        {"verify", "--since", File("bad.note", "no note")},
        {"proof", "4", "--size", "3"},
        {"proof", "0"}}) {
    EXPECT_EQ(RunLine(server_, arguments).code, ExitCode::kUsage) << arguments[0] << arguments[1];
  }
  EXPECT_TRUE(server_.Calls().empty());
}

TEST_F(IntegrityVerbs, ProofShowsThatTheRecordIsUnderTheSignedRoot) {
  AnswerCheckpoint(7);
  server_.Answer(Inclusion(4, 7));
  const std::string leaf = Hex(log_.First(7)[3]);
  const Printed printed = RunLine(server_, {"proof", "4", "--key", KeyFile(), "--leaf-hash", leaf});
  EXPECT_EQ(printed.code, ExitCode::kOk) << printed.err;
  EXPECT_THAT(printed.out, HasSubstr("leaf hash     " + leaf + "\n"));
  EXPECT_THAT(printed.out, HasSubstr("in the first  7 records\n"));
  const auto proof = MakeInclusionProof(log_, 3, 7);
  for (const Hash& hash : *proof) {
    EXPECT_THAT(printed.out, HasSubstr("\n  " + Hex(hash) + "\n"));
  }
}

TEST_F(IntegrityVerbs, ProofInAnEarlierTreeLeadsOnToTheSignedRoot) {
  AnswerCheckpoint(7);
  server_.Answer(Inclusion(4, 5));
  AnswerConsistency(5, 7);
  const Printed printed =
      RunLine(server_, {"proof", "4", "--size", "5", "--key", KeyFile(), "--json"});
  EXPECT_EQ(printed.code, ExitCode::kOk) << printed.err;
  EXPECT_THAT(printed.out, HasSubstr(R"("tree_size":"5")"));
  EXPECT_THAT(printed.out, HasSubstr(R"("size":"7")"));
  EXPECT_THAT(printed.out, HasSubstr(R"("key_from":"caller")"));
}

TEST_F(IntegrityVerbs, ProofRefusesEveryLieOfTheServer) {
  const auto prove = [&](const GetInclusionProofResponse& answer) {
    AnswerCheckpoint(7);
    server_.Answer(answer);
    return RunLine(server_, {"proof", "4", "--key", KeyFile()});
  };
  ASSERT_EQ(prove(Inclusion(4, 7)).code, ExitCode::kOk);
  ExpectNotProved(prove(Inclusion(5, 7)), "RECORD_NOT_PROVED");
  ExpectNotProved(prove(Inclusion(4, 6)), "RECORD_NOT_PROVED");
  ExpectNotProved(prove({}), "RECORD_NOT_PROVED");
  GetInclusionProofResponse cut = Inclusion(4, 7);
  cut.mutable_hashes(0)->pop_back();
  ExpectNotProved(prove(cut), "RECORD_NOT_PROVED");
  GetInclusionProofResponse changed = Inclusion(4, 7);
  changed.mutable_leaf_hash()->front() ^= 1;
  ExpectNotProved(prove(changed), "RECORD_NOT_PROVED");
}

TEST_F(IntegrityVerbs, ProofRefusesAnEarlierTreeThatTheSignedOneDoesNotBeginWith) {
  AnswerCheckpoint(7);
  server_.Answer(Inclusion(4, 5));
  AnswerConsistency(6, 7);
  ExpectNotProved(RunLine(server_, {"proof", "4", "--size", "5", "--key", KeyFile()}),
                  "LOG_CHANGED");
}

TEST_F(IntegrityVerbs, ProofRefusesARecordThatIsNotTheReceipts) {
  AnswerCheckpoint(7);
  server_.Answer(Inclusion(4, 7));
  ExpectNotProved(RunLine(server_, {"proof", "4", "--key", KeyFile(), "--leaf-hash", Hex(Root(1))}),
                  "RECORD_NOT_PROVED");
}

TEST_F(IntegrityVerbs, ProofTakesNothingForAReceiptsHashThatIsNone) {
  for (const std::string& hash :
       {std::string(), std::string("00"), Hex(Root(1)) + "0", std::string(64, 'z')}) {
    const Printed printed =
        RunLine(server_, {"proof", "4", "--key", KeyFile(), "--leaf-hash", hash});
    EXPECT_EQ(printed.code, ExitCode::kUsage) << hash;
    EXPECT_THAT(printed.err, HasSubstr("must be 64 hexadecimal digits")) << hash;
  }
}

TEST_F(IntegrityVerbs, VerifySavesWhereALinkLeadsAndInPlaceOfNoOtherThing) {
  AnswerCheckpoint(7);
  AnswerCheckpoint(7);
  const std::string real = File("real.note", "old");
  const std::string link = real + ".link";
  std::filesystem::create_symlink(real, link);
  EXPECT_EQ(RunLine(server_, {"verify", "--key", KeyFile(), "--save", link}).code, ExitCode::kOk);
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(eventstore::FileContents(real), Note(7));
  const std::string pipe = real + ".pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const Printed printed = RunLine(server_, {"verify", "--key", KeyFile(), "--save", pipe});
  EXPECT_EQ(printed.code, ExitCode::kInternal);
  EXPECT_THAT(printed.err, HasSubstr("the file cannot be written"));
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

TEST_F(IntegrityVerbs, ProofBeyondTheLogSaysHowLongItIs) {
  google::rpc::ErrorInfo info;
  info.set_reason("POSITION_NOT_REACHED");
  (*info.mutable_metadata())["head"] = "29";
  const auto late = StatusWith(grpc::StatusCode::UNAVAILABLE,
                               "The log did not reach min_position in time. Try again.", {&info});
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"proof", "400"}, {"proof", "4", "--size", "400"}}) {
    server_.Fail(late);
    const Printed printed = RunLine(server_, arguments);
    EXPECT_EQ(printed.code, ExitCode::kNotFound);
    EXPECT_THAT(printed.err, HasSubstr("EVENT_NOT_FOUND: The log has 29 records: it does not reach "
                                       "400."));
  }
  server_.Fail(late);
  EXPECT_EQ(RunLine(server_, {"proof", "4", "--min-position", "400"}).code, ExitCode::kUnavailable)
      << "the caller knows of more";
  server_.Fail(late);
  EXPECT_EQ(RunLine(server_, {"proof", "29"}).code, ExitCode::kUnavailable) << "not signed yet";
}

TEST_F(IntegrityVerbs, ACheckpointThatIsOlderThanAskedForIsRefused) {
  AnswerCheckpoint(3);
  ExpectNotProved(RunLine(server_, {"proof", "4", "--key", KeyFile()}), "CHECKPOINT_NOT_VERIFIED");
}

}  // namespace
}  // namespace billing::billingctl
