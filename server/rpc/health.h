// grpc.health.v1: whether each service, and the server as a whole (""), serves. gRPC's own
// brings threads that wait for the same sockets as the loop's.
#ifndef BILLING_SERVER_RPC_HEALTH_H_
#define BILLING_SERVER_RPC_HEALTH_H_

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "grpc/health/v1/health.pb.h"
#include "server/rpc/call.h"

namespace billing::server {

// Thread-safe.
class Health {
 public:
  // Of these it is told; all serve.
  explicit Health(std::vector<std::string> services);
  // REQUIRES: no call is left.
  ~Health() = default;

  // Check, which answers NOT_FOUND to other names, and Watch, which says SERVICE_UNKNOWN.
  void AddTo(Methods& methods);
  // Nothing serves any more: whoever watches is told, and then that the server stops.
  void Stop();

 private:
  using Status = grpc::health::v1::HealthCheckResponse::ServingStatus;
  class CheckCall;
  class WatchCall;

  Status StatusOf(const std::string& service) const;

  const std::set<std::string> services_;
  std::mutex mutex_;
  bool serving_ = true;
  std::set<WatchCall*> watches_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_RPC_HEALTH_H_
