#include "server/reads/admin_reads.h"

#include <algorithm>
#include <string>
#include <utility>

#include "aggregates/kernel/context.h"
#include "google/protobuf/util/time_util.h"
#include "projections/fold/fold.h"
#include "projections/state/read_models.h"

namespace billing::server {
namespace {

using google::protobuf::util::TimeUtil;
using kernel::PlatformRole;
using projections::ReadModel;

// `-` for all of them.
constexpr std::string_view kAll = "-";

bool MayOperate(const ReadContext& context) {
  return context.caller.acting_roles().Has(PlatformRole::kOperator);
}

bool MayInspect(const ReadContext& context) {
  return MayOperate(context) || context.caller.acting_roles().Has(PlatformRole::kAuditor);
}

Problem RoleRequired() { return RefusedRead(kernel::Reason::kRoleRequired); }

billing::v1::ProjectionState StateOf(const RebuildStatus& rebuild) {
  if (rebuild.running) return billing::v1::PROJECTION_STATE_REBUILDING;
  if (!rebuild.error.empty()) return billing::v1::PROJECTION_STATE_REBUILD_FAILED;
  return billing::v1::PROJECTION_STATE_LIVE;
}

// All are folded together: they differ by name only.
billing::v1::Projection Shown(const ReadModel& model, const ReadContext& context,
                              const Engine::Status& status) {
  billing::v1::Projection projection;
  projection.set_name(std::string(model.name));
  projection.set_description(std::string(model.description));
  projection.set_version(projections::kFoldVersion);
  projection.set_position(context.position);
  const uint64_t head = context.log.Head();
  projection.set_lag(head - std::min(head, context.position));
  projection.set_stored_position(status.head - std::min(status.head, status.records_behind));
  projection.set_state(StateOf(status.rebuild));
  if (status.rebuild.running) {
    projection.set_rebuild_position(status.rebuild.position);
    *projection.mutable_rebuild_start_time() =
        TimeUtil::MicrosecondsToTimestamp(status.rebuild.start_us);
  }
  projection.set_rebuild_error(status.rebuild.error);
  return projection;
}

}  // namespace

Parsed<GetServerStatusQuery> GetServerStatusQuery::Parse(
    const billing::v1::GetServerStatusRequest& /*request*/) {
  return GetServerStatusQuery{};
}

Answered<billing::v1::GetServerStatusResponse> GetServerStatusQuery::Answer(
    const ReadContext& context) const {
  if (!MayInspect(context)) return RoleRequired();
  const Engine::Status status = context.engine.GetStatus();
  billing::v1::GetServerStatusResponse response;
  response.set_version(BILLING_VERSION);
  response.set_log_id(context.log.LogId());
  response.set_rules_version(kernel::kRulesVersion);
  *response.mutable_start_time() = TimeUtil::MicrosecondsToTimestamp(status.start_us);
  *response.mutable_time() = TimeUtil::MicrosecondsToTimestamp(context.now.us);
  response.set_commands(status.commands);
  response.set_batches(status.batches);
  response.set_queued(status.queued);
  response.set_records_behind(status.records_behind);
  response.set_watchers(static_cast<uint32_t>(context.watchers));
  response.set_storage_full(status.storage_full);
  response.set_clock_suspect(status.clock_suspect);
  return response;
}

Parsed<ListProjectionsQuery> ListProjectionsQuery::Parse(
    const billing::v1::ListProjectionsRequest& request) {
  FieldChecks checks;
  auto page = checks.Page(request);
  if (!checks.ok()) return checks.Take();
  return ListProjectionsQuery{std::move(page)};
}

Answered<billing::v1::ListProjectionsResponse> ListProjectionsQuery::Answer(
    const ReadContext& context) const {
  if (!MayInspect(context)) return RoleRequired();
  const Engine::Status status = context.engine.GetStatus();
  billing::v1::ListProjectionsResponse response;
  PageMeter meter(page.size);
  std::string last = page.after.value_or("");
  for (const ReadModel& model : projections::ReadModels()) {
    if (model.name <= last) continue;
    if (!meter.Add(Shown(model, context, status), *response.mutable_projections())) {
      response.set_next_page_token(page.TokenAt(last));
      break;
    }
    last = model.name;
  }
  return response;
}

Parsed<RebuildProjectionQuery> RebuildProjectionQuery::Parse(
    const billing::v1::RebuildProjectionRequest& request) {
  FieldChecks checks;
  if (request.name().empty()) {
    checks.Add("name", "names a read model of ListProjections, or - for all");
  }
  if (!checks.ok()) return checks.Take();
  return RebuildProjectionQuery{request.name()};
}

Answered<billing::v1::RebuildProjectionResponse> RebuildProjectionQuery::Answer(
    const ReadContext& context) const {
  if (!MayOperate(context)) return RoleRequired();
  if (name != kAll && projections::FindReadModel(name) == nullptr) return ProjectionNotFound();
  if (!context.engine.RebuildViews().ok()) return RebuildInProgress();
  const Engine::Status status = context.engine.GetStatus();
  billing::v1::RebuildProjectionResponse response;
  for (const ReadModel& model : projections::ReadModels()) {
    if (name != kAll && name != model.name) continue;
    *response.add_projections() = Shown(model, context, status);
  }
  return response;
}

}  // namespace billing::server
