// The plain HTTP side: `GET /healthz` answers 200 `ok` while the server serves and 503
// otherwise; `GET /metrics` the metrics in Prometheus' text format. Other methods: 405.
#ifndef BILLING_SERVER_HTTP_SERVER_H_
#define BILLING_SERVER_HTTP_SERVER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/listen_socket.h"

namespace billing::server {

// What the pages show; asked on threads of the HTTP server.
struct HttpPages {
  std::function<bool()> healthy;
  // Prometheus' text format 0.0.4; nothing while there is nothing to tell: 503.
  std::function<std::optional<std::string>()> metrics;
};

class HttpServer {
 public:
  //   AlreadyExists    the address is in use
  //   InvalidArgument  it cannot be listened on; the message says why
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const ListenAddress& address,
                                                           HttpPages pages);
  // Stops serving.
  virtual ~HttpServer() = default;
  // With the real port.
  virtual const ListenAddress& address() const = 0;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_HTTP_SERVER_H_
