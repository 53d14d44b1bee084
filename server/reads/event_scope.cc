#include "server/reads/event_scope.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "projections/fold/fold.h"

namespace billing::server {
namespace {

using billing::v1::Event;

// More than there are. Each costs a look at all of them, on a thread that others wait for.
constexpr int kTypesMax = 100;

bool IsFactType(const std::string& name) {
  const auto* facts = Event::descriptor()->FindOneofByName("data");
  for (int i = 0; i < facts->field_count(); ++i) {
    if (facts->field(i)->message_type()->name() == name) return true;
  }
  return false;
}

}  // namespace

FactTypes TypesIn(const google::protobuf::RepeatedPtrField<std::string>& types,
                  FieldChecks& checks) {
  if (types.size() > kTypesMax) {
    checks.Add("types", absl::StrCat("must be at most ", kTypesMax));
    return {};
  }
  for (int i = 0; i < types.size(); ++i) {
    if (IsFactType(types[i])) continue;
    checks.Add(absl::StrCat("types[", i, "]"), "must be a fact's name, e.g. CardAdded");
  }
  return {types.begin(), types.end()};
}

bool IsAmong(const FactTypes& types, const storage::v1::Record& record) {
  return types.empty() || types.contains(projections::TypeOf(record.event()));
}

Answered<OpenedScope> OpenScope(const ReadContext& context, const EventScope& scope) {
  const auto& [parent, subject] = scope;
  if (!parent.account && !MayReadAllAccounts(context)) {
    return RefusedRead(kernel::Reason::kRoleRequired);
  }
  if (!parent.account && !subject) return OpenedScope{};
  auto opened = OpenAccount(context, parent.account ? *parent.account : subject->account);
  if (auto* problem = std::get_if<Problem>(&opened)) return std::move(*problem);
  OpenedScope walked{.account = std::get<ReadableAccount>(opened).number,
                     .subject = subject ? subject->Relative() : ""};
  // Of what belongs to another account only the transfers that it sent here concern this one.
  if (parent.account && subject && subject->account != *parent.account) {
    walked.empty = subject->collection != kernel::kTransfers;
    walked.subject = kernel::FullName(subject->account.value(), walked.subject);
  }
  if (!parent.account && subject->collection == kernel::kTransfers) {
    walked.full_subject = kernel::FullName(subject->account.value(), walked.subject);
    const auto transfer =
        context.states.Transfer(*walked.account, kernel::TransferId::FromStored(subject->id));
    if (transfer) walked.receiver = context.states.FindAccount(transfer->to_account);
  }
  return walked;
}

std::vector<uint64_t> PositionWalk::Next(const projections::StateReader& states) {
  if (bounds_.empty()) return {};
  std::vector<uint64_t> positions = scope_.account ? FromIndex(states) : FromLog();
  if (positions.empty()) return positions;
  (newest_first_ ? bounds_.until : bounds_.after) =
      newest_first_ ? positions.back() - 1 : positions.back();
  return positions;
}

std::vector<uint64_t> PositionWalk::FromIndex(const projections::StateReader& states) const {
  const auto positions_of = [&](projections::AccountNumber account, const std::string& subject) {
    using projections::Order;
    return states.PositionsOf(
        account, subject, {.after = bounds_.after, .before = bounds_.until + 1},
        newest_first_ ? Order::kDescending : Order::kAscending, kRecordsPerStep);
  };
  std::vector<uint64_t> positions = positions_of(*scope_.account, scope_.subject);
  if (!scope_.receiver) return positions;
  const std::vector<uint64_t> received = positions_of(*scope_.receiver, scope_.full_subject);
  const auto middle = positions.insert(positions.end(), received.begin(), received.end());
  std::inplace_merge(positions.begin(), middle, positions.end(),
                     [this](uint64_t a, uint64_t b) { return newest_first_ ? a > b : a < b; });
  if (positions.size() > kRecordsPerStep) positions.resize(kRecordsPerStep);
  return positions;
}

std::vector<uint64_t> PositionWalk::FromLog() const {
  const size_t count = std::min<uint64_t>(kRecordsPerStep, bounds_.until - bounds_.after);
  std::vector<uint64_t> positions(count);
  for (size_t i = 0; i < count; ++i) {
    positions[i] = newest_first_ ? bounds_.until - i : bounds_.after + 1 + i;
  }
  return positions;
}

judge::Sight CommandSight(AccountCache& accounts, const projections::LoadedRecord& loaded) {
  const auto& opened = accounts.Open(loaded.command->account());
  const auto* account = std::get_if<ReadableAccount>(&opened);
  return account == nullptr ? judge::Sight{} : account->view.sight;
}

Answered<Event> ShowEvent(const ReadContext& context, AccountCache& accounts,
                          const projections::LoadedRecord& loaded) {
  const judge::Sight command_sight = CommandSight(accounts, loaded);
  const auto& opened = accounts.Open(loaded.record->account());
  if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
  auto event = context.presenter.Event(*loaded.record, *loaded.command, loaded.bytes,
                                       std::get<ReadableAccount>(opened).view, command_sight);
  if (!event.ok()) return StoreReadFailed(event.status());
  return *std::move(event);
}

}  // namespace billing::server
