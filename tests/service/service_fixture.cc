#include "tests/service/service_fixture.h"

#include <chrono>

#include "eventstore/rocksdb/rocksdb_event_log.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace billing::server {
namespace {

using namespace billing::v1;

// 2026-01-15T12:00:00Z.
constexpr int64_t kStartUs = 1'768'478'400'000'000;
constexpr std::chrono::seconds kPatience(30);

template <class T>
T Opened(absl::StatusOr<T> opened) {
  EXPECT_TRUE(opened.ok()) << opened.status();
  return *std::move(opened);
}

}  // namespace

std::string CardName(const std::string& id) { return std::string(kAcme) + "/cards/" + id; }

std::string SubscriptionName(const std::string& id) {
  return std::string(kAcme) + "/subscriptions/" + id;
}

std::string ChargeName(const std::string& id) { return std::string(kAcme) + "/charges/" + id; }

Details DetailsOf(const grpc::Status& status) {
  Details details{.code = status.error_code(), .message = status.error_message()};
  details.bytes = status.error_details().size();
  google::rpc::Status all;
  EXPECT_TRUE(all.ParseFromString(status.error_details()));
  for (const auto& any : all.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::PreconditionFailure precondition;
    google::rpc::RetryInfo retry;
    if (any.UnpackTo(&info)) {
      details.reason = info.reason();
      details.domain = info.domain();
      details.metadata.insert(info.metadata().begin(), info.metadata().end());
    } else if (any.UnpackTo(&bad_request)) {
      for (const auto& v : bad_request.field_violations()) details.fields.push_back(v.field());
    } else if (any.UnpackTo(&precondition)) {
      for (const auto& v : precondition.violations()) {
        details.blockers.emplace_back(v.type(), v.subject());
        details.remedies.push_back(v.description());
      }
    } else if (any.UnpackTo(&retry)) {
      details.retry = true;
    }
  }
  return details;
}

int64_t StartedClock::WallUs() const { return kStartUs + SteadyUs() - start_us_; }

ServiceTest::ServiceTest() {
  std::string pattern = (std::filesystem::temp_directory_path() / "service-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  engine_options_.data_directory = folder_;
  engine_options_.free_bytes_min = 0;
  server_options_.min_position_wait_ms = 200;
  Start();
  const auto opened = CreateBillingAccount(Account("acme", "users/alice"), kOperator);
  EXPECT_TRUE(opened.ok()) << opened.details().reason;
}

ServiceTest::~ServiceTest() {
  Stop();
  std::filesystem::remove_all(folder_);
}

void ServiceTest::Start() {
  log_ = Opened(eventstore::OpenRocksdbEventLog({.directory = folder_ / "log"}));
  if (wrap_log_) log_ = wrap_log_(std::move(log_));
  anchor_ = Opened(eventstore::Anchor::Open(folder_ / "anchor", /*create=*/true));
  vault_ =
      Opened(eventstore::Vault::Open({.directory = folder_ / "keys", .log_id = log_->LogId()}));
  rows_ = Opened(projections::Views::Open({.folder = folder_, .store = rows_options_}));
  if (wrap_rows_) rows_ = wrap_rows_(std::move(rows_));
  engine_ = Opened(
      Engine::Start(engine_options_, {*log_, *anchor_, *vault_, *rows_, clock_, signing_keys_}));
  grpc_ = Opened(GrpcServer::Start(server_options_, {*engine_, credentials_, logger_, metrics_},
                                   Opened(Listen({.host = "127.0.0.1", .port = 0}))));
  const auto channel = NewChannel();
  AdminService_ = billing::v1::AdminService::NewStub(channel);
  BillingAccountService_ = BillingAccountService::NewStub(channel);
  BillingProfileService_ = BillingProfileService::NewStub(channel);
  HistoryService_ = HistoryService::NewStub(channel);
  IntegrityService_ = IntegrityService::NewStub(channel);
  InvoicePaymentService_ = InvoicePaymentService::NewStub(channel);
  PaymentMethodService_ = PaymentMethodService::NewStub(channel);
  PaymentService_ = PaymentService::NewStub(channel);
  SubscriptionService_ = SubscriptionService::NewStub(channel);
  TransferService_ = TransferService::NewStub(channel);
}

void ServiceTest::Stop() {
  grpc_.reset();
  EXPECT_EQ(engine_->Stop(), absl::OkStatus());
  engine_.reset();
  rows_.reset();
  vault_.reset();
  anchor_.reset();
  EXPECT_EQ(log_->Close(), absl::OkStatus());
  log_.reset();
}

void ServiceTest::Restart() {
  Stop();
  Start();
}

std::shared_ptr<grpc::Channel> ServiceTest::NewChannel(
    const grpc::ChannelArguments& arguments) const {
  grpc::ChannelArguments own = arguments;
  // Connections of its own, not shared with other channels of the process.
  own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address(), grpc::InsecureChannelCredentials(), own);
}

