#include "server/log.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace billing::server {
namespace {

TEST(LogLine, IsKeysAndValues) {
  LogLine line("command");
  line.Add("rpc", "AddCard").Add("position", uint64_t{7}).Add("behind", int64_t{-1});
  EXPECT_EQ(line.text(), "event=command rpc=AddCard position=7 behind=-1");
}

TEST(LogLine, QuotesWhatCouldBreakTheLine) {
  EXPECT_EQ(LogLine("e").Add("k", "").text(), "event=e k=\"\"");
  EXPECT_EQ(LogLine("e").Add("k", "a b").text(), "event=e k=\"a b\"");
  EXPECT_EQ(LogLine("e").Add("k", "a=b").text(), "event=e k=\"a=b\"");
  EXPECT_EQ(LogLine("e").Add("k", "a\nlevel=info").text(), "event=e k=\"a\\u000alevel=info\"");
  EXPECT_EQ(LogLine("e").Add("k", "\"\\").text(), "event=e k=\"\\\"\\\\\"");
}

constexpr int kPatienceMs = 30'000;

// What goes to stderr while it lives.
class StderrReader {
 public:
  StderrReader() {
    EXPECT_EQ(pipe(ends_.data()), 0);
    kept_ = dup(STDERR_FILENO);
    dup2(ends_[1], STDERR_FILENO);
    close(ends_[1]);
  }
  ~StderrReader() {
    Restore();
    close(ends_[0]);
  }

  // The lines until `last` was read, or nothing came for long.
  std::vector<std::string> ReadUntil(std::string_view last) {
    std::string text;
    pollfd ready{.fd = ends_[0], .events = POLLIN, .revents = 0};
    while (text.find(last) == text.npos && poll(&ready, 1, kPatienceMs) == 1) {
      std::array<char, 65'536> some;
      const ssize_t count = read(ends_[0], some.data(), some.size());
      if (count <= 0) break;
      text.append(some.data(), static_cast<size_t>(count));
    }
    return absl::StrSplit(text, '\n', absl::SkipEmpty());
  }
  // All that is there and comes until nobody can write any more.
  std::vector<std::string> ReadRest() {
    Restore();
    return ReadUntil("what no line has");
  }

 private:
  void Restore() {
    if (kept_ < 0) return;
    dup2(kept_, STDERR_FILENO);
    close(kept_);
    kept_ = -1;
  }

  std::array<int, 2> ends_{};
  int kept_ = -1;
};

TEST(Logger, ALineWaitsForNoOther) {
  StderrReader reader;
  Logger logger(LogLevel::kInfo);
  for (const std::string event : {"first", "second"}) {
    logger.Write(LogLevel::kInfo, LogLine(event));
    const auto lines = reader.ReadUntil(event);
    ASSERT_EQ(lines.size(), 1U) << event;
    EXPECT_TRUE(lines.front().starts_with("time=2")) << lines.front();
    EXPECT_TRUE(lines.front().ends_with("Z level=info event=" + event)) << lines.front();
  }
}

TEST(Logger, LinesOfManyThreadsStayWhole) {
  constexpr int kThreads = 4;
  constexpr uint64_t kLines = 500;
  StderrReader reader;
  Logger logger(LogLevel::kInfo);
  std::vector<std::string> lines;
  std::thread reading([&] { lines = reader.ReadUntil("event=end"); });
  std::vector<std::thread> writing;
  for (int i = 0; i < kThreads; ++i) {
    writing.emplace_back([&] {
      for (uint64_t n = 0; n < kLines; ++n) {
        LogLine line("some");
        line.Add("n", n).Add("text", std::string(100, 'x'));
        logger.Write(LogLevel::kInfo, line);
      }
    });
  }
  for (std::thread& thread : writing) thread.join();
  logger.Write(LogLevel::kDebug, LogLine("unwanted"));
  logger.Write(LogLevel::kWarning, LogLine("end"));
  EXPECT_TRUE(logger.Flush(kPatienceMs));
  reading.join();
  ASSERT_EQ(lines.size(), kThreads * kLines + 1);
  EXPECT_TRUE(lines.back().ends_with(" level=warning event=end"));
  lines.pop_back();
  EXPECT_TRUE(std::all_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.starts_with("time=2") && line.find(" level=info event=some n=") != line.npos &&
           line.ends_with(" text=" + std::string(100, 'x'));
  }));
}

TEST(Logger, WritesWhatWaitsWhenItEnds) {
  StderrReader reader;
  constexpr size_t kLines = 100;
  {
    Logger logger(LogLevel::kInfo);
    for (size_t i = 0; i < kLines; ++i) logger.Write(LogLevel::kInfo, LogLine("some"));
  }
  EXPECT_EQ(reader.ReadRest().size(), kLines);
}

}  // namespace
}  // namespace billing::server
