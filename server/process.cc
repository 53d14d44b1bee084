#include "server/process.h"

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include <csignal>

namespace billing::server {
namespace {

constexpr mode_t kOthersMask = 077;

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
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return Descriptor(signalfd(-1, &signals, SFD_CLOEXEC));
}

void CloseNewFilesToOthers() { umask(kOthersMask); }

}  // namespace billing::server
