// A whole server in the test's process: real stores in a folder of its own, the engine,
// gRPC over loopback on a free port. The account `acme` (pay-as-you-go, NL, EUR) of
// users/alice is open; time starts at 2026-01-15T12:00:00Z.
#ifndef BILLING_TESTS_SERVICE_SERVICE_FIXTURE_H_
#define BILLING_TESTS_SERVICE_SERVICE_FIXTURE_H_

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "billing/v1/admin_service.grpc.pb.h"
#include "billing/v1/billing_account_service.grpc.pb.h"
#include "billing/v1/billing_profile_service.grpc.pb.h"
#include "billing/v1/history_service.grpc.pb.h"
#include "billing/v1/integrity_service.grpc.pb.h"
#include "billing/v1/invoice_payment_service.grpc.pb.h"
#include "billing/v1/payment_method_service.grpc.pb.h"
#include "billing/v1/payment_service.grpc.pb.h"
#include "billing/v1/subscription_service.grpc.pb.h"
#include "billing/v1/transfer_service.grpc.pb.h"
#include "eventstore/vault/vault.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "projections/rows/views.h"
#include "server/engine/engine.h"
#include "server/grpc_server.h"

namespace billing::server {

inline constexpr char kAcme[] = "billingAccounts/acme";

// `acme`'s cards and subscriptions by full name.
std::string CardName(const std::string& id);
std::string SubscriptionName(const std::string& id);
std::string ChargeName(const std::string& id);

// Who calls.
struct Who {
  std::string principal;
  std::string roles;
  std::string on_behalf_of;
};
inline const Who kAlice = {.principal = "users/alice"};
inline const Who kStranger = {.principal = "users/mallory"};
inline const Who kOperator = {.principal = "users/olga", .roles = "operator"};
inline const Who kAuditor = {.principal = "users/andy", .roles = "auditor"};
inline const Who kBiller = {.principal = "services/biller", .roles = "biller"};

// What an error's details say.
struct Details {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string message;
  std::string reason;
  std::string domain;
  std::map<std::string, std::string> metadata;
  std::vector<std::string> fields;  // of BadRequest
  // Of PreconditionFailure: type and subject.
  std::vector<std::pair<std::string, std::string>> blockers;
  std::vector<std::string> remedies;
  bool retry = false;
  size_t bytes = 0;
};
Details DetailsOf(const grpc::Status& status);

template <class Response>
struct Result {
  grpc::Status status;
  Response response;

  bool ok() const { return status.ok(); }
  Details details() const { return DetailsOf(status); }
  const Response* operator->() const { return &response; }
};

// Clock whose wall starts at 2026-01-15T12:00:00Z and runs with the real one, and ahead of it
// by what it was advanced. Thread-safe.
class StartedClock final : public Clock {
 public:
  int64_t WallUs() const override;
  int64_t SteadyUs() const override { return system_.SteadyUs() + ahead_us_; }
  // Both go on, as if that long had passed.
  void Advance(int64_t us) { ahead_us_ += us; }

 private:
  SystemClock system_;
  std::atomic<int64_t> ahead_us_ = 0;
  const int64_t start_us_ = system_.SteadyUs();
};

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest();
  ~ServiceTest() override;

  // Restarts on the same folder, as after a clean stop.
  void Restart();
  std::string address() const { return grpc_->address().text(); }
  std::shared_ptr<grpc::Channel> NewChannel(const grpc::ChannelArguments& arguments = {}) const;

