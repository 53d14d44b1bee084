// S15: the whole state of an account with a long history, as it was at several positions. Two
// accounts: one whose events left few things, so that reading them is what it takes; and one
// whose events are charges and payments, so that there is much to send, too. Between any two
// records of theirs lie those of others.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

#include "absl/strings/str_cat.h"
#include "billing/v1/history_service.grpc.pb.h"
#include "tools/bench/now.h"
#include "tools/bench/verbs.h"

namespace billing::bench {
namespace {

using billing::v1::GetAccountStateRequest;
using billing::v1::GetAccountStateResponse;
using billing::v1::HistoryService;

// What the figure is about.
constexpr size_t kFullEvents = 100'000;
// An account's opening, its two cards and its subscription.
constexpr size_t kFirstEvents = 4;
constexpr const char* kCards[] = {"left", "right"};
constexpr char kSubscription[] = "sub";
// Of the events that the account had by then; the last is now.
constexpr std::array kQuarters = {1, 2, 3, 4};

struct Account {
  std::string id;
  // In milliseconds, run by run, for each quarter.
  std::array<std::vector<double>, kQuarters.size()> times_ms;
  // That it has in the end; its first events made one each.
  size_t parts = 0;
};

class PastStates {
 public:
  explicit PastStates(Bench& bench)
      : bench_(bench),
        options_(bench.options()),
        commands_(options_.account_events - kFirstEvents) {}

  absl::Status Measure() {
    auto billingd = bench_.StartBillingd("long-history");
    if (!billingd.ok()) return billingd.status();
    billingd_ = *std::move(billingd);
    stub_ = HistoryService::NewStub(billingd_.client->channels().front());
    absl::Status status = Make();
    for (size_t run = 0; status.ok() && run < options_.runs; ++run) {
      bench_.Say(absl::StrCat("past states: run ", run + 1, " of ", options_.runs));
      status = InTurns(
          run, [&] { return Ask(moves_); }, [&] { return Ask(charges_); });
    }
    if (!status.ok()) return status;
    Tell("S15a", moves_);
    Tell("S15b", charges_);
    return absl::OkStatus();
  }

