#include "tools/replay/what_if.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "aggregates/judge/judge.h"
#include "google/protobuf/util/message_differencer.h"
#include "projections/history/history.h"
#include "projections/state/keys.h"
#include "projections/state/row_codec.h"
#include "projections/state/state_reader.h"

namespace billing::replay {
namespace {

using kernel::Decision;
using projections::RowReader;

// The rows as they are, but for the policy of every account.
class RowsUnderPolicy final : public RowReader {
 public:
  RowsUnderPolicy(const RowReader& rows, const account::Policy& policy)
      : rows_(rows),
        policy_(policy),
        account_prefix_(std::string(projections::keys::Account(0)).substr(0, 2)) {}

  std::optional<std::string> Get(std::string_view key) const override {
    auto row = rows_.Get(key);
    if (!row || !key.starts_with(account_prefix_)) return row;
    account::AccountState state = projections::DecodeAccount(*row);
    state.policy = policy_;
    return projections::Encode(state);
  }
  // No decision scans the rows of accounts.
  void Scan(const projections::KeyRange& range, projections::Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override {
    rows_.Scan(range, order, visit);
  }
  absl::Status status() const override { return rows_.status(); }

 private:
  const RowReader& rows_;
  const account::Policy& policy_;
  const std::string account_prefix_;
};

std::string InWords(const Decision& decision) {
  if (const auto* refusal = std::get_if<kernel::Refusal>(&decision)) {
    std::string words = absl::StrCat("refused ", std::string(kernel::NameOf(refusal->reason)));
    const char* before = ": ";
    for (const auto& blocker : refusal->blockers) {
      absl::StrAppend(&words, before, blocker.type, " ", blocker.subject);
      before = ", ";
    }
    if (refusal->blocker_count > static_cast<int>(refusal->blockers.size())) {
      absl::StrAppend(&words, " of ", refusal->blocker_count);
    }
    return words;
  }
  const auto* facts = std::get_if<kernel::Facts>(&decision);
  if (facts == nullptr) return "nothing to change";
  std::string words;
  for (const auto& fact : *facts) {
    absl::StrAppend(&words, words.empty() ? "" : "; ", projections::Describe(fact));
  }
  return words;
}

bool Same(const Decision& one, const Decision& other) {
  if (one.index() != other.index()) return false;
  if (const auto* refusal = std::get_if<kernel::Refusal>(&one)) {
    const auto& second = std::get<kernel::Refusal>(other);
    return refusal->reason == second.reason && refusal->blockers == second.blockers &&
           refusal->blocker_count == second.blocker_count && refusal->resources == second.resources;
  }
  const auto* facts = std::get_if<kernel::Facts>(&one);
  if (facts == nullptr) return true;
  const auto& second = std::get<kernel::Facts>(other);
  if (facts->size() != second.size()) return false;
  for (size_t i = 0; i < facts->size(); ++i) {
    if (!google::protobuf::util::MessageDifferencer::Equals((*facts)[i], second[i])) return false;
  }
  return true;
}

}  // namespace

std::optional<Otherwise> WhatIf::Look(const GivenCommand& given, const Decision& decision,
                                      uint64_t position, uint64_t account_number,
                                      const RowReader& rows) const {
  const judge::Command& command = given.request.command;
  if (std::holds_alternative<account::SetPolicy>(command) ||
      std::holds_alternative<account::CreateBillingAccount>(command)) {
    return std::nullopt;
  }
  const RowsUnderPolicy under_policy(rows, policy_);
  const Decision would_be =
      judge::Judge(command, given.context, projections::StateReader(under_policy));
  if (Same(decision, would_be)) return std::nullopt;
  const auto account = projections::StateReader(rows).Account(account_number);
  return Otherwise{.position = position,
                   .account = account ? account->id.value() : "",
                   .command = request::NameOf(given.request.decided),
                   .was = InWords(decision),
                   .would_be = InWords(would_be),
                   .newly_refused = !std::holds_alternative<kernel::Refusal>(decision) &&
                                    std::holds_alternative<kernel::Refusal>(would_be)};
}

}  // namespace billing::replay
