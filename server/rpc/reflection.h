// grpc.reflection.v1alpha: which services there are, and their files' descriptors, so that
// grpcurl and its kin need none. gRPC's own brings threads that wait for the same sockets as
// the loop's.
#ifndef BILLING_SERVER_RPC_REFLECTION_H_
#define BILLING_SERVER_RPC_REFLECTION_H_

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "server/rpc/call.h"

namespace billing::server {

// One answer. Files come with all that they import. NOT_FOUND in it: there is no such file,
// symbol, type or extension in this program. Thread-safe.
grpc::reflection::v1alpha::ServerReflectionResponse Reflect(
    const grpc::reflection::v1alpha::ServerReflectionRequest& request,
    const std::vector<std::string>& services);

// Thread-safe.
class Reflection {
 public:
  // The names that are listed.
  explicit Reflection(std::vector<std::string> services);
  // REQUIRES: no call is left.
  ~Reflection() = default;

  void AddTo(Methods& methods);
  // Ends the calls that are open, which else last as long as their callers like.
  void Stop();

 private:
  class InfoCall;

  const std::vector<std::string> services_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::set<InfoCall*> calls_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_RPC_REFLECTION_H_
