// The promise of request_id: the first answer again, refusals included, byte for byte.
#include <future>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/engine/engine_fixture.h"

namespace billing::server {
namespace {

constexpr char kOperator[] = "services/operator";

template <class Request>
Request& WithId(Request& request, int number) {
  request.set_request_id(RequestId(number));
  return request;
}

// What both answers must agree on: all but `replayed`, and the personal fields, which
// the first answer shows as the request gave them and a repeat opens again.
std::string Comparable(Outcome outcome, bool replayed) {
  if (auto* refused = std::get_if<Refused>(&outcome)) {
    EXPECT_EQ(refused->replayed, replayed);
    return refused->refusal.DebugString() + std::to_string(refused->position) + "/" +
           std::to_string(refused->event_position);
  }
  if (auto* accepted = std::get_if<Accepted>(&outcome)) {
    EXPECT_EQ(accepted->receipt.replayed, replayed);
    if (accepted->answer->has_card()) {
      accepted->answer->mutable_card()->clear_holder_name();
      accepted->answer->mutable_card()->clear_billing_address();
    }
    return accepted->account_id + accepted->answer->DebugString() +
           std::to_string(accepted->receipt.position) + "/" +
           std::to_string(accepted->receipt.commit_time_us) + accepted->receipt.leaf_hash;
  }
  return "not done " + std::get<NotDone>(outcome).detail;
}

// One of every command, in an order in which each has something to say.
std::vector<std::pair<billing::v1::Command, std::string>> EveryCommand() {
  std::vector<std::pair<billing::v1::Command, std::string>> all;
  int id = 0;
  const auto add = [&](billing::v1::Command command, std::string principal = "users/alice") {
    all.emplace_back(std::move(command), std::move(principal));
  };
  add(OpenAccount("acme", RequestId(++id)), kOperator);
  add(OpenAccount("", RequestId(++id)), kOperator);
  billing::v1::Command policy;
  policy.mutable_set_policy()->set_name("billingAccounts/acme");
  policy.mutable_set_policy()->mutable_policy()->set_max_cards(7);
  WithId(*policy.mutable_set_policy(), ++id);
  add(policy, kOperator);
  billing::v1::Command subscribe = Subscribe("web");
  WithId(*subscribe.mutable_create_subscription(), ++id);
  add(subscribe);
  billing::v1::Command active = AddCardActive("visa", "web");
  WithId(*active.mutable_add_card(), ++id);
  add(active);
  add(AddCard("spare", RequestId(++id)));
  billing::v1::Command update;
  update.mutable_update_card()->mutable_card()->set_name("billingAccounts/acme/cards/spare");
  update.mutable_update_card()->mutable_card()->set_holder_name("Bob Example");
  update.mutable_update_card()->mutable_update_mask()->add_paths("holder_name");
  WithId(*update.mutable_update_card(), ++id);
  add(update);
  billing::v1::Command set_active = SetActive("web", "spare");
  WithId(*set_active.mutable_set_active(), ++id);
  add(set_active);
  billing::v1::Command nothing = SetActive("web", "spare");
  WithId(*nothing.mutable_set_active(), ++id);
  nothing.mutable_set_active()->set_reason("once more");
  add(nothing);
  add(Remove("spare", RequestId(++id)));  // refused
  add(Remove("visa", RequestId(++id)));
  billing::v1::Command rename;
  rename.mutable_update_subscription()->mutable_subscription()->set_name(
      "billingAccounts/acme/subscriptions/web");
  rename.mutable_update_subscription()->mutable_subscription()->set_display_name("The web");
  rename.mutable_update_subscription()->mutable_update_mask()->add_paths("display_name");
  WithId(*rename.mutable_update_subscription(), ++id);
  add(rename);
  const std::string web = "billingAccounts/acme/subscriptions/web";
  billing::v1::Command disable;
  disable.mutable_disable_subscription()->set_name(web);
  WithId(*disable.mutable_disable_subscription(), ++id);
  add(disable, kOperator);
  billing::v1::Command cancel;
  cancel.mutable_cancel_subscription()->set_name(web);
  WithId(*cancel.mutable_cancel_subscription(), ++id);
  add(cancel, kOperator);
  billing::v1::Command reactivate;
  reactivate.mutable_reactivate_subscription()->set_name(web);
  WithId(*reactivate.mutable_reactivate_subscription(), ++id);
  add(reactivate, kOperator);
  billing::v1::Command remove_now;
  remove_now.mutable_delete_subscription()->set_name(web);
  WithId(*remove_now.mutable_delete_subscription(), ++id);
  add(remove_now, kOperator);  // refused
  return all;
}

TEST_F(EngineTest, ARepeatGetsTheFirstAnswerOfEveryCommand) {
  StartEngine();
  std::vector<std::string> first;
  for (const auto& [command, principal] : EveryCommand()) {
    clock_.Advance(1'000'000);
    first.push_back(Comparable(Do(command, principal), false));
  }
  const uint64_t head = log_->Head();
  StopEngine();  // the promise outlives the process
  StartEngine();
  clock_.Advance(86'400'000'000);
  const auto commands = EveryCommand();
  for (size_t i = 0; i < commands.size(); ++i) {
    EXPECT_EQ(Comparable(Do(commands[i].first, commands[i].second), true), first[i]) << i;
  }
  EXPECT_EQ(log_->Head(), head) << "nothing happened twice";
}

TEST_F(EngineTest, ARepeatShowsTheRolesAsTheyWereAndStoresNone) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  const auto role = [](auto& request, int number) -> auto& {
    request.set_name("billingAccounts/acme");
    request.set_principal("users/reader-" + std::to_string(number));
    request.set_role(billing::v1::ROLE_READER);
    return request;
  };
  constexpr int kRoles = 100;
  for (int i = 0; i < kRoles; ++i) {
    billing::v1::Command grant;
    role(*grant.mutable_grant_role(), i);
    ASSERT_TRUE(std::holds_alternative<Accepted>(Do(grant)));
  }
  // One that changes roles, one that changes something else, and one that changes nothing.
  billing::v1::Command grant;
  WithId(role(*grant.mutable_grant_role(), kRoles), 1);
  billing::v1::Command policy;
  policy.mutable_set_policy()->set_name("billingAccounts/acme");
  policy.mutable_set_policy()->mutable_policy()->set_max_cards(7);
  WithId(*policy.mutable_set_policy(), 2);
  billing::v1::Command nothing = policy;
  WithId(*nothing.mutable_set_policy(), 3);
  const std::vector<std::pair<billing::v1::Command, std::string>> asked = {
      {grant, "users/alice"}, {policy, kOperator}, {nothing, kOperator}};
  std::vector<std::string> first;
  for (const auto& [command, principal] : asked) {
    Outcome outcome = Do(command, principal);
    ASSERT_TRUE(std::holds_alternative<Accepted>(outcome));
    const auto& accepted = std::get<Accepted>(outcome);
    EXPECT_EQ(accepted.answer->billing_account().roles_size(), 1 + kRoles + 1);
    EXPECT_GT(accepted.answer->ByteSizeLong(), 1'000u);
    const uint64_t position = accepted.receipt.position;
    const auto stored = log_->ReadAt({{position}});
    ASSERT_TRUE(stored.ok()) << stored.status();
    EXPECT_LT(stored->front().bytes.size(), 1'000u);
    first.push_back(Comparable(std::move(outcome), false));
  }
  // The roles are others now, and the administrator as well.
  billing::v1::Command revoke;
  role(*revoke.mutable_revoke_role(), 7);
  Do(revoke);
  billing::v1::Command hand_over;
  hand_over.mutable_hand_over_administrator()->set_name("billingAccounts/acme");
  hand_over.mutable_hand_over_administrator()->set_principal("users/reader-1");
  Do(hand_over);
  const uint64_t head = log_->Head();
  StopEngine();
  StartEngine();
  for (size_t i = 0; i < asked.size(); ++i) {
    EXPECT_EQ(Comparable(Do(asked[i].first, asked[i].second), true), first[i]) << i;
  }
  EXPECT_EQ(log_->Head(), head);
}

TEST_F(EngineTest, TheSameIdWithAnotherRequestIsReused) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  Do(AddCard("visa", RequestId(1)));
  const auto reused = [&](const billing::v1::Command& command) {
    const Outcome outcome = Do(command);
    const auto* not_done = std::get_if<NotDone>(&outcome);
    return not_done != nullptr && not_done->kind == NotDone::Kind::kRequestIdReused;
  };
  EXPECT_TRUE(reused(AddCard("other", RequestId(1))));
  EXPECT_TRUE(reused(Remove("visa", RequestId(1))));
  billing::v1::Command other_holder = AddCard("visa", RequestId(1));
  other_holder.mutable_add_card()->mutable_card()->set_holder_name("Somebody Else");
  EXPECT_TRUE(reused(other_holder)) << "personal fields count";
  billing::v1::Command other_reason = AddCard("visa", RequestId(1));
  other_reason.mutable_add_card()->set_reason("another");
  EXPECT_TRUE(reused(other_reason));
  EXPECT_FALSE(reused(AddCard("visa", RequestId(1))));
}

TEST_F(EngineTest, RequestIdsBelongToTheirPrincipal) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  Do(Subscribe("web"));
  billing::v1::Command cancel;
  cancel.mutable_cancel_subscription()->set_name("billingAccounts/acme/subscriptions/web");
  WithId(*cancel.mutable_cancel_subscription(), 5);
  EXPECT_FALSE(std::get<Accepted>(Do(cancel)).receipt.replayed);
  EXPECT_FALSE(std::get<Accepted>(Do(cancel, kOperator)).receipt.replayed);
  EXPECT_TRUE(std::get<Accepted>(Do(cancel)).receipt.replayed);
}

TEST_F(EngineTest, ATwinInTheSameBatchGetsTheFirstOnesAnswer) {
  StartEngine();
  Do(OpenAccount("acme"), kOperator);
  log_->Hold();
  auto held = DoLater(Subscribe("web"));
  log_->WaitUntilHeld();
  auto first = DoLater(AddCard("visa", RequestId(1)));
  auto twin = DoLater(AddCard("visa", RequestId(1)));
  log_->Release();
  held.get();
  EXPECT_EQ(Comparable(first.get(), false), Comparable(twin.get(), true));
  EXPECT_EQ(log_->Head(), 3u);
}

}  // namespace
}  // namespace billing::server
