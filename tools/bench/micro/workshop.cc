#include "tools/bench/micro/workshop.h"

#include <stdlib.h>

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "aggregates/judge/judge.h"
#include "billing/v1/command.pb.h"
#include "projections/state/state_reader.h"

namespace billing::bench {
namespace {

constexpr char kFreshId[] = "0190b6f0-0000-7000-8000-000000000000";
// 2026-01-15T12:00:00Z.
constexpr kernel::Instant kNow{1'768'478'400'000'000};

[[noreturn]] void Give(const std::string& why) {
  std::fprintf(stderr, "billing-microbench: %s\n", why.c_str());
  std::exit(1);
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) Give(result.status().ToString());
  return *std::move(result);
}

request::Request Parsed(const billing::v1::Command& command) {
  auto parsed = request::Parse(command, kFreshId, kNow);
  if (!std::holds_alternative<request::Request>(parsed)) Give("a request is malformed");
  return std::get<request::Request>(std::move(parsed));
}

kernel::Context ContextOf(const char* principal, bool is_operator) {
  kernel::Context context{.caller = {*kernel::Principal::Parse(principal)}, .now = kNow};
  if (is_operator) context.caller.roles.Add(kernel::PlatformRole::kOperator);
  return context;
}

billing::v1::Command OpenAccount(const std::string& id) {
  billing::v1::Command command;
  auto& request = *command.mutable_create_billing_account();
  request.set_billing_account_id(id);
  auto& account = *request.mutable_billing_account();
  account.set_agreement(billing::v1::AGREEMENT_PAY_AS_YOU_GO);
  account.set_administrator("users/alice");
  account.set_country("NL");
  account.set_currency("EUR");
  return command;
}

billing::v1::Command AddCard(const std::string& account, const std::string& id,
                             const std::string& request_id) {
  billing::v1::Command command;
  auto& request = *command.mutable_add_card();
  request.set_parent("billingAccounts/" + account);
  request.set_card_id(id);
  request.set_request_id(request_id);
  auto& card = *request.mutable_card();
  card.set_token("tok_bench_" + account + "_" + id);
  card.set_brand(billing::v1::BRAND_VISA);
  card.set_funding(billing::v1::FUNDING_CREDIT);
  card.set_last_four("1111");
  card.mutable_expiry()->set_year(2040);
  card.mutable_expiry()->set_month(12);
  card.set_holder_name("Alice Example");
  card.set_country("NL");
  return command;
}

constexpr char kAcme[] = "acme";
constexpr char kRequestId[] = "0190b6f0-0000-7000-8000-000000000001";

}  // namespace

request::Request AddCardTo(const std::string& account, const std::string& card,
                           const std::string& request_id) {
  return Parsed(AddCard(account, card, request_id));
}

request::Request Opening(const std::string& account) { return Parsed(OpenAccount(account)); }

kernel::Context AsAlice() { return ContextOf("users/alice", false); }

kernel::Context AsOperator() { return ContextOf("services/bench", true); }

TemporaryFolder::TemporaryFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "billing-microbench-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) Give("cannot make a folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(path_); }

Workshop::Workshop(int cards)
    : vault_(Must(eventstore::Vault::Open({.directory = folder_.path(), .log_id = kLogId}))),
      follower_(kLogId),
      recorder_(vault_.get()),
      context_(AsAlice()) {
  Keep(Opening(kAcme), AsOperator());
  while (cards-- > 0) {
    Keep(AddCardTo(kAcme, "card" + std::to_string(cards), kRequestId), context_);
  }
}

request::Request Workshop::NewCard() const { return AddCardTo(kAcme, "new-card", kRequestId); }

void Workshop::Keep(const request::Request& request, const kernel::Context& context) {
  kernel::Decision decision =
      judge::Judge(request.command, context, projections::StateReader(rows_));
  if (!std::holds_alternative<kernel::Facts>(decision)) Give("a command was refused");
  Must(recorder_.Record({request, context, ""}, std::move(decision), follower_, rows_));
}

server::RecordedCommand Workshop::Record(const request::Request& request) {
  projections::Overlay overlay(rows_);
  projections::Follower follower = follower_;
  kernel::Decision decision =
      judge::Judge(request.command, context_, projections::StateReader(overlay));
  return Must(recorder_.Record({request, context_, ""}, std::move(decision), follower, overlay));
}

}  // namespace billing::bench
