#include "tools/bench/stream_load.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "billing/v1/bulk_service.pb.h"
#include "tools/bench/now.h"

namespace billing::bench {
namespace {

using billing::v1::ExecuteCommandsResponse;

// Streams that stand still for so long have failed.
constexpr std::chrono::seconds kSilenceMax{30};

// What was sent and answered, of all streams.
class Book {
 public:
  explicit Book(const Traffic& traffic) : traffic_(traffic), sent_ns_(traffic.requests.size()) {}

  const Traffic& traffic() const { return traffic_; }
  void Sent(size_t index) { sent_ns_[index] = NowNs(); }

  void Answered(grpc::ByteBuffer& bytes) {
    reply_bytes_ += bytes.Length();
    const bool read =
        grpc::SerializationTraits<ExecuteCommandsResponse>::Deserialize(&bytes, &answer_).ok();
    const size_t index = answer_.sequence() - 1;
    if (!read || index >= sent_ns_.size() || sent_ns_[index] == 0) {
      return Failed("an answer to nothing that waits for one");
    }
    result_.latencies_ns.Record(NowNs() - std::exchange(sent_ns_[index], 0));
    ++answered_;
    const int code = answer_.has_status() ? answer_.status().code() : grpc::StatusCode::OK;
    if (code != traffic_.expected) Failed(answer_.status().message());
  }

  // All streams have ended.
  LoadResult Finish(int64_t start_ns) {
    result_.seconds = static_cast<double>(NowNs() - start_ns) * 1e-9;
    result_.reply_bytes = answered_ > 0 ? reply_bytes_ / answered_ : 0;
    const size_t unanswered = sent_ns_.size() - answered_;
    if (unanswered > 0) {
      Failed(absl::StrCat(unanswered, " commands have no answer"));
      result_.failed += unanswered - 1;
    }
    return std::move(result_);
  }

  void Failed(const std::string& why) {
    if (result_.failed++ == 0) result_.first_failure = absl::StrCat("ExecuteCommands: ", why);
  }

 private:
  const Traffic& traffic_;
  // When; 0 when it was not sent yet, or is answered.
  std::vector<int64_t> sent_ns_;
  ExecuteCommandsResponse answer_;
  LoadResult result_;
  size_t answered_ = 0;
  size_t reply_bytes_ = 0;
};

// One stream and its part of the requests.
class CommandStream {
 public:
  enum class Step { kStarted, kWritten, kHalfClosed, kRead, kFinished };
  // What gRPC tells that a step has happened.
  struct Tag {
    CommandStream* stream;
    Step step;
  };

  CommandStream(Book& book, size_t first, size_t end, size_t window)
      : book_(book), next_(first), end_(end), window_(window) {
    for (size_t i = 0; i < tags_.size(); ++i) tags_[i] = {this, static_cast<Step>(i)};
  }

  void Start(const std::shared_ptr<grpc::Channel>& channel, grpc::CompletionQueue& queue) {
    for (const auto& [key, value] : book_.traffic().headers) context_.AddMetadata(key, value);
    stream_ = grpc::GenericStub(channel).PrepareCall(&context_, book_.traffic().method, &queue);
    stream_->StartCall(TagOf(Step::kStarted));
  }

  void Cancel() { context_.TryCancel(); }

  // True once the stream has ended.
  bool Go(Step step, bool ok) {
    switch (step) {
      case Step::kStarted:
        Read();
        WriteIfRoom();
        return false;
      case Step::kWritten:
        writing_ = false;
        // Else the end is about to be read.
        if (ok) WriteIfRoom();
        return false;
      case Step::kHalfClosed:
        return false;
      case Step::kRead:
        if (!ok) {
          half_closed_ = true;
          stream_->Finish(&status_, TagOf(Step::kFinished));
          return false;
        }
        book_.Answered(answer_);
        --open_;
        Read();
        WriteIfRoom();
        return false;
      case Step::kFinished:
        if (!status_.ok()) book_.Failed(status_.error_message());
        return true;
    }
    return true;
  }

 private:
  void* TagOf(Step step) { return &tags_[static_cast<size_t>(step)]; }

  void Read() { stream_->Read(&answer_, TagOf(Step::kRead)); }

  void WriteIfRoom() {
    if (writing_ || half_closed_) return;
    if (next_ == end_) {
      half_closed_ = true;
      return stream_->WritesDone(TagOf(Step::kHalfClosed));
    }
    if (open_ >= window_) filling_ = false;
    if (open_ <= window_ - std::max<size_t>(1, window_ / 4)) filling_ = true;
    if (!filling_) return;
    const std::string& bytes = book_.traffic().requests[next_];
    grpc::Slice slice(bytes.data(), bytes.size(), grpc::Slice::STATIC_SLICE);
    book_.Sent(next_);
    ++next_;
    ++open_;
    writing_ = true;
    grpc::WriteOptions options;
    if (next_ != end_ && open_ < window_) options.set_buffer_hint();
    stream_->Write(grpc::ByteBuffer(&slice, 1), options, TagOf(Step::kWritten));
  }

  Book& book_;
  size_t next_;
  const size_t end_;
  const size_t window_;
  std::array<Tag, 5> tags_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  grpc::ByteBuffer answer_;
  grpc::Status status_;
  size_t open_ = 0;
  bool filling_ = true;
  bool writing_ = false;
  bool half_closed_ = false;
};

// Lets gRPC tell what happened until all streams have ended.
void Drive(grpc::CompletionQueue& queue, std::vector<std::unique_ptr<CommandStream>>& streams) {
  for (size_t ended = 0; ended < streams.size();) {
    void* tag = nullptr;
    bool ok = false;
    const auto until = std::chrono::system_clock::now() + kSilenceMax;
    if (queue.AsyncNext(&tag, &ok, until) == grpc::CompletionQueue::TIMEOUT) {
      for (const auto& stream : streams) stream->Cancel();
      continue;
    }
    const auto& happened = *static_cast<CommandStream::Tag*>(tag);
    if (happened.stream->Go(happened.step, ok)) ++ended;
  }
}

}  // namespace

LoadResult SaturateStreams(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                           const Traffic& traffic, const StreamShape& shape) {
  Book book(traffic);
  grpc::CompletionQueue queue;
  std::vector<std::unique_ptr<CommandStream>> streams;
  const size_t groups = (traffic.requests.size() + shape.together - 1) / shape.together;
  const auto part = [&](size_t i) {
    return std::min(traffic.requests.size(), groups * i / shape.streams * shape.together);
  };
  const int64_t start_ns = NowNs();
  for (size_t i = 0; i < shape.streams; ++i) {
    streams.push_back(std::make_unique<CommandStream>(book, part(i), part(i + 1), shape.window));
    streams.back()->Start(channels[i % channels.size()], queue);
  }
  Drive(queue, streams);
  LoadResult result = book.Finish(start_ns);
  queue.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue.Next(&tag, &ok)) {
  }
  return result;
}

}  // namespace billing::bench
