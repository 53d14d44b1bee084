// Everything that other threads may do to an engine while its writer works, at the same time.
#include <algorithm>
#include <atomic>
#include <deque>
#include <future>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "projections/state/state_reader.h"
#include "tests/engine/engine_fixture.h"

namespace billing::server {
namespace {

constexpr int kClients = 4;
constexpr int kCardsOfEach = 150;
// Under way at once, of one client.
constexpr size_t kWindow = 16;

billing::v1::Command AddCardTo(const std::string& account, const std::string& card) {
  billing::v1::Command command = AddCard(card);
  auto& request = *command.mutable_add_card();
  request.set_parent("billingAccounts/" + account);
  request.mutable_card()->set_token(absl::StrCat("tok_", account, "_", card));
  return command;
}

billing::v1::Command RemoveFrom(const std::string& account, const std::string& card) {
  billing::v1::Command command;
  command.mutable_remove_card()->set_name(
      absl::StrCat("billingAccounts/", account, "/cards/", card));
  return command;
}

class EngineThreads : public EngineTest {
 protected:
  // As much as can be is judged while something is appended, and layers fill up meanwhile.
  EngineThreads() {
    options_.batch_us = 0;
    store_options_.layer_bytes = size_t{64} << 10;
  }

  // Adds cards to an account and removes every other one; each second removal of a card is
  // refused. Counts what the log must hold.
  void BeClient(int number) {
    const std::string account = absl::StrCat("account-", number);
    records_ += IsAccepted(Do(OpenAccount(account), "services/operator"));
    std::deque<std::future<Outcome>> waiting;
    const auto take = [&] {
      const Outcome outcome = waiting.front().get();
      waiting.pop_front();
      EXPECT_FALSE(std::holds_alternative<NotDone>(outcome));
      ++records_;
    };
    for (int card = 0; card < kCardsOfEach; ++card) {
      const std::string id = absl::StrCat("c", card);
      waiting.push_back(DoLater(AddCardTo(account, id)));
      if (card % 2 == 1) {
        waiting.push_back(DoLater(RemoveFrom(account, id)));
        waiting.push_back(DoLater(RemoveFrom(account, id)));
      }
      while (waiting.size() > kWindow) take();
    }
    while (!waiting.empty()) take();
  }

  static uint64_t IsAccepted(const Outcome& outcome) {
    EXPECT_TRUE(std::holds_alternative<Accepted>(outcome));
    return 1;
  }

  // Reads a state at one position, again and again: never an older one than before, and each is
  // one that a whole number of commands left.
  void BeReader() {
    uint64_t last = 0;
    while (!is_over_) {
      const auto version = engine_->Current();
      EXPECT_GE(version->position(), last);
      last = version->position();
      const projections::StateReader states(*version);
      for (int number = 0; number < kClients; ++number) {
        const auto id = kernel::AccountId::Parse(absl::StrCat("account-", number));
        const auto account = states.FindAccount(*id);
        if (!account) continue;
        const auto cards = states.Cards(*account, "", kCardsOfEach);
        const auto live =
            std::ranges::count_if(cards, [](const auto& card) { return card.second.live(); });
        EXPECT_EQ(static_cast<uint32_t>(live), states.Head(*account).live_cards);
      }
      EXPECT_EQ(version->status(), absl::OkStatus());
    }
  }

  // Waits for positions, and looks at status and time.
  void BeOperator() {
    while (!is_over_) {
      const Engine::Status status = engine_->GetStatus();
      EXPECT_FALSE(status.failed);
      auto reached = std::make_shared<std::promise<bool>>();
      const bool taken = engine_->Await(status.head, clock_.SteadyUs() + 1'000'000,
                                        [reached](bool is) { reached->set_value(is); });
      EXPECT_TRUE(taken && reached->get_future().get());
      EXPECT_TRUE(engine_->Tick());
      EXPECT_GE(engine_->Now().us, kNoonUs);
      clock_.Advance(1'000);
    }
  }

  std::atomic<bool> is_over_ = false;
  std::atomic<uint64_t> records_ = 0;
};

TEST_F(EngineThreads, ManyWriteReadAndWaitAtOnce) {
  options_.refusals_per_minute = 0;
  StartEngine();
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) others.emplace_back([this] { BeReader(); });
  others.emplace_back([this] { BeOperator(); });
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) clients.emplace_back([this, i] { BeClient(i); });
  for (std::thread& client : clients) client.join();
  is_over_ = true;
  for (std::thread& other : others) other.join();
  EXPECT_EQ(log_->Head(), records_) << "one record of each command";
  EXPECT_EQ(engine_->Current()->position(), records_);
}

// Those that were queued are done or told; nobody is left without an answer.
TEST_F(EngineThreads, StoppedUnderLoadItAnswersEverybody) {
  options_.refusals_per_minute = 0;
  StartEngine();
  IsAccepted(Do(OpenAccount("acme"), "services/operator"));
  std::atomic<int> answered = 0;
  std::atomic<uint64_t> records = 1;
  std::atomic<bool> has_begun = false;
  constexpr int kCommands = 500;
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      for (int card = 0; card < kCommands; ++card) {
        auto later = DoLater(AddCardTo("acme", absl::StrCat("c", i, "-", card)));
        has_begun = true;
        const Outcome outcome = later.get();
        ++answered;
        if (!std::holds_alternative<NotDone>(outcome)) ++records;
      }
    });
  }
  while (!has_begun) std::this_thread::yield();
  EXPECT_EQ(engine_->Stop(), absl::OkStatus());
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(answered, kClients * kCommands);
  EXPECT_EQ(log_->Head(), records);
}

}  // namespace
}  // namespace billing::server