void ServiceTest::Identify(grpc::ClientContext& context, const Who& who) {
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  if (!who.principal.empty()) context.AddMetadata("x-principal", who.principal);
  if (!who.roles.empty()) context.AddMetadata("x-roles", who.roles);
  if (!who.on_behalf_of.empty()) context.AddMetadata("x-on-behalf-of", who.on_behalf_of);
}

AddCardRequest ServiceTest::Card(const std::string& id) {
  AddCardRequest request;
  request.set_parent(kAcme);
  request.set_card_id(id);
  auto& card = *request.mutable_card();
  card.set_token("tok_" + id + "_token");
  card.set_brand(BRAND_VISA);
  card.set_funding(FUNDING_CREDIT);
  card.set_last_four("1111");
  card.mutable_expiry()->set_year(2030);
  card.mutable_expiry()->set_month(4);
  card.set_country("NL");
  card.set_holder_name("A. Alice");
  card.mutable_billing_address()->add_lines("Dam 1");
  return request;
}

CreateSubscriptionRequest ServiceTest::Subscription(const std::string& id,
                                                    const std::string& card) {
  CreateSubscriptionRequest request;
  request.set_parent(kAcme);
  request.set_subscription_id(id);
  if (!card.empty()) request.mutable_subscription()->set_card(CardName(card));
  return request;
}

CreateBillingAccountRequest ServiceTest::Account(const std::string& id,
                                                 const std::string& administrator) {
  CreateBillingAccountRequest request;
  request.set_billing_account_id(id);
  auto& account = *request.mutable_billing_account();
  account.set_agreement(AGREEMENT_PAY_AS_YOU_GO);
  account.set_administrator(administrator);
  account.set_country("NL");
  account.set_currency("EUR");
  return request;
}

void ServiceTest::HaveCard(const std::string& id) {
  const auto added = AddCard(Card(id));
  ASSERT_TRUE(added.ok()) << added.details().reason << added.status.error_message();
}

void ServiceTest::HaveSubscription(const std::string& id, const std::string& card) {
  const auto created = CreateSubscription(Subscription(id, card));
  ASSERT_TRUE(created.ok()) << created.details().reason << created.status.error_message();
}

void ServiceTest::HaveCharge(const std::string& id, const std::string& subscription,
                             int64_t euros) {
  RecordChargeRequest request;
  request.set_parent(kAcme);
  request.set_charge_id(id);
  request.mutable_charge()->set_subscription(SubscriptionName(subscription));
  request.mutable_charge()->mutable_amount()->set_currency_code("EUR");
  request.mutable_charge()->mutable_amount()->set_units(euros);
  const auto recorded = RecordCharge(request, kBiller);
  ASSERT_TRUE(recorded.ok()) << recorded.details().reason << recorded.status.error_message();
}

void ServiceTest::Decline(const std::string& charge, const std::string& network_code,
                          const std::string& reference) {
  RecordPaymentRequest request;
  request.set_name(ChargeName(charge));
  request.set_outcome(PAYMENT_OUTCOME_DECLINED);
  request.set_network_code(network_code);
  request.set_processor_reference(reference);
  const auto recorded = RecordPayment(request, kBiller);
  ASSERT_TRUE(recorded.ok()) << recorded.details().reason << recorded.status.error_message();
}

}  // namespace billing::server
