#include "server/http_server.h"

#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

namespace billing::server {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// A connection has one until it is answered.
constexpr int kThreads = 16;
// Those that have a thread and those that wait for one. Each takes a descriptor, of which the
// process needs some for its files: what comes beyond is closed at once.
constexpr int kConnectionsMax = 64;
// Those that the system keeps until they are accepted. The library's own 5 are soon full.
constexpr int kBacklog = 128;
// Whoever asks for health or metrics sends all of it at once: a pause, also before the first byte,
// a whole request, and the taking of an answer.
constexpr std::chrono::seconds kPauseMax(1);
constexpr std::chrono::seconds kRequestMax(2);
constexpr std::chrono::seconds kAnswerMax(2);
// The library bounds a header line, but not how many there are.
constexpr size_t kRequestBytesMax = 16 * 1'024;
constexpr size_t kReadBytes = 4'096;
// Nothing that is served takes a body.
constexpr size_t kBodyBytesMax = 1'024;
constexpr std::chrono::milliseconds kStartPoll(1);
constexpr char kHealthzPath[] = "/healthz";
constexpr char kMetricsPath[] = "/metrics";
constexpr char kMetricsType[] = "text/plain; version=0.0.4; charset=utf-8";

// The library's own default also sets SO_REUSEPORT, with which two servers would share
// a port without a word.
void ReuseAddressOnly(socket_t socket) {
  const int on = 1;
  (void)setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

// The library answers 404 to other methods. Source: RFC 9110, 15.5.6.
httplib::Server::HandlerResponse OnlyReads(const httplib::Request& request,
                                           httplib::Response& response) {
  const bool is_page = request.path == kHealthzPath || request.path == kMetricsPath;
  if (!is_page || request.method == "GET" || request.method == "HEAD") {
    return httplib::Server::HandlerResponse::Unhandled;
  }
  response.status = 405;
  response.set_header("Allow", "GET, HEAD");
  return httplib::Server::HandlerResponse::Handled;
}

// A connection that is neither waited for longer nor read further than a request may take. The
// library bounds only each wait for a piece of it.
class BoundedStream final : public httplib::Stream {
 public:
  explicit BoundedStream(int socket) : socket_(socket) {}

  bool is_readable() const override {
    return next_ < end_ || Await(POLLIN, std::min(request_end_, Now() + kPauseMax));
  }
  bool is_writable() const override {
    return Await(POLLOUT, answer_end_.value_or(Now() + kAnswerMax));
  }

  // 0: the client sends no more. Below 0: it failed, or the bounds are reached.
  ssize_t read(char* to, size_t size) override {
    if (next_ == end_) {
      const ssize_t received = Receive();
      if (received <= 0) return received;
    }
    const size_t count = std::min(size, end_ - next_);
    std::memcpy(to, buffer_.data() + next_, count);
    next_ += count;
    return static_cast<ssize_t>(count);
  }

  // All of it, or below 0.
  ssize_t write(const char* from, size_t size) override {
    if (!answer_end_) answer_end_ = Now() + kAnswerMax;
    for (size_t sent = 0; sent < size;) {
      if (!Await(POLLOUT, *answer_end_)) return -1;
      const ssize_t count = send(socket_, from + sent, size - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (count < 0 && !MayTryAgain()) return -1;
      if (count > 0) sent += static_cast<size_t>(count);
    }
    return static_cast<ssize_t>(size);
  }

  // No page asks who asks for it.
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  socket_t socket() const override { return socket_; }

 private:
  static SteadyTime Now() { return std::chrono::steady_clock::now(); }
  static bool MayTryAgain() { return errno == EAGAIN || errno == EINTR; }

  bool Await(short event, SteadyTime end) const {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Now());
      if (left.count() <= 0) return false;
      pollfd awaited{.fd = socket_, .events = event, .revents = 0};
      const int ready = poll(&awaited, 1, static_cast<int>(left.count()));
      if (ready >= 0 || errno != EINTR) return ready > 0;
    }
  }

  ssize_t Receive() {
    const size_t room = std::min(buffer_.size(), kRequestBytesMax - received_);
    if (room == 0) return -1;
    for (;;) {
      if (!is_readable()) return -1;
      const ssize_t count = recv(socket_, buffer_.data(), room, MSG_DONTWAIT);
      if (count < 0 && MayTryAgain()) continue;
      next_ = 0;
      end_ = static_cast<size_t>(std::max<ssize_t>(count, 0));
      received_ += end_;
      return count;
    }
  }

  const int socket_;
  const SteadyTime request_end_ = Now() + kRequestMax;
  // From its first byte on.
  std::optional<SteadyTime> answer_end_;
  std::array<char, kReadBytes> buffer_;
  size_t next_ = 0;
  size_t end_ = 0;
  size_t received_ = 0;
};

// Set while the accepting thread runs the task of a connection that there is no place for.
thread_local bool is_turned_away = false;

// The library's threads, and a bound on the connections that they and their queue hold. A task
// must be run, for only it closes its connection.
class BoundedTasks final : public httplib::TaskQueue {
 public:
  void enqueue(std::function<void()> task) override {
    if (open_ >= kConnectionsMax) {
      is_turned_away = true;
      task();
      is_turned_away = false;
      return;
    }
    ++open_;
    threads_.enqueue([this, task = std::move(task)] {
      task();
      --open_;
    });
  }
  void shutdown() override { threads_.shutdown(); }

