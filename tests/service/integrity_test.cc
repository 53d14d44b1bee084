// Proofs and checkpoints over the wire, verified as a client would.
#include <gmock/gmock.h>

#include "eventstore/integrity/checkpoint.h"
#include "eventstore/integrity/proof.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

using eventstore::Checkpoint;
using eventstore::Hash;
using testing::ElementsAre;

Hash HashIn(const std::string& bytes) {
  Hash hash = {};
  EXPECT_EQ(bytes.size(), hash.size());
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

template <class Field>
std::vector<Hash> HashesIn(const Field& field) {
  std::vector<Hash> hashes;
  for (const std::string& bytes : field) hashes.push_back(HashIn(bytes));
  return hashes;
}

class Integrity : public ServiceTest {
 protected:
  // So many commands more are in the log.
  void HaveRefusals(int count) {
    RemoveCardRequest remove;
    remove.set_name(CardName("none"));
    for (int i = 0; i < count; ++i) RemoveCard(remove);
  }
  Checkpoint CheckpointAt(uint64_t min_position, const Who& who = kAlice) {
    GetCheckpointRequest request;
    request.set_min_position(min_position);
    const auto got = GetCheckpoint(request, who);
    EXPECT_TRUE(got.ok()) << got.details().reason;
    const auto key = signing_keys_.front().Verifier(eventstore::OriginOf(log_->LogId()));
    EXPECT_THAT(got->verifier_keys(), ElementsAre(key.Serialize()));
    const auto checkpoint = eventstore::VerifyCheckpoint(got->note(), key);
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
    EXPECT_EQ(got->position(), checkpoint->size);
    return *checkpoint;
  }
  Result<GetInclusionProofResponse> Inclusion(uint64_t position, uint64_t tree_size,
                                              const Who& who = kAlice) {
    GetInclusionProofRequest request;
    request.set_position(position);
    request.set_tree_size(tree_size);
    return GetInclusionProof(request, who);
  }
  Result<GetConsistencyProofResponse> Consistency(uint64_t from_size, uint64_t to_size,
                                                  const Who& who = kAlice) {
    GetConsistencyProofRequest request;
    request.set_from_size(from_size);
    request.set_to_size(to_size);
    return GetConsistencyProof(request, who);
  }
  Result<GetEntriesResponse> Entries(uint64_t from_position, int count, const Who& who = kAuditor) {
    GetEntriesRequest request;
    request.set_from_position(from_position);
    request.set_count(count);
    return GetEntries(request, who);
  }
};

TEST_F(Integrity, ACheckpointIncludesThePositionThatIsAskedFor) {
  HaveCard("visa");
  EXPECT_EQ(CheckpointAt(2).size, 2u);
  HaveCard("amex");
  EXPECT_EQ(CheckpointAt(3).size, 3u) << "although the next second has not come";
  GetCheckpointRequest request;
  request.set_min_position(4);
  const auto late = GetCheckpoint(request);
  EXPECT_EQ(late.details().code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(late.details().reason, "POSITION_NOT_REACHED");
}

TEST_F(Integrity, EveryRecordIsProvedToBeInEveryTreeThatHasIt) {
  HaveRefusals(8);
  const uint64_t head = CheckpointAt(9).size;
  for (uint64_t size = 1; size <= head; ++size) {
    for (uint64_t position = 1; position <= size; ++position) {
      const auto got = Inclusion(position, size);
      ASSERT_TRUE(got.ok()) << got.details().reason;
      EXPECT_EQ(got->leaf_index(), position - 1);
      EXPECT_EQ(got->tree_size(), size);
      EXPECT_EQ(got->position(), head);
      EXPECT_EQ(HashIn(got->leaf_hash()),
                eventstore::LeafHash(log_->Read(position, 1)->at(0).bytes));
      EXPECT_TRUE(eventstore::VerifyInclusion({.leaf_index = got->leaf_index(),
                                               .tree_size = size,
                                               .leaf = HashIn(got->leaf_hash()),
                                               .root = HashIn(got->root_hash())},
                                              HashesIn(got->hashes())))
          << position << " in " << size;
    }
  }
}

TEST_F(Integrity, ProofsLeadToTheRootThatWasSignedAlsoPastATile) {
  HaveRefusals(299);
  const Checkpoint checkpoint = CheckpointAt(300);
  ASSERT_EQ(checkpoint.size, 300u);
  for (const uint64_t position : {1, 256, 257, 300}) {
    const auto got = Inclusion(position, 0);
    ASSERT_TRUE(got.ok()) << got.details().reason;
    EXPECT_EQ(HashIn(got->root_hash()), checkpoint.root);
    EXPECT_TRUE(eventstore::VerifyInclusion({.leaf_index = position - 1,
                                             .tree_size = 300,
                                             .leaf = HashIn(got->leaf_hash()),
                                             .root = checkpoint.root},
                                            HashesIn(got->hashes())));
  }
  for (const uint64_t from : {0, 1, 255, 256, 257, 300}) {
    const auto got = Consistency(from, 0);
    ASSERT_TRUE(got.ok()) << got.details().reason;
    EXPECT_EQ(got->to_size(), 300u);
    EXPECT_EQ(HashIn(got->to_root_hash()), checkpoint.root);
    EXPECT_TRUE(eventstore::VerifyConsistency({.from_size = from,
                                               .to_size = 300,
                                               .from_root = HashIn(got->from_root_hash()),
                                               .to_root = checkpoint.root},
                                              HashesIn(got->hashes())))
        << from;
  }
}

TEST_F(Integrity, AProofOutlivesARestart) {
  HaveRefusals(270);
  const Checkpoint before = CheckpointAt(271);
  const auto proof = Inclusion(200, 271);
  Restart();
  EXPECT_EQ(CheckpointAt(0), before) << "signed anew, over the same";
  EXPECT_EQ(Inclusion(200, 271)->SerializeAsString(), proof->SerializeAsString());
}

TEST_F(Integrity, WhatIsMalformedSaysWhichField) {
  EXPECT_THAT(Inclusion(0, 0).details().fields, ElementsAre("position"));
  EXPECT_THAT(Inclusion(2, 1).details().fields, ElementsAre("tree_size"));
  EXPECT_THAT(Consistency(2, 1).details().fields, ElementsAre("to_size"));
  EXPECT_THAT(Entries(0, -1).details().fields, ElementsAre("from_position", "count"));
}

TEST_F(Integrity, WhatIsBeyondTheHeadIsOutOfRange) {
  for (const auto& details :
       {Inclusion(1, 2).details(), Inclusion(2, 0).details(), Consistency(0, 2).details(),
        Consistency(2, 0).details(), Inclusion(UINT64_MAX, UINT64_MAX).details()}) {
    EXPECT_EQ(details.code, grpc::StatusCode::OUT_OF_RANGE);
    EXPECT_EQ(details.reason, "POSITION_BEYOND_HEAD");
    EXPECT_EQ(details.metadata.at("head"), "1");
  }
  EXPECT_EQ(Entries(2, 1).details().reason, "EVENT_NOT_FOUND");
}

TEST_F(Integrity, EntriesAreTheBytesThatAreHashed) {
  HaveCard("visa");
  HaveCard("amex");
  const auto all = Entries(1, 0);
  ASSERT_TRUE(all.ok()) << all.details().reason;
  ASSERT_EQ(all->entries_size(), 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(all->entries(i), log_->Read(static_cast<uint64_t>(i) + 1, 1)->at(0).bytes);
  }
  EXPECT_THAT(Entries(2, 1)->entries(), ElementsAre(all->entries(1)));
  EXPECT_EQ(Entries(3, 1'000)->entries_size(), 1);
}

TEST_F(Integrity, EntriesEndAt500AndAt50WhenNothingIsSaid) {
  HaveRefusals(519);
  EXPECT_EQ(Entries(1, 0)->entries_size(), 50);
  EXPECT_EQ(Entries(1, 10'000)->entries_size(), 500);
  EXPECT_EQ(Entries(501, 10'000)->entries_size(), 20);
}

TEST_F(Integrity, EntriesEndBeforeTheRecordThatWouldCrossAMebibyte) {
  constexpr size_t kMebibyte = size_t{1} << 20;
  const auto long_id = [](int number) { return std::string(58, 'x') + std::to_string(number); };
  const std::string cards[] = {long_id(10'001), long_id(10'002)};
  for (const std::string& card : cards) HaveCard(card);
  // A cascade over so many is a record of some 90,000 bytes.
  for (int i = 0; i < 600; ++i) HaveSubscription(long_id(20'000 + i), cards[0]);
  const uint64_t before = log_->Head();
  for (int i = 1; i <= 13; ++i) {
    SetActiveRequest request;
    request.set_subscription(SubscriptionName(long_id(20'000)));
    request.set_card(CardName(cards[i % 2]));
    ASSERT_TRUE(SetActive(request).ok());
  }
  const auto first = Entries(before + 1, 500);
  ASSERT_TRUE(first.ok()) << first.details().reason;
  size_t bytes = 0;
  for (const std::string& entry : first->entries()) bytes += entry.size();
  EXPECT_GT(first->entries_size(), 1);
  EXPECT_LE(bytes, kMebibyte);
  const uint64_t next = before + 1 + static_cast<uint64_t>(first->entries_size());
  const auto rest = Entries(next, 500);
  ASSERT_GT(rest->entries_size(), 0) << "a mebibyte is not enough for all";
  EXPECT_GT(bytes + rest->entries(0).size(), kMebibyte) << "no record too few";
  EXPECT_EQ(first->entries_size() + rest->entries_size(), 13);
}

TEST_F(Integrity, HashesAreForEverybodyAndRecordsForAuditors) {
  EXPECT_TRUE(Inclusion(1, 1, kStranger).ok());
  EXPECT_TRUE(Consistency(0, 1, kStranger).ok());
  EXPECT_EQ(CheckpointAt(1, kStranger).size, 1u);
  EXPECT_EQ(Inclusion(1, 1, {}).details().code, grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(Entries(1, 1, kAuditor).ok());
  for (const Who& who : {kAlice, kBiller, kOperator, kStranger}) {
    EXPECT_EQ(Entries(1, 1, who).details().reason, "ROLE_REQUIRED") << who.principal;
  }
}

}  // namespace
}  // namespace billing::server
