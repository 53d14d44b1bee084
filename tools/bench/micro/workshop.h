// An account in memory, real keys on disk, and a command on it: what the benchmarks of
// single steps work on.
#ifndef BILLING_TOOLS_BENCH_MICRO_WORKSHOP_H_
#define BILLING_TOOLS_BENCH_MICRO_WORKSHOP_H_

#include <filesystem>
#include <memory>
#include <string>

#include "aggregates/kernel/context.h"
#include "aggregates/request/request.h"
#include "eventstore/vault/vault.h"
#include "projections/follow/follower.h"
#include "projections/keyvalue/key_value.h"
#include "server/engine/recorder.h"

namespace billing::bench {

// A folder in the system's temporary one, while this lives.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// AddCard of an account of users/alice, with holder name and request id.
request::Request AddCardTo(const std::string& account, const std::string& card,
                           const std::string& request_id);
// An account of users/alice.
request::Request Opening(const std::string& account);
// users/alice calls.
kernel::Context AsAlice();
// Whoever opens accounts calls.
kernel::Context AsOperator();

// Names the log that everything here belongs to.
inline constexpr char kLogId[] = "00000000000040008000000000000001";

// Ends the program on anything unexpected: there is nothing to measure then.
class Workshop {
 public:
  // One account of users/alice, with so many cards.
  explicit Workshop(int cards);

  // AddCard of a card that the account does not have, with holder name and request id.
  request::Request NewCard() const;
  const kernel::Context& context() const { return context_; }
  const projections::MapRows& rows() const { return rows_; }
  const eventstore::Vault& vault() const { return *vault_; }

  // Judges and records on top of the account, into an overlay that is thrown away.
  server::RecordedCommand Record(const request::Request& request);

 private:
  void Keep(const request::Request& request, const kernel::Context& context);

  TemporaryFolder folder_;
  std::unique_ptr<eventstore::Vault> vault_;
  projections::MapRows rows_;
  projections::Follower follower_;
  server::Recorder recorder_;
  kernel::Context context_;
};

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_MICRO_WORKSHOP_H_
