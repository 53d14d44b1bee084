#include "server/watch/live_watches.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "projections/fold/fold.h"
#include "projections/state/state_reader.h"
#include "server/calls/messages.h"

namespace billing::server {
namespace {

using projections::LoadedRecord;

bool ChangesRoles(const billing::v1::Event& fact) {
  return fact.has_role_granted() || fact.has_role_revoked() || fact.has_administrator_changed();
}

// What one caller may see, as some rows have it.
struct Eyes {
  Eyes(const CallParts& parts, const projections::Version& version, const kernel::Caller& caller)
      : context(ContextOf(parts.engine, parts.presenter, version, caller)), accounts(context) {}
  const ReadContext context;
  AccountCache accounts;
};

// Everything that a batch of records is shown with: made once for all who call alike.
class Showing {
 public:
  Showing(const CallParts& parts, const projections::Version& version)
      : parts_(parts), version_(version) {}

  void Turn(const LoadedRecord& record) {
    record_ = &record;
    shown_.clear();
    subjects_.reset();
  }

  // The message for this watch; nothing when its filters leave the record out.
  Answered<std::optional<grpc::ByteBuffer>> For(const Watch& watch) {
    Eyes& eyes = EyesOf(watch);
    if (ChangesRoles(record_->record->event())) {
      const auto& opened = eyes.accounts.Open(record_->record->account());
      if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
    }
    if (!IsAmong(watch.query.types, *record_->record) || !Concerns(watch)) {
      return std::optional<grpc::ByteBuffer>();
    }
    const auto [found, is_new] = shown_.try_emplace(watch.caller_key);
    if (is_new) {
      auto shown = ShowEvent(eyes.context, eyes.accounts, *record_);
      if (auto* problem = std::get_if<Problem>(&shown)) {
        shown_.erase(found);
        return std::move(*problem);
      }
      billing::v1::WatchEventsResponse message;
      *message.mutable_event() = std::get<billing::v1::Event>(std::move(shown));
      found->second = WriteMessage(message);
    }
    return std::optional(found->second);
  }

 private:
  Eyes& EyesOf(const Watch& watch) {
    auto& eyes = eyes_[watch.caller_key];
    if (eyes == nullptr) eyes = std::make_unique<Eyes>(parts_, version_, *watch.caller);
    return *eyes;
  }

  bool Concerns(const Watch& watch) {
    if (watch.scope.empty) return false;
    const std::string& subject = watch.scope.subject;
    if (subject.empty()) return true;
    if (!subjects_) subjects_ = SubjectsOfRecord();
    return std::binary_search(subjects_->begin(), subjects_->end(), subject);
  }

  std::vector<std::string> SubjectsOfRecord() const {
    return projections::SubjectsOf(record_->record->event(), [this] {
      const auto account = projections::StateReader(version_).Account(record_->record->account());
      // Unreadable rows, which showing the event will meet too.
      return account ? account->id.value() : std::string();
    });
  }

  const CallParts& parts_;
  const projections::Version& version_;
  const LoadedRecord* record_ = nullptr;
  std::map<std::string, std::unique_ptr<Eyes>> eyes_;
  // Of the record, by who calls.
  std::map<std::string, grpc::ByteBuffer> shown_;
  std::optional<std::vector<std::string>> subjects_;
};

}  // namespace

void LiveWatches::Add(Watch& watch) {
  ++count_;
  (watch.scope.account ? by_account_[*watch.scope.account] : of_all_).insert(&watch);
}

void LiveWatches::Remove(Watch& watch) {
  --count_;
  if (!watch.scope.account) {
    of_all_.erase(&watch);
    return;
  }
  const auto found = by_account_.find(*watch.scope.account);
  found->second.erase(&watch);
  if (found->second.empty()) by_account_.erase(found);
}

std::vector<Watch*> LiveWatches::All() const {
  std::vector<Watch*> all(of_all_.begin(), of_all_.end());
  for (const auto& [account, watches] : by_account_) {
    all.insert(all.end(), watches.begin(), watches.end());
  }
  return all;
}

std::vector<Watch*> LiveWatches::WatchersOf(projections::AccountNumber account) const {
  std::vector<Watch*> watchers(of_all_.begin(), of_all_.end());
  const auto found = by_account_.find(account);
  if (found != by_account_.end()) {
    watchers.insert(watchers.end(), found->second.begin(), found->second.end());
  }
  return watchers;
}

std::vector<LiveWatches::Left> LiveWatches::HandOut(const CallParts& parts,
                                                    const projections::Version& version,
                                                    std::span<const LoadedRecord> records) {
  std::vector<Left> left;
  Showing showing(parts, version);
  for (const LoadedRecord& record : records) {
    const uint64_t position = record.record->event().position();
    showing.Turn(record);
    for (Watch* watch : WatchersOf(record.record->account())) {
      if (position <= watch->seen) continue;
      auto message = showing.For(*watch);
      if (auto* problem = std::get_if<Problem>(&message)) {
        left.push_back({watch, position - 1, std::move(*problem)});
      } else if (auto& bytes = std::get<0>(message); bytes && !watch->Push(*bytes)) {
        left.push_back({watch, position - 1, std::nullopt});
      } else {
        continue;
      }
      Remove(*watch);
    }
  }
  return left;
}

}  // namespace billing::server
