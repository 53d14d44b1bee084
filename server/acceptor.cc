#include "server/acceptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace billing::server {
namespace {

constexpr int kEventsPerWait = 64;
// Accepted before the loop looks at connections that ended.
constexpr int kAcceptsPerWait = 64;
// After a failure to accept that is not about one connection.
constexpr std::chrono::milliseconds kPause(10);
constexpr size_t kConnectionsMax = 512;
// Of a process's descriptors, the part that connections may take.
constexpr uint64_t kSharePercent = 60;
constexpr uint64_t kDescriptorsPerConnection = 2;

Descriptor NewReserve() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

absl::Status SystemFailure(const char* what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

}  // namespace

size_t ConnectionsFor(uint64_t descriptors_max) {
  const uint64_t share =
      descriptors_max / 100 * kSharePercent + descriptors_max % 100 * kSharePercent / 100;
  return std::clamp<uint64_t>(share / kDescriptorsPerConnection, 1, kConnectionsMax);
}

absl::StatusOr<std::unique_ptr<Acceptor>> Acceptor::Start(ListenSocket socket, Options options,
                                                          Logger& logger) {
  std::unique_ptr<Acceptor> acceptor(new Acceptor(std::move(socket), std::move(options), logger));
  const absl::Status opened = acceptor->Open();
  if (!opened.ok()) return opened;
  acceptor->thread_ = std::thread([raw = acceptor.get()] { raw->Run(); });
  return acceptor;
}

Acceptor::Acceptor(ListenSocket socket, Options options, Logger& logger)
    : options_(std::move(options)), logger_(logger), listening_(std::move(socket.descriptor)) {}

Acceptor::~Acceptor() {
  if (thread_.joinable()) {
    const uint64_t one = 1;
    const ssize_t written = ::write(stop_.get(), &one, sizeof(one));
    assert(written == sizeof(one));  // an eventfd takes 2^64 - 2 of these
    (void)written;
    thread_.join();
  }
  for (const auto& [watched, connection] : watched_) {
    if (connection->is_silent()) connection->ShutDown();
  }
}

absl::Status Acceptor::Open() {
  reserve_ = NewReserve();
  epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
  stop_ = Descriptor(eventfd(0, EFD_CLOEXEC));
  if (!reserve_.is_open() || !epoll_.is_open() || !stop_.is_open()) {
    return SystemFailure("cannot prepare to accept connections");
  }
  const absl::Status stop = Watch(stop_.get(), EPOLLIN);
  return stop.ok() ? Watch(listening_.get(), EPOLLIN) : stop;
}

absl::Status Acceptor::Watch(int fd, uint32_t events) {
  epoll_event event{.events = events, .data = {.fd = fd}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return absl::OkStatus();
  return SystemFailure("cannot watch a descriptor");
}

void Acceptor::Run() {
  for (;;) {
    std::array<epoll_event, kEventsPerWait> events;
    const int count = epoll_wait(epoll_.get(), events.data(), kEventsPerWait, -1);
    bool connection_waits = false;
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<size_t>(i)].data.fd;
      if (fd == stop_.get()) return;
      if (fd == listening_.get()) {
        connection_waits = true;
      } else {
        Forget(fd);
      }
    }
    if (connection_waits) AcceptAll();
  }
}

void Acceptor::AcceptAll() {
  for (int i = 0; i < kAcceptsPerWait; ++i) {
    if (!AcceptOne()) return;
  }
}

// False when no more wait.
bool Acceptor::AcceptOne() {
  Descriptor connection(accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (connection.is_open()) {
    if (watched_.size() < options_.connections_max) {
      Take(std::move(connection));
    } else {
      Refused("connections_max");
    }
    return true;
  }
  switch (errno) {
    case EAGAIN:
      return false;
    case EMFILE:
    case ENFILE:
      Shed();
      return true;
    case EINTR:
    case ECONNABORTED:
      return true;
    default:
      // Out of memory, or a network that is going away.
      Refused(std::strerror(errno));
      std::this_thread::sleep_for(kPause);
      return false;
  }
}

void Acceptor::Take(Descriptor connection) {
  const int on = 1;
  // Only a delay is lost when it fails.
  (void)setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  Descriptor duplicate(fcntl(connection.get(), F_DUPFD_CLOEXEC, 0));
  // No events: an end of the whole connection is always reported.
  if (!duplicate.is_open() || !Watch(duplicate.get(), 0).ok()) return Refused("descriptors");
  const int watched = duplicate.get();
  const auto held = std::make_shared<Connection>(std::move(duplicate));
  watched_.emplace(watched, held);
  counts_->open = watched_.size();
  options_.take(std::move(connection), held);
}

// Accepts one connection with the reserve and closes it.
void Acceptor::Shed() {
  reserve_.Close();
  Descriptor(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC)).Close();
  reserve_ = NewReserve();
  Refused("descriptors");
  std::this_thread::sleep_for(kPause);
}

void Acceptor::Forget(int watched) {
  // Closing it is not enough: the kernel goes on reporting under this number, which soon
  // is another connection's, until gRPC has closed its own descriptor too.
  const int removed = epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, watched, nullptr);
  assert(removed == 0 && watched_.contains(watched));
  (void)removed;
  watched_.erase(watched);
  counts_->open = watched_.size();
}

// A flood must not fill the log: the first, then every doubling.
void Acceptor::Refused(const char* why) {
  const uint64_t refused = ++counts_->refused;
  if (!std::has_single_bit(refused)) return;
  LogLine line("connection_refused");
  line.Add("why", why).Add("refused_so_far", refused).Add("open", uint64_t{watched_.size()});
  logger_.Write(LogLevel::kWarning, line);
}

}  // namespace billing::server
