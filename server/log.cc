#include "server/log.h"

#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <utility>

#include "absl/functional/function_ref.h"
#include "fmt/format.h"
#include "spdlog/async_logger.h"
#include "spdlog/details/thread_pool.h"
#include "spdlog/pattern_formatter.h"
#include "spdlog/sinks/stdout_sinks.h"

namespace billing::server {
namespace {

constexpr size_t kLinesThatMayWait = 8'192;
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

LogLine::LogLine(std::string_view event) : text_(fmt::format("event={}", event)) {}

LogLine& LogLine::Add(std::string_view key, std::string_view value) {
  fmt::format_to(std::back_inserter(text_), " {}={}", key,
                 IsPlain(value) ? std::string(value) : Quoted(value));
  return *this;
}

LogLine& LogLine::Add(std::string_view key, uint64_t value) {
  fmt::format_to(std::back_inserter(text_), " {}={}", key, value);
  return *this;
}

LogLine& LogLine::Add(std::string_view key, int64_t value) {
  fmt::format_to(std::back_inserter(text_), " {}={}", key, value);
  return *this;
}

// Counts the flushes that have come through the queue.
class Logger::Sink final : public spdlog::sinks::stderr_sink_mt {
 public:
  void flush() override {
    spdlog::sinks::stderr_sink_mt::flush();
    const std::lock_guard lock(mutex_);
    ++flushes_;
    flushed_.notify_all();
  }

  // Asks for a flush by `ask`, and waits for one that came after.
  bool WaitForFlush(int64_t patience_ms, absl::FunctionRef<void()> ask) {
    std::unique_lock lock(mutex_);
    const uint64_t before = flushes_;
    lock.unlock();
    ask();
    lock.lock();
    return flushed_.wait_for(lock, std::chrono::milliseconds(patience_ms),
                             [&] { return flushes_ > before; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable flushed_;
  uint64_t flushes_ = 0;
};

Logger::Logger(LogLevel least) : least_(least), sink_(std::make_shared<Sink>()) {
  sink_->set_formatter(
      std::make_unique<spdlog::pattern_formatter>(kPattern, spdlog::pattern_time_type::utc));
  threads_ = std::make_shared<spdlog::details::thread_pool>(kLinesThatMayWait, 1);
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
