#include "server/http_server.h"

#include <httplib.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

namespace billing::server {
namespace {

// A connection has one until it is answered, so that as many slow clients keep all others out. The
// library bounds how long it waits for each piece of a request and how long a line is, but not the
// lines, nor the time that a whole request may take: who sends two bytes a second keeps a thread
// for as long as they like. The end of the process does not wait for it.
constexpr int kThreads = 16;
// Also for the first byte. Whoever asks for health or metrics sends all of it at once.
constexpr time_t kTimeoutSeconds = 1;
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

class HttplibServer final : public HttpServer {
 public:
  HttplibServer(ListenAddress address, HttpPages pages)
      : address_(std::move(address)), pages_(std::move(pages)) {
    server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server_.set_socket_options(ReuseAddressOnly);
    server_.set_read_timeout(kTimeoutSeconds);
    server_.set_write_timeout(kTimeoutSeconds);
    // A connection takes one of the few threads for as long as it is open: none is kept for a next
    // request, and for each part of its request it is waited for so long at most.
    server_.set_keep_alive_max_count(1);
    server_.set_keep_alive_timeout(kTimeoutSeconds);
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
  httplib::Server server_;
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