  template <class Stub, class Request, class Response>
  Result<Response> Call(Stub& stub,
                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
                        const Request& request, const Who& who) {
    Result<Response> result;
    grpc::ClientContext context;
    Identify(context, who);
    result.status = (stub.*method)(&context, request, &result.response);
    return result;
  }

// One short name per RPC: GetCard(request, who).
#define BILLING_TEST_RPC(service, rpc)                                             \
  Result<billing::v1::rpc##Response> rpc(const billing::v1::rpc##Request& request, \
                                         const Who& who = kAlice) {                \
    return Call(*service##_, &billing::v1::service::Stub::rpc, request, who);      \
  }
  BILLING_TEST_RPC(BillingAccountService, CreateBillingAccount)
  BILLING_TEST_RPC(BillingAccountService, GetBillingAccount)
  BILLING_TEST_RPC(BillingAccountService, ListBillingAccounts)
  BILLING_TEST_RPC(BillingAccountService, SetPolicy)
  BILLING_TEST_RPC(BillingAccountService, UpdateBillingAccount)
  BILLING_TEST_RPC(BillingAccountService, GrantRole)
  BILLING_TEST_RPC(BillingAccountService, RevokeRole)
  BILLING_TEST_RPC(BillingAccountService, HandOverAdministrator)
  BILLING_TEST_RPC(BillingProfileService, CreateBillingProfile)
  BILLING_TEST_RPC(BillingProfileService, ReplacePaymentMethod)
  BILLING_TEST_RPC(BillingProfileService, DetachPaymentMethod)
  BILLING_TEST_RPC(BillingProfileService, GetBillingProfile)
  BILLING_TEST_RPC(BillingProfileService, ListBillingProfiles)
  BILLING_TEST_RPC(InvoicePaymentService, RequestInvoicePayment)
  BILLING_TEST_RPC(InvoicePaymentService, DecideInvoicePayment)
  BILLING_TEST_RPC(InvoicePaymentService, SwitchToInvoice)
  BILLING_TEST_RPC(PaymentService, RecordCharge)
  BILLING_TEST_RPC(PaymentService, RecordPayment)
  BILLING_TEST_RPC(PaymentService, VoidCharge)
  BILLING_TEST_RPC(PaymentService, SettleBalance)
  BILLING_TEST_RPC(PaymentService, GetBalance)
  BILLING_TEST_RPC(PaymentService, GetCharge)
  BILLING_TEST_RPC(PaymentService, ListCharges)
  BILLING_TEST_RPC(PaymentService, GetPaymentGuidance)
  BILLING_TEST_RPC(TransferService, SendTransfer)
  BILLING_TEST_RPC(TransferService, AcceptTransfer)
  BILLING_TEST_RPC(TransferService, DeclineTransfer)
  BILLING_TEST_RPC(TransferService, CancelTransfer)
  BILLING_TEST_RPC(TransferService, GetTransfer)
  BILLING_TEST_RPC(TransferService, ListTransfers)
  BILLING_TEST_RPC(PaymentMethodService, AddCard)
  BILLING_TEST_RPC(PaymentMethodService, UpdateCard)
  BILLING_TEST_RPC(PaymentMethodService, SetActive)
  BILLING_TEST_RPC(PaymentMethodService, RemoveCard)
  BILLING_TEST_RPC(PaymentMethodService, CheckRemoval)
  BILLING_TEST_RPC(PaymentMethodService, GetCard)
  BILLING_TEST_RPC(PaymentMethodService, ListCards)
  BILLING_TEST_RPC(PaymentMethodService, ListCardsInUse)
  BILLING_TEST_RPC(PaymentMethodService, ListExpiringCards)
  BILLING_TEST_RPC(SubscriptionService, CreateSubscription)
  BILLING_TEST_RPC(SubscriptionService, UpdateSubscription)
  BILLING_TEST_RPC(SubscriptionService, ChangeBillingProfile)
  BILLING_TEST_RPC(SubscriptionService, DisableSubscription)
  BILLING_TEST_RPC(SubscriptionService, CancelSubscription)
  BILLING_TEST_RPC(SubscriptionService, ReactivateSubscription)
  BILLING_TEST_RPC(SubscriptionService, DeleteSubscription)
  BILLING_TEST_RPC(SubscriptionService, GetSubscription)
  BILLING_TEST_RPC(SubscriptionService, ListSubscriptions)
  BILLING_TEST_RPC(AdminService, GetServerStatus)
  BILLING_TEST_RPC(AdminService, ListProjections)
  BILLING_TEST_RPC(AdminService, RebuildProjection)
  BILLING_TEST_RPC(HistoryService, ListEvents)
  BILLING_TEST_RPC(HistoryService, GetEvent)
  BILLING_TEST_RPC(HistoryService, ExplainRefusal)
  BILLING_TEST_RPC(IntegrityService, GetCheckpoint)
  BILLING_TEST_RPC(IntegrityService, GetInclusionProof)
  BILLING_TEST_RPC(IntegrityService, GetConsistencyProof)
  BILLING_TEST_RPC(IntegrityService, GetEntries)
#undef BILLING_TEST_RPC

  static void Identify(grpc::ClientContext& context, const Who& who);

  // A good AddCardRequest: VISA credit …1111 of NL, expires 2030-04, token
  // `tok_<id>_token`, held by "A. Alice" of "Dam 1".
  static billing::v1::AddCardRequest Card(const std::string& id);
  static billing::v1::CreateSubscriptionRequest Subscription(const std::string& id,
                                                             const std::string& card = "");
  static billing::v1::CreateBillingAccountRequest Account(const std::string& id,
                                                          const std::string& administrator);
  // REQUIRES that it is accepted.
  void HaveCard(const std::string& id);
  void HaveSubscription(const std::string& id, const std::string& card = "");
  // EUR `euros` for a subscription; then, with codes of the bank, declined.
  void HaveCharge(const std::string& id, const std::string& subscription, int64_t euros = 10);
  void Decline(const std::string& charge, const std::string& network_code,
               const std::string& reference = "attempt-1");
  uint64_t Head() const { return engine_->Current()->position(); }

  std::filesystem::path folder_;
  StartedClock clock_;
  // What the next start puts around its log.
  std::function<std::unique_ptr<eventstore::EventLog>(std::unique_ptr<eventstore::EventLog>)>
      wrap_log_;
  // The same around its rows.
  std::function<std::unique_ptr<projections::Views>(std::unique_ptr<projections::Views>)>
      wrap_rows_;
  projections::RowStoreOptions rows_options_;
  EngineOptions engine_options_;
  std::vector<eventstore::SigningKey> signing_keys_ = {*eventstore::SigningKey::Generate()};
  GrpcServerOptions server_options_;
  InsecureDevCredentials credentials_;
  Logger logger_{LogLevel::kOff};
  Metrics metrics_;
  std::unique_ptr<eventstore::EventLog> log_;
  std::unique_ptr<eventstore::Anchor> anchor_;
  std::unique_ptr<eventstore::Vault> vault_;
  std::unique_ptr<projections::Views> rows_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<GrpcServer> grpc_;

  std::unique_ptr<billing::v1::AdminService::Stub> AdminService_;
  std::unique_ptr<billing::v1::BillingAccountService::Stub> BillingAccountService_;
  std::unique_ptr<billing::v1::BillingProfileService::Stub> BillingProfileService_;
  std::unique_ptr<billing::v1::HistoryService::Stub> HistoryService_;
  std::unique_ptr<billing::v1::IntegrityService::Stub> IntegrityService_;
  std::unique_ptr<billing::v1::InvoicePaymentService::Stub> InvoicePaymentService_;
  std::unique_ptr<billing::v1::PaymentMethodService::Stub> PaymentMethodService_;
  std::unique_ptr<billing::v1::PaymentService::Stub> PaymentService_;
  std::unique_ptr<billing::v1::SubscriptionService::Stub> SubscriptionService_;
  std::unique_ptr<billing::v1::TransferService::Stub> TransferService_;

 private:
  void Start();
  void Stop();
};

}  // namespace billing::server

#endif  // BILLING_TESTS_SERVICE_SERVICE_FIXTURE_H_
