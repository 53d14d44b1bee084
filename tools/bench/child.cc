#include "tools/bench/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace billing::bench {
namespace {

// Of a log that says why a server did not start.
constexpr size_t kLogEndBytes = 500;

// As shells do.
constexpr int kCouldNotStart = 127;

std::string EndOf(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  return all.size() <= kLogEndBytes ? all : all.substr(all.size() - kLogEndBytes);
}

[[noreturn]] void Become(std::vector<char*> arguments, int output, const std::string& log) {
  // Nothing of ours outlives us, even when we are killed.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int errors = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  dup2(output, STDOUT_FILENO);
  if (errors >= 0) dup2(errors, STDERR_FILENO);
  execv(arguments[0], arguments.data());
  _exit(kCouldNotStart);
}

struct Forked {
  pid_t pid;
  int output;  // the reading end of its standard output
};

absl::StatusOr<Forked> Fork(const std::vector<std::string>& command, const std::string& log) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) return absl::ErrnoToStatus(errno, "fork");
  if (pid == 0) Become(std::move(arguments), pipe_ends[1], log);
  close(pipe_ends[1]);
  return Forked{pid, pipe_ends[0]};
}

std::string ReadToEnd(int file) {
  std::string all;
  char buffer[4'096];
  for (;;) {
    const ssize_t got = read(file, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return all;
    all.append(buffer, static_cast<size_t>(got));
  }
}

double SecondsIn(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Child>> Child::Start(const std::vector<std::string>& command,
                                                    const std::string& log) {
  const auto start = std::chrono::steady_clock::now();
  const auto forked = Fork(command, log);
  if (!forked.ok()) return forked.status();
  auto child = std::unique_ptr<Child>(new Child(forked->pid, forked->output, log));
  auto address = child->AwaitValue("listen=");
  if (!address.ok()) {
    return absl::UnavailableError(
        absl::StrCat(command[0], " did not start: ", address.status().message()));
  }
  child->address_ = *std::move(address);
  child->start_seconds_ =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return child;
}

absl::StatusOr<std::string> Child::AwaitValue(std::string_view name) {
  char buffer[512];
  for (;;) {
    const size_t at = seen_.find(name);
    const size_t end = at == std::string::npos ? at : seen_.find_first_of(" \n", at);
    if (end != std::string::npos) {
      std::string value = seen_.substr(at + name.size(), end - at - name.size());
      seen_.erase(0, end);
      return value;
    }
    const ssize_t got = read(output_, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return absl::UnavailableError(EndOf(log_));
    seen_.append(buffer, static_cast<size_t>(got));
  }
}

Child::~Child() {
  Stop();
  close(output_);
}

int Child::End(int signal) {
  if (pid_ <= 0) return 0;
  kill(pid_, signal);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return status;
}

bool Child::Stop() {
  const int status = End(SIGTERM);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void Child::Kill() { End(SIGKILL); }

double Child::CpuSeconds() const {
  // As in /proc/<pid>/stat, but to the nanosecond instead of the hundredth.
  clockid_t clock;
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

uint64_t Child::ResidentBytes() const {
  std::ifstream file(absl::StrCat("/proc/", pid_, "/status"));
  for (std::string word; file >> word;) {
    uint64_t kilobytes = 0;
    if (word == "VmRSS:" && file >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

absl::StatusOr<Ended> RunToEnd(const std::vector<std::string>& command, const std::string& log) {
  const auto start = std::chrono::steady_clock::now();
  const auto forked = Fork(command, log);
  if (!forked.ok()) return forked.status();
  Ended ended{.output = ReadToEnd(forked->output)};
  close(forked->output);
  int status = 0;
  rusage used{};
  while (wait4(forked->pid, &status, 0, &used) < 0 && errno == EINTR) {
  }
  ended.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ended.cpu_seconds = SecondsIn(used.ru_utime) + SecondsIn(used.ru_stime);
  if (!WIFEXITED(status) || WEXITSTATUS(status) == kCouldNotStart) {
    return absl::UnavailableError(absl::StrCat(command[0], " did not run: ", EndOf(log)));
  }
  ended.exit_code = WEXITSTATUS(status);
  return ended;
}

}  // namespace billing::bench
