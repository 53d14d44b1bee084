// The server's own log on stderr: one line per command and per step of the process's
// life, as `time=… level=… event=… key=value …`. Values with anything but plain
// characters are quoted and escaped as in JSON. Never personal data, card data or a
// payload.
#ifndef BILLING_SERVER_LOG_H_
#define BILLING_SERVER_LOG_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
namespace details {
class thread_pool;
}
}  // namespace spdlog

namespace billing::server {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kCritical, kOff };

class LogLine {
 public:
  explicit LogLine(std::string_view event);
  LogLine& Add(std::string_view key, std::string_view value);
  LogLine& Add(std::string_view key, const char* value) {
    return Add(key, std::string_view(value));
  }
  LogLine& Add(std::string_view key, uint64_t value);
  LogLine& Add(std::string_view key, int64_t value);

  const std::string& text() const { return text_; }

 private:
  std::string& Begin(std::string_view key);

  std::string text_;
};

// Thread-safe; never blocks, whatever becomes of stderr: when the writing falls behind, the
// oldest lines that wait are dropped.
class Logger {
 public:
  explicit Logger(LogLevel least);
  // Writes what waits, however long that takes: ask Flush first.
  ~Logger();

  bool Wants(LogLevel level) const { return level >= least_; }
  void Write(LogLevel level, const LogLine& line);
  // Waits until all lines so far are written; false when that takes longer.
  bool Flush(int64_t patience_ms);

 private:
  class Sink;

  const LogLevel least_;
  std::shared_ptr<spdlog::details::thread_pool> threads_;
  std::shared_ptr<Sink> sink_;
  std::shared_ptr<spdlog::logger> queued_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_LOG_H_
