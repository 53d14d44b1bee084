#include "server/grpc_server.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "server/acceptor.h"
#include "server/calls/call_parts.h"
#include "server/executor.h"
#include "server/present.h"
#include "server/rpc/call.h"
#include "server/rpc/call_loop.h"
#include "server/rpc/channelz.h"
#include "server/rpc/health.h"
#include "server/rpc/reflection.h"
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
// Then a new connection is to be made for new calls; those under way go on, so that a stream is
// not cut: nobody would tell its caller why.
constexpr int kConnectionAgeMs = 30 * 60'000;
// How long the calls that still come at the end are held before gRPC is shut down: by then whoever
// gives one after another has one that waits, and none on the way. gRPC ends those that come later
// with a bare CANCELLED, which callers do not try again.
constexpr std::chrono::milliseconds kHoldTime(250);
// By then the peers of all connections were told to give no more calls.
constexpr std::chrono::milliseconds kGoAwayTime(50);
// Of all connections together. Beyond it gRPC cancels calls, one after another, until it
// has enough back; a peer that sends faster than that overshoots it.
constexpr size_t kMemoryBytesMax = size_t{512} << 20;

constexpr const char* kServices[] = {
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
  builder.SetResourceQuota(grpc::ResourceQuota("billingd").Resize(kMemoryBytesMax));
}

// Health is told for each of ours, and for the server as a whole.
std::vector<std::string> HealthNames() {
  std::vector<std::string> names(std::begin(kServices), std::end(kServices));
  names.emplace_back();
  return names;
}

std::vector<std::string> ReflectedNames(const GrpcServerOptions& options) {
  std::vector<std::string> names(std::begin(kServices), std::end(kServices));
  if (options.channelz) names.emplace_back("grpc.channelz.v1.Channelz");
  names.emplace_back("grpc.health.v1.Health");
  names.emplace_back("grpc.reflection.v1alpha.ServerReflection");
  return names;
}

