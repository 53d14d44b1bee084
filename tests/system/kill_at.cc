// Preloaded into a server by tests: ends the process, as kill -9 does, at one system call.
//
//   BILLING_KILL_AT="rename after /views.live;unlink before /views/"
//
// Steps are parted by `;`. Each is a call (mkdir, open, link, rename, unlink), `before` or
// `after` it, and where its path ends, the new one of two; a text that ends with `/` is one that
// the path has in it. The process ends at the last step, once each of those before it was
// reached in its turn. Calls that pass by other names of the C library are not seen.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <mutex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Step {
  std::string call;
  std::string when;
  std::string path;
};

std::vector<Step> StepsAsked() {
  std::vector<Step> steps;
  const char* asked = std::getenv("BILLING_KILL_AT");
  std::istringstream text(asked == nullptr ? "" : asked);
  for (std::string part; std::getline(text, part, ';');) {
    std::istringstream words(part);
    Step step;
    words >> step.call >> step.when >> step.path;
    steps.push_back(step);
  }
  return steps;
}

bool Fits(std::string_view path, std::string_view text) {
  return text.ends_with('/') ? path.find(text) != std::string_view::npos : path.ends_with(text);
}

void Pass(std::string_view call, std::string_view when, std::string_view path) {
  static const std::vector<Step> steps = StepsAsked();
  static std::mutex mutex;
  static size_t reached = 0;
  const std::lock_guard lock(mutex);
  if (reached == steps.size()) return;
  const Step& next = steps[reached];
  if (next.call != call || next.when != when || !Fits(path, next.path)) return;
  if (++reached == steps.size()) kill(getpid(), SIGKILL);
}

template <class Call>
int Around(std::string_view call, std::string_view path, Call passed_on) {
  Pass(call, "before", path);
  const int result = passed_on();
  const int error = errno;
  Pass(call, "after", path);
  errno = error;
  return result;
}

template <class Function>
Function* TheReal(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

int Open(const char* name, const char* path, int flags, mode_t mode) {
  return Around("open", path,
                [&] { return TheReal<int(const char*, int, ...)>(name)(path, flags, mode); });
}

// The mode of an open that has one.
mode_t ModeIn(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

int mkdir(const char* path, mode_t mode) {
  return Around("mkdir", path,
                [&] { return TheReal<int(const char*, mode_t)>("mkdir")(path, mode); });
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeIn(flags, arguments);
  va_end(arguments);
  return Open("open", path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeIn(flags, arguments);
  va_end(arguments);
  return Open("open64", path, flags, mode);
}

int link(const char* from, const char* to) {
  return Around("link", to,
                [&] { return TheReal<int(const char*, const char*)>("link")(from, to); });
}

int rename(const char* from, const char* to) {
  return Around("rename", to,
                [&] { return TheReal<int(const char*, const char*)>("rename")(from, to); });
}

int unlink(const char* path) {
  return Around("unlink", path, [&] { return TheReal<int(const char*)>("unlink")(path); });
}

}  // extern "C"
