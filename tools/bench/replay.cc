// S7 and S8: how fast a log is audited, and how fast its read models are built anew: by the
// auditor's program, in memory, and by the server, beside those that serve. Per core: events
// for each second of CPU that all threads of the process used.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/str_cat.h"
#include "billing/v1/admin_service.grpc.pb.h"
#include "tools/bench/audited_log.h"
#include "tools/bench/now.h"
#include "tools/bench/verbs.h"

namespace billing::bench {
namespace {

using billing::v1::AdminService;

constexpr char kStore[] = "audited";
// Between two looks at whether a rebuild is done.
constexpr std::chrono::milliseconds kLook{5};

// One pass over the log.
struct Pass {
  double events = 0;
  double seconds = 0;
  double cpu_seconds = 0;

  double PerCore() const { return events / std::max(cpu_seconds, 1e-9); }
  double PerSecond() const { return events / std::max(seconds, 1e-9); }
};

template <typename Of>
std::vector<double> Each(const std::vector<Pass>& passes, Of of) {
  std::vector<double> values;
  for (const Pass& pass : passes) values.push_back(of(pass));
  return values;
}

class Replay {
 public:
  explicit Replay(Bench& bench)
      : bench_(bench),
        options_(bench.options()),
        store_(absl::StrCat(bench.folder(), "/", kStore)) {}

  absl::Status Measure() {
    absl::Status status = Make();
    // One more than counts: the first warms up.
    for (size_t run = 0; status.ok() && run <= options_.runs; ++run) {
      bench_.Say(absl::StrCat("replay: run ", run, " of ", options_.runs));
      status = InTurns(
          run, [&] { return Audit("prove", proved_); }, [&] { return Audit("rebuild", folded_); });
    }
    if (status.ok()) status = RebuildInServer();
    if (!status.ok()) return status;
    Tell("S7", proved_,
         "billing-replay prove: records, tree, signatures, every command judged "
         "again, all rows folded and compared with the stored ones");
    Tell("S8a", folded_, "billing-replay rebuild: as recorded, rows in memory");
    Tell("S8b", rebuilt_, "RebuildProjection of a server that does nothing else: rows on disk");
    return absl::OkStatus();
  }

 private:
  absl::Status Make() {
    auto server = bench_.StartBillingd(kStore, {"--refusals-per-minute", "0"});
    if (!server.ok()) return server.status();
    const absl::Status written = WriteAuditedLog(bench_, *server, options_.log_events);
    if (!written.ok()) return written;
    server->client.reset();
    if (server->process->Stop()) return absl::OkStatus();
    return absl::InternalError("billingd did not stop cleanly");
  }

  absl::Status Audit(const std::string& verb, std::vector<Pass>& into) {
    const auto ended = RunToEnd(
        {options_.billing_replay, verb, store_, "--json", "--key", store_ + "/keys/signing.pub"},
        bench_.folder() + "/replay.log");
    if (!ended.ok()) return ended.status();
    const auto said = nlohmann::json::parse(ended->output, nullptr, /*allow_exceptions=*/false);
    if (ended->exit_code != 0 || !said.is_object() || !said.value("held", false)) {
      return absl::InternalError(
          absl::StrCat("billing-replay ", verb, " does not hold: ", ended->output));
    }
    into.push_back({.events = said.value("size", 0.0),
                    .seconds = ended->seconds,
                    .cpu_seconds = ended->cpu_seconds});
    return absl::OkStatus();
  }

  absl::Status RebuildInServer() {
    auto server = bench_.StartBillingd(kStore);
    if (!server.ok()) return server.status();
    const auto stub = AdminService::NewStub(server->client->channels().front());
    for (size_t run = 0; run <= options_.runs; ++run) {
      bench_.Say(absl::StrCat("rebuild: run ", run, " of ", options_.runs));
      const double cpu_before = server->CpuSeconds();
      const int64_t start_ns = NowNs();
      const absl::Status status = Rebuild(*stub);
      if (!status.ok()) return status;
      rebuilt_.push_back({.events = proved_.back().events,
                          .seconds = static_cast<double>(NowNs() - start_ns) * 1e-9,
                          .cpu_seconds = server->CpuSeconds() - cpu_before});
    }
    return absl::OkStatus();
  }

  static absl::Status Rebuild(AdminService::Stub& stub) {
    billing::v1::RebuildProjectionRequest request;
    request.set_name("-");
    billing::v1::RebuildProjectionResponse begun;
    grpc::ClientContext context;
    Identify(context);
    const grpc::Status status = stub.RebuildProjection(&context, request, &begun);
    if (!status.ok()) {
      return absl::InternalError(absl::StrCat("RebuildProjection: ", status.error_message()));
    }
    for (;;) {
      std::this_thread::sleep_for(kLook);
      const auto going_on = IsGoingOn(stub);
      if (!going_on.ok()) return going_on.status();
      if (!*going_on) return absl::OkStatus();
    }
  }

  static absl::StatusOr<bool> IsGoingOn(AdminService::Stub& stub) {
    billing::v1::ListProjectionsResponse listed;
    grpc::ClientContext context;
    Identify(context);
    const grpc::Status status = stub.ListProjections(&context, {}, &listed);
    if (!status.ok()) {
      return absl::InternalError(absl::StrCat("ListProjections: ", status.error_message()));
    }
    bool going_on = false;
    for (const auto& projection : listed.projections()) {
      if (projection.state() == billing::v1::PROJECTION_STATE_REBUILD_FAILED) {
        return absl::InternalError(absl::StrCat("the rebuild: ", projection.rebuild_error()));
      }
      going_on |= projection.state() == billing::v1::PROJECTION_STATE_REBUILDING;
    }
    return going_on;
  }

  static void Identify(grpc::ClientContext& context) {
    for (const auto& [key, value] : AsOperator()) context.AddMetadata(key, value);
  }

  void Tell(const char* id, std::vector<Pass>& passes, const std::string& note) {
    passes.erase(passes.begin());
    const auto median = [&](auto of) { return MedianOf(Each(passes, of)); };
    bench_.Tell(
        {.id = id,
         .runs = Each(passes, [](const Pass& pass) { return pass.PerCore(); }),
         .parts = {{"events", passes.front().events},
                   {"events_per_second", median([](const Pass& pass) { return pass.PerSecond(); })},
                   {"seconds", median([](const Pass& pass) { return pass.seconds; })},
                   {"cpu_seconds", median([](const Pass& pass) { return pass.cpu_seconds; })}},
         .note = note});
  }

  Bench& bench_;
  const Options& options_;
  const std::string store_;
  std::vector<Pass> proved_;
  std::vector<Pass> folded_;
  std::vector<Pass> rebuilt_;
};

}  // namespace

absl::Status MeasureReplay(Bench& bench) {
  if (!bench.options().address.empty()) {
    return absl::InvalidArgumentError("replay makes a log with a server of its own");
  }
  return Replay(bench).Measure();
}

}  // namespace billing::bench
