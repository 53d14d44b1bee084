#include "server/grpc_server.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "server/acceptor.h"
#include "server/calls/call_parts.h"
#include "server/executor.h"
#include "server/present.h"
#include "server/services/admin_service.h"
#include "server/services/billing_account_service.h"
#include "server/services/billing_profile_service.h"
#include "server/services/bulk_service.h"
#include "server/services/history_service.h"
#include "server/services/integrity_service.h"
#include "server/services/invoice_payment_service.h"
#include "server/services/payment_method_service.h"
#include "server/services/payment_service.h"
#include "server/services/subscription_service.h"
#include "server/services/transfer_service.h"

namespace billing::server {
namespace {

using grpc::experimental::ExternalConnectionAcceptor;

// Limits against peers that misbehave. Source: design research "reliability" §5.
constexpr int kConcurrentStreamsMax = 100;
constexpr int kKeepaliveTimeMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr int kPingIntervalMinMs = 300'000;
constexpr int kPingStrikesMax = 2;
// For a connection to say its first words.
constexpr int kHandshakeTimeoutMs = 10'000;
constexpr int kConnectionIdleMs = 15 * 60'000;
constexpr int kConnectionAgeMs = 30 * 60'000;
constexpr int kConnectionAgeGraceMs = 60'000;
// Of all connections together. Beyond it gRPC cancels calls, one after another, until it
// has enough back; a peer that sends faster than that overshoots it.
constexpr size_t kMemoryBytesMax = size_t{512} << 20;

// Health is told for each of these, and for the server as a whole.
constexpr const char* kServices[] = {
    "",
    billing::v1::AdminService::service_full_name(),
    billing::v1::BillingAccountService::service_full_name(),
    billing::v1::BillingProfileService::service_full_name(),
    billing::v1::BulkService::service_full_name(),
    billing::v1::HistoryService::service_full_name(),
    billing::v1::IntegrityService::service_full_name(),
    billing::v1::InvoicePaymentService::service_full_name(),
    billing::v1::PaymentMethodService::service_full_name(),
    billing::v1::PaymentService::service_full_name(),
    billing::v1::SubscriptionService::service_full_name(),
    billing::v1::TransferService::service_full_name(),
};

void SetLimits(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kReceiveBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kConcurrentStreamsMax);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kPingIntervalMinMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, kPingStrikesMax);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kConnectionIdleMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGraceMs);
  builder.SetResourceQuota(grpc::ResourceQuota("billingd").Resize(kMemoryBytesMax));
}

// Both are settings of the process, not of a server.
void EnableHealthAndReflection() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    // gRPC's own health service brings no descriptor; without this reference the linker
    // leaves ours out, and reflection cannot resolve what it lists.
    grpc::health::v1::HealthCheckRequest::descriptor();
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

class CallbackServer final : public GrpcServer {
 public:
  CallbackServer(const GrpcServerOptions& options, const GrpcServerParts& parts,
                 ListenAddress address)
      : options_(options),
        logger_(parts.logger),
        address_(std::move(address)),
        presenter_(parts.engine.vault()),
        executor_({.threads = options.read_threads, .queue_max = options.read_queue_max}),
        stream_executor_(
            {.threads = options.stream_threads, .queue_max = options.stream_queue_max}),
        call_parts_{.engine = parts.engine,
                    .credentials = parts.credentials,
                    .presenter = presenter_,
                    .executor = executor_,
                    .stream_executor = stream_executor_,
                    .logger = parts.logger,
                    .min_position_wait_ms = options.min_position_wait_ms,
                    .reader_patience_ms = options.reader_patience_ms,
                    .watchers = watchers_},
        accounts_(call_parts_),
        admin_(call_parts_),
        profiles_(call_parts_),
        bulk_(options.bulk, call_parts_),
        watches_(call_parts_, options.watch),
        history_(call_parts_, watches_),
        integrity_(call_parts_),
        invoice_payments_(call_parts_),
        payment_methods_(call_parts_),
        payments_(call_parts_),
        subscriptions_(call_parts_),
        transfers_(call_parts_) {}

  ~CallbackServer() override { Drain(0); }

  absl::Status Start(ListenSocket socket) {
    EnableHealthAndReflection();
    grpc::ServerBuilder builder;
    SetLimits(builder);
    grpc::Service* const services[] = {
        &accounts_,         &admin_,           &profiles_, &bulk_,          &history_,  &integrity_,
        &invoice_payments_, &payment_methods_, &payments_, &subscriptions_, &transfers_};
    for (grpc::Service* service : services) builder.RegisterService(service);
    connections_ = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
        grpc::InsecureServerCredentials());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) return absl::InternalError("gRPC did not start");
    for (const char* service : kServices) {
      server_->GetHealthCheckService()->SetServingStatus(service, true);
    }
    auto acceptor = Acceptor::Start(std::move(socket),
                                    {.connections_max = options_.connections_max,
                                     .take = [this](Descriptor fd) { Take(std::move(fd)); }},
                                    logger_);
    if (!acceptor.ok()) return acceptor.status();
    acceptor_ = *std::move(acceptor);
    return absl::OkStatus();
  }

  const ListenAddress& address() const override { return address_; }

  void Drain(int64_t patience_ms) override {
    if (server_ == nullptr) return;
    server_->GetHealthCheckService()->SetServingStatus(false);
    acceptor_.reset();
    bulk_.Drain();
    // A watch does not end by itself.
    watches_.Stop();
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(patience_ms));
    server_->Wait();
    server_.reset();
  }

 private:
  void Take(Descriptor connection) {
    ExternalConnectionAcceptor::NewConnectionParameters parameters;
    parameters.fd = connection.Release();
    connections_->HandleNewConnection(&parameters);
  }

  const GrpcServerOptions options_;
  Logger& logger_;
  const ListenAddress address_;
  const Presenter presenter_;
  Executor executor_;
  Executor stream_executor_;
  std::atomic<size_t> watchers_ = 0;
  const CallParts call_parts_;
  BillingAccountServiceCalls accounts_;
  AdminServiceCalls admin_;
  BillingProfileServiceCalls profiles_;
  BulkServiceCalls bulk_;
  WatchHub watches_;
  HistoryServiceCalls history_;
  IntegrityServiceCalls integrity_;
  InvoicePaymentServiceCalls invoice_payments_;
  PaymentMethodServiceCalls payment_methods_;
  PaymentServiceCalls payments_;
  SubscriptionServiceCalls subscriptions_;
  TransferServiceCalls transfers_;
  std::unique_ptr<ExternalConnectionAcceptor> connections_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcServerOptions& options,
                                                              const GrpcServerParts& parts,
                                                              ListenSocket socket) {
  auto server = std::make_unique<CallbackServer>(options, parts, socket.address);
  const absl::Status started = server->Start(std::move(socket));
  if (!started.ok()) return started;
  return server;
}

}  // namespace billing::server
