// ExplainRefusal over the wire.
#include <gmock/gmock.h>

#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class ExplainTest : public ServiceTest {
 protected:
  Result<ExplainRefusalResponse> Explain(uint64_t position, const Who& who = kAlice) {
    ExplainRefusalRequest request;
    request.set_position(position);
    return ExplainRefusal(request, who);
  }

  // The position of the refusal's record.
  template <class Response>
  static uint64_t Refused(const Result<Response>& result) {
    const auto metadata = result.details().metadata;
    const auto found = metadata.find("event_position");
    EXPECT_NE(found, metadata.end()) << result.details().reason;
    return found == metadata.end() ? 0 : std::stoull(found->second);
  }
  uint64_t RefusedRemoval(const std::string& card, const std::string& why = "") {
    RemoveCardRequest request;
    request.set_name(CardName(card));
    request.set_reason(why);
    return Refused(RemoveCard(request));
  }

  static std::vector<uint64_t> PositionsOf(const google::protobuf::RepeatedPtrField<Event>& facts) {
    std::vector<uint64_t> positions;
    for (const Event& fact : facts) positions.push_back(fact.position());
    return positions;
  }
};

TEST_F(ExplainTest, NamesTheRuleTheBlockersAndTheFactsOfEach) {
  HaveCard("visa");
  HaveSubscription("web", "visa");
  const uint64_t created = Head();
  HaveCharge("may", "web");
  const uint64_t charged = Head();
  Decline("may", "51");
  const uint64_t declined = Head() - 1;
  const uint64_t past_due = Head();
  const uint64_t refusal = RefusedRemoval("visa");
  const auto explained = Explain(refusal);
  ASSERT_TRUE(explained.ok()) << explained.details().reason;
  EXPECT_EQ(explained->command(), "RemoveCard");
  EXPECT_EQ(explained->request().remove_card().name(), CardName("visa"));
  EXPECT_EQ(explained->reason(), "CARD_NOT_REMOVABLE");
  EXPECT_NE(explained->rule(), "");
  EXPECT_NE(explained->rule_source(), "");
  EXPECT_EQ(explained->remedy(), "Clear every blocker.");
  EXPECT_EQ(explained->event().position(), refusal);
  EXPECT_EQ(explained->event().principal(), "users/alice");
  EXPECT_EQ(explained->event().decided_at_position(), refusal - 1);
  EXPECT_EQ(explained->position(), Head());
  EXPECT_THAT(explained->facts(), IsEmpty());
  EXPECT_EQ(explained->blocker_count(), 2);
  ASSERT_EQ(explained->blockers_size(), 2);
  const ExplainedBlocker& in_use = explained->blockers(0);
  EXPECT_EQ(in_use.type(), "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION");
  EXPECT_EQ(in_use.subject(), SubscriptionName("web"));
  EXPECT_NE(in_use.remedy(), "");
  EXPECT_NE(in_use.rule(), "");
  EXPECT_THAT(PositionsOf(in_use.facts()), ElementsAre(created, past_due));
  EXPECT_EQ(in_use.facts(0).subscription_created().subscription().card(), CardName("visa"));
  EXPECT_EQ(explained->blockers(1).type(), "OUTSTANDING_CHARGES");
  EXPECT_THAT(PositionsOf(explained->blockers(1).facts()), ElementsAre(charged, declined));
}

TEST_F(ExplainTest, IsTheSameYearsLater) {
  HaveCard("visa");
  HaveCard("amex");
  HaveSubscription("web", "visa");
  const uint64_t refusal = RefusedRemoval("visa");
  const auto before = Explain(refusal);
  SetActiveRequest move;
  move.set_subscription(SubscriptionName("web"));
  move.set_card(CardName("amex"));
  ASSERT_TRUE(SetActive(move).ok());
  RemoveCardRequest remove;
  remove.set_name(CardName("visa"));
  ASSERT_TRUE(RemoveCard(remove).ok());
  Restart();
  auto after = Explain(refusal);
  ASSERT_TRUE(after.ok()) << after.details().reason;
  after.response.set_position(before->position());
  EXPECT_EQ(after->DebugString(), before->DebugString());
}

TEST_F(ExplainTest, AReasonWithoutBlockersHasFactsOfItsOwn) {
  HaveCard("visa");
  const uint64_t added = Head();
  const auto again = AddCard(Card("visa"));
  const auto explained = Explain(Refused(again));
  ASSERT_TRUE(explained.ok()) << explained.details().reason;
  EXPECT_EQ(explained->reason(), "CARD_ALREADY_EXISTS");
  EXPECT_THAT(PositionsOf(explained->facts()), ElementsAre(added));
  EXPECT_THAT(explained->blockers(), IsEmpty());
}

