#include "server/log.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <iterator>
#include <mutex>
#include <utility>

#include "absl/functional/function_ref.h"
#include "fmt/format.h"
#include "spdlog/async_logger.h"
#include "spdlog/details/null_mutex.h"
#include "spdlog/details/thread_pool.h"
#include "spdlog/pattern_formatter.h"
#include "spdlog/sinks/base_sink.h"

namespace billing::server {
namespace {

constexpr size_t kLinesThatMayWait = 8'192;
// After the last line that waited; a line that comes later is written this much later at most.
constexpr std::chrono::milliseconds kGather{10};
constexpr size_t kBytesAtOnce = size_t{64} << 10;
constexpr size_t kUsualBytes = 320;
constexpr char kPattern[] = "time=%Y-%m-%dT%H:%M:%S.%fZ level=%l %v";

bool IsPlain(std::string_view value) {
  for (const char c : value) {
    if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\') return false;
  }
  return !value.empty();
}

std::string Quoted(std::string_view value) {
  std::string quoted = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(quoted), "\\u{:04x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kCritical:
      return spdlog::level::critical;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

}  // namespace

LogLine::LogLine(std::string_view event) {
  text_.reserve(kUsualBytes);
  text_.append("event=").append(event);
}

LogLine& LogLine::Add(std::string_view key, std::string_view value) {
  Begin(key);
  if (IsPlain(value)) {
    text_ += value;
  } else {
    text_ += Quoted(value);
  }
  return *this;
}

LogLine& LogLine::Add(std::string_view key, uint64_t value) {
  const fmt::format_int digits(value);
  Begin(key).append(digits.data(), digits.size());
  return *this;
}

LogLine& LogLine::Add(std::string_view key, int64_t value) {
  const fmt::format_int digits(value);
  Begin(key).append(digits.data(), digits.size());
  return *this;
}

std::string& LogLine::Begin(std::string_view key) {
  text_ += ' ';
  text_ += key;
  text_ += '=';
  return text_;
}

// Writes many lines at once. When none waits any more it lets some gather: as long as the thread
// that writes them is not waiting for the next one, nobody who has one has to wake it, which costs
// more than the line.
class Logger::Sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  // REQUIRES: one thread, which outlives all lines.
  explicit Sink(spdlog::details::thread_pool& threads) : threads_(threads) {}
  ~Sink() override { WriteLines(); }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  // Asks for a flush by `ask`, and waits for one that came after.
  bool WaitForFlush(int64_t patience_ms, absl::FunctionRef<void()> ask) {
    std::unique_lock lock(mutex_);
    const uint64_t before = flushes_;
    flush_wanted_ = true;
    changed_.notify_all();
    lock.unlock();
    ask();
    lock.lock();
    return changed_.wait_for(lock, std::chrono::milliseconds(patience_ms),
                             [&] { return flushes_ > before; });
  }

 private:
  void sink_it_(const spdlog::details::log_msg& line) override {
    formatter_->format(line, lines_);
    const bool is_last = threads_.queue_size() == 0;
    if (!is_last && lines_.size() < kBytesAtOnce) return;
    WriteLines();
    if (is_last) LetGather();
  }

  void flush_() override {
    WriteLines();
    const std::lock_guard lock(mutex_);
    ++flushes_;
    flush_wanted_ = false;
    changed_.notify_all();
  }

  void WriteLines() {
    // Nobody is left to be told that stderr cannot be written.
    std::fwrite(lines_.data(), 1, lines_.size(), stderr);
    lines_.clear();
  }

  void LetGather() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kGather, [this] { return flush_wanted_; });
  }

  spdlog::details::thread_pool& threads_;
  spdlog::memory_buf_t lines_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool flush_wanted_ = false;
  uint64_t flushes_ = 0;
};

Logger::Logger(LogLevel least)
    : least_(least),
      threads_(std::make_shared<spdlog::details::thread_pool>(kLinesThatMayWait, 1)),
      sink_(std::make_shared<Sink>(*threads_)) {
  sink_->set_formatter(
      std::make_unique<spdlog::pattern_formatter>(kPattern, spdlog::pattern_time_type::utc));
  queued_ = std::make_shared<spdlog::async_logger>("billingd", sink_, threads_,
                                                   spdlog::async_overflow_policy::overrun_oldest);
  queued_->set_level(LevelOf(least));
}

Logger::~Logger() = default;

void Logger::Write(LogLevel level, const LogLine& line) {
  queued_->log(LevelOf(level), spdlog::string_view_t(line.text().data(), line.text().size()));
}

bool Logger::Flush(int64_t patience_ms) {
  return sink_->WaitForFlush(patience_ms, [this] { queued_->flush(); });
}

}  // namespace billing::server
