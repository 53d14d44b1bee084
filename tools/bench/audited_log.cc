#include "tools/bench/audited_log.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace billing::bench {
namespace {

using billing::v1::Command;

constexpr size_t kThings = 5;
// Filled in pieces, so that the requests fit in memory.
constexpr size_t kPieceAccounts = 2'000;

std::string CardId(size_t number) { return absl::StrCat("card", number); }
std::string SubscriptionId(size_t number) { return absl::StrCat("sub", number); }

// Five cards, each paying for a subscription: 10 events.
void AppendThings(Names& names, const std::string& account, Traffic& traffic) {
  Command command;
  for (size_t i = 0; i < kThings; ++i) {
    *command.mutable_add_card() = AddCard(account, CardId(i), names.NewRequestId());
    AppendToStream(traffic, command);
    *command.mutable_create_subscription() = Subscribe(account, SubscriptionId(i), CardId(i));
    command.mutable_create_subscription()->set_request_id(names.NewRequestId());
    AppendToStream(traffic, command);
  }
}

// Three pay by another card, then one card is of no use any more, and one subscription: 5 events.
void AppendChanges(Names& names, const std::string& account, Traffic& traffic) {
  Command command;
  const std::pair<size_t, size_t> moves[] = {{0, 1}, {2, 3}, {4, 1}};
  for (const auto& [subscription, card] : moves) {
    *command.mutable_set_active() = SetActive(account, SubscriptionId(subscription), CardId(card));
    command.mutable_set_active()->set_request_id(names.NewRequestId());
    AppendToStream(traffic, command);
  }
  *command.mutable_remove_card() = RemoveCard(account, CardId(0));
  command.mutable_remove_card()->set_request_id(names.NewRequestId());
  AppendToStream(traffic, command);
  command.mutable_cancel_subscription()->set_name(SubscriptionName(account, SubscriptionId(2)));
  AppendToStream(traffic, command);
}

// A charge that is declined, then paid: 5 events.
void AppendPayments(const std::string& account, Traffic& traffic) {
  using enum billing::v1::PaymentOutcome;
  Command command;
  *command.mutable_record_charge() = RecordCharge(account, "charge", SubscriptionId(0));
  AppendToStream(traffic, command);
  *command.mutable_record_payment() =
      RecordPayment(account, "charge", PAYMENT_OUTCOME_DECLINED, "first");
  AppendToStream(traffic, command);
  *command.mutable_record_payment() =
      RecordPayment(account, "charge", PAYMENT_OUTCOME_SUCCEEDED, "second");
  AppendToStream(traffic, command);
}

// Cards in use cannot be removed: 3 events.
void AppendRefused(Names& names, const std::string& account, Traffic& traffic) {
  Command command;
  for (const size_t card : {size_t{1}, size_t{1}, size_t{3}}) {
    *command.mutable_remove_card() = RemoveCard(account, CardId(card));
    command.mutable_remove_card()->set_request_id(names.NewRequestId());
    AppendToStream(traffic, command);
  }
}

}  // namespace

void AppendLife(Names& names, const std::string& account, Traffic& accepted, Traffic& refused) {
  AppendThings(names, account, accepted);
  AppendChanges(names, account, accepted);
  AppendPayments(account, accepted);
  AppendRefused(names, account, refused);
}

absl::Status WriteAuditedLog(Bench& bench, Server& server, size_t events) {
  const size_t count = (events + kEventsPerAccount - 1) / kEventsPerAccount;
  for (size_t made = 0; made < count;) {
    const auto accounts = bench.OpenAccounts(server, std::min(kPieceAccounts, count - made));
    if (!accounts.ok()) return accounts.status();
    Traffic accepted{.method = kExecuteCommands, .headers = AsBiller(), .requests = {}};
    Traffic refused{.method = kExecuteCommands,
                    .headers = AsBiller(),
                    .requests = {},
                    .expected = grpc::StatusCode::FAILED_PRECONDITION};
    for (const std::string& account : *accounts) {
      AppendLife(bench.names(), account, accepted, refused);
    }
    StreamShape shape = bench.options().streams;
    shape.together = accepted.requests.size() / accounts->size();
    absl::Status status = bench.SaturateStreams(server, accepted, shape).status();
    if (status.ok()) status = bench.SaturateStreams(server, refused, shape).status();
    if (!status.ok()) return status;
    made += accounts->size();
    bench.Say(absl::StrCat("log: ", made * kEventsPerAccount, " of ", events, " events"));
  }
  return absl::OkStatus();
}

}  // namespace billing::bench
