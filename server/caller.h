// Who is calling: the credential of a call, checked once, at the edge.
#ifndef BILLING_SERVER_CALLER_H_
#define BILLING_SERVER_CALLER_H_

#include <map>

#include "aggregates/kernel/context.h"
#include "grpcpp/support/string_ref.h"
#include "server/status.h"

namespace billing::server {

using CallMetadata = std::multimap<grpc::string_ref, grpc::string_ref>;

// Thread-safe; does not block.
class CredentialChecker {
 public:
  virtual ~CredentialChecker() = default;
  // CREDENTIAL_REQUIRED, CREDENTIAL_INVALID, DELEGATION_NOT_ALLOWED.
  virtual Answered<kernel::Caller> Check(const CallMetadata& metadata) const = 0;
};

// Believes the headers `x-principal`, `x-roles` (comma separated) and `x-on-behalf-of`:
// for development on loopback only (--insecure-dev).
class InsecureDevCredentials final : public CredentialChecker {
 public:
  Answered<kernel::Caller> Check(const CallMetadata& metadata) const override;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLER_H_
