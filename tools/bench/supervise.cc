#include "tools/bench/supervise.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "absl/strings/str_format.h"

namespace billing::bench {
namespace {

constexpr int kInterrupted = 130;

// The worker's exit code, once it has ended or was ended by a signal to us.
int AwaitWorker(pid_t worker, const sigset_t& signals) {
  bool interrupted = false;
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal != SIGCHLD) {
      interrupted = true;
      kill(worker, SIGKILL);
    }
    int status = 0;
    if (waitpid(worker, &status, WNOHANG) != worker) continue;
    if (interrupted) return kInterrupted;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
}

// Those that the worker left die with it; they are ours to wait for.
void AwaitOrphans() {
  while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
}

}  // namespace

int InFolderOfItsOwn(const std::string& parent,
                     const std::function<int(const std::string& folder)>& work) {
  std::string folder = parent + "/billing-bench-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    absl::FPrintF(stderr, "billing-bench: cannot make a folder in %s\n", parent);
    return 1;
  }
  sigset_t signals;
  sigset_t before;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, &before);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t worker = fork();
  if (worker == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_SETMASK, &before, nullptr);
    const int code = work(folder);
    std::fflush(stdout);
    _exit(code);
  }
  const int code = worker < 0 ? 1 : AwaitWorker(worker, signals);
  AwaitOrphans();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (std::filesystem::exists(folder)) {
    absl::FPrintF(stderr, "billing-bench: %s could not be removed\n", folder);
  }
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return code;
}

}  // namespace billing::bench