 private:
  absl::Status Make() {
    const auto others = bench_.OpenAccounts(billingd_, AccountsFor(commands_));
    if (!others.ok()) return others.status();
    absl::Status status = Begin(moves_);
    if (status.ok()) status = Begin(charges_);
    if (!status.ok()) return status;
    const auto begun = StateOf(charges_, 0);
    if (!begun.ok()) return begun.status();
    first_position_ = begun->position;
    // Three streams, each with one part: the log takes from them in turn.
    Traffic traffic = StreamCards(bench_.names(), *others, commands_);
    traffic.headers = AsBiller();
    for (size_t i = 0; i < commands_; ++i) AppendToStream(traffic, Move(i));
    for (size_t i = 0; i < commands_; ++i) AppendToStream(traffic, ChargeOrPayment(i));
    bench_.Say("past states: making the accounts");
    status = bench_.SaturateStreams(billingd_, traffic, {.streams = 3, .window = 1'000}).status();
    if (!status.ok()) return status;
    // Warms up, and tells the head.
    const auto warm = StateOf(charges_, 0);
    if (!warm.ok()) return warm.status();
    last_position_ = warm->position;
    moves_.parts = kFirstEvents;
    charges_.parts = kFirstEvents + (commands_ + 1) / 2;
    return absl::OkStatus();
  }

  absl::Status Begin(Account& account) {
    const auto opened = bench_.OpenAccounts(billingd_, 1);
    if (!opened.ok()) return opened.status();
    account.id = opened->front();
    Traffic traffic{.method = kExecuteCommands, .headers = AsAdministrator(), .requests = {}};
    billing::v1::Command command;
    for (const char* card : kCards) {
      *command.mutable_add_card() = AddCard(account.id, card, "");
      AppendToStream(traffic, command);
    }
    *command.mutable_create_subscription() = Subscribe(account.id, kSubscription, kCards[0]);
    AppendToStream(traffic, command);
    return bench_.SaturateStreams(billingd_, traffic, {.streams = 1, .window = 1}).status();
  }

  billing::v1::Command Move(size_t i) const {
    billing::v1::Command command;
    *command.mutable_set_active() = SetActive(moves_.id, kSubscription, kCards[(i + 1) % 2]);
    return command;
  }

  billing::v1::Command ChargeOrPayment(size_t i) const {
    billing::v1::Command command;
    const std::string charge = absl::StrCat("charge", i / 2);
    if (i % 2 == 0) {
      *command.mutable_record_charge() = RecordCharge(charges_.id, charge, kSubscription);
    } else {
      *command.mutable_record_payment() =
          RecordPayment(charges_.id, charge, billing::v1::PAYMENT_OUTCOME_SUCCEEDED, charge);
    }
    return command;
  }

  struct State {
    uint64_t position = 0;
    size_t parts = 0;
    double ms = 0;  // to the last part
  };

  // 0: now.
  absl::StatusOr<State> StateOf(const Account& account, uint64_t position) {
    grpc::ClientContext context;
    for (const auto& [key, value] : AsBiller()) context.AddMetadata(key, value);
    GetAccountStateRequest request;
    request.set_name(AccountName(account.id));
    if (position > 0) request.set_at_position(position);
    State state;
    const int64_t start_ns = NowNs();
    const auto reader = stub_->GetAccountState(&context, request);
    for (GetAccountStateResponse part; reader->Read(&part); ++state.parts) {
      state.position = part.position();
    }
    const grpc::Status status = reader->Finish();
    state.ms = static_cast<double>(NowNs() - start_ns) * 1e-6;
    if (status.ok()) return state;
    return absl::InternalError(absl::StrCat("GetAccountState: ", status.error_message()));
  }

  absl::Status Ask(Account& account) {
    const uint64_t span = last_position_ - first_position_;
    for (size_t i = 0; i < kQuarters.size(); ++i) {
      const uint64_t position = first_position_ + span * kQuarters[i] / kQuarters.back();
      const auto state = StateOf(account, position);
      if (!state.ok()) return state.status();
      account.times_ms[i].push_back(state->ms);
      if (position == last_position_ && state->parts != account.parts) {
        return absl::InternalError(
            absl::StrCat("of ", account.parts, " parts of an account, ", state->parts, " came"));
      }
    }
    return absl::OkStatus();
  }

  void Tell(const char* id, const Account& account) {
    Figure figure{.id = id, .runs = {}, .parts = {}, .note = "the slowest of four positions"};
    if (options_.account_events < kFullEvents) figure.note += "; not at full size";
    for (size_t run = 0; run < options_.runs; ++run) {
      double slowest_ms = 0;
      for (const auto& times_ms : account.times_ms) {
        slowest_ms = std::max(slowest_ms, times_ms[run]);
      }
      figure.runs.push_back(slowest_ms * 1e-3);
    }
    for (size_t i = 0; i < kQuarters.size(); ++i) {
      figure.parts.emplace_back(absl::StrCat("at_quarter_", kQuarters[i], "_ms"),
                                MedianOf(account.times_ms[i]));
    }
    figure.parts.emplace_back("events", static_cast<double>(options_.account_events));
    figure.parts.emplace_back("parts", static_cast<double>(account.parts));
    bench_.Tell(figure);
  }

  Bench& bench_;
  const Options& options_;
  const size_t commands_;  // after an account's first events
  Server billingd_;
  std::unique_ptr<HistoryService::Stub> stub_;
  Account moves_;
  Account charges_;
  uint64_t first_position_ = 0;
  uint64_t last_position_ = 0;
};

}  // namespace

absl::Status MeasureStates(Bench& bench) { return PastStates(bench).Measure(); }

}  // namespace billing::bench
