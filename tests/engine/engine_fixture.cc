#include "tests/engine/engine_fixture.h"

#include <cstdio>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "eventstore/memory/memory_event_log.h"
#include "tests/engine/test_views.h"

namespace billing::server {
namespace {

constexpr char kAccount[] = "billingAccounts/acme";

std::string Card(const std::string& id) { return absl::StrFormat("%s/cards/%s", kAccount, id); }

std::string Subscription(const std::string& id) {
  return absl::StrFormat("%s/subscriptions/%s", kAccount, id);
}

kernel::Caller CallerNamed(const std::string& principal) {
  kernel::Caller caller{*kernel::Principal::Parse(principal)};
  if (principal.find("operator") != std::string::npos) {
    caller.roles.Add(kernel::PlatformRole::kOperator);
  }
  if (principal.find("biller") != std::string::npos) {
    caller.roles.Add(kernel::PlatformRole::kBiller);
  }
  return caller;
}

}  // namespace

absl::Status TestLog::Append(eventstore::Position expected_head,
                             std::span<const std::string_view> records) {
  {
    std::unique_lock lock(mutex_);
    held_ = hold_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
  }
  if (fail_next_.exchange(false)) return absl::UnknownError("injected: the sync failed");
  if (refuse_next_.exchange(false)) return absl::InternalError("injected: nothing was appended");
  return inner_->Append(expected_head, records);
}

absl::Status TestLog::AddCheckpoint(uint64_t size, std::string_view note) {
  if (fail_checkpoints_) return absl::UnknownError("injected: no checkpoint is kept");
  absl::Status added = inner_->AddCheckpoint(size, note);
  std::lock_guard lock(mutex_);
  if (added.ok()) checkpoint_size_ = size;
  changed_.notify_all();
  return added;
}

void TestLog::AwaitCheckpoint(uint64_t size) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return checkpoint_size_ >= size; });
}

void TestLog::Hold() {
  std::lock_guard lock(mutex_);
  hold_ = true;
}

void TestLog::WaitUntilHeld() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return held_; });
}

void TestLog::ReleaseOne() {
  std::lock_guard lock(mutex_);
  held_ = false;
  changed_.notify_all();
}

void TestLog::Release() {
  std::lock_guard lock(mutex_);
  hold_ = false;
  held_ = false;
  changed_.notify_all();
}

class TestRows::Reader final : public projections::RowReader {
 public:
  Reader(std::unique_ptr<const projections::RowReader> inner, std::atomic<int>& statuses_left)
      : inner_(std::move(inner)), statuses_left_(statuses_left) {}

  std::optional<std::string> Get(std::string_view key) const override { return inner_->Get(key); }
  void Scan(const projections::KeyRange& range, projections::Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override {
    inner_->Scan(range, order, visit);
  }
  absl::Status status() const override {
    if (--statuses_left_ <= 0) return absl::DataLossError("injected: a row cannot be read");
    return inner_->status();
  }

 private:
  const std::unique_ptr<const projections::RowReader> inner_;
  std::atomic<int>& statuses_left_;
};

std::unique_ptr<const projections::RowReader> TestRows::Staged() const {
  return std::make_unique<Reader>(inner().Staged(), statuses_left_);
}

absl::Status TestRows::Publish(uint64_t position, std::string_view mark) {
  PassHeld(Held::kUnseen);
  absl::Status status = inner().Publish(position, mark);
  PassHeld(Held::kSeen);
  return status;
}

void TestRows::PassHeld(Held place) {
  std::unique_lock lock(mutex_);
  if (!hold_) return;
  held_ = place;
  changed_.notify_all();
  changed_.wait(lock, [&] { return held_ != place; });
  if (place == Held::kSeen) hold_ = false;
}

void TestRows::Hold() {
  std::lock_guard lock(mutex_);
  hold_ = true;
}

void TestRows::WaitUntilHeld(Held held) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return held_ == held; });
}

void TestRows::Release() {
  std::lock_guard lock(mutex_);
  held_.reset();
  changed_.notify_all();
}