 private:
  // Goes up on the accepting thread alone.
  std::atomic<int> open_ = 0;
  httplib::ThreadPool threads_{kThreads};
};

// The library's server with bounds on what a client may take of it.
class BoundedServer final : public httplib::Server {
 public:
  // Once it is bound. The library has its own backlog compiled in.
  void WidenBacklog() { (void)::listen(svr_sock_, kBacklog); }

 private:
  bool process_and_close_socket(socket_t socket) override {
    const Descriptor closed_at_end(socket);
    // Connections that still wait when the server stops are not answered.
    if (is_turned_away || svr_sock_ == INVALID_SOCKET) return false;
    BoundedStream stream(socket);
    bool closed_by_client = false;
    // One request for each connection: the next one waits for its thread.
    const bool answered =
        process_request(stream, /*close_connection=*/true, closed_by_client, nullptr);
    (void)shutdown(socket, SHUT_RDWR);
    return answered;
  }
};

class HttplibServer final : public HttpServer {
 public:
  HttplibServer(ListenAddress address, HttpPages pages)
      : address_(std::move(address)), pages_(std::move(pages)) {
    server_.new_task_queue = [] { return new BoundedTasks; };
    server_.set_socket_options(ReuseAddressOnly);
    server_.set_payload_max_length(kBodyBytesMax);
    server_.set_pre_routing_handler(OnlyReads);
    server_.Get(kHealthzPath, [this](const httplib::Request&, httplib::Response& response) {
      const bool ok = pages_.healthy();
      response.status = ok ? 200 : 503;
      response.set_content(ok ? "ok\n" : "not serving\n", "text/plain");
    });
    server_.Get(kMetricsPath, [this](const httplib::Request&, httplib::Response& response) {
      const auto text = pages_.metrics();
      response.status = text ? 200 : 503;
      response.set_content(text.value_or("not serving\n"), text ? kMetricsType : "text/plain");
    });
  }

  ~HttplibServer() override {
    if (!thread_.joinable()) return;
    // stop() before the loop runs would be missed.
    while (!server_.is_running() && !ended_) std::this_thread::sleep_for(kStartPoll);
    server_.stop();
    thread_.join();
  }

  absl::Status Start() {
    const std::string host = address_.numeric_host();
    if (address_.port == 0) {
      const int port = server_.bind_to_any_port(host);
      if (port <= 0) return Failure();
      address_.port = static_cast<uint16_t>(port);
    } else if (!server_.bind_to_port(host, address_.port)) {
      return Failure();
    }
    server_.WidenBacklog();
    thread_ = std::thread([this] {
      server_.listen_after_bind();
      ended_ = true;
    });
    return absl::OkStatus();
  }

  const ListenAddress& address() const override { return address_; }

 private:
  // The library says only that it failed: why is still in errno.
  absl::Status Failure() const {
    const int error = errno;
    const std::string message =
        absl::StrCat("cannot listen on ", address_.text(), " for HTTP: ", std::strerror(error));
    if (error == EADDRINUSE) return absl::AlreadyExistsError(message);
    return absl::InvalidArgumentError(message);
  }

  ListenAddress address_;
  const HttpPages pages_;
  BoundedServer server_;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const ListenAddress& address,
                                                              HttpPages pages) {
  auto server = std::make_unique<HttplibServer>(address, std::move(pages));
  const absl::Status started = server->Start();
  if (!started.ok()) return started;
  return server;
}

}  // namespace billing::server
