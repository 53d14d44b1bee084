#include "tools/bench/load.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

namespace billing::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

// A call that gets no answer for this long is a failure, not a hang of the benchmark.
constexpr std::chrono::seconds kCallDeadline{30};

struct Call {
  std::unique_ptr<grpc::ClientContext> context;
  grpc::ByteBuffer reply;
  grpc::Status status;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  SteadyClock::time_point sent;
};

// One connection: a channel, a completion queue and the thread that serves both.
class Connection {
 public:
  Connection(const LoadOptions& options, std::atomic<size_t>& next, size_t in_flight)
      : options_(options), next_(next), calls_(in_flight) {
    grpc::ChannelArguments arguments;
    // Each connection its own socket.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stub_ = std::make_unique<grpc::GenericStub>(
        grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(), arguments));
  }

  LoadResult Run() {
    for (Call& call : calls_) Send(call);
    void* tag = nullptr;
    bool ok = false;
    while (pending_ > 0 && queue_.Next(&tag, &ok)) {
      --pending_;
      Call& call = *static_cast<Call*>(tag);
      Note(call);
      Send(call);
    }
    queue_.Shutdown();
    while (queue_.Next(&tag, &ok)) {
    }
    return std::move(result_);
  }

 private:
  void Send(Call& call) {
    const size_t index = next_.fetch_add(1, std::memory_order_relaxed);
    if (index >= options_.calls) return;
    const std::string bytes = options_.request(index);
    grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1);
    call.context = std::make_unique<grpc::ClientContext>();
    call.context->set_deadline(std::chrono::system_clock::now() + kCallDeadline);
    for (const auto& [key, value] : options_.metadata) call.context->AddMetadata(key, value);
    call.sent = SteadyClock::now();
    call.reader = stub_->PrepareUnaryCall(call.context.get(), options_.method, request, &queue_);
    call.reader->StartCall();
    call.reader->Finish(&call.reply, &call.status, &call);
    ++pending_;
  }

  void Note(const Call& call) {
    result_.latencies_us.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - call.sent)
            .count());
    if (call.status.ok()) {
      result_.reply_bytes = call.reply.Length();
      return;
    }
    if (result_.failed++ == 0) result_.first_failure = call.status.error_message();
  }

  const LoadOptions& options_;
  std::atomic<size_t>& next_;
  std::vector<Call> calls_;
  std::unique_ptr<grpc::GenericStub> stub_;
  grpc::CompletionQueue queue_;
  size_t pending_ = 0;
  LoadResult result_;
};

}  // namespace

double LoadResult::CallsPerSecond() const {
  return seconds > 0 ? static_cast<double>(latencies_us.size()) / seconds : 0;
}

int64_t LoadResult::PercentileUs(double share) const {
  if (latencies_us.empty()) return 0;
  const auto rank = static_cast<size_t>(share * static_cast<double>(latencies_us.size()));
  return latencies_us[std::min(rank, latencies_us.size() - 1)];
}

LoadResult RunLoad(const LoadOptions& options) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  LoadResult total;
  std::vector<std::thread> threads;
  const auto start = SteadyClock::now();
  for (size_t i = 0; i < options.connections; ++i) {
    const size_t in_flight = options.in_flight / options.connections +
                             (i < options.in_flight % options.connections ? 1 : 0);
    threads.emplace_back([&, in_flight] {
      LoadResult part = Connection(options, next, in_flight).Run();
      std::lock_guard lock(mutex);
      total.latencies_us.insert(total.latencies_us.end(), part.latencies_us.begin(),
                                part.latencies_us.end());
      if (total.failed == 0) total.first_failure = part.first_failure;
      total.failed += part.failed;
      total.reply_bytes = std::max(total.reply_bytes, part.reply_bytes);
    });
  }
  for (std::thread& thread : threads) thread.join();
  total.seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  std::sort(total.latencies_us.begin(), total.latencies_us.end());
  return total;
}

}  // namespace billing::bench
