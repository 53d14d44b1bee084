#include "tools/bench/watchers.h"

#include <google/protobuf/io/coded_stream.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>

#include "absl/strings/str_cat.h"
#include "billing/v1/history_service.pb.h"
#include "tools/bench/load.h"
#include "tools/bench/requests.h"

namespace billing::bench {
namespace {

using billing::v1::WatchEventsResponse;

// A connection takes 100 calls.
constexpr size_t kWatchesPerConnection = 50;
constexpr std::chrono::seconds kSilenceMax{30};

// Which of its fields a message holds: it has one, and reading an event whole would take from
// the server's cores.
int FieldIn(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  if (!bytes.Dump(&slices).ok() || slices.empty()) return 0;
  google::protobuf::io::CodedInputStream stream(slices.front().begin(),
                                                static_cast<int>(slices.front().size()));
  constexpr uint32_t kWireTypeBits = 3;
  return static_cast<int>(stream.ReadTag() >> kWireTypeBits);
}

grpc::ByteBuffer RequestFor(const std::string& account) {
  billing::v1::WatchEventsRequest request;
  request.set_parent(AccountName(account));
  const grpc::Slice slice(request.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

// One step at a time: started, asked, then read again and again, ended.
class Watchers::Watch {
 public:
  enum class Happened { kNothing, kLive, kEvent, kEnded, kGone };

  explicit Watch(const std::string& account) : request_(RequestFor(account)) {}

  void Start(const std::shared_ptr<grpc::Channel>& channel, grpc::CompletionQueue& queue) {
    for (const auto& [key, value] : AsAdministrator()) context_.AddMetadata(key, value);
    stream_ = grpc::GenericStub(channel).PrepareCall(&context_, kWatchEvents, &queue);
    stream_->StartCall(this);
  }

  void Cancel() { context_.TryCancel(); }
  const grpc::Status& status() const { return status_; }

  // Nothing follows kGone.
  Happened Go(bool ok) {
    switch (step_) {
      case Step::kStarted:
        step_ = Step::kAsked;
        stream_->WriteLast(request_, grpc::WriteOptions(), this);
        return Happened::kNothing;
      case Step::kAsked:
        step_ = Step::kReading;
        stream_->Read(&message_, this);
        return Happened::kNothing;
      case Step::kReading:
        return ok ? Took() : End();
      case Step::kEnded:
        return Happened::kGone;
    }
    return Happened::kGone;
  }

 private:
  enum class Step { kStarted, kAsked, kReading, kEnded };

  Happened Took() {
    const int field = FieldIn(message_);
    stream_->Read(&message_, this);
    if (field == WatchEventsResponse::kCaughtUpFieldNumber) {
      live_ = true;
      return Happened::kLive;
    }
    // What was there before does not count.
    const bool is_event = field == WatchEventsResponse::kEventFieldNumber;
    return is_event && live_ ? Happened::kEvent : Happened::kNothing;
  }

  Happened End() {
    step_ = Step::kEnded;
    stream_->Finish(&status_, this);
    return Happened::kEnded;
  }

  const grpc::ByteBuffer request_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  grpc::ByteBuffer message_;
  grpc::Status status_;
  Step step_ = Step::kStarted;
  bool live_ = false;
};

absl::StatusOr<std::unique_ptr<Watchers>> Watchers::Open(const std::string& address,
                                                         const std::vector<std::string>& accounts) {
  auto watchers = std::unique_ptr<Watchers>(new Watchers());
  for (const std::string& account : accounts) {
    if (watchers->watches_.size() % kWatchesPerConnection == 0) {
      auto channel = Connect(address);
      if (!channel.ok()) return channel.status();
      watchers->channels_.push_back(*std::move(channel));
    }
    watchers->watches_.push_back(std::make_unique<Watch>(account));
    watchers->watches_.back()->Start(watchers->channels_.back(), watchers->queue_);
  }
  watchers->thread_ = std::thread([reading = watchers.get()] { reading->Read(); });
  const absl::Status live = watchers->AwaitCounts(accounts.size(), 0);
  if (!live.ok()) return live;
  return watchers;
}

Watchers::~Watchers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  for (const auto& watch : watches_) watch->Cancel();
  if (thread_.joinable()) {
    thread_.join();
  } else {
    Read();
  }
}

void Watchers::Read() {
  size_t gone = 0;
  while (gone < watches_.size()) {
    void* tag = nullptr;
    bool ok = false;
    queue_.Next(&tag, &ok);
    auto& watch = *static_cast<Watch*>(tag);
    const Watch::Happened happened = watch.Go(ok);
    if (happened == Watch::Happened::kNothing) continue;
    const std::lock_guard lock(mutex_);
    if (happened == Watch::Happened::kLive) ++live_;
    if (happened == Watch::Happened::kEvent) ++events_;
    if (happened == Watch::Happened::kGone) {
      ++gone;
      if (!stopping_) ended_ = absl::StrCat("a watch ended: ", watch.status().error_message());
    }
    changed_.notify_one();
  }
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
  }
}

absl::Status Watchers::Await(size_t events) { return AwaitCounts(watches_.size(), events); }

absl::Status Watchers::AwaitCounts(size_t live, size_t events) {
  std::unique_lock lock(mutex_);
  while (ended_.empty() && (live_ < live || events_ < events)) {
    const size_t before = live_ + events_;
    const bool moved = changed_.wait_for(
        lock, kSilenceMax, [&] { return !ended_.empty() || live_ + events_ != before; });
    if (!moved) {
      return absl::UnavailableError(
          absl::StrCat("of ", events, " events watched, ", events_, " came"));
    }
  }
  if (!ended_.empty()) return absl::UnavailableError(ended_);
  if (events_ > events) {
    return absl::InternalError(absl::StrCat("of ", events, " events watched, ", events_, " came"));
  }
  return absl::OkStatus();
}

}  // namespace billing::bench
