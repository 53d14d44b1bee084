// billingd: opens the stores, starts the engine and the servers, and drains when told to end.

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "google/protobuf/stubs/logging.h"
#include "server/acceptor.h"
#include "server/config.h"
#include "server/counting.h"
#include "server/data_directory.h"
#include "server/engine/engine.h"
#include "server/engine/scheduler.h"
#include "server/grpc_server.h"
#include "server/http_server.h"
#include "server/metrics/readings.h"
#include "server/process.h"
#include "server/rebuild_log.h"
#include "server/scheduler_log.h"
#include "server/signing_keys.h"
#include "server/stores.h"

namespace billing::server {
namespace {

// Calls under way at SIGTERM may take this long; then they are cancelled.
constexpr int64_t kDrainMs = 10'000;
// The same after storage failed.
constexpr int64_t kFailedDrainMs = 500;
// Writing the last words to stderr may take this long: whoever reads it may be gone.
constexpr int64_t kLastWordsMs = 1'000;
// So may the last HTTP clients: those that are slow have some seconds otherwise.
constexpr std::chrono::milliseconds kLastPages(1'000);

absl::StatusOr<std::unique_ptr<Engine>> StartEngine(const Config& config,
                                                    const DataDirectory& directory, Stores& stores,
                                                    Clock& clock, Metrics& metrics,
                                                    std::function<bool()> stop_requested,
                                                    std::function<void(bool)> space_changed,
                                                    RebuildListener rebuild_listener) {
  EngineOptions options;
  options.space_changed = std::move(space_changed);
  options.stop_requested = std::move(stop_requested);
  options.rebuild_listener = std::move(rebuild_listener);
  options.batch_written = [&metrics](const BatchReport& batch) { metrics.BatchWritten(batch); };
  options.queue_max = config.queue_max;
  options.refusals_per_minute = config.refusals_per_minute;
  options.free_bytes_min = config.free_bytes_min;
  options.data_directory = directory.path;
  options.accept_clock = config.accept_clock;
  return Engine::Start(options, {.log = *stores.log,
                                 .anchor = *stores.anchor,
                                 .vault = *stores.vault,
                                 .rows = *stores.rows,
                                 .clock = clock,
                                 .signing_keys = stores.signing_keys});
}

// Everything that runs, from a good configuration to the end.
class Billingd {
 public:
  Billingd(const Config& config, Descriptor signals)
      : config_(config),
        logger_(config.log_level),
        signals_(std::move(signals)),
        failed_(eventfd(0, EFD_CLOEXEC)) {}

  // Returns unless stderr or an HTTP client is stuck, which would keep the process for ever.
  ExitCode Run() {
    const ExitCode code = Serve();
    const bool pages_ended = EndPages();
    if (!logger_.Flush(kLastWordsMs) || !pages_ended) std::_Exit(static_cast<int>(code));
    return code;
  }

 private:
  ExitCode Serve() {
    if (auto fatal = Start()) return EndStart(*fatal);
    Announce();
    if (!WaitForSignal()) EndAfterFailure();
    if (auto fatal = Drain()) return Report(*fatal);
    const Engine::Status done = engine_->GetStatus();
    LogLine line("stopped");
    line.Add("head", done.head).Add("commands", done.commands).Add("batches", done.batches);
    logger_.Write(LogLevel::kInfo, line);
    return ExitCode::kOk;
  }

  void SpaceChanged(bool full) {
    LogLine line(full ? "storage_full" : "storage_has_space");
    line.Add("free_bytes_min", config_.free_bytes_min);
    if (full) line.Add("warning", "too little disk space is left: no commands are accepted");
    logger_.Write(full ? LogLevel::kWarning : LogLevel::kInfo, line);
  }

  void WarnOfRenewedSlot(uint64_t slot) {
    LogLine line("key_slot_renewed");
    line.Add("slot", slot);
    line.Add("warning",
             "a key that nothing used yet was damaged on disk: a new one took its place");
    logger_.Write(LogLevel::kWarning, line);
  }

  std::optional<Fatal> Start() {
    if (config_.insecure_dev) {
      LogLine line("insecure_dev");
      line.Add("warning", "INSECURE: whoever connects is whoever it says it is; no TLS");
      logger_.Write(LogLevel::kWarning, line);
    }
    auto socket = Listen(config_.listen);
    if (!socket.ok()) return ListenFailed(socket.status());
    if (auto fatal = StartHttp()) return fatal;
    const auto directory = OpenDataDirectory(config_.data_dir);
    if (!directory.ok()) return Fatal{ExitCode::kDataDirectory, directory.status()};
    CloseNewFilesToOthers();
    auto stores =
        OpenStores(config_, *directory, [this](uint64_t slot) { WarnOfRenewedSlot(slot); });
    if (auto* fatal = std::get_if<Fatal>(&stores)) return *fatal;
    stores_ = std::get<Stores>(std::move(stores));
    HandOutVerifierKey(*directory);
    const int64_t began_us = clock_.SteadyUs();
    auto engine = StartEngine(
        config_, *directory, stores_, clock_, metrics_, [this] { return IsToldToStop(); },
        [this](bool full) { SpaceChanged(full); }, Counted(metrics_, LogOfRebuilds(logger_)));
    if (absl::IsCancelled(engine.status())) return Fatal{ExitCode::kOk, engine.status()};
    if (!engine.ok()) return Fatal{ExitCode::kRefusedStart, engine.status()};
    engine_ = *std::move(engine);
    if (stores_.views_from_scratch) {
      logger_.Write(LogLevel::kInfo, ViewsRebuilt({.from_version = stores_.given_up_version,
                                                   .records = engine_->GetStatus().head,
                                                   .us = clock_.SteadyUs() - began_us}));
    }
    if (auto fatal = StartGrpc(*std::move(socket))) return fatal;
    // Behind what says that it serves: a failure that came before is told now, and stays said.
    engine_->OnFailure([this](const absl::Status& status) { Fail(status); });
    scheduler_ = std::make_unique<Scheduler>(*engine_, Counted(metrics_, LogOfScheduler(logger_)));
    scheduler_->Run();
    started_ = true;
    return std::nullopt;
  }

  std::optional<Fatal> StartHttp() {
    if (!config_.http_listen) return std::nullopt;
    auto http =
        HttpServer::Start(*config_.http_listen, {.healthy = [this] { return serving_.load(); },
                                                 .metrics = [this] { return ShowMetrics(); }});
    if (!http.ok()) return ListenFailed(http.status());
    http_ = *std::move(http);
    return std::nullopt;
  }

  // Nothing before the end of the start; then until the HTTP server ends, which is before all
  // that it asks does.
  std::optional<std::string> ShowMetrics() {
    if (!started_) return std::nullopt;
    return MetricsText(metrics_, {.version = BILLING_VERSION,
                                  .start_us = start_us_,
                                  .engine = engine_->GetStatus(),
                                  .queue_max = config_.queue_max,
                                  .log_head = stores_.log->Head(),
                                  .checkpoint_position = engine_->checkpoints().kept_size(),
                                  .load = grpc_->GetLoad(),
                                  .stores = ReadStoreUse(config_.data_dir),
                                  .free_bytes_min = config_.free_bytes_min,
                                  .process = ReadProcessUse()});
  }

  std::optional<Fatal> StartGrpc(ListenSocket socket) {
    GrpcServerOptions options;
    options.connections_max = ConnectionsFor(RaiseDescriptorLimit());
    options.read_threads = config_.read_threads;
    options.channelz = config_.channelz;
    options.min_position_wait_ms = config_.min_position_wait_ms;
    // Calls always find the other half of the queue.
    options.bulk.commands_max = config_.queue_max / 2;
    auto grpc = GrpcServer::Start(
        options,
        {.engine = *engine_, .credentials = credentials_, .logger = logger_, .metrics = metrics_},
        std::move(socket));
    if (!grpc.ok()) return Fatal{ExitCode::kUsage, grpc.status()};
    grpc_ = *std::move(grpc);
    serving_ = true;
    return std::nullopt;
  }

  static Fatal ListenFailed(const absl::Status& status) {
    return {absl::IsAlreadyExists(status) ? ExitCode::kAddressInUse : ExitCode::kUsage, status};
  }

  // Scripts and tests wait for this line.
  void Announce() {
    const std::string listen = grpc_->address().text();
    const std::string http = http_ ? http_->address().text() : "none";
    const Engine::Status status = engine_->GetStatus();
    const uint64_t head = status.head;
    if (status.clock_behind_us > 0) WarnOfHeldTime(status.clock_behind_us);
    LogLine line("ready");
    line.Add("version", BILLING_VERSION).Add("log_id", stores_.log->LogId());
    line.Add("head", head).Add("listen", listen).Add("http", http);
    line.Add("data_dir", config_.data_dir);
    logger_.Write(LogLevel::kInfo, line);
    std::printf("billingd ready listen=%s http=%s log_id=%s head=%s version=%s\n", listen.c_str(),
                http.c_str(), stores_.log->LogId().c_str(), absl::StrCat(head).c_str(),
                BILLING_VERSION);
    std::fflush(stdout);
  }

  void WarnOfHeldTime(int64_t behind_us) {
    LogLine line("time_held");
    line.Add("warning", "the clock is behind the log: time stands still until it has caught up");
    line.Add("behind_s", behind_us / kernel::kMicrosecondsPerSecond);
    line.Add("until",
             absl::FormatTime(absl::FromUnixMicros(engine_->Now().us), absl::UTCTimeZone()));
    logger_.Write(LogLevel::kWarning, line);
  }

  // Serving does not depend on it: GetCheckpoint tells the key too.
  void HandOutVerifierKey(const DataDirectory& directory) {
    const std::string path = SigningKeysOf(config_, directory).current;
    const auto by_others = IsSignedByOthers(stores_.signing_keys, *stores_.log);
    if (!by_others.ok()) {
      LogLine line("newest_checkpoint_not_read");
      line.Add("status", by_others.status().ToString());
      logger_.Write(LogLevel::kWarning, line);
    } else if (*by_others) {
      LogLine line("signing_key_changed");
      line.Add("warning",
               "checkpoints so far were signed by another key: hand the new verifier key out");
      line.Add("path", VerifierKeyPath(path));
      logger_.Write(LogLevel::kWarning, line);
    }
    const absl::Status written = WriteVerifierKey(path, stores_.signing_keys.front(), *stores_.log);
    if (written.ok()) return;
    LogLine line("verifier_key_not_written");
    line.Add("path", VerifierKeyPath(path)).Add("status", written.ToString());
    logger_.Write(LogLevel::kWarning, line);
  }

  bool IsToldToStop() const {
    pollfd wait{.fd = signals_.get(), .events = POLLIN, .revents = 0};
    return poll(&wait, 1, 0) > 0;
  }

  // False when storage failed.
  bool WaitForSignal() {
    std::array<pollfd, 2> waits = {{{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                                    {.fd = failed_.get(), .events = POLLIN, .revents = 0}}};
    while (poll(waits.data(), waits.size(), -1) <= 0) {
    }
    return (waits[1].revents & POLLIN) == 0;
  }

  std::optional<Fatal> Drain() {
    LogLine line("draining");
    line.Add("patience_ms", kDrainMs);
    logger_.Write(LogLevel::kInfo, line);
    serving_ = false;
    scheduler_->Stop();
    grpc_->Drain(kDrainMs);
    const absl::Status stopped = engine_->Stop();
    const absl::Status closed = stores_.Close();
    if (!stopped.ok()) return Fatal{ExitCode::kStorageFailed, stopped};
    // Rows that there is no space for are folded again by the next start.
    if (absl::IsResourceExhausted(closed)) {
      LogLine full("views_not_written");
      full.Add("status", closed.ToString());
      logger_.Write(LogLevel::kWarning, full);
    } else if (!closed.ok()) {
      return Fatal{ExitCode::kStorageFailed, closed};
    }
    return std::nullopt;
  }

  // False: a client keeps them.
  bool EndPages() {
    if (http_ == nullptr) return true;
    std::packaged_task<void()> end([http = std::move(http_)]() mutable { http.reset(); });
    const std::future<void> ended = end.get_future();
    std::thread(std::move(end)).detach();
    return ended.wait_for(kLastPages) == std::future_status::ready;
  }

  // Nothing may be written any more; the log has it all. Callers who wait get their
  // UNKNOWN or UNAVAILABLE, if that goes quickly.
  [[noreturn]] void EndAfterFailure() {
    LogLine line("storage_failed");
    {
      const std::lock_guard lock(failure_mutex_);
      line.Add("status", failure_.ToString());
    }
    logger_.Write(LogLevel::kCritical, line);
    const auto drained = std::async(std::launch::async, [this] { grpc_->Drain(kFailedDrainMs); });
    drained.wait_for(std::chrono::milliseconds(2 * kFailedDrainMs));
    logger_.Flush(kLastWordsMs);
    std::_Exit(static_cast<int>(ExitCode::kStorageFailed));
  }

  // From a thread of the engine, or the one that starts.
  void Fail(const absl::Status& status) {
    serving_ = false;
    {
      const std::lock_guard lock(failure_mutex_);
      failure_ = status;
    }
    const uint64_t one = 1;
    if (::write(failed_.get(), &one, sizeof(one)) != sizeof(one)) std::abort();
  }

  // What a start that did not get far enough to serve leaves: what was opened is closed.
  ExitCode EndStart(const Fatal& fatal) {
    if (fatal.code != ExitCode::kOk) return Report(fatal);
    LogLine line("stopped");
    line.Add("status", fatal.status.ToString());
    logger_.Write(LogLevel::kInfo, line);
    // What was rolled forward so far is kept; what is not will be folded again.
    const absl::Status closed = stores_.Close();
    if (closed.ok() || absl::IsResourceExhausted(closed)) return ExitCode::kOk;
    return Report({ExitCode::kStorageFailed, closed});
  }

  // Behind the log's lines. A thread of its own, for stderr may be stuck.
  ExitCode Report(const Fatal& fatal) {
    logger_.Flush(kLastWordsMs);
    const auto told = std::make_shared<std::promise<void>>();
    std::thread([told, message = std::string(fatal.status.message())] {
      std::fprintf(stderr, "billingd: %s\n", message.c_str());
      told->set_value();
    }).detach();
    told->get_future().wait_for(std::chrono::milliseconds(kLastWordsMs));
    return fatal.code;
  }

  const Config config_;
  Logger logger_;
  Descriptor signals_;
  Descriptor failed_;  // readable once storage failed
  std::mutex failure_mutex_;
  absl::Status failure_;
  std::atomic<bool> serving_ = false;
  // All of the below is there.
  std::atomic<bool> started_ = false;
  SystemClock clock_;
  const int64_t start_us_ = clock_.WallUs();
  Metrics metrics_;
  const InsecureDevCredentials credentials_;
  Stores stores_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<GrpcServer> grpc_;
  // Shows what all of the above tells.
  std::unique_ptr<HttpServer> http_;
};

ExitCode CheckNamedFiles(const Config& config) {
  const absl::Status keys =
      CheckSigningKeys({.current = config.signing_key, .previous = config.previous_signing_key});
  if (!keys.ok()) {
    std::fprintf(stderr, "billingd: %s\n", std::string(keys.message()).c_str());
    return ExitCode::kUsage;
  }
  std::puts("billingd: the configuration is good");
  return ExitCode::kOk;
}

ExitCode Main(int argc, const char* const* argv) {
  // Debian's Abseil is built with its check for lock cycles on, which takes a lock of its own
  // for every lock that gRPC takes.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // What protobuf has to say about a peer's bytes, the peer is told; our log is not its.
  google::protobuf::SetLogHandler(nullptr);
  auto config = ReadConfig(argc, argv);
  if (const auto* end = std::get_if<EarlyEnd>(&config)) {
    std::fprintf(end->code == ExitCode::kOk ? stdout : stderr, "%s\n", end->text.c_str());
    return end->code;
  }
  const Config& good = std::get<Config>(config);
  if (good.check_config) return CheckNamedFiles(good);
  return Billingd(good, BlockSignals()).Run();
}

}  // namespace
}  // namespace billing::server

int main(int argc, char** argv) { return static_cast<int>(billing::server::Main(argc, argv)); }