TEST_F(ExplainTest, AnotherFactIsNoRefusal) {
  HaveCard("visa");
  const auto explained = Explain(Head());
  EXPECT_EQ(explained.details().code, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(explained.details().reason, "NOT_A_REFUSAL");
  EXPECT_EQ(explained.details().metadata.at("type"), "CardAdded");
}

TEST_F(ExplainTest, WhatIsNotThereOrMalformedIsSaid) {
  EXPECT_EQ(Explain(Head() + 1).details().reason, "EVENT_NOT_FOUND");
  EXPECT_THAT(Explain(0).details().fields, ElementsAre("position"));
}

TEST_F(ExplainTest, IsForThoseWhoMaySeeTheRefusal) {
  HaveCard("visa");
  const uint64_t added = Head();
  HaveSubscription("web", "visa");
  const uint64_t refusal = RefusedRemoval("visa", "lost it");
  for (const uint64_t position : {added, refusal}) {
    EXPECT_EQ(Explain(position, kStranger).details().reason, "ROLE_REQUIRED") << position;
  }
  EXPECT_EQ(Explain(refusal)->event().reason(), "lost it");
  const auto as_auditor = Explain(refusal, kAuditor);
  ASSERT_TRUE(as_auditor.ok());
  EXPECT_EQ(as_auditor->event().reason(), "");
  EXPECT_THAT(as_auditor->event().redacted_fields(), Contains("reason"));
}

// What the sender did belongs to the sender's account.
TEST_F(ExplainTest, FactsOfAnAccountOutOfSightAreLeftOut) {
  ASSERT_TRUE(CreateBillingAccount(Account("globex", "users/bob"), kOperator).ok());
  HaveSubscription("web");
  SendTransferRequest send;
  send.set_subscription(SubscriptionName("web"));
  send.set_to_billing_account("billingAccounts/globex");
  send.set_transfer_id("offer");
  ASSERT_TRUE(SendTransfer(send).ok());
  const std::string offer = std::string(kAcme) + "/transfers/offer";
  CancelTransferRequest cancel;
  cancel.set_name(offer);
  ASSERT_TRUE(CancelTransfer(cancel).ok());
  const uint64_t cancelled = Head();
  DeclineTransferRequest decline;
  decline.set_name(offer);
  const Who bob = {.principal = "users/bob"};
  const uint64_t refusal =
      Refused(Call(*TransferService_, &TransferService::Stub::DeclineTransfer, decline, bob));
  const auto as_bob = Explain(refusal, bob);
  ASSERT_TRUE(as_bob.ok()) << as_bob.details().reason;
  EXPECT_EQ(as_bob->reason(), "TRANSFER_NOT_PENDING");
  EXPECT_THAT(as_bob->facts(), IsEmpty());
  EXPECT_THAT(PositionsOf(Explain(refusal, kAuditor)->facts()), ElementsAre(cancelled));
  EXPECT_EQ(Explain(refusal, kAlice).details().reason, "ROLE_REQUIRED");
}

// A charge past due may lie any distance back in an account's history.
TEST_F(ExplainTest, FactsBeyondWhatTheServerLooksAtAreSaidToBeMissing) {
  constexpr int kLookedAt = 5'000;
  UpdateBillingAccountRequest business;
  business.mutable_billing_account()->set_name(kAcme);
  business.mutable_billing_account()->set_business(true);
  business.mutable_update_mask()->add_paths("business");
  ASSERT_TRUE(UpdateBillingAccount(business, kOperator).ok());
  HaveCard("visa");
  HaveSubscription("web", "visa");
  HaveCharge("may", "web");
  Decline("may", "51");
  const uint64_t past_due = Head() - 1;
  RequestInvoicePaymentRequest ask;
  ask.set_name(kAcme);
  const auto near = Explain(Refused(RequestInvoicePayment(ask)));
  ASSERT_TRUE(near.ok()) << near.details().reason;
  EXPECT_EQ(near->reason(), "OUTSTANDING_CHARGES");
  EXPECT_THAT(PositionsOf(near->facts()), ElementsAre(past_due));
  EXPECT_FALSE(near->facts_incomplete());
  for (int i = 0; i < kLookedAt; ++i) {
    UpdateSubscriptionRequest update;
    update.mutable_subscription()->set_name(SubscriptionName("web"));
    update.mutable_subscription()->set_display_name(std::to_string(i));
    update.mutable_update_mask()->add_paths("display_name");
    ASSERT_TRUE(UpdateSubscription(update).ok());
  }
  const auto far = Explain(Refused(RequestInvoicePayment(ask)));
  EXPECT_THAT(far->facts(), IsEmpty());
  EXPECT_TRUE(far->facts_incomplete());
}

// One cascade of hundreds is what each of twenty blockers rests on.
TEST_F(ExplainTest, AnAnswerStaysBounded) {
  constexpr int kSubscriptions = 450;
  HaveCard("visa");
  HaveCard("amex");
  const std::string long_id(55, 's');
  for (int i = 0; i < kSubscriptions; ++i) {
    HaveSubscription(long_id + std::to_string(1'000 + i), "visa");
  }
  SetActiveRequest move;
  move.set_subscription(SubscriptionName(long_id + "1000"));
  move.set_card(CardName("amex"));
  ASSERT_TRUE(SetActive(move).ok());
  const uint64_t moved = Head();
  const auto explained = Explain(RefusedRemoval("amex"));
  ASSERT_TRUE(explained.ok()) << explained.status.error_message();
  EXPECT_EQ(explained->blocker_count(), kSubscriptions);
  ASSERT_EQ(explained->blockers_size(), 20);
  int whole = 0;
  for (const ExplainedBlocker& blocker : explained->blockers()) {
    ASSERT_EQ(PositionsOf(blocker.facts()).back(), moved);
    whole += blocker.facts().rbegin()->has_active_card_changed() ? 1 : 0;
  }
  EXPECT_GT(whole, 0);
  EXPECT_LT(whole, 20) << "the cascade is too small for this test";
  EXPECT_LT(explained->ByteSizeLong(), size_t{5} << 18);
}

}  // namespace
}  // namespace billing::server
