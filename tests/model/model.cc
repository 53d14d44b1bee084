#include "tests/model/model.h"

#include <cctype>
#include <utility>
#include <variant>

namespace billing::model {

bool Verdict::recorded() const {
  return reason != "ROLE_REQUIRED" && reason != "BILLING_ACCOUNT_NOT_FOUND" &&
         reason != "INVALID_REQUEST";
}

Verdict Refused(std::string reason) { return {.reason = std::move(reason)}; }
Verdict Taken(const std::string& kind, const std::string& name) {
  std::string reason = kind + "_already_exists";
  for (char& c : reason) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return {.reason = reason, .details = {{kind, name}}};
}
Verdict Nothing() { return {}; }
Verdict Yields(std::vector<v1::Event> facts) { return {.facts = std::move(facts)}; }

std::string Name(const std::string& collection, const std::string& id) {
  return id.empty() ? "" : collection + "/" + id;
}

std::string FullName(const std::string& account, const std::string& relative) {
  if (relative.empty()) return "";
  return "billingAccounts/" + account + "/" + relative;
}

Verdict Model::Judge(const judge::Command& command, const kernel::Context& context) {
  context_ = context;
  now_ = context.now.us;
  const kernel::Caller& caller = context.caller;
  actor_ = (caller.on_behalf_of ? *caller.on_behalf_of : caller.principal).value();
  const auto counts = [&caller](kernel::PlatformRole role) {
    return !caller.on_behalf_of && caller.roles.Has(role);
  };
  operator_ = counts(kernel::PlatformRole::kOperator);
  biller_ = counts(kernel::PlatformRole::kBiller);
  scheduler_ = actor_ == "services/scheduler";
  account_ = nullptr;
  return std::visit([this](const auto& each) { return On(each); }, command);
}

std::string Model::StreamOf(const judge::Command& command) const {
  const std::string named = judge::AccountOf(command).value();
  const auto receiver_of = [&](const kernel::TransferId& id) {
    const Account* sender = world_.Find(named);
    const auto found = sender->transfers.find(id.value());
    return found == sender->transfers.end() ? named : found->second.to_account;
  };
  if (const auto* accept = std::get_if<transfer::AcceptTransfer>(&command)) {
    return receiver_of(accept->transfer);
  }
  const auto* end = std::get_if<transfer::EndTransfer>(&command);
  if (end != nullptr && end->end == transfer::End::kDecline) return receiver_of(end->transfer);
  return named;
}

void Model::Apply(const judge::Command& command, const Verdict& verdict, Time now) {
  if (!verdict.recorded()) return;
  const std::string stream = StreamOf(command);
  if (verdict.facts.empty()) {
    world_.Note(stream);
  } else {
    world_.Apply(stream, verdict.facts, now);
  }
}

std::optional<Verdict> Model::Enter(const kernel::AccountId& id, bool platform_may,
                                    bool administrator_may) {
  account_ = world_.Find(id.value());
  if (account_ == nullptr) {
    return Refused(platform_may ? "BILLING_ACCOUNT_NOT_FOUND" : "ROLE_REQUIRED");
  }
  if (platform_may || (administrator_may && IsAdministrator(*account_))) return std::nullopt;
  return Refused("ROLE_REQUIRED");
}

bool Model::IsAdministrator(const Account& account) const {
  return account.administrator == actor_;
}

bool Model::HasGrant(const std::string& profile, v1::Role role) const {
  return account_->grants.contains({actor_, profile, role});
}

bool Model::IsOwnerOrContributor(const std::string& profile) const {
  return HasGrant(profile, v1::ROLE_OWNER) || HasGrant(profile, v1::ROLE_CONTRIBUTOR);
}

bool Model::MayManageProfile(const std::string& profile) const {
  if (IsAdministrator(*account_)) return true;
  if (account_->policy.profile_managers() == v1::PROFILE_MANAGERS_SIGNED_UP_USER) return false;
  return IsOwnerOrContributor("") || IsOwnerOrContributor(profile);
}

bool Model::IsHeldBack(const std::string& subscription) const {
  if (operator_ || biller_) return false;
  const auto found = account_->subscriptions.find(subscription);
  return found != account_->subscriptions.end() && found->second.held_by_platform &&
         found->second.stopped();
}

std::string Model::CardError(const std::string& id) const {
  const Card& card = account_->cards.at(id);
  if (card.removed) return "CARD_REMOVED";
  if (card.ExpiredAt(now_)) return "CARD_EXPIRED";
  return "";
}

}  // namespace billing::model
