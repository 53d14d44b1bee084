#include "tools/bench/load.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <sys/prctl.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/bench/now.h"

namespace billing::bench {
namespace {

// A call that gets no answer for this long is a failure, not a hang of the benchmark.
constexpr std::chrono::seconds kCallDeadline{30};
constexpr std::chrono::seconds kConnectDeadline{10};
constexpr ptrdiff_t kUnderWayMax = 8'192;

void SleepUntil(int64_t steady_ns) {
  const timespec until{.tv_sec = steady_ns / 1'000'000'000, .tv_nsec = steady_ns % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

struct Call {
  std::unique_ptr<grpc::ClientContext> context;
  grpc::ByteBuffer reply;
  grpc::Status status;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  grpc::GenericStub* stub = nullptr;
  int64_t from_ns = 0;  // what its latency counts from
};

// One run: calls go out on `queue_`, answers are noted.
class Run {
 public:
  Run(const Traffic& traffic, const std::vector<std::shared_ptr<grpc::Channel>>& channels)
      : traffic_(traffic) {
    for (const auto& channel : channels) {
      stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
    }
  }
  ~Run() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  grpc::GenericStub* StubFor(size_t index) { return stubs_[index % stubs_.size()].get(); }
  size_t size() const { return traffic_.requests.size(); }

  void Start(Call& call, size_t index) {
    const std::string& bytes = traffic_.requests[index];
    grpc::Slice slice(bytes.data(), bytes.size(), grpc::Slice::STATIC_SLICE);
    const grpc::ByteBuffer request(&slice, 1);
    call.context = std::make_unique<grpc::ClientContext>();
    call.context->set_deadline(std::chrono::system_clock::now() + kCallDeadline);
    for (const auto& [key, value] : traffic_.headers) call.context->AddMetadata(key, value);
    call.reader =
        call.stub->PrepareUnaryCall(call.context.get(), traffic_.method, request, &queue_);
    call.reader->StartCall();
    call.reader->Finish(&call.reply, &call.status, &call);
  }

  // Waits for the next answer and notes it.
  Call& Await() {
    void* tag = nullptr;
    bool ok = false;
    queue_.Next(&tag, &ok);
    Call& call = *static_cast<Call*>(tag);
    result_.latencies_ns.Record(NowNs() - call.from_ns);
    if (call.status.error_code() == traffic_.expected) {
      reply_bytes_ += call.reply.Length();
    } else if (result_.failed++ == 0) {
      result_.first_failure = absl::StrCat(traffic_.method, ": ", call.status.error_message());
    }
    return call;
  }

  LoadResult Finish(int64_t start_ns) {
    result_.seconds = static_cast<double>(NowNs() - start_ns) * 1e-9;
    const size_t answered = result_.latencies_ns.count() - result_.failed;
    result_.reply_bytes = answered > 0 ? reply_bytes_ / answered : 0;
    return std::move(result_);
  }

 private:
  const Traffic& traffic_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  grpc::CompletionQueue queue_;
  LoadResult result_;
  size_t reply_bytes_ = 0;
};

grpc::ChannelArguments LeanArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
  arguments.SetInt(GRPC_ARG_MAX_CHANNEL_TRACE_EVENT_MEMORY_PER_NODE, 0);
  return arguments;
}

}  // namespace

double LoadResult::PerSecond() const {
  return seconds > 0 ? static_cast<double>(latencies_ns.count()) / seconds : 0;
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const std::string& address) {
  auto channel =
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), LeanArguments());
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + kConnectDeadline)) {
    return absl::UnavailableError(absl::StrCat("nobody answers at ", address));
  }
  return channel;
}

absl::StatusOr<std::unique_ptr<LoadClient>> LoadClient::Connect(const std::string& address,
                                                                size_t connections) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  while (channels.size() < connections) {
    auto channel = bench::Connect(address);
    if (!channel.ok()) return channel.status();
    channels.push_back(*std::move(channel));
  }
  return std::unique_ptr<LoadClient>(new LoadClient(std::move(channels)));
}

LoadResult LoadClient::Saturate(const Traffic& traffic, size_t in_flight) {
  Run run(traffic, channels_);
  std::vector<Call> calls(std::min(in_flight, run.size()));
  size_t next = 0;
  const int64_t start_ns = NowNs();
  const auto send = [&](Call& call) {
    call.from_ns = NowNs();
    run.Start(call, next++);
  };
  for (Call& call : calls) {
    call.stub = run.StubFor(next);
    send(call);
  }
  for (size_t answered = 0; answered < run.size(); ++answered) {
    Call& call = run.Await();
    if (next < run.size()) send(call);
  }
  return run.Finish(start_ns);
}

LoadResult LoadClient::Follow(const Traffic& traffic, Schedule schedule) {
  Run run(traffic, channels_);
  std::counting_semaphore<kUnderWayMax> room(kUnderWayMax);
  const int64_t start_ns = NowNs();
  std::thread pacer([&] {
    // The kernel may else let a sleep last 50 us longer, to save wake-ups.
    prctl(PR_SET_TIMERSLACK, 1);
    for (size_t index = 0; index < run.size(); ++index) {
      const int64_t intended_ns = start_ns + schedule.Next();
      if (intended_ns > NowNs()) SleepUntil(intended_ns);
      room.acquire();
      auto* call = new Call{.stub = run.StubFor(index), .from_ns = intended_ns};
      run.Start(*call, index);
    }
  });
  for (size_t answered = 0; answered < run.size(); ++answered) {
    delete &run.Await();
    room.release();
  }
  pacer.join();
  return run.Finish(start_ns);
}

}  // namespace billing::bench