EngineTest::EngineTest() {
  std::string pattern = (std::filesystem::temp_directory_path() / "engine-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  options_.data_directory = folder_;
  options_.free_bytes_min = 0;
  log_ = std::make_unique<TestLog>(eventstore::NewMemoryEventLog());
  signing_keys_ = {*eventstore::SigningKey::Generate()};
}

EngineTest::~EngineTest() {
  engine_.reset();
  rows_.reset();
  anchor_.reset();
  vault_.reset();
  std::filesystem::remove_all(folder_);
}

absl::Status EngineTest::TryStart() {
  auto vault = eventstore::Vault::Open({.directory = folder_ / "keys", .log_id = log_->LogId()});
  if (!vault.ok()) return vault.status();
  vault_ = std::make_unique<TestVault>(*std::move(vault));
  auto anchor = eventstore::Anchor::Open(folder_ / "anchor", /*create=*/true);
  if (!anchor.ok()) return anchor.status();
  anchor_ = *std::move(anchor);
  auto rows = OpenTestViews(folder_, store_options_);
  if (!rows.ok()) return rows.status();
  rows_ = std::make_unique<TestRows>(*std::move(rows));
  auto engine = Engine::Start(options_, {*log_, *anchor_, *vault_, *rows_, clock_, signing_keys_});
  if (!engine.ok()) return engine.status();
  engine_ = *std::move(engine);
  return absl::OkStatus();
}

void EngineTest::StopEngine() {
  if (engine_ != nullptr) {
    ASSERT_EQ(engine_->Stop(), absl::OkStatus());
  }
  engine_.reset();
  if (rows_ != nullptr) {
    ASSERT_EQ(rows_->Close(), absl::OkStatus());
  }
  rows_.reset();
  anchor_.reset();
  vault_.reset();
}

request::Request EngineTest::Parse(const billing::v1::Command& command) {
  auto parsed = request::Parse(command, "0190b6f0-0000-7000-8000-000000000000",
                               kernel::Instant{clock_.WallUs()});
  if (auto* violations = std::get_if<std::vector<request::Violation>>(&parsed)) {
    ADD_FAILURE() << violations->front().field << ": " << violations->front().description;
  }
  return std::get<request::Request>(std::move(parsed));
}

std::future<Outcome> EngineTest::DoLater(const billing::v1::Command& command,
                                         const std::string& principal,
                                         std::function<bool()> abandoned) {
  auto promise = std::make_shared<std::promise<Outcome>>();
  engine_->Submit({.request = Parse(command),
                   .caller = CallerNamed(principal),
                   .abandoned = std::move(abandoned),
                   .done = [promise](Outcome outcome) { promise->set_value(std::move(outcome)); }});
  return promise->get_future();
}

Outcome EngineTest::Do(const billing::v1::Command& command, const std::string& principal) {
  return DoLater(command, principal).get();
}

billing::v1::Command OpenAccount(const std::string& id, const std::string& request_id) {
  billing::v1::Command command;
  auto& request = *command.mutable_create_billing_account();
  request.set_billing_account_id(id);
  request.set_request_id(request_id);
  auto& account = *request.mutable_billing_account();
  account.set_agreement(billing::v1::AGREEMENT_PAY_AS_YOU_GO);
  account.set_administrator("users/alice");
  account.set_country("NL");
  account.set_currency("EUR");
  return command;
}

billing::v1::Command AddCard(const std::string& id, const std::string& request_id) {
  billing::v1::Command command;
  auto& request = *command.mutable_add_card();
  request.set_parent(kAccount);
  request.set_card_id(id);
  request.set_request_id(request_id);
  request.set_reason("bought a new one");
  auto& card = *request.mutable_card();
  card.set_token("tok-" + id + "-00000000");
  card.set_brand(billing::v1::BRAND_VISA);
  card.set_funding(billing::v1::FUNDING_CREDIT);
  card.set_last_four("1111");
  card.mutable_expiry()->set_year(2030);
  card.mutable_expiry()->set_month(4);
  card.set_holder_name("Alice Example");
  card.mutable_billing_address()->set_city("Utrecht");
  card.set_country("NL");
  return command;
}

billing::v1::Command AddCardActive(const std::string& id, const std::string& subscription) {
  billing::v1::Command command = AddCard(id);
  command.mutable_add_card()->set_subscription(Subscription(subscription));
  command.mutable_add_card()->set_set_active(true);
  return command;
}

billing::v1::Command Subscribe(const std::string& id, const std::string& card) {
  billing::v1::Command command;
  auto& request = *command.mutable_create_subscription();
  request.set_parent(kAccount);
  request.set_subscription_id(id);
  if (!card.empty()) request.mutable_subscription()->set_card(Card(card));
  return command;
}

billing::v1::Command SetActive(const std::string& subscription, const std::string& card) {
  billing::v1::Command command;
  command.mutable_set_active()->set_subscription(Subscription(subscription));
  command.mutable_set_active()->set_card(Card(card));
  return command;
}

billing::v1::Command Remove(const std::string& card, const std::string& request_id) {
  billing::v1::Command command;
  command.mutable_remove_card()->set_name(Card(card));
  command.mutable_remove_card()->set_request_id(request_id);
  return command;
}

std::string RequestId(int number) {
  return absl::StrFormat("00000000-0000-4000-8000-%012d", number);
}

}  // namespace billing::server
