// The plain HTTP side: `GET /healthz` answers 200 `ok` while the server serves and 503
// otherwise.
#ifndef BILLING_SERVER_HTTP_SERVER_H_
#define BILLING_SERVER_HTTP_SERVER_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "server/listen_socket.h"

namespace billing::server {

class HttpServer {
 public:
  // `healthy` is asked on threads of the HTTP server.
  //   AlreadyExists  the address cannot be listened on; mostly it is in use
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const ListenAddress& address,
                                                           std::function<bool()> healthy);
  // Stops serving.
  virtual ~HttpServer() = default;
  // With the real port.
  virtual const ListenAddress& address() const = 0;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_HTTP_SERVER_H_
