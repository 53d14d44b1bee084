#include "server/watch/hub.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "google/protobuf/util/time_util.h"
#include "projections/history/log_reader.h"
#include "server/calls/messages.h"
#include "server/watch/look.h"

namespace billing::server {
namespace {

// Records handed out with one version of the rows.
constexpr uint64_t kRecordsPerTurn = 256;
// Time passes in steps of this for watches: a heartbeat may be that late.
constexpr int64_t kTickUs = 100'000;
// Behind a turn the next records are gathered for so long: under load, a turn for each batch of
// the writer would cost everybody more than the records do. Who has waited that long for
// anything is told at once.
constexpr int64_t kGatherUs = 5'000;
// The wait for new records is taken up again this often, should nothing be written.
constexpr int64_t kNewsPatienceUs = int64_t{3'600} * 1'000'000;

std::string KeyOf(const kernel::Caller& caller) {
  std::string key = caller.request_scope();
  for (const auto role : kernel::RolesIn(caller.roles)) key.append("\n").append(NameOf(role));
  return key;
}

}  // namespace

WatchHub::WatchHub(const CallParts& parts, const WatchOptions& options)
    : parts_(parts),
      options_(options),
      inbox_(std::make_shared<Inbox>()),
      // A watch that has ended may still stand in the queue when its successor comes.
      lookers_({.threads = options.look_threads, .queue_max = 2 * options.watchers_max + 1}),
      thread_([this] { Run(); }) {}

WatchHub::~WatchHub() { Stop(); }

void WatchHub::Stop() {
  inbox_->Close();
  if (thread_.joinable()) thread_.join();
  // A look outlives its watch, and reads the log.
  lookers_.Finish();
}

void WatchHub::Start(Call& call, const grpc::ByteBuffer& bytes) {
  const auto watch = std::make_shared<Watch>(parts_, call, inbox_);
  watch->Started();
  billing::v1::WatchEventsRequest request;
  auto unreadable = ReadMessage(bytes, request);
  auto parsed =
      unreadable.empty() ? WatchQuery::Parse(request) : Parsed<WatchQuery>(std::move(unreadable));
  auto checked = watch->CheckCaller();
  if (auto* violations = std::get_if<std::vector<request::Violation>>(&parsed)) {
    watch->Fail(InvalidRequest(std::move(*violations)));
  } else if (const auto* problem = std::get_if<Problem>(&checked)) {
    watch->Fail(*problem);
  } else if (parts_.watchers.fetch_add(1) >= options_.watchers_max) {
    --parts_.watchers;
    watch->Fail(WatcherLimit(options_.watchers_max));
  } else {
    watch->query = std::get<WatchQuery>(std::move(parsed));
    watch->caller = std::get<kernel::Caller>(std::move(checked));
    watch->caller_key = KeyOf(*watch->caller);
    watch->seen = watch->query.after_position;
    if (!inbox_->Leave({Inbox::Kind::kJoined, watch})) {
      --parts_.watchers;
      watch->Fail(Stopping());
    }
  }
}

void WatchHub::Run() {
  for (;;) {
    // Whoever comes, goes or drained is heard between any two turns, whatever the load.
    const Inbox::Content content = inbox_->Take(PatienceUs());
    if (content.news) listening_ = false;
    for (const Inbox::Word& word : content.words) Handle(word);
    if (content.closed) break;
    // While nobody watches, the writer has nobody to wake.
    if (!watches_.empty() && !listening_) TakeTurn();
    Tend();
  }
  for (const auto& [key, watch] : watches_) watch->Fail(Stopping());
  parts_.watchers -= watches_.size();
  watches_.clear();
}

int64_t WatchHub::PatienceUs() const {
  if (watches_.empty() || listening_) return kTickUs;
  return std::clamp<int64_t>(next_turn_us_ - parts_.engine.clock().SteadyUs(), 0, kTickUs);
}

void WatchHub::TakeTurn() {
  if (parts_.engine.clock().SteadyUs() < next_turn_us_) return;
  const uint64_t before = dispatched_;
  if (Dispatch()) return;
  if (dispatched_ == before || live_.empty()) return Listen();
  next_turn_us_ = parts_.engine.clock().SteadyUs() + kGatherUs;
}

void WatchHub::Listen() {
  Engine& engine = parts_.engine;
  const int64_t now_us = engine.clock().SteadyUs();
  listening_ = engine.Await(dispatched_ + 1, now_us + kNewsPatienceUs,
                            [inbox = inbox_](bool) { inbox->LeaveNews(); });
  // Too many wait already.
  if (!listening_) next_turn_us_ = now_us + kTickUs;
}

void WatchHub::Handle(const Inbox::Word& word) {
  Watch& watch = *word.watch;
  if (word.kind == Inbox::Kind::kJoined) {
    // Its peer may be gone before it was ever known here.
    if (watch.ended()) {
      --parts_.watchers;
      return;
    }
    watches_.emplace(&watch, word.watch);
    watch.checked_us = parts_.engine.clock().SteadyUs();
    return LookFor(watch);
  }
  if (word.kind == Inbox::Kind::kLooked) watch.looking = false;
  if (!watches_.contains(&watch)) return;
  switch (word.kind) {
    case Inbox::Kind::kGone:
      return Remove(watch);
    case Inbox::Kind::kDrained:
      if (!watch.live && !watch.looking) LookFor(watch);
      return;
    case Inbox::Kind::kLooked:
      return TakeLook(watch);
    case Inbox::Kind::kJoined:
      break;
  }
}

void WatchHub::LookFor(Watch& watch) {
  watch.looking = true;
  const auto held = watches_.at(&watch);
  const bool queued = lookers_.Submit([this, held] {
    LookAtLog(parts_, *held);
    inbox_->Leave({Inbox::Kind::kLooked, held});
  });
  if (!queued) End(watch, QueueFull());
}

void WatchHub::TakeLook(Watch& watch) {
  if (watch.problem) return End(watch, *watch.problem);
  switch (watch.page) {
    case Watch::Page::kMore:
      // Rare events may be many pages apart.
      if (watch.idle()) Beat(watch, parts_.engine.clock().SteadyUs());
      return LookFor(watch);
    case Watch::Page::kFull:
      if (watch.IdleOrTell()) LookFor(watch);
      return;
    case Watch::Page::kReached:
      return GoLive(watch);
  }
}

void WatchHub::GoLive(Watch& watch) {
  if (watch.seen < dispatched_) {
    // Records were handed out that it has not looked at. The last few are looked at here, or it
    // would run after the hub for as long as there is a load.
    if (dispatched_ - watch.seen > kRecordsPerTurn) return LookFor(watch);
    LookAtLog(parts_, watch);
    return TakeLook(watch);
  }
  if (!watch.told_caught_up) {
    billing::v1::WatchEventsResponse message;
    message.mutable_caught_up()->set_position(watch.seen);
    *message.mutable_caught_up()->mutable_time() =
        google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(parts_.engine.Now().us);
    if (!watch.Push(message)) {
      if (watch.IdleOrTell()) LookFor(watch);
      return;
    }
    watch.told_caught_up = true;
  }
  watch.live = true;
  live_.Add(watch);
}

void WatchHub::FallBehind(Watch& watch, uint64_t seen) {
  watch.live = false;
  watch.seen = std::max(watch.seen, seen);
  if (watch.IdleOrTell()) LookFor(watch);
}

bool WatchHub::Dispatch() {
  const auto version = parts_.engine.Current();
  if (live_.empty()) dispatched_ = version->position();
  if (dispatched_ >= version->position()) return false;
  const uint64_t count = std::min(kRecordsPerTurn, version->position() - dispatched_);
  auto records = projections::RecordRange::Read(parts_.engine.log(), dispatched_ + 1, count);
  if (!records.ok()) {
    // Whose they are cannot be told.
    for (Watch* watch : live_.All()) End(*watch, StoreReadFailed(records.status()));
  } else {
    for (const LiveWatches::Left& one : live_.HandOut(parts_, version, *records)) {
      one.watch->live = false;
      if (one.problem) {
        End(*one.watch, *one.problem);
      } else {
        FallBehind(*one.watch, one.seen);
      }
    }
  }
  dispatched_ += count;
  return dispatched_ < version->position();
}

uint64_t WatchHub::PositionOf(const Watch& watch) const {
  return watch.live ? std::max(watch.seen, dispatched_) : watch.seen;
}

void WatchHub::Tend() {
  const int64_t now_us = parts_.engine.clock().SteadyUs();
  if (now_us < next_tend_us_) return;
  next_tend_us_ = now_us + kTickUs;
  std::vector<std::shared_ptr<Watch>> all;
  all.reserve(watches_.size());
  for (const auto& [key, watch] : watches_) all.push_back(watch);
  for (const auto& watch : all) TendOne(*watch, now_us);
}

void WatchHub::TendOne(Watch& watch, int64_t now_us) {
  const int64_t quiet_ms = (now_us - watch.last_progress_us()) / 1'000;
  if (!watch.idle()) {
    if (quiet_ms < parts_.reader_patience_ms) return;
    Remove(watch);
    return watch.LetGo(WatcherTooSlow());
  }
  if (watch.looking) return;
  Beat(watch, now_us);
  if (watch.live && now_us - watch.checked_us >= options_.recheck_ms * 1'000) {
    // Looking at the log looks up the roles, and it is soon live again.
    watch.checked_us = now_us;
    live_.Remove(watch);
    FallBehind(watch, dispatched_);
  }
}

void WatchHub::Beat(Watch& watch, int64_t now_us) {
  if (now_us - watch.last_progress_us() < options_.heartbeat_ms * 1'000) return;
  billing::v1::WatchEventsResponse message;
  message.mutable_heartbeat()->set_position(PositionOf(watch));
  watch.Push(message);
}

void WatchHub::End(Watch& watch, const Problem& problem) {
  watch.Fail(problem);
  Remove(watch);
}

void WatchHub::Remove(Watch& watch) {
  if (std::exchange(watch.live, false)) live_.Remove(watch);
  --parts_.watchers;
  watches_.erase(&watch);
}

}  // namespace billing::server
