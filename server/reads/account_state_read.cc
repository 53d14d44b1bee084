#include "server/reads/account_state_read.h"

#include <algorithm>
#include <utility>

#include "projections/account_state/account_at.h"
#include "projections/account_state/account_state.h"
#include "projections/history/history.h"
#include "projections/history/log_reader.h"

namespace billing::server {
namespace {

using billing::v1::GetAccountStateResponse;
using projections::AccountPart;
using projections::AccountState;

// Which account, behind which record, as of when, for whom.
struct Target {
  projections::AccountNumber number;
  View view;
  uint64_t position;
  kernel::Instant now;
};

// The position and the moment that the query asks about.
Answered<std::pair<uint64_t, kernel::Instant>> PlaceOf(const GetAccountStateQuery& query,
                                                       const ReadContext& context) {
  if (query.at_position) {
    if (*query.at_position > context.position) return PositionBeyondHead(context.position);
    const auto time = projections::CommitTimeAt(context.log, *query.at_position);
    if (!time.ok()) return StoreReadFailed(time.status());
    return std::pair(*query.at_position, kernel::Instant{*time});
  }
  if (query.at_time) {
    const auto next =
        projections::FirstCommittedSince(context.log, context.position, query.at_time->us + 1);
    if (!next.ok()) return StoreReadFailed(next.status());
    return std::pair(*next - 1, *query.at_time);
  }
  return std::pair(context.position, context.now);
}

Answered<Target> Find(const GetAccountStateQuery& query, const StreamSource& source) {
  const auto version = source.engine.Current();
  const ReadContext context = ContextOf(source.engine, source.presenter, *version, source.caller);
  auto opened = OpenAccount(context, query.account);
  // A row that could not be read looks like one that is not there.
  if (!version->status().ok()) return StoreReadFailed(version->status());
  if (auto* problem = std::get_if<Problem>(&opened)) return std::move(*problem);
  auto& owner = std::get<ReadableAccount>(opened);
  auto place = PlaceOf(query, context);
  if (auto* problem = std::get_if<Problem>(&place)) return std::move(*problem);
  const auto& [position, now] = std::get<0>(place);
  if (position < owner.number) return PositionBeforeAccount(owner.number);
  return Target{owner.number, std::move(owner.view), position, now};
}

// Parts as the caller may see them.
class Presented {
 public:
  Presented(const StreamSource& source, const Target& target) : source_(source), target_(target) {}

  absl::StatusOr<GetAccountStateResponse> Show(AccountPart part) const {
    GetAccountStateResponse& message = part.message;
    message.set_position(target_.position);
    if (message.has_card()) {
      auto card = source_.presenter.Card(message.card(), part.personal, target_.view);
      if (!card.ok()) return card.status();
      *message.mutable_card() = *std::move(card);
    } else if (message.has_charge()) {
      *message.mutable_charge() = source_.presenter.Charge(message.charge(), target_.view);
    } else if (message.has_transfer()) {
      if (absl::Status status = TellWhatItBecame(*message.mutable_transfer()); !status.ok()) {
        return status;
      }
      projections::ExpandNames(message, part.owner.value());
    } else {
      projections::ExpandNames(message, part.owner.value());
    }
    return std::move(message);
  }

 private:
  // A sent transfer that was accepted: what it became is the receiving account's, and shown to
  // whoever may read that one, else redacted. An end is final, so the newest row tells it.
  absl::Status TellWhatItBecame(billing::v1::Transfer& transfer) const {
    if (transfer.state() != billing::v1::TRANSFER_STATE_ACCEPTED ||
        !transfer.to_subscription().empty()) {
      return absl::OkStatus();
    }
    const auto version = source_.engine.Current();
    const projections::StateReader states(*version);
    const auto receiver =
        kernel::AccountId::FromStored(std::string(kernel::IdOf(transfer.to_billing_account())));
    if (!judge::SightOf(source_.caller, receiver, states).account) {
      HideWhatItBecame(transfer);
      return version->status();
    }
    const auto row =
        states.Received(receiver, target_.number,
                        kernel::TransferId::FromStored(std::string(kernel::IdOf(transfer.name()))));
    if (row && row->to_subscription) {
      transfer.set_to_subscription(
          kernel::FullName(receiver.value(), kernel::Relative(*row->to_subscription)));
    }
    return version->status();
  }

  const StreamSource& source_;
  const Target& target_;
};

// A timestamp in whole microseconds: commit times are whole ones, so that what was committed at
// or before the one was so at or before the other.
std::optional<kernel::Instant> InstantIn(const google::protobuf::Timestamp& timestamp,
                                         FieldChecks& checks) {
  if (!IsTimestamp(timestamp)) {
    checks.Add("at_time", kTimestampBounds);
    return std::nullopt;
  }
  return kernel::Instant{timestamp.seconds() * kernel::kMicrosecondsPerSecond +
                         timestamp.nanos() / 1'000};
}

}  // namespace

Parsed<GetAccountStateQuery> GetAccountStateQuery::Parse(
    const billing::v1::GetAccountStateRequest& request) {
  FieldChecks checks;
  GetAccountStateQuery query{.account = kernel::AccountId::FromStored("")};
  auto account = checks.Account("name", request.name());
  if (request.has_at_position()) {
    query.at_position = request.at_position();
    if (request.at_position() == 0) checks.Add("at_position", "must be at least 1");
  }
  if (request.has_at_time()) query.at_time = InstantIn(request.at_time(), checks);
  if (!checks.ok()) return checks.Take();
  query.account = *std::move(account);
  return query;
}

std::optional<Problem> GetAccountStateQuery::Answer(const StreamSource& source,
                                                    PartSink& sink) const {
  auto found = Find(*this, source);
  if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
  const Target& target = std::get<Target>(found);
  const auto state = projections::AccountAt(
      source.engine.log(), [&] { return source.engine.Current(); }, target.number, target.position,
      [&] { return sink.stopped(); });
  if (absl::IsCancelled(state.status())) return ReadCancelled(/*deadline_passed=*/false);
  if (!state.ok()) return StoreReadFailed(state.status());
  const Presented presented(source, target);
  projections::AccountParts parts(*state, target.now);
  for (;;) {
    auto part = parts.Next();
    if (!part.ok()) return StoreReadFailed(part.status());
    if (!*part) return std::nullopt;
    const auto shown = presented.Show(**std::move(part));
    if (!shown.ok()) return StoreReadFailed(shown.status());
    if (!sink.Send(*shown)) return ReadCancelled(/*deadline_passed=*/false);
  }
}

}  // namespace billing::server
