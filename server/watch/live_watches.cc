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
  Showing(const CallParts& parts, std::shared_ptr<const projections::Version> version)
      : parts_(parts), version_(std::move(version)) {}

  void Turn(const LoadedRecord& record) {
    record_ = &record;
    shown_.clear();
    subjects_.reset();
  }

  // The message for this watch; nothing when its filters leave the record out. A row that cannot
  // be read is the problem of this watch: others may not need it.
  Answered<std::optional<grpc::ByteBuffer>> For(Watch& watch) {
    auto message = MessageFor(watch);
    const absl::Status status = version_->status();
    if (status.ok()) return message;
    ForgetWhatFailed(watch);
    return StoreReadFailed(status);
  }

 private:
  Answered<std::optional<grpc::ByteBuffer>> MessageFor(Watch& watch) {
    if (ChangesRoles(record_->record->event())) {
      watch.view.reset();
      const auto view = ViewFor(watch);
      if (const auto* problem = std::get_if<Problem>(&view)) return *problem;
    }
    if (!IsAmong(watch.query.types, *record_->record) || !Concerns(watch)) {
      return std::optional<grpc::ByteBuffer>();
    }
    const auto [found, is_new] = shown_.try_emplace(watch.caller_key);
    if (is_new) {
      auto shown = Show(watch);
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

  // What could not be read looks like what is not there, also where it is remembered; and the
  // version is spoiled for good.
  void ForgetWhatFailed(const Watch& watch) {
    eyes_.clear();
    shown_.erase(watch.caller_key);
    subjects_.reset();
    version_ = parts_.engine.Current();
  }

  Eyes& EyesOf(const Watch& watch) {
    auto& eyes = eyes_[watch.caller_key];
    if (eyes == nullptr) eyes = std::make_unique<Eyes>(parts_, *version_, *watch.caller);
    return *eyes;
  }

  // How the record's account is shown to whoever watches.
  Answered<const View*> ViewFor(Watch& watch) {
    if (watch.view) return &*watch.view;
    const auto& opened = EyesOf(watch).accounts.Open(record_->record->account());
    if (const auto* problem = std::get_if<Problem>(&opened)) return *problem;
    const View& view = std::get<ReadableAccount>(opened).view;
    // Of several accounts there is none to remember.
    if (watch.scope.is_of_many()) return &view;
    watch.view = view;
    return &*watch.view;
  }

  Answered<billing::v1::Event> Show(Watch& watch) {
    const auto found = ViewFor(watch);
    if (const auto* problem = std::get_if<Problem>(&found)) return *problem;
    const View& view = *std::get<const View*>(found);
    const bool is_of_another = record_->command->account() != record_->record->account();
    auto event = parts_.presenter.Event(
        *record_->record, *record_->command, record_->bytes, view,
        is_of_another ? CommandSight(EyesOf(watch).accounts, *record_) : view.sight);
    if (!event.ok()) return StoreReadFailed(event.status());
    return *std::move(event);
  }

  bool Concerns(const Watch& watch) {
    if (watch.scope.empty) return false;
    const bool is_of_another = record_->record->account() != watch.scope.account;
    const std::string& subject = is_of_another ? watch.scope.full_subject : watch.scope.subject;
    if (subject.empty()) return true;
    if (!subjects_) subjects_ = SubjectsOfRecord();
    return std::binary_search(subjects_->begin(), subjects_->end(), subject);
  }

  std::vector<std::string> SubjectsOfRecord() const {
    return projections::SubjectsOf(record_->record->event(), [this] {
      const auto account = projections::StateReader(*version_).Account(record_->record->account());
      // One that cannot be read: For sees it.
      return account ? account->id.value() : std::string();
    });
  }

  const CallParts& parts_;
  std::shared_ptr<const projections::Version> version_;
  const LoadedRecord* record_ = nullptr;
  std::map<std::string, std::unique_ptr<Eyes>> eyes_;
  // Of the record, by who calls.
  std::map<std::string, grpc::ByteBuffer> shown_;
  std::optional<std::vector<std::string>> subjects_;
};

// Those that share a connection one after another, and what they are sent in one piece.
void SendAll(std::vector<Watch*>& watches) {
  const auto connection = [](const Watch* watch) { return watch->connection().get(); };
  std::ranges::sort(watches, {}, connection);
  for (auto next = watches.begin(); next != watches.end();) {
    const auto end = std::find_if(next, watches.end(), [&](const Watch* watch) {
      return connection(watch) != connection(*next);
    });
    const Connection::Burst burst(end - next > 1 ? connection(*next) : nullptr);
    for (; next != end; ++next) {
      (*next)->unsent = false;
      (*next)->Send();
    }
  }
}

}  // namespace

void LiveWatches::Add(Watch& watch) {
  watch.view.reset();
  ++count_;
  (watch.scope.is_of_many() ? of_all_ : by_account_[*watch.scope.account]).insert(&watch);
}

void LiveWatches::Remove(Watch& watch) {
  --count_;
  if (watch.scope.is_of_many()) {
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

std::vector<LiveWatches::Left> LiveWatches::HandOut(
    const CallParts& parts, std::shared_ptr<const projections::Version> version,
    projections::RecordRange& records) {
  std::vector<Left> left;
  std::vector<Watch*> told;
  Showing showing(parts, std::move(version));
  for (size_t i = 0; i < records.size(); ++i) {
    const uint64_t position = records.PositionOf(i);
    const auto watchers = WatchersOf(records.AccountOf(i));
    if (watchers.empty()) continue;
    const auto record = records.Load(i);
    if (record.ok()) showing.Turn(**record);
    for (Watch* watch : watchers) {
      if (position <= watch->seen) continue;
      auto message = record.ok() ? showing.For(*watch) : StoreReadFailed(record.status());
      if (auto* problem = std::get_if<Problem>(&message)) {
        left.push_back({watch, position - 1, std::move(*problem)});
      } else if (auto& bytes = std::get<0>(message); !bytes) {
        continue;
      } else if (!watch->Queue(*std::move(bytes))) {
        left.push_back({watch, position - 1, std::nullopt});
      } else {
        if (!std::exchange(watch->unsent, true)) told.push_back(watch);
        continue;
      }
      Remove(*watch);
    }
  }
  SendAll(told);
  return left;
}

}  // namespace billing::server
