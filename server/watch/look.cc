#include "server/watch/look.h"

#include <algorithm>
#include <utility>

#include "server/reads/page.h"

namespace billing::server {
namespace {

class Look {
 public:
  Look(Watch& watch, const ReadContext& context)
      : watch_(watch), context_(context), accounts_(context) {}

  std::optional<Problem> Run() {
    auto opened = OpenScope(context_, watch_.query.scope);
    if (auto* problem = std::get_if<Problem>(&opened)) return std::move(*problem);
    watch_.scope = std::get<OpenedScope>(std::move(opened));
    if (watch_.scope.empty) return Reached();
    PositionWalk walk(watch_.scope, {.after = watch_.seen, .until = context_.position},
                      /*newest_first=*/false);
    for (size_t examined = 0; examined < kExaminedMax && !watch_.ended();) {
      const auto positions = walk.Next(context_.states);
      if (positions.empty()) return Reached();
      const auto loaded = projections::LoadRecords(context_.log, positions);
      if (!loaded.ok()) return StoreReadFailed(loaded.status());
      for (const auto& one : *loaded) {
        if (auto problem = Take(one)) return problem;
        if (watch_.page == Watch::Page::kFull) return std::nullopt;
      }
      examined += positions.size();
    }
    return std::nullopt;
  }

 private:
  std::optional<Problem> Reached() {
    watch_.seen = std::max(watch_.seen, context_.position);
    watch_.page = Watch::Page::kReached;
    return std::nullopt;
  }

  std::optional<Problem> Take(const projections::LoadedRecord& loaded) {
    if (IsAmong(watch_.query.types, *loaded.record)) {
      auto shown = ShowEvent(context_, accounts_, loaded);
      if (auto* problem = std::get_if<Problem>(&shown)) return std::move(*problem);
      billing::v1::WatchEventsResponse message;
      *message.mutable_event() = std::get<billing::v1::Event>(std::move(shown));
      if (!watch_.Push(message)) {
        watch_.page = Watch::Page::kFull;
        return std::nullopt;
      }
    }
    watch_.seen = loaded.record->event().position();
    return std::nullopt;
  }

  Watch& watch_;
  const ReadContext& context_;
  AccountCache accounts_;
};

}  // namespace

void LookAtLog(const CallParts& parts, Watch& watch) {
  watch.page = Watch::Page::kMore;
  const auto version = parts.engine.Current();
  const ReadContext context = ContextOf(parts.engine, parts.presenter, *version, *watch.caller);
  watch.problem = Look(watch, context).Run();
  // A row that could not be read looks like one that is not there.
  if (!version->status().ok()) watch.problem = StoreReadFailed(version->status());
}

}  // namespace billing::server
