// The largest fact there can be, through the engine into the real log: a settlement of as many
// charges as an account may owe, each for another subscription, with the longest names.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "aggregates/account/account.h"
#include "eventstore/rocksdb/rocksdb_event_log.h"
#include "tests/engine/engine_fixture.h"

namespace billing::server {
namespace {

using billing::v1::Command;

constexpr char kAccount[] = "billingAccounts/acme";
constexpr int kCharges = account::kUnpaidChargesMax;
constexpr int kProfiles = account::kBillingProfilesMax;
constexpr int kLive = account::kLiveSubscriptionsMax;
constexpr int64_t kRetentionUs = 90 * int64_t{86'400'000'000};

// As long as an id may be.
std::string LongId(int number) { return absl::StrFormat("%s%05d", std::string(58, 'x'), number); }

std::string Name(const std::string& collection, int number) {
  return absl::StrCat(kAccount, "/", collection, "/", LongId(number));
}

// Who gives it: the operator manages subscriptions, the biller records payments.
using Given = std::pair<Command, std::string>;
constexpr char kAdministrator[] = "users/alice";
constexpr char kOperator[] = "services/operator";
constexpr char kBiller[] = "services/biller";

Given Open() {
  Command command = OpenAccount("acme");
  command.mutable_create_billing_account()->mutable_billing_account()->set_agreement(
      billing::v1::AGREEMENT_CUSTOMER_AGREEMENT);
  return {command, kOperator};
}

Given CreateProfile(int number) {
  Command command;
  auto& request = *command.mutable_create_billing_profile();
  request.set_parent(kAccount);
  request.set_billing_profile_id(LongId(number));
  request.mutable_billing_profile()->set_card(Name("cards", 0));
  return {command, kAdministrator};
}

Given CreateSubscription(int number) {
  Command command;
  auto& request = *command.mutable_create_subscription();
  request.set_parent(kAccount);
  request.set_subscription_id(LongId(number));
  request.mutable_subscription()->set_billing_profile(Name("billingProfiles", number % kProfiles));
  return {command, kAdministrator};
}

Given Charge(int number) {
  Command command;
  auto& request = *command.mutable_record_charge();
  request.set_parent(kAccount);
  request.set_charge_id(LongId(number));
  request.mutable_charge()->set_subscription(Name("subscriptions", number));
  request.mutable_charge()->mutable_amount()->set_currency_code("EUR");
  request.mutable_charge()->mutable_amount()->set_units(1);
  return {command, kBiller};
}

Given Decline(int number) {
  Command command;
  auto& request = *command.mutable_record_payment();
  request.set_name(Name("charges", number));
  request.set_outcome(billing::v1::PAYMENT_OUTCOME_DECLINED);
  request.set_processor_reference("first-try");
  return {command, kBiller};
}

Given Cancel(int number) {
  Command command;
  command.mutable_cancel_subscription()->set_name(Name("subscriptions", number));
  return {command, kAdministrator};
}

Given Delete(int number) {
  Command command;
  command.mutable_delete_subscription()->set_name(Name("subscriptions", number));
  return {command, kOperator};
}

Given Settle() {
  Command command;
  auto& request = *command.mutable_settle_balance();
  request.set_parent(kAccount);
  request.set_failed_card(Name("cards", 0));
  request.set_paying_card(Name("cards", 1));
  request.mutable_amount()->set_currency_code("EUR");
  request.mutable_amount()->set_units(kCharges);
  request.set_processor_reference(std::string(127, 'r') + "s");
  request.set_requested_by("users/" + std::string(128, 'u'));
  request.set_request_id(RequestId(1));
  request.set_reason(std::string(500, 'w'));
  return {command, kBiller};
}

class LargestFact : public EngineTest {
 protected:
  LargestFact() {
    auto log = eventstore::OpenRocksdbEventLog({.directory = folder_ / "log"});
    EXPECT_TRUE(log.ok()) << log.status();
    if (log.ok()) log_ = std::make_unique<TestLog>(*std::move(log));
  }
  ~LargestFact() override {
    engine_.reset();
    EXPECT_EQ(log_->Close(), absl::OkStatus());
  }

  // All at once; every one must succeed.
  void DoAll(const std::vector<Given>& commands) {
    std::vector<std::future<Outcome>> outcomes;
    for (const auto& [command, principal] : commands) {
      outcomes.push_back(DoLater(command, principal));
    }
    for (auto& outcome : outcomes) {
      const Outcome done = outcome.get();
      const auto* refused = std::get_if<Refused>(&done);
      ASSERT_TRUE(std::holds_alternative<Accepted>(done))
          << (refused != nullptr ? refused->refusal.reason() : "not done");
    }
  }

  // As many subscriptions as may live at once, each with a charge that was declined.
  void OweAll(int first, int count) {
    for (const auto& make : {CreateSubscription, Charge, Decline}) {
      std::vector<Given> commands;
      for (int i = first; i < first + count; ++i) commands.push_back(make(i));
      DoAll(commands);
    }
  }

  // Makes room for others; what they owe stays.
  void DeleteAll(int first, int count) {
    std::vector<Given> cancels;
    std::vector<Given> deletions;
    for (int i = first; i < first + count; ++i) {
      cancels.push_back(Cancel(i));
      deletions.push_back(Delete(i));
    }
    DoAll(cancels);
    clock_.Advance(kRetentionUs);
    DoAll(deletions);
  }
};

TEST_F(LargestFact, FitsARecordOfTheRealLog) {
  StartEngine();
  DoAll({Open(), {AddCard(LongId(0)), kAdministrator}, {AddCard(LongId(1)), kAdministrator}});
  std::vector<Given> profiles;
  for (int i = 0; i < kProfiles; ++i) profiles.push_back(CreateProfile(i));
  DoAll(profiles);
  OweAll(0, kLive);
  DeleteAll(0, kLive);
  OweAll(kLive, kLive);
  DeleteAll(kLive, kLive);
  OweAll(2 * kLive, kCharges - 2 * kLive);

  const auto [settle, biller] = Settle();
  const Outcome settled = Do(settle, biller);
  ASSERT_TRUE(std::holds_alternative<Accepted>(settled));
  EXPECT_EQ(std::get<Accepted>(settled).answer->charges_size(), kCharges);
  // BalanceSettled comes first; then who is current again, and the profiles' new card.
  const uint64_t last = std::get<Accepted>(settled).receipt.position;
  const uint64_t first = last - (kCharges - 2 * kLive) - kProfiles;
  const auto stored = log_->ReadAt({{first}});
  ASSERT_TRUE(stored.ok()) << stored.status();
  storage::v1::Record record;
  ASSERT_TRUE(record.ParseFromString(stored->front().bytes));
  EXPECT_EQ(record.event().balance_settled().charges_size(), kCharges);
  RecordProperty("bytes", static_cast<int>(stored->front().bytes.size()));
  EXPECT_LT(stored->front().bytes.size(), eventstore::EventLog::kRecordBytesMax);

  StopEngine();
  StartEngine();
  const Outcome again = Do(settle, biller);
  ASSERT_TRUE(std::holds_alternative<Accepted>(again));
  EXPECT_TRUE(std::get<Accepted>(again).receipt.replayed);
  EXPECT_EQ(std::get<Accepted>(again).answer->SerializeAsString(),
            std::get<Accepted>(settled).answer->SerializeAsString());
}

}  // namespace
}  // namespace billing::server
