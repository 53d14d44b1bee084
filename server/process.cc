#include "server/process.h"

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include <csignal>

namespace billing::server {
namespace {

constexpr mode_t kOthersMask = 077;

bool IsIgnored(int signal) {
  struct sigaction inherited {};
  return sigaction(signal, nullptr, &inherited) == 0 && inherited.sa_handler == SIG_IGN;
}

}  // namespace

uint64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1'024;
  limit.rlim_cur = limit.rlim_max;
  // What was there before is enough to start with.
  (void)setrlimit(RLIMIT_NOFILE, &limit);
  (void)getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

Descriptor BlockSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  // Others open their log anew on these, or write statistics: who expects that of us must not end
  // the server.
  std::signal(SIGUSR1, SIG_IGN);
  std::signal(SIGUSR2, SIG_IGN);
  // A file that may not grow any more (`ulimit -f`) is a write that fails, like that of a full
  // disk.
  std::signal(SIGXFSZ, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  // nohup has it ignored; one that is blocked would come all the same.
  if (!IsIgnored(SIGHUP)) sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return Descriptor(signalfd(-1, &signals, SFD_CLOEXEC));
}

void CloseNewFilesToOthers() { umask(kOthersMask); }

}  // namespace billing::server