class LoopServer final : public GrpcServer {
 public:
  LoopServer(const GrpcServerOptions& options, const GrpcServerParts& parts, ListenAddress address)
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
                    .metrics = parts.metrics,
                    .min_position_wait_ms = options.min_position_wait_ms,
                    .reader_patience_ms = options.reader_patience_ms,
                    .watchers = watchers_,
                    .connections = open_connections_},
        accounts_(call_parts_),
        admin_(call_parts_),
        profiles_(call_parts_),
        bulk_streams_(options.bulk, call_parts_),
        bulk_(call_parts_, bulk_streams_),
        watches_(call_parts_, options.watch),
        history_(call_parts_, watches_),
        integrity_(call_parts_),
        invoice_payments_(call_parts_),
        payment_methods_(call_parts_),
        payments_(call_parts_),
        subscriptions_(call_parts_),
        transfers_(call_parts_),
        reflection_(ReflectedNames(options)) {}

  ~LoopServer() override { Drain(0); }

  absl::Status Start(ListenSocket socket) {
    grpc::ServerBuilder builder;
    SetLimits(builder);
    builder.RegisterAsyncGenericService(&generic_);
    loop_ = std::make_unique<CallLoop>(builder.AddCompletionQueue(), open_connections_);
    connections_ = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
        grpc::InsecureServerCredentials());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) return absl::InternalError("gRPC did not start");
    calls_ = std::make_unique<CallAcceptor>(generic_, *loop_, AllMethods());
    calls_->Open();
    loop_->Run();
    auto acceptor = Acceptor::Start(std::move(socket),
                                    {.connections_max = options_.connections_max,
                                     .take =
                                         [this](Descriptor descriptor, const auto& connection) {
                                           open_connections_.Add(connection);
                                           Take(std::move(descriptor));
                                         }},
                                    logger_);
    if (!acceptor.ok()) return acceptor.status();
    acceptor_ = *std::move(acceptor);
    connection_counts_ = acceptor_->counts();
    return absl::OkStatus();
  }

  const ListenAddress& address() const override { return address_; }

  ServerLoad GetLoad() const override {
    return {.connections = connection_counts_->open,
            .connections_refused = connection_counts_->refused,
            .watches = watches_.watchers(),
            .bulk_streams = bulk_streams_.streams(),
            .reads_queued = executor_.queued() + stream_executor_.queued()};
  }

  void Drain(int64_t patience_ms) override {
    if (server_ == nullptr) return;
    const std::chrono::milliseconds patience(patience_ms);
    const auto deadline = std::chrono::system_clock::now() + patience;
    health_.Stop();
    reflection_.Stop();
    acceptor_.reset();
    // They would keep everybody for as long as they may wait.
    call_parts_.engine.EndWaits();
    bulk_streams_.Drain();
    // A watch does not end by itself.
    watches_.Stop();
    std::thread refusal;
    if (patience_ms > 0 && MayBeCalled()) {
      calls_->Hold();
      std::this_thread::sleep_for(std::min(kHoldTime, patience / 2));
      // Whoever is answered before it knows that the server goes would call again.
      refusal = std::thread([this] {
        std::this_thread::sleep_for(kGoAwayTime);
        calls_->Refuse();
      });
    }
    calls_->Close();
    server_->Shutdown(deadline);
    server_->Wait();
    if (refusal.joinable()) refusal.join();
    loop_->Stop();
    server_.reset();
    // What they read for a call may outlive it.
    executor_.Finish();
    stream_executor_.Finish();
  }

 private:
  // By somebody who needs to be told that the server stops. Once storage failed, the engine's word
  // is worth more: it knows what may have happened.
  bool MayBeCalled() const {
    const bool is_connected = connection_counts_ != nullptr && connection_counts_->open > 0;
    return is_connected && !call_parts_.engine.GetStatus().failed;
  }

  void Take(Descriptor descriptor) {
    ExternalConnectionAcceptor::NewConnectionParameters parameters;
    parameters.fd = descriptor.Release();
    connections_->HandleNewConnection(&parameters);
  }

  Methods AllMethods() {
    Methods methods;
    accounts_.AddTo(methods);
    admin_.AddTo(methods);
    profiles_.AddTo(methods);
    bulk_.AddTo(methods);
    history_.AddTo(methods);
    integrity_.AddTo(methods);
    invoice_payments_.AddTo(methods);
    payment_methods_.AddTo(methods);
    payments_.AddTo(methods);
    subscriptions_.AddTo(methods);
    transfers_.AddTo(methods);
    health_.AddTo(methods);
    reflection_.AddTo(methods);
    if (options_.channelz) AddChannelz(methods);
    return methods;
  }

  const GrpcServerOptions options_;
  Logger& logger_;
  const ListenAddress address_;
  const Presenter presenter_;
  Executor executor_;
  Executor stream_executor_;
  std::atomic<size_t> watchers_ = 0;
  Connections open_connections_;
  const CallParts call_parts_;
  BillingAccountServiceCalls accounts_;
  AdminServiceCalls admin_;
  BillingProfileServiceCalls profiles_;
  BulkCalls bulk_streams_;
  BulkServiceCalls bulk_;
  WatchHub watches_;
  HistoryServiceCalls history_;
  IntegrityServiceCalls integrity_;
  InvoicePaymentServiceCalls invoice_payments_;
  PaymentMethodServiceCalls payment_methods_;
  PaymentServiceCalls payments_;
  SubscriptionServiceCalls subscriptions_;
  TransferServiceCalls transfers_;
  Health health_{HealthNames()};
  Reflection reflection_;
  grpc::AsyncGenericService generic_;
  std::unique_ptr<CallLoop> loop_;
  std::unique_ptr<CallAcceptor> calls_;
  std::unique_ptr<ExternalConnectionAcceptor> connections_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Acceptor> acceptor_;
  std::shared_ptr<const ConnectionCounts> connection_counts_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcServerOptions& options,
                                                              const GrpcServerParts& parts,
                                                              ListenSocket socket) {
  auto server = std::make_unique<LoopServer>(options, parts, socket.address);
  const absl::Status started = server->Start(std::move(socket));
  if (!started.ok()) return started;
  return server;
}

}  // namespace billing::server
